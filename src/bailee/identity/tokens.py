"""Device tokens: each can deposit, for one device of one account, and do nothing else.

The token is 256 random bits behind a prefix that secret scanners can look for; its hash is stored.
A rotation gives a new one and lets the old one work a day longer, so that a camera that lost the
answer is not locked out; a revocation ends it at once.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.clock import day_of
from bailee.errors import UnknownError
from bailee.identity.entering import admit
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.token import hash_token, new_token
from bailee.store.database import AnyRow
from bailee.store.identity_tables import device_token
from bailee.types.sign_in import Client, DeviceGrant, SignInEvent, TokenId, new_token_id

PREFIX = "bailee_dev_"

_alive_by_id = sa.select(device_token).where(
    device_token.c.id == sa.bindparam("id"),
    sa.or_(device_token.c.expires_ms.is_(None), device_token.c.expires_ms > sa.bindparam("now_ms")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new token, shown once."""

    id: TokenId
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A token as its account sees it. `used_day` is in days since the epoch, UTC."""

    id: TokenId
    device_id: str
    made_ms: int
    used_day: int | None
    expires_ms: int | None


class DeviceTokens:
    """The door for devices."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def make(self, account_id: str, device_id: str) -> Made:
        """A token for one device, until it is revoked."""

        def work(connection: sa.Connection) -> Made:
            made = self._insert(connection, account_id, device_id)
            event = SignInEvent.TOKEN_MADE
            self._parts.trace(connection, account_id, device_id, event, None)
            return made

        return self._parts.database.write(work)

    def authenticate(self, token: str, client: Client) -> DeviceGrant:
        """What *token* (untrusted) allows. A right one passes whatever else its address did.

        Raises:
            SignInError: It allows nothing.
            TooManyError: So did too many before it.
        """
        row = self._parts.database.read(lambda c: self._find(c, token))
        if row is None:
            admit(self._parts, client, lookup=None, known_device=None, complete=True)
            raise SignInError
        self._touch(row)
        return DeviceGrant(token_id=row.id, account_id=row.account_id, device_id=row.device_id)

    def by_id(self, connection: sa.Connection, token_id: str) -> DeviceGrant | None:
        """What the token of that id allows now: for the gate, which knows no tokens."""
        asked = {"id": token_id, "now_ms": self._parts.clock.now_ms()}
        row = connection.execute(_alive_by_id, asked).one_or_none()
        if row is None:
            return None
        return DeviceGrant(token_id=row.id, account_id=row.account_id, device_id=row.device_id)

    def rotate(self, token: str, client: Client) -> Made:
        """A new token for the holder of *token*, which works for a while yet.

        Raises as `authenticate` does.
        """
        grant = self.authenticate(token, client)
        now_ms = self._parts.clock.now_ms()

        def work(connection: sa.Connection) -> Made:
            made = self._insert(connection, grant.account_id, grant.device_id)
            ends_ms = now_ms + self._parts.settings.token_overlap_ms
            ended = connection.execute(
                sa.update(device_token)
                .where(device_token.c.id == grant.token_id, device_token.c.expires_ms.is_(None))
                .values(expires_ms=ends_ms)
            )
            if ended.rowcount != 1:  # revoked meanwhile, or rotated before
                raise SignInError
            event = SignInEvent.TOKEN_ROTATED
            self._parts.trace(connection, grant.account_id, grant.device_id, event, None)
            return made

        return self._parts.database.write(work)

    def revoke(self, account_id: str, token_id: str, *, device_id: str | None = None) -> None:
        """End a token at once. Raises `UnknownError` when the account has none such.

        With *device_id*, another device's is none.
        """

        def work(connection: sa.Connection) -> None:
            gone = connection.execute(
                sa.delete(device_token)
                .where(
                    device_token.c.account_id == account_id,
                    device_token.c.id == token_id,
                    sa.true() if device_id is None else device_token.c.device_id == device_id,
                )
                .returning(device_token.c.device_id)
            ).scalar_one_or_none()
            if gone is None:
                raise UnknownError("There is no such token.", hint="List them and choose one.")
            event = SignInEvent.TOKEN_REVOKED
            self._parts.trace(connection, account_id, gone, event, None)

        self._parts.database.write(work)

    def end_of_device(self, connection: sa.Connection, account_id: str, device_id: str) -> None:
        """End every token of a device that is revoked: implements `EndTokens`."""
        mine = sa.and_(
            device_token.c.account_id == account_id, device_token.c.device_id == device_id
        )
        if connection.execute(sa.delete(device_token).where(mine)).rowcount:
            event = SignInEvent.TOKEN_REVOKED
            self._parts.trace(connection, account_id, device_id, event, None)

    def list(self, account_id: str, *, device_id: str | None = None) -> tuple[Listed, ...]:
        """The tokens of an account, or of one device of it, that still work; oldest first."""
        wanted = sa.select(device_token).where(
            device_token.c.account_id == account_id, self._alive()
        )
        if device_id is not None:
            wanted = wanted.where(device_token.c.device_id == device_id)
        rows = self._parts.database.read(
            lambda c: c.execute(wanted.order_by(device_token.c.made_ms, device_token.c.id)).all()
        )
        return tuple(
            Listed(
                id=row.id,
                device_id=row.device_id,
                made_ms=row.made_ms,
                used_day=row.used_day,
                expires_ms=row.expires_ms,
            )
            for row in rows
        )

    def sweep(self, connection: sa.Connection) -> None:
        connection.execute(sa.delete(device_token).where(sa.not_(self._alive())))

    def _insert(self, connection: sa.Connection, account_id: str, device_id: str) -> Made:
        made = Made(id=new_token_id(), token=PREFIX + new_token())
        connection.execute(
            sa.insert(device_token).values(
                id=made.id,
                token_hash=hash_token(made.token),
                account_id=account_id,
                device_id=device_id,
                made_ms=self._parts.clock.now_ms(),
            )
        )
        return made

    def _find(self, connection: sa.Connection, token: str) -> AnyRow | None:
        hashed = device_token.c.token_hash == hash_token(token)
        return connection.execute(
            sa.select(device_token).where(hashed, self._alive())
        ).one_or_none()

    def _touch(self, row: AnyRow) -> None:
        """Note the day it was used: a write a day, not one a deposit."""
        today = day_of(self._parts.clock.now_ms())
        if row.used_day == today:
            return
        used = sa.update(device_token).where(device_token.c.id == row.id).values(used_day=today)
        self._parts.database.write(lambda c: c.execute(used))

    def _alive(self) -> sa.ColumnElement[bool]:
        ends = device_token.c.expires_ms
        return sa.or_(ends.is_(None), ends > self._parts.clock.now_ms())
