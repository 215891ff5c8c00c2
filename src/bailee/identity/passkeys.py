"""A person's passkeys, as they are kept: several each, discoverable, named by their person.

A passkey verifies its user, which makes it two factors in one. Counters that run backwards mean a
copy of the key: refused, and told. Methods work in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from bailee.clock import Clock, day_of
from bailee.errors import InputError, UnknownError
from bailee.identity.passkey_answers import Registered, registration_options
from bailee.identity.settings import Settings
from bailee.store.database import AnyRow
from bailee.store.identity_tables import passkey
from bailee.types.ids import PersonId
from bailee.types.sealed import SealFor
from bailee.types.sign_in import PasskeyId, new_passkey_id

_MOST_A_PERSON = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One of a person's passkeys, as they see it."""

    id: PasskeyId
    name: str
    made_ms: int
    used_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A passkey as the database knows it."""

    id: PasskeyId
    person_id: PersonId
    public_key: bytes
    sign_count: int


class Passkeys:
    """The rows."""

    def __init__(self, settings: Settings, sealer: SealFor, clock: Clock) -> None:
        self._settings = settings
        self._sealer = sealer
        self._clock = clock

    def options(
        self,
        connection: sa.Connection,
        person_id: str,
        name: str,
        challenge: bytes,
        *,
        anew: bool = False,
    ) -> str:
        """Creation options as JSON; they exclude what the person has already.

        *anew*: what they have ends by it, and an authenticator may make another in its place.
        """
        rows = [] if anew else self._rows(connection, person_id)
        return registration_options(
            self._settings,
            user_id=self._sealer.index(connection, "passkey user", person_id),
            name=name,
            known=[self._open(connection, row)[0] for row in rows],
            challenge=challenge,
        )

    def find(self, connection: sa.Connection, credential_id: bytes) -> Stored | None:
        """The passkey with *credential_id* (untrusted)."""
        lookup = self._lookup(connection, credential_id)
        row = connection.execute(sa.select(passkey).where(passkey.c.lookup == lookup)).one_or_none()
        if row is None:
            return None
        _, public_key = self._open(connection, row)
        return Stored(
            id=row.id,
            person_id=row.person_id,
            public_key=public_key,
            sign_count=row.sign_count,
        )

    def count(self, connection: sa.Connection, stored: Stored, sign_count: int) -> bool:
        """Take the counter of a verified response; False when it did not go forward.

        Authenticators without a counter, as passkeys that are synced, always say 0
        (WebAuthn §6.1.1). Compare-and-set: of two responses at once with the same counter one wins.
        """
        if sign_count <= stored.sign_count and (sign_count, stored.sign_count) != (0, 0):
            return False
        taken = connection.execute(
            sa.update(passkey)
            .where(passkey.c.id == stored.id, passkey.c.sign_count == stored.sign_count)
            .values(sign_count=sign_count, used_day=day_of(self._clock.now_ms()))
        )
        return taken.rowcount == 1

    def add(
        self, connection: sa.Connection, person_id: str, registered: Registered, name: str
    ) -> PasskeyId:
        """Keep a verified credential.

        Raises:
            InputError: It is known already, its name is too long, or there are too many.
        """
        if self.find(connection, registered.credential_id) is not None:
            raise InputError("This passkey is set up already.", hint="Use it to sign in.")
        if len(self._rows(connection, person_id)) >= _MOST_A_PERSON:
            raise InputError(
                f"There can be {_MOST_A_PERSON} passkeys.", hint="Remove one you do not use."
            )
        fresh = new_passkey_id()
        both = bytes_to_base64url(registered.credential_id) + "." + registered.public_key.hex()
        connection.execute(
            sa.insert(passkey).values(
                id=fresh,
                person_id=person_id,
                lookup=self._lookup(connection, registered.credential_id),
                credential=self._seal(connection, person_id, both, b"passkey"),
                name=self._seal(connection, person_id, _checked(name), b"passkey name"),
                sign_count=registered.sign_count,
                made_ms=self._clock.now_ms(),
            )
        )
        return fresh

    def list(self, connection: sa.Connection, person_id: str) -> tuple[Passkey, ...]:
        """A person's passkeys, oldest first."""

        def name(row: AnyRow) -> str:
            opened = self._sealer.open(connection, person_id, row.name, b"passkey name")
            return opened.decode() if opened else ""

        return tuple(
            Passkey(id=row.id, name=name(row), made_ms=row.made_ms, used_day=row.used_day)
            for row in self._rows(connection, person_id)
        )

    def rename(self, connection: sa.Connection, person_id: str, passkey_id: str, name: str) -> None:
        """Give a passkey another name. Raises `UnknownError` when it is not this person's."""
        sealed = self._seal(connection, person_id, _checked(name), b"passkey name")
        done = connection.execute(
            sa.update(passkey).where(_is(person_id, passkey_id)).values(name=sealed)
        )
        _require(done.rowcount)

    @staticmethod
    def remove(connection: sa.Connection, person_id: str, passkey_id: str) -> None:
        """Forget a passkey. Raises `UnknownError` when it is not this person's."""
        _require(connection.execute(sa.delete(passkey).where(_is(person_id, passkey_id))).rowcount)

    @staticmethod
    def remove_all(connection: sa.Connection, person_id: str) -> None:
        connection.execute(sa.delete(passkey).where(passkey.c.person_id == person_id))

    @staticmethod
    def how_many(connection: sa.Connection, person_id: str) -> int:
        wanted = sa.select(sa.func.count()).where(passkey.c.person_id == person_id)
        return int(connection.execute(wanted).scalar_one())

    @staticmethod
    def _rows(connection: sa.Connection, person_id: str) -> Sequence[AnyRow]:
        wanted = sa.select(passkey).where(passkey.c.person_id == person_id)
        return connection.execute(wanted.order_by(passkey.c.made_ms, passkey.c.id)).all()

    def _lookup(self, connection: sa.Connection, credential_id: bytes) -> bytes:
        return self._sealer.index(connection, "passkey", credential_id.hex())

    def _seal(self, connection: sa.Connection, person_id: str, text: str, context: bytes) -> bytes:
        return self._sealer.seal(connection, person_id, text.encode(), context)

    def _open(self, connection: sa.Connection, row: AnyRow) -> tuple[bytes, bytes]:
        """Credential id and public key; empty, so that nothing verifies, when the key is gone."""
        opened = self._sealer.open(connection, row.person_id, row.credential, b"passkey")
        credential_id, _, public_key = (opened or b"").decode().partition(".")
        return base64url_to_bytes(credential_id), bytes.fromhex(public_key)


def _is(person_id: str, passkey_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(passkey.c.person_id == person_id, passkey.c.id == passkey_id)


def _require(rows: int) -> None:
    if rows != 1:
        raise UnknownError("There is no such passkey.", hint="List yours and choose one of them.")


def _checked(name: str) -> str:
    kept = name.strip()
    if not 1 <= len(kept) <= _LONGEST_NAME:
        raise InputError(
            f"A passkey's name has 1 to {_LONGEST_NAME} characters.", hint="Such as “my phone”."
        )
    return kept
