"""One-time slips: an invitation to sign in at all, and a reset that waits for its day.

Both are opaque tokens, hashed, good once and for a while. A person has one of each at most: making
another ends the one before.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.settings import Settings
from bailee.identity.token import hash_token, new_token
from bailee.store.identity_tables import invitation, reset
from bailee.types.ids import AccountId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom an invitation is for."""

    person_id: PersonId
    account_id: AccountId


class Invitations:
    """All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def make(self, connection: sa.Connection, person_id: str, account_id: str) -> str:
        """A token that lets *person_id* choose a name and a password."""
        connection.execute(sa.delete(invitation).where(invitation.c.person_id == person_id))
        token = new_token()
        connection.execute(
            sa.insert(invitation).values(
                token_hash=hash_token(token),
                person_id=person_id,
                account_id=account_id,
                expires_ms=self._clock.now_ms() + self._settings.invitation_ms,
            )
        )
        return token

    def find(self, connection: sa.Connection, token: str) -> Invited | None:
        """Whom *token* (untrusted) invites; ends nothing."""
        columns = (invitation.c.person_id, invitation.c.account_id)
        row = connection.execute(sa.select(*columns).where(self._open(token))).one_or_none()
        return row and Invited(person_id=row.person_id, account_id=row.account_id)

    def take(self, connection: sa.Connection, token: str) -> Invited | None:
        """Whom *token* (untrusted) invites; ends it."""
        row = connection.execute(
            sa.delete(invitation)
            .where(self._open(token))
            .returning(invitation.c.person_id, invitation.c.account_id)
        ).one_or_none()
        return row and Invited(person_id=row.person_id, account_id=row.account_id)

    def sweep(self, connection: sa.Connection) -> None:
        over = invitation.c.expires_ms <= self._clock.now_ms()
        connection.execute(sa.delete(invitation).where(over))

    def _open(self, token: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            invitation.c.token_hash == hash_token(token),
            invitation.c.expires_ms > self._clock.now_ms(),
        )


class Resets:
    """All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def opens_ms(self) -> int:
        """When a reset asked for now can be used."""
        return self._clock.now_ms() + self._settings.reset_delay_ms

    def make(self, connection: sa.Connection, person_id: str, token: str) -> None:
        """Let *token* set a new password, after the delay and for a while."""
        self.cancel(connection, person_id)
        begins_ms = self.opens_ms()
        connection.execute(
            sa.insert(reset).values(
                token_hash=hash_token(token),
                person_id=person_id,
                begins_ms=begins_ms,
                expires_ms=begins_ms + self._settings.reset_open_ms,
            )
        )

    def is_open(self, connection: sa.Connection, token: str) -> bool:
        """Whether *token* (untrusted) may set anybody's password now; ends nothing."""
        wanted = sa.select(reset.c.token_hash).where(self._open(token))
        return connection.execute(wanted).one_or_none() is not None

    def take(self, connection: sa.Connection, token: str) -> PersonId | None:
        """Whose password *token* (untrusted) may set now; ends it."""
        return connection.execute(
            sa.delete(reset).where(self._open(token)).returning(reset.c.person_id)
        ).scalar_one_or_none()

    def waits(self, connection: sa.Connection, person_id: str) -> bool:
        """Whether a person has one that is to come, or open."""
        wanted = sa.select(reset.c.token_hash).where(
            reset.c.person_id == person_id, reset.c.expires_ms > self._clock.now_ms()
        )
        return connection.execute(wanted).one_or_none() is not None

    @staticmethod
    def cancel(connection: sa.Connection, person_id: str) -> bool:
        """End a person's reset; False when there was none."""
        ended = connection.execute(sa.delete(reset).where(reset.c.person_id == person_id))
        return ended.rowcount > 0

    def sweep(self, connection: sa.Connection) -> None:
        connection.execute(sa.delete(reset).where(reset.c.expires_ms <= self._clock.now_ms()))

    def _open(self, token: str) -> sa.ColumnElement[bool]:
        now_ms = self._clock.now_ms()
        return sa.and_(
            reset.c.token_hash == hash_token(token),
            reset.c.begins_ms <= now_ms,
            reset.c.expires_ms > now_ms,
        )
