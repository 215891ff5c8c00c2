"""A small world for tests of signing in: keys in memory, cheap argon2, notices in lists."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.clock import FixedClock
from bailee.errors import EvidenceError
from bailee.identity import Added, Entered, Identity, Settings
from bailee.store.database import Database
from bailee.types.sign_in import Client, Factor, SignInEvent

CHEAP = Settings(argon2_passes=1, argon2_memory_kib=8, argon2_lanes=1)
PASSWORD = "four quiet walnut chairs"
HERE = Client(address="192.0.2.7", description="Firefox on Linux")


SHM = Path("/dev/shm")


def quick_folder() -> TemporaryDirectory[str]:
    """A folder in memory where there is one: nothing here tests what a power cut leaves."""
    return TemporaryDirectory(dir=SHM if SHM.is_dir() else None)


class Keys:
    """A `SealFor` whose keys live in memory; `forget` is an erasure."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._names = secrets.token_bytes(32)
        self._gone: set[str] = set()

    def seal(self, connection: sa.Connection, owner_id: str, plain: bytes, context: bytes) -> bytes:
        assert owner_id not in self._gone
        key = self._keys.setdefault(owner_id, secrets.token_bytes(32))
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, context)

    def open(
        self, connection: sa.Connection, owner_id: str, sealed: bytes, context: bytes
    ) -> bytes | None:
        key = self._keys.get(owner_id)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], context)
        except InvalidTag as error:
            raise EvidenceError("A sealed value does not open.") from error

    def index(self, connection: sa.Connection, what: str, text: str) -> bytes:
        return hmac.digest(self._names, f"{what}\0{text}".encode(), "sha256")

    def forget(self, owner_id: str) -> None:
        self._gone.add(owner_id)
        self._keys.pop(owner_id, None)


@dataclass
class Told:
    """Notices and ledger entries, as they were committed or not: see `World.told`."""

    notices: list[tuple[str, SignInEvent, Mapping[str, str]]] = field(default_factory=list)
    entries: list[tuple[str, str, SignInEvent, Factor | None]] = field(default_factory=list)

    def notify(
        self,
        connection: sa.Connection,
        person_id: str,
        event: SignInEvent,
        details: Mapping[str, str],
    ) -> None:
        self.notices.append((person_id, event, details))

    def trace(
        self,
        connection: sa.Connection,
        account_id: str,
        subject_id: str,
        event: SignInEvent,
        factor: Factor | None,
    ) -> None:
        self.entries.append((account_id, subject_id, event, factor))

    def of(self, person_id: str) -> list[SignInEvent]:
        return [event for whose, event, _ in self.notices if whose == person_id]


class CountingHasher:
    """Argon2 that counts its work."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_passes,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
        )
        self.work: list[str] = []

    def hash(self, password: str) -> str:
        self.work.append("hash")
        return self._hasher.hash(password)

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - the library's name
        self.work.append("verify")
        return self._hasher.verify(hash, password)

    def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - the library's name
        return self._hasher.check_needs_rehash(hash)


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person with an authenticator app."""

    id: str
    name: str
    password: str
    secret: str
    codes: tuple[str, ...]
    entered: Entered


class World:
    """An `Identity` and all it stands on."""

    def __init__(
        self,
        database: Database,
        clock: FixedClock,
        *,
        settings: Settings = CHEAP,
        keys: Keys | None = None,
        **more: Any,
    ) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.keys = keys or Keys()
        self.told = Told()
        self.hasher = CountingHasher(settings)
        self.identity = Identity(
            settings=settings,
            database=database,
            sealer=self.keys,
            clock=clock,
            notify=self.told.notify,
            trace=self.told.trace,
            **{"hasher": self.hasher, "breached": lambda _: False, **more},
        )

    def code(self, secret: str, *, steps: int = 0) -> str:
        """The app's code now, or *steps* of 30 s away."""
        return pyotp.TOTP(secret).at(self.clock.now_ms() // 1000, counter_offset=steps)

    def next_step(self) -> None:
        """Let the app show another code."""
        self.clock.advance(ms=30_000)

    def invite(self, person_id: str, name: str, password: str, client: Client = HERE) -> Entered:
        token = self.identity.enrolment.invite(person_id, "acc_home")
        return self.identity.enrolment.accept(token, name, password, client)

    def add_app(self, token: str, client: Client = HERE) -> tuple[str, Added]:
        uri = self.identity.factors.begin_totp(token)
        found = re.search(r"secret=([A-Z2-7]+)", uri)
        assert found is not None
        added = self.identity.factors.confirm_totp(token, self.code(found[1]), client)
        return found[1], added

    def person(
        self,
        name: str = "ana@home.example",
        password: str = PASSWORD,
        *,
        client: Client = HERE,
    ) -> Someone:
        """Invite a person and set up their app, ending one step later."""
        person_id = f"per_{name[:12]}"
        entered = self.invite(person_id, name, password, client)
        secret, added = self.add_app(entered.token, client)
        self.next_step()
        return Someone(
            id=person_id,
            name=name,
            password=password,
            secret=secret,
            codes=added.codes,
            entered=added.entered,
        )

    def enter(self, someone: Someone, client: Client = HERE) -> Entered:
        """Sign in as they do, in two steps, ending one step later."""
        begun = self.identity.sign_in.begin(someone.name, someone.password, client)
        entered = self.identity.sign_in.finish(begun.token, self.code(someone.secret), client)
        self.next_step()
        return entered

    def count(self, table: sa.Table) -> int:
        wanted = sa.select(sa.func.count()).select_from(table)
        return int(self.database.read(lambda c: c.execute(wanted).scalar_one()))
