"""The one database: SQLite by default, PostgreSQL beyond one machine.

**Contract.** `write` runs a function in a transaction: all of it is durable when the call returns,
or none of it happened and the call raised. Transactions that lock the same account or shard row
are serial. A function may run more than once, reading or writing, and so must have no effect but
through its connection (the erasure journal is idempotent on purpose). `read` sees one moment.

On SQLite (WAL, `synchronous=FULL`) writers of one process share a commit, and so one sync, and
every transaction begins IMMEDIATE. On PostgreSQL each has its own transaction, READ COMMITTED
with row locks; the server groups their syncs.

A crash during `write` before its commit leaves nothing; after it, everything.
"""

import fcntl
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool

from bailee.errors import InputError, RootMissingError, UnavailableError
from bailee.store.ddl import make_tables
from bailee.store.rooms import ALL_TABLES
from bailee.store.tables import metadata

T = TypeVar("T")
AnyRow: TypeAlias = sa.Row[*tuple[Any, ...]]

_MOST_TOGETHER = 256
_TRIES = 16
_ROOT_TRIES = 4
_FIRST_WAIT_US = 2_000
_LONGEST_WAIT_US = 250_000
_LOST_A_RACE = {"40001", "40P01", "23505"}  # serialization, deadlock, two made the same row


class RetryTransaction(Exception):  # noqa: N818 - a signal, not an error anyone sees
    """Raised inside a written function when a row it read has moved: run it again."""


class DatabaseError(UnavailableError):
    """The database could not carry out a transaction."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"The database refused: {evidence}.",
            hint="Nothing of this was stored. Check its disk and that it is running, then repeat.",
        )


def _step_aside(number: int) -> None:
    """Wait a little, at random and longer each time, so that those who met do not meet again."""
    longest_us = min(_LONGEST_WAIT_US, _FIRST_WAIT_US << number)
    time.sleep(secrets.randbelow(longest_us) / 1e6)


class _Job(Generic[T]):
    def __init__(self, work: Callable[[sa.Connection], T]) -> None:
        self.work = work
        self.done = False
        self.error: BaseException | None = None
        self.value: T | None = None


def _tell(error: DBAPIError) -> str:
    """The driver's first line, without the statement and its parameters."""
    return str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__


def _require_transaction(connection: sa.Connection) -> None:
    """SQLite rolls everything back by itself when the disk is full or ailing: then all have failed.

    Unseen, the jobs before would be told that theirs is durable, and those after would commit alone.
    """
    driver: Any = connection.connection.dbapi_connection
    if not driver.in_transaction:
        raise DatabaseError("it gave up the whole transaction")


class Database:
    """A connection pool and the two ways to use it."""

    def __init__(self, url: str) -> None:
        """Open *url*, a path or an SQLAlchemy URL. No table is made: see `create`."""
        self.url = url if "://" in url else f"sqlite:///{url}"
        self.is_sqlite = self.url.startswith("sqlite")
        if self.url.startswith(("postgresql://", "postgres://")):
            self.url = "postgresql+psycopg://" + self.url.split("://", 1)[1]
        if not self.is_sqlite and not self.url.startswith("postgresql"):
            raise InputError(
                "bailee keeps its catalogue in SQLite or PostgreSQL.",
                hint="Give a path, or a URL that begins with postgresql://.",
            )
        self._writer = self._engine(writes=True)
        self._reader = self._engine(writes=False) if self.is_sqlite else self._writer
        self._snapshots = (
            self._reader
            if self.is_sqlite
            else self._reader.execution_options(isolation_level="REPEATABLE READ")
        )
        self._queue: deque[_Job[Any]] = deque()
        self._leader = threading.Lock()

    def _engine(self, *, writes: bool) -> sa.Engine:
        if not self.is_sqlite:
            try:
                return sa.create_engine(self.url, pool_size=20, max_overflow=12, pool_pre_ping=True)
            except ModuleNotFoundError as error:
                raise InputError(
                    "PostgreSQL support is not installed.",
                    hint="Run: pip install 'bailee[postgres]'.",
                ) from error
        engine = sa.create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=1 if writes else 8,
            max_overflow=0 if writes else 24,
            connect_args={"check_same_thread": False, "timeout": 60},
        )

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # BEGIN is ours, below
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA cache_size=-65536")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            if writes:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:  # it touches nothing and cannot fail: spared SQLAlchemy's way to the driver
                cast("Any", connection.connection.dbapi_connection).execute("BEGIN")

        return engine

    def create(self) -> None:
        """Make every table. A crash leaves an empty home, which `init` makes anew."""
        if self.is_sqlite:
            path = Path(cast("str", sa.make_url(self.url).database))
            path.touch(mode=0o600)
        with self._telling(), self._writer.begin() as connection:
            make_tables(connection, ALL_TABLES)

    def complete(self) -> None:
        """Make the tables that a database of an earlier version lacks. Idempotent."""
        with self._telling():
            there = set(sa.inspect(self._reader).get_table_names())
            if any(table.name not in there for table in ALL_TABLES):
                with self._writer.begin() as connection:
                    make_tables(connection, ALL_TABLES)

    def has_tables(self) -> bool:
        """Whether `create` was ever called on it. Makes nothing, not even an empty file."""
        if self.is_sqlite and not Path(str(sa.make_url(self.url).database)).is_file():
            return False
        with self._telling():
            return sa.inspect(self._reader).has_table(metadata.tables["state"].name)

    def drop(self) -> None:
        """Take every table away, with all that is in them."""
        with self._telling():
            metadata.drop_all(self._writer, tables=ALL_TABLES)

    @contextmanager
    def exclusively(self, what: str) -> Iterator[None]:
        """Hold the one lease named *what* over every process of this vault; wait for it.

        It ends with the holder, however that ends: the kernel or the server lets go of it.
        """
        if self.is_sqlite:
            path = Path(f"{sa.make_url(self.url).database}.{what}.lock")
            with path.open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            return
        key = int.from_bytes(sha256(f"bailee/{what}".encode()).digest()[:8], "big", signed=True)
        with self._telling(), self._writer.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
            connection.commit()
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
                connection.commit()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise DatabaseError(_tell(error)) from error

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run *work* over one moment of the database, changing nothing."""
        return self._despite_rotations(work, self._read_once)

    def _read_once(self, work: Callable[[sa.Connection], T]) -> T:
        with self._telling(), self._snapshots.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Run *work* in a transaction; durable when this returns (see the contract above)."""
        return self._despite_rotations(work, self._write_on)

    def _write_on(self, work: Callable[[sa.Connection], T]) -> T:
        for number in range(_TRIES):
            try:
                with self._telling():
                    return self._write_sqlite(work) if self.is_sqlite else self._write_alone(work)
            except RetryTransaction:
                _step_aside(number)
        raise DatabaseError(f"{_TRIES} tries met other writers each time")

    @staticmethod
    def _despite_rotations(
        work: Callable[[sa.Connection], T],
        once: Callable[[Callable[[sa.Connection], T]], T],
    ) -> T:
        """Begin again at a fresh moment where the root of the one that was read is gone.

        A rotation destroys the old root after its commit, so whoever read a row before it may look
        for that root after it; the row is under the new root by then. Raises `RootMissingError`
        where the root is missing each time: then it is not there at all.
        """
        for number in range(_ROOT_TRIES - 1):
            try:
                return once(work)
            except RootMissingError:
                _step_aside(number)
        return once(work)

    def _write_alone(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self._writer.begin() as connection:
                return work(connection)
        except (OperationalError, IntegrityError) as error:
            if getattr(error.orig, "sqlstate", None) in _LOST_A_RACE:
                raise RetryTransaction from error
            raise

    def _write_sqlite(self, work: Callable[[sa.Connection], T]) -> T:
        """Join the queue; whoever holds the lead commits for everyone in it."""
        job = _Job(work)
        self._queue.append(job)
        with self._leader:
            while not job.done:
                batch = [self._queue.popleft()]
                while self._queue and len(batch) < _MOST_TOGETHER:
                    batch.append(self._queue.popleft())
                self._commit_together(batch)
        if job.error is not None:
            raise job.error
        return cast("T", job.value)

    def _commit_together(self, batch: list[_Job[Any]]) -> None:
        try:
            with self._writer.begin() as connection:
                for job in batch:
                    if len(batch) == 1:
                        job.value = job.work(connection)  # its failure is the transaction's own
                    else:
                        self._run(connection, job)
                    _require_transaction(connection)
        except BaseException as error:  # noqa: BLE001 - every waiter is told, then each raises it
            for job in batch:
                job.error = error
        for job in batch:
            job.done = True

    @staticmethod
    def _run(connection: sa.Connection, job: _Job[Any]) -> None:
        """One job in a savepoint: its failure undoes its own rows alone."""
        try:
            with connection.begin_nested():
                job.value = job.work(connection)
        except BaseException as error:  # noqa: BLE001 - kept for the job's own caller
            job.error = error
