"""The ledger: entries put on record, durable when the caller is told, against an audit table.

The table is what engineers write who want to notice tampering: each row carries the hash of the one
before, so the last row is locked from the read to the commit. Ours appends to the outbox; the
publisher numbers, integrates and signs later, for any number of entries at once: reported apart.
"""

import hashlib
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from harness import Part, Row, medians, repeat, seconds, share, shown
from place import DATABASES, SQLITE, Place, sqlite, vault_on

from bailee.custody import entries
from bailee.custody.premises import Premises

CALLERS = 100
_TABLE = "CREATE TABLE audit (id {0} PRIMARY KEY, at_ms BIGINT NOT NULL, body TEXT NOT NULL, hash {1} NOT NULL)"
_LAST = "SELECT hash FROM audit ORDER BY id DESC LIMIT 1"
_INSERT = "INSERT INTO audit (at_ms, body, hash) VALUES ({0}, {0}, {0})"
_BODY = (
    '{{"who":"owner","what":"release","kind":"audio","purpose":"owner-view","number":{0},'
    '"account":"5f2c9f0e6ad94d21a7b1c3f0d4e5b6a7","policy":"owner"}}'
)


class _Chain(ABC):
    """An audit table chained by hashes."""

    @abstractmethod
    def append(self, count: int) -> None:
        """Add *count* rows in one transaction; durable when this returns."""

    @staticmethod
    def rows(last: bytes, count: int) -> list[tuple[int, str, bytes]]:
        now_ms = time.time_ns() // 1_000_000
        rows = []
        for number in range(count):
            body = _BODY.format(number)
            last = hashlib.sha256(last + body.encode()).digest()
            rows.append((now_ms, body, last))
        return rows

    @abstractmethod
    def close(self) -> None: ...


class _OnSqlite(_Chain):
    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection = sqlite(path, shared=True)
        self._db.execute(_TABLE.format("INTEGER", "BLOB"))
        self._lock = threading.Lock()

    def append(self, count: int) -> None:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            last = self._db.execute(_LAST).fetchone() or (b"",)
            self._db.executemany(_INSERT.format("?"), self.rows(last[0], count))
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


class _OnPostgres(_Chain):
    def __init__(self, place: Place) -> None:
        self._place, self._name = place, place.new_database()
        self._mine = threading.local()
        self._spare: list[psycopg.Connection[Any]] = []
        self._room = threading.Semaphore(20)
        with place.postgres(self._name) as made:
            made.execute(_TABLE.format("BIGSERIAL", "BYTEA").encode())

    def append(self, count: int) -> None:
        with self._room:
            db = self._spare.pop() if self._spare else self._place.postgres(self._name)
            with db.transaction():
                db.execute("SELECT pg_advisory_xact_lock(1)", prepare=True)
                last = db.execute(_LAST.encode(), prepare=True).fetchone() or (b"",)
                insert, rows = _INSERT.format("%s").encode(), self.rows(last[0], count)
                if count == 1:
                    db.execute(insert, rows[0], prepare=True)
                else:
                    db.cursor().executemany(insert, rows)
            self._spare.append(db)

    def close(self) -> None:
        for each in self._spare:
            each.close()


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    count, rounds = place.size.pick((20, 1), (300, 3), (1000, 5))
    place.say(f"{database}: entries")
    chain = _OnSqlite(place.fresh("chain")) if database == SQLITE else _OnPostgres(place)
    kept = vault_on(place, database, "ledger")
    part = Part(title=f"Putting entries on record, on {database}")
    against = f"an audit table chained by hashes, {database}"
    with closing(kept.create()) as vault:
        premises = vault._premises  # noqa: SLF001 - the outbox has no door of its own

        def one(_: int) -> None:
            _append(premises, 1)

        ways: dict[str, tuple[Callable[[], object], Callable[[], object], int]] = {
            "one caller, one entry after another": (
                lambda: repeat(lambda: one(0), count),
                lambda: repeat(lambda: chain.append(1), count),
                count,
            ),
            f"{CALLERS} callers at once, one entry each": (
                lambda: share(one, count, CALLERS),
                lambda: share(lambda _: chain.append(1), count, CALLERS),
                count,
            ),
            f"one caller, {CALLERS} entries a transaction": (
                lambda: repeat(lambda: _append(premises, CALLERS), count // CALLERS or 1),
                lambda: repeat(lambda: chain.append(CALLERS), count // CALLERS or 1),
                (count // CALLERS or 1) * CALLERS,
            ),
        }
        for work, (ours, theirs, many) in ways.items():
            medians((partial(_append, premises, 1), partial(chain.append, 1)), 3)
            taken = medians((ours, theirs), rounds)
            part.rows.append(
                Row(
                    work=f"entries, {work}",
                    against=against,
                    ours_s=taken[0] / many,
                    theirs_s=taken[1] / many,
                    aim=1,
                )
            )
        vault.publish()
        _append(premises, many_at_once := place.size.pick(50, 500, 2000))
        published = seconds(vault.publish)
    part.figures.append(
        (
            f"publishing {many_at_once:,} entries: numbered, integrated, signed",
            f"{shown(published)}, {shown(published / many_at_once)} each",
        )
    )
    chain.close()
    kept.drop()
    return part


def _append(premises: Premises, count: int) -> None:
    def work(connection: sa.Connection) -> None:
        for _ in range(count):
            entries.append(
                connection,
                premises,
                "refusal",
                entries.VAULT,
                account="5f2c9f0e6ad94d21a7b1c3f0d4e5b6a7",
                verb="release",
                why="denied",
                kind="audio",
                purpose="owner-view",
                policy="owner",
                principal="0b9d5e3f7a1c48268e4d2f6b9a7c5e31",
            )

    premises.database.write(work)
