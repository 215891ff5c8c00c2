"""Statements that insert rows or deal with those that are there, on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    add: Sequence[str] = (),
) -> None:
    """Insert *rows*; where a row with that primary key is, overwrite it, adding up *add*."""
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    written = {
        name: table.c[name] + statement.excluded[name] if name in add else statement.excluded[name]
        for name in rows[0]
        if name not in keys
    }
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=written), list(rows)
    )


def insert_missing(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those of *rows* whose primary key is not there; the others stay as they are."""
    connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Without the rows in it: the same statement for any number of them is compiled once."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table)
