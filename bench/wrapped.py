"""The usual crypto-shredding, well written: a wrapped key a record, and a wrapped key a person.

Prepared statements; SQLite in WAL with synchronous FULL, PostgreSQL with its durable defaults. To
forget is to delete the keys and vacuum, so that at least the table's own pages let go of them.
"""

import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from place import SQLITE, Place, sqlite

_COLUMNS = "(id {big} PRIMARY KEY, person INTEGER NOT NULL, at_ms {big} NOT NULL, wrapped {bytes} NOT NULL)"
_TABLES = (
    f"CREATE TABLE record_key {_COLUMNS}",
    "CREATE INDEX record_key_person ON record_key (person, at_ms)",
    "CREATE TABLE person_key (person INTEGER PRIMARY KEY, wrapped {bytes} NOT NULL)",
)
_DELETE_RECORDS = "DELETE FROM record_key WHERE person = {0}"
_DELETE_PERSON = "DELETE FROM person_key WHERE person = {0}"
_SELECT = "SELECT wrapped, id FROM record_key"
_UPDATE = "UPDATE record_key SET wrapped = {0} WHERE id = {0}"

Row = tuple[int, int, int, bytes]


class WrappedKeys(ABC):
    """Keys of records and persons in one database."""

    @abstractmethod
    def fill(self, records: Iterable[Row], persons: int) -> None:
        """Put the keys in, and remember this state."""

    @abstractmethod
    def put_back(self) -> None:
        """The state `fill` left."""

    @abstractmethod
    def forget_records(self, person: int) -> None:
        """Delete every key of a person's records; durable when this returns."""

    @abstractmethod
    def vacuum(self) -> None:
        """Take the deleted rows out of the table's pages."""

    @abstractmethod
    def forget_person(self, person: int) -> None:
        """Delete the one key of a person; durable when this returns."""

    @abstractmethod
    def wrap_again(self, old: bytes, new: bytes) -> None:
        """Wrap the key of every record under a new master key; durable when this returns."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database, and drop it."""


def wrapped_keys(place: Place, database: str) -> WrappedKeys:
    """Empty tables on *database*."""
    return _OnSqlite(place.fresh("wrapped")) if database == SQLITE else _OnPostgres(place)


def keys_of(persons: Sequence[int], master: bytes) -> Iterator[Row]:
    """Keys of the records of each person; *persons* says how many each has."""
    number = 0
    for person, count in enumerate(persons):
        for _ in range(count):
            yield number, person, number * 1000, aes_key_wrap(master, os.urandom(32))
            number += 1


def _wrapped_again(
    rows: Iterable[tuple[bytes, int]], old: bytes, new: bytes
) -> list[tuple[bytes, int]]:
    return [(aes_key_wrap(new, aes_key_unwrap(old, wrapped)), key) for wrapped, key in rows]


class _OnSqlite(WrappedKeys):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        return sqlite(self._path)

    def fill(self, records: Iterable[Row], persons: int) -> None:
        self._db.execute("BEGIN")
        for statement in _TABLES:
            self._db.execute(statement.format(big="INTEGER", bytes="BLOB"))
        self._db.executemany("INSERT INTO record_key VALUES (?, ?, ?, ?)", records)
        keys = ((person, os.urandom(40)) for person in range(persons))
        self._db.executemany("INSERT INTO person_key VALUES (?, ?)", keys)
        self._db.execute("COMMIT")
        self._db.close()
        shutil.copy(self._path, self._path.with_suffix(".kept"))
        self._db = self._open()

    def put_back(self) -> None:
        self._db.close()
        shutil.copy(self._path.with_suffix(".kept"), self._path)
        self._db = self._open()

    def forget_records(self, person: int) -> None:
        self._db.execute(_DELETE_RECORDS.format("?"), (person,))

    def vacuum(self) -> None:
        self._db.execute("VACUUM")

    def forget_person(self, person: int) -> None:
        self._db.execute(_DELETE_PERSON.format("?"), (person,))

    def wrap_again(self, old: bytes, new: bytes) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        rows = _wrapped_again(self._db.execute(_SELECT), old, new)
        self._db.executemany(_UPDATE.format("?"), rows)
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
        for path in self._path.parent.glob(self._path.name + "*"):
            path.unlink()


class _OnPostgres(WrappedKeys):
    def __init__(self, place: Place) -> None:
        self._place = place
        self._name = place.new_database()
        self._kept = ""
        self._db = self._open()

    def _open(self) -> psycopg.Connection[Any]:
        return self._place.postgres(self._name)

    def fill(self, records: Iterable[Row], persons: int) -> None:
        with self._db.transaction():
            for statement in _TABLES:
                self._db.execute(statement.format(big="BIGINT", bytes="BYTEA").encode())
            with self._db.cursor().copy("COPY record_key FROM STDIN") as copy:
                for row in records:
                    copy.write_row(row)
            keys = [(person, os.urandom(40)) for person in range(persons)]
            self._db.cursor().executemany("INSERT INTO person_key VALUES (%s, %s)", keys)
        self._db.execute("VACUUM ANALYZE")
        self._db.close()
        self._kept = self._place.new_database(self._name)
        self._db = self._open()

    def put_back(self) -> None:
        self._db.close()
        self._place.drop_database(self._name)
        self._name = self._place.new_database(self._kept)
        self._db = self._open()

    def forget_records(self, person: int) -> None:
        self._db.execute(_DELETE_RECORDS.format("%s").encode(), (person,), prepare=True)

    def vacuum(self) -> None:
        self._db.execute("VACUUM record_key")

    def forget_person(self, person: int) -> None:
        self._db.execute(_DELETE_PERSON.format("%s").encode(), (person,), prepare=True)

    def wrap_again(self, old: bytes, new: bytes) -> None:
        with self._db.transaction():
            rows = _wrapped_again(self._db.execute(_SELECT).fetchall(), old, new)
            self._db.cursor().executemany(_UPDATE.format("%s").encode(), rows)

    def close(self) -> None:
        self._db.close()
        for name in (self._name, self._kept):
            if name:
                self._place.drop_database(name)
