"""A vault that can be put back to how it was, on each sort of database."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bailee import Vault
from bailee.clock import FixedClock
from conftest import MakeDatabase, PostgresServer
from custody.old_copies.household import Household, furnish

Parts = tuple[str, ...]
EVERYTHING: Parts = ("folder", "ledger", "database")


@dataclass
class TimeMachine:
    """Saves a closed vault, and brings back parts of it later."""

    house: Household
    clock: FixedClock
    store: Path
    postgres: Callable[[], PostgresServer]
    saved: int = 0
    _open: bool = field(default=True)

    @property
    def vault(self) -> Vault:
        return self.house.vault

    @property
    def home(self) -> Path:
        return self.vault.home

    def close(self) -> None:
        if self._open:
            self.vault.close()
            self._open = False

    def open(self) -> Vault:
        """Open the vault anew; the household uses it from here on."""
        self.close()
        self.house.vault = Vault.open(self.home, clock=self.clock)
        self._open = True
        return self.vault

    def save(self) -> int:
        """Keep everything as it is now; the number by which it comes back."""
        self.close()
        self.saved += 1
        shutil.copytree(self.home, self._folder(self.saved))
        self._copy_database(self._database(), f"{self._database()}_{self.saved}")
        self.open()
        return self.saved

    def bring_back(self, number: int, parts: Parts = EVERYTHING) -> None:
        """Put parts back, and leave the vault closed."""
        self.close()
        kept, home = self._folder(number), self.home
        for path in kept.iterdir():
            of = {"ledger": "ledger", "catalog.sqlite": "database"}.get(path.name, "folder")
            if of in parts:
                _replace(path, home / path.name)
        if "database" in parts:
            for each in ("catalog.sqlite-wal", "catalog.sqlite-shm"):
                (home / each).unlink(missing_ok=True)
            self._copy_database(f"{self._database()}_{number}", self._database())

    def _folder(self, number: int) -> Path:
        return self.home.with_name(f"{self.home.name}-saved-{number}")

    def _database(self) -> str:
        url: str = json.loads((self.home / "vault.json").read_text())["database"]
        return url.partition("?")[0].rpartition("/")[2]

    def _copy_database(self, source: str, target: str) -> None:
        if not source.startswith("catalog.sqlite"):
            with self.postgres()._admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
                connection.exec_driver_sql(f"CREATE DATABASE {target} TEMPLATE {source}")


def _replace(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def machine(
    request: pytest.FixtureRequest,
    new_database: MakeDatabase,
    tmp_path: Path,
    clock: FixedClock,
) -> Iterator[TimeMachine]:
    """A furnished household with a replica of its root, saved once as yesterday (1)."""
    store = tmp_path / "root"
    vault = Vault.create(
        tmp_path / "vault",
        root_store=store,
        root_replicas=[tmp_path / "replica"],
        database=new_database(),
        clock=clock,
    )
    made = TimeMachine(
        furnish(vault, clock), clock, store, lambda: request.getfixturevalue("postgres")
    )
    made.save()
    yield made
    made.close()
