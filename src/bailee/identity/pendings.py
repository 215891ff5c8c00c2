"""Between password and second factor: a short-lived token that says nothing.

A wrong password gets one too, a *decoy* that nothing completes. So the answer to a password is the
same whether it is right or wrong, whether or not the name exists: a list of stolen pairs cannot be
sorted here into those that work and those that do not. It is no session and opens nothing.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.attempt import Charges
from bailee.identity.settings import Settings
from bailee.identity.token import hash_token, new_token
from bailee.store.identity_tables import pending
from bailee.types.ids import PersonId

_MOST_TRIES = 5
DECOY = PersonId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sign-in that awaits its second factor. `person_id` is "" in a decoy."""

    person_id: PersonId
    lookup: bytes
    charges: Charges
    changed_ms: int


class Pendings:
    """All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def start(self, connection: sa.Connection, begun: Pending) -> str:
        """Keep *begun*; its token."""
        token = new_token()
        connection.execute(
            sa.insert(pending).values(
                token_hash=hash_token(token),
                person_id=begun.person_id,
                lookup=begun.lookup,
                charged=begun.charges.encode(),
                changed_ms=begun.changed_ms,
                tries=0,
                expires_ms=self._clock.now_ms() + self._settings.pending_ms,
            )
        )
        return token

    def find(self, connection: sa.Connection, token: str) -> Pending | None:
        """What *token* (untrusted) began, while it still can be completed."""
        wanted = sa.select(pending).where(self._open(token))
        row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Pending(
            person_id=row.person_id,
            lookup=bytes(row.lookup),
            charges=Charges.decode(bytes(row.charged)),
            changed_ms=row.changed_ms,
        )

    def attempt(self, connection: sa.Connection, token: str) -> bool:
        """Count a try to complete it; False when it is over. Two at once are two tries."""
        tried = connection.execute(
            sa.update(pending).where(self._open(token)).values(tries=pending.c.tries + 1)
        )
        return tried.rowcount == 1

    @staticmethod
    def finish(connection: sa.Connection, token: str) -> None:
        connection.execute(sa.delete(pending).where(pending.c.token_hash == hash_token(token)))

    @staticmethod
    def end_all(connection: sa.Connection, person_id: str) -> None:
        connection.execute(sa.delete(pending).where(pending.c.person_id == person_id))

    def sweep(self, connection: sa.Connection) -> frozenset[PersonId]:
        """Drop what is over; whose right password was given and never completed."""
        over = connection.execute(
            sa.delete(pending)
            .where(pending.c.expires_ms <= self._clock.now_ms())
            .returning(pending.c.person_id)
        )
        return frozenset(over.scalars()) - {DECOY}

    def _open(self, token: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            pending.c.token_hash == hash_token(token),
            pending.c.expires_ms > self._clock.now_ms(),
            pending.c.tries < _MOST_TRIES,
        )
