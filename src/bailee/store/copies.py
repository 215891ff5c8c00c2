"""Copies of tables in an SQLite file: fresh ring backups, and the catalogue's side of a backup.

The same file serves both databases. Rows are copied from one moment; a copy is complete or it is
not there under its name (the caller renames it into place).
"""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from bailee.seal import unwrap
from bailee.store import files
from bailee.store.ddl import make_tables
from bailee.store.tables import artefact, node, secret, shard, state, stream

_AT_ONCE = 2000
_NODES = sa.select(stream.c.shard_id, node.c.wrapped_key).join(
    stream, stream.c.id == node.c.stream_id
)
_SECRETS = sa.select(secret.c.shard_id, secret.c.wrapped_key)


def write_copy(source: sa.Connection, path: Path, tables: Sequence[sa.Table]) -> None:
    """Copy *tables* into a fresh file at *path*, all of it synced when this returns.

    A crash leaves a file that is cut short; it has not been given its name yet.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as target:
            # No step by itself has to survive a crash: the file is synced as a whole, below.
            target.exec_driver_sql("PRAGMA synchronous=OFF")
            target.exec_driver_sql("PRAGMA journal_mode=OFF")
            make_tables(target, tables)
            for table in tables:
                _pour(source, target, table)
            target.commit()
    finally:
        engine.dispose()
    with files.on_disk(str(path.parent)), files.opened(path) as fd:
        files.sync_file(fd)


def read_copy(path: Path, target: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Replace the rows of *tables* by those of the copy at *path*, in the caller's transaction."""
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as source:
            for table in reversed(tables):
                target.execute(sa.delete(table))
            for table in tables:
                _pour(source, target, table)
                _count_on(target, table)
    finally:
        engine.dispose()


def _count_on(target: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows after those copied; SQLite looks for the highest by itself."""
    column = table.autoincrement_column
    if target.dialect.name == "postgresql" and column is not None:
        counter = sa.func.pg_get_serial_sequence(table.name, column.name)
        highest = sa.func.coalesce(sa.func.max(column), 1)
        target.execute(sa.select(sa.func.setval(counter, highest)).select_from(table))


def _pour(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """Copy rows as the drivers see them: every column is kept alike in both databases."""
    names = table.columns.keys()
    read = str(sa.select(table).compile(dialect=source.dialect))
    fill = sa.insert(table).compile(dialect=target.dialect, column_keys=names)
    rows = source.execution_options(yield_per=_AT_ONCE).exec_driver_sql(read)
    for part in rows.partitions():
        if fill.positional:
            target.exec_driver_sql(str(fill), [tuple(row) for row in part])
        else:
            target.exec_driver_sql(str(fill), [dict(zip(names, row, strict=True)) for row in part])


def contents_of(path: Path) -> set[str]:
    """The keys of the contents that the catalogue copy at *path* refers to."""
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            return contents_in(connection)
    finally:
        engine.dispose()


def contents_in(connection: sa.Connection) -> set[str]:
    """The keys of the contents that a catalogue refers to."""
    wanted = sa.select(artefact.c.content_key).where(artefact.c.content_key.is_not(None))
    return {key for key in connection.scalars(wanted) if key is not None}


def verify_ring(path: Path, root: bytes) -> int:
    """Open every key of the ring copy at *path* with *root*; its epoch of erasures.

    Raises:
        UnwrapError: A key does not open: this copy must not be the last one.
    """
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            keys = {
                row.id: unwrap(root, row.wrapped_key)
                for row in connection.execute(sa.select(shard.c.id, shard.c.wrapped_key))
            }
            for wanted in (_NODES, _SECRETS):
                for row in connection.execute(wanted):
                    unwrap(keys[row.shard_id], row.wrapped_key)
            return int(connection.execute(sa.select(state.c.epoch)).scalar_one())
    finally:
        engine.dispose()
