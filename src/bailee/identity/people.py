"""Who may sign in: a name, found by its keyed hash, and a password, sealed with its owner."""

import unicodedata
from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.errors import InputError
from bailee.identity.upsert import upsert
from bailee.store.database import AnyRow
from bailee.store.identity_tables import sign_in
from bailee.types.ids import AccountId, PersonId
from bailee.types.sealed import SealFor

_LONGEST_NAME = 254
"""RFC 5321 §4.5.3.1.3, as e-mail addresses are what people sign in with."""
_NAME = b"sign-in name"
_PASSWORD = b"password"
_WARN_EVERY_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who may sign in. `hash` is their argon2 string; None where there is no password."""

    id: PersonId
    account_id: AccountId
    lookup: bytes
    changed_ms: int
    hash: str | None = field(repr=False)


class People:
    """Names and passwords. All methods work in the caller's transaction."""

    def __init__(self, sealer: SealFor, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def lookup(self, connection: sa.Connection, name: str) -> bytes:
        """The keyed hash of a name (untrusted), whether or not anybody has it."""
        return self._sealer.index(connection, "sign-in name", _fold(name))

    def by_lookup(self, connection: sa.Connection, lookup: bytes) -> Person | None:
        return self._one(connection, sign_in.c.lookup == lookup)

    def by_id(self, connection: sa.Connection, person_id: str) -> Person | None:
        return self._one(connection, sign_in.c.person_id == person_id)

    def name_of(self, connection: sa.Connection, person_id: str) -> str:
        """What they sign in with; "" when they cannot."""
        wanted = sa.select(sign_in.c.name).where(sign_in.c.person_id == person_id)
        sealed = connection.execute(wanted).scalar_one_or_none()
        opened = self._sealer.open(connection, person_id, sealed, _NAME) if sealed else None
        return opened.decode() if opened else ""

    def put(
        self,
        connection: sa.Connection,
        person_id: str,
        account_id: str,
        name: str,
        hash_: str | None,
    ) -> Person:
        """Let a person sign in with *name* and the password of *hash_*, as if for the first time.

        Without a hash they have no password: passkeys alone.

        Raises:
            InputError: The name is no name, or somebody else has it.
        """
        lookup = self.require_free(connection, person_id, name)
        password = None
        if hash_ is not None:
            password = self._sealer.seal(connection, person_id, hash_.encode(), _PASSWORD)
        row = {
            "person_id": person_id,
            "account_id": account_id,
            "lookup": lookup,
            "name": self._sealer.seal(connection, person_id, _kept(name).encode(), _NAME),
            "password": password,
            "changed_ms": self._clock.now_ms(),
            "warned_ms": 0,
        }
        upsert(connection, sign_in, [row])
        return Person(
            id=PersonId(person_id),
            account_id=AccountId(account_id),
            lookup=lookup,
            changed_ms=self._clock.now_ms(),
            hash=hash_,
        )

    def require_free(self, connection: sa.Connection, person_id: str, name: str) -> bytes:
        """The keyed hash of a name that *person_id* may sign in with.

        Raises:
            InputError: The name is no name, or somebody else has it.
        """
        check_name(name)
        lookup = self.lookup(connection, name)
        other = self.by_lookup(connection, lookup)
        if other is not None and other.id != person_id:
            raise InputError(
                "This name cannot be used here.", hint="Choose another one to sign in with."
            )
        return lookup

    def set_hash(
        self, connection: sa.Connection, person: Person, hash_: str, *, changed: bool
    ) -> bool:
        """Keep another argon2 string; *changed* unless it is of the same password.

        False when the password was changed since *person* was read.
        """
        sealed = self._sealer.seal(connection, person.id, hash_.encode(), _PASSWORD)
        moment = max(self._clock.now_ms(), person.changed_ms + 1) if changed else person.changed_ms
        kept = connection.execute(
            sa.update(sign_in)
            .where(sign_in.c.person_id == person.id, sign_in.c.changed_ms == person.changed_ms)
            .values(password=sealed, changed_ms=moment)
        )
        return kept.rowcount == 1

    def may_warn(self, connection: sa.Connection, person_id: str) -> bool:
        """Whether it is time to warn somebody again; marks it."""
        now_ms = self._clock.now_ms()
        marked = connection.execute(
            sa.update(sign_in)
            .where(
                sign_in.c.person_id == person_id,
                sign_in.c.warned_ms <= now_ms - _WARN_EVERY_MS,
            )
            .values(warned_ms=now_ms)
        )
        return marked.rowcount == 1

    def _one(self, connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Person | None:
        row: AnyRow | None = connection.execute(sa.select(sign_in).where(condition)).one_or_none()
        if row is None:
            return None
        opened = None
        if row.password is not None:
            opened = self._sealer.open(connection, row.person_id, row.password, _PASSWORD)
        return Person(
            id=row.person_id,
            account_id=row.account_id,
            lookup=bytes(row.lookup),
            changed_ms=row.changed_ms,
            hash=opened.decode() if opened else None,
        )


def check_name(name: str) -> None:
    """Raise `InputError` unless *name* can be signed in with."""
    if not 1 <= len(_kept(name)) <= _LONGEST_NAME:
        raise InputError(
            f"A name to sign in with has 1 to {_LONGEST_NAME} characters.",
            hint="An e-mail address is a good one.",
        )


def _kept(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _fold(name: str) -> str:
    """Upper and lower case are one; what is too long to be a name is cut: it matches nobody."""
    folded = unicodedata.normalize("NFC", _kept(name[: _LONGEST_NAME * 2]).casefold())
    return folded.encode("utf-8", "replace").decode()
