"""Releasing 64 KiB to 16 readers, each release on record before its first byte.

Theirs: read the row, insert into an audit table, commit, read the file, unwrap the key, decrypt.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from harness import Part, Row, medians, share
from place import DATABASES, SQLITE, Place, sqlite, vault_on

from bailee import Deposit, Kind, Purpose, Vault

READERS = 16
SIZE = 65_536
_HELD = "CREATE TABLE held (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, wrapped {0} NOT NULL)"
_AUDIT = (
    "CREATE TABLE audit (id {0} PRIMARY KEY, at_ms BIGINT NOT NULL, who TEXT NOT NULL,"
    " held INTEGER NOT NULL, purpose TEXT NOT NULL)"
)
_SELECT = "SELECT owner, wrapped FROM held WHERE id = {0}"
_INSERT = "INSERT INTO audit (at_ms, who, held, purpose) VALUES ({0}, {0}, {0}, {0})"


class _Shelf:
    """Files with a wrapped key each, and who looked; on SQLite or PostgreSQL."""

    def __init__(self, place: Place, database: str, count: int) -> None:
        self.folder = place.fresh("shelf")
        self.folder.mkdir()
        self.master = os.urandom(32)
        keys = [os.urandom(32) for _ in range(count)]
        for number, key in enumerate(keys):
            sealed = AESGCM(key).encrypt(bytes(12), os.urandom(SIZE), None)
            (self.folder / str(number)).write_bytes(sealed)
        rows = [(n, "home", aes_key_wrap(self.master, key)) for n, key in enumerate(keys)]
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._place, self._on_sqlite = place, database == SQLITE
        self._spare: list[psycopg.Connection[Any]] = []
        if self._on_sqlite:
            self._path = self.folder / "rows.sqlite"
            self._writer = sqlite(self._path, shared=True)
            self._writer.execute(_HELD.format("BLOB"))
            self._writer.execute(_AUDIT.format("INTEGER"))
            self._writer.executemany("INSERT INTO held VALUES (?, ?, ?)", rows)
        else:
            self._name = place.new_database()
            with place.postgres(self._name) as made:
                made.execute(_HELD.format("BYTEA").encode())
                made.execute(_AUDIT.format("BIGSERIAL").encode())
                made.cursor().executemany("INSERT INTO held VALUES (%s, %s, %s)", rows)

    def release(self, number: int) -> int:
        record = (time.time_ns() // 1_000_000, "home", number, "owner-view")
        if self._on_sqlite:
            _, wrapped = self._reader().execute(_SELECT.format("?"), (number,)).fetchone()
            with self._lock:
                self._writer.execute(_INSERT.format("?"), record)
        else:
            rows = self._take()
            select, insert = _SELECT.format("%s").encode(), _INSERT.format("%s").encode()
            found = rows.execute(select, (number,), prepare=True).fetchone()
            assert found is not None
            wrapped = found[1]
            rows.execute(insert, record, prepare=True)
            self._spare.append(rows)
        key = aes_key_unwrap(self.master, wrapped)
        sealed = (self.folder / str(number)).read_bytes()
        return len(AESGCM(key).decrypt(bytes(12), sealed, None))

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "reader"):
            self._mine.reader = sqlite(self._path)
        reader: sqlite3.Connection = self._mine.reader
        return reader

    def _take(self) -> psycopg.Connection[Any]:
        """A pooled connection; whoever takes it gives it back to `_spare`."""
        try:
            return self._spare.pop()
        except IndexError:
            return self._place.postgres(self._name)

    def close(self) -> None:
        if self._on_sqlite:
            self._writer.close()
        for each in self._spare:
            each.close()


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    held, count, rounds = place.size.pick((8, 32, 1), (64, 320, 3), (200, 960, 5))
    place.say(f"{database}: releasing 64 KiB to 16 readers")
    shelf = _Shelf(place, database, held)
    kept = vault_on(place, database, "release")
    with closing(kept.create()) as vault:
        ids = [done.artefact_id for done in vault.deposit_many(list(_items(held)))]
        sides: list[Callable[[int], object]] = [
            lambda number: _release(vault, ids[number % held]),
            lambda number: shelf.release(number % held),
        ]
        for side in sides:
            share(side, READERS, READERS)
        taken = medians([_all(side, count) for side in sides], rounds)
    shelf.close()
    kept.drop()
    part = Part(title=f"Releasing 64 KiB, on record before the first byte, on {database}")
    part.rows.append(
        Row(
            work=f"release 64 KiB, {READERS} readers",
            against=f"row, INSERT into an audit table committed, decrypt, {database}",
            ours_s=taken[0] / count,
            theirs_s=taken[1] / count,
            aim=1.5,
        )
    )
    return part


def _all(side: Callable[[int], object], count: int) -> Callable[[], None]:
    return lambda: share(side, count, READERS)


def _items(count: int) -> Iterator[Deposit]:
    now_ms = time.time_ns() // 1_000_000
    for number in range(count):
        yield Deposit(
            account="home",
            person="Leo",
            device="kitchen",
            kind=Kind.AUDIO,
            content=os.urandom(SIZE),
            captured_at_ms=now_ms - 1000 * (count - number),
        )


def _release(vault: Vault, artefact_id: str) -> int:
    released = vault.release(artefact_id, purpose=Purpose.OWNER_VIEW)
    return sum(len(stretch) for stretch in released.stretches)
