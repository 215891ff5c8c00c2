"""A world of sign-in on each sort of database, and one on SQLite where that does not matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.clock import FixedClock
from bailee.store.database import Database
from identity.parts_for_tests import World, quick_folder


@pytest.fixture
def both(database: Database, clock: FixedClock) -> World:
    """A fresh world, on SQLite and on PostgreSQL."""
    return World(database, clock)


@pytest.fixture
def world(clock: FixedClock) -> Iterator[World]:
    """A fresh world on SQLite."""
    with quick_folder() as folder:
        database = Database(str(Path(folder) / "catalog.sqlite"))
        database.create()
        yield World(database, clock)
        database.close()
