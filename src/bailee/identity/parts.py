"""What the flows of this room are made of, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.breached import Breached, BreachedLists
from bailee.identity.challenges import Challenges
from bailee.identity.guard import Guard
from bailee.identity.known_devices import KnownDevices
from bailee.identity.passkeys import Passkeys
from bailee.identity.passwords import Hasher, Passwords
from bailee.identity.pendings import Pendings
from bailee.identity.people import People
from bailee.identity.recovery import Recovery
from bailee.identity.refused import Refused
from bailee.identity.sessions import Sessions
from bailee.identity.settings import Settings
from bailee.identity.slips import Invitations, Resets
from bailee.identity.totp import Totp
from bailee.store.database import Database
from bailee.types.sealed import SealFor
from bailee.types.sign_in import Factor, Notify, SignInEvent, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Every part, wired to one database, one clock and one way to seal."""

    settings: Settings
    database: Database
    clock: Clock
    guard: Guard
    people: People
    passwords: Passwords
    totp: Totp
    passkeys: Passkeys
    recovery: Recovery
    challenges: Challenges
    pendings: Pendings
    sessions: Sessions
    known_devices: KnownDevices
    invitations: Invitations
    resets: Resets
    refused: Refused
    notify: Notify
    trace: Trace

    def has_factor(self, connection: sa.Connection, person_id: str) -> bool:
        """Whether a person has any second factor (recovery codes are none)."""
        return self.count_factors(connection, person_id) > 0

    def count_factors(self, connection: sa.Connection, person_id: str) -> int:
        """How many second factors a person has."""
        app = self.totp.is_set_up(connection, person_id)
        return int(app) + self.passkeys.how_many(connection, person_id)

    def tell(
        self,
        connection: sa.Connection,
        account_id: str,
        person_id: str,
        event: SignInEvent,
        *,
        factor: Factor | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Write *event* to the ledger and tell the person, in the caller's transaction."""
        self.trace(connection, account_id, person_id, event, factor)
        self.notify(connection, person_id, event, details or {})


def put_together(
    *,
    settings: Settings,
    database: Database,
    sealer: SealFor,
    clock: Clock,
    notify: Notify,
    trace: Trace,
    breached: Breached | None = None,
    hasher: Hasher | None = None,
) -> Parts:
    """Wire the parts. *breached* and *hasher* are the settings' own unless given."""
    lists = breached or BreachedLists(settings.breached_file)
    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        guard=Guard(database, sealer, clock),
        people=People(sealer, clock),
        passwords=Passwords(settings, lists, hasher),
        totp=Totp(settings, sealer, clock),
        passkeys=Passkeys(settings, sealer, clock),
        recovery=Recovery(sealer, clock),
        challenges=Challenges(settings, clock),
        pendings=Pendings(settings, clock),
        sessions=Sessions(settings, sealer, clock),
        known_devices=KnownDevices(settings, sealer, clock),
        invitations=Invitations(settings, clock),
        resets=Resets(settings, clock),
        refused=Refused(),
        notify=notify,
        trace=trace,
    )
