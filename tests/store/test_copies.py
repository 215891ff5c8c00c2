"""Copies of tables from one database to another, whatever either is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bailee.store.copies import read_copy, write_copy
from bailee.store.database import Database
from bailee.store.tables import CATALOG_TABLES, RING_TABLES, entry, node
from conftest import MakeDatabase


@pytest.fixture
def opened(new_database: MakeDatabase, tmp_path: Path) -> Iterator[Database]:
    yield from _made(new_database() or str(tmp_path / "opened.sqlite"))


@pytest.fixture
def other(new_database: MakeDatabase, tmp_path: Path) -> Iterator[Database]:
    yield from _made(new_database() or str(tmp_path / "other.sqlite"))


def _made(url: str) -> Iterator[Database]:
    made = Database(url)
    made.create()
    yield made
    made.close()


def _append(connection: sa.Connection, count: int) -> list[int]:
    new = sa.insert(entry).values(account_id="", at_ms=1, body=b"\x00\xff").returning(entry.c.id)
    return [connection.execute(new).scalar_one() for _ in range(count)]


def test_a_restored_table_goes_on_counting(
    opened: Database, other: Database, tmp_path: Path
) -> None:
    """Entries made after a restore get numbers of their own, on both databases."""
    before = opened.write(lambda connection: _append(connection, 40))
    opened.read(lambda connection: write_copy(connection, tmp_path / "copy", CATALOG_TABLES))
    other.write(lambda connection: read_copy(tmp_path / "copy", connection, CATALOG_TABLES))
    after = other.write(lambda connection: _append(connection, 3))
    assert set(before).isdisjoint(after)
    assert min(after) > max(before)


def test_a_copy_is_the_same_rows(opened: Database, other: Database, tmp_path: Path) -> None:
    """Leaves at both ends of 64 bits, and bytes of every value, come back as they were."""
    rows = [
        {
            "stream_id": 7,
            "begin": begin,
            "last": last,
            "span_bits": 0,
            "wrapped_key": bytes(range(40)),
        }
        for begin, last in ((0, 1), (1 << 63, (1 << 63) + 1), ((1 << 64) - 2, (1 << 64) - 1))
    ]
    opened.write(lambda connection: connection.execute(sa.insert(node), rows))
    opened.read(lambda connection: write_copy(connection, tmp_path / "copy", RING_TABLES))
    other.write(lambda connection: read_copy(tmp_path / "copy", connection, RING_TABLES))
    wanted = sa.select(node).order_by(node.c.begin)
    found = other.read(lambda connection: connection.execute(wanted).mappings().all())
    assert [dict(row) for row in found] == rows
