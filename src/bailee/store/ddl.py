"""Making tables: what SQL says of each, put into words once a process and not once a database.

A vault makes all of its tables when it is founded, and those of its ring in each copy of the ring,
so at each rotation.
"""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateIndex, CreateTable, sort_tables


def make_tables(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Make those of *tables*, and of their indexes, that are not there yet, in this transaction."""
    for statement in _statements(connection.dialect.name, tuple(tables)):
        connection.exec_driver_sql(statement)


@cache
def _statements(dialect_name: str, tables: tuple[sa.Table, ...]) -> tuple[str, ...]:
    dialect = registry.load(dialect_name)()
    made: list[CreateTable | CreateIndex] = []
    for table in sort_tables(tables):
        made.append(CreateTable(table, if_not_exists=True))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [CreateIndex(each, if_not_exists=True) for each in indexes]
    return tuple(str(each.compile(dialect=dialect)) for each in made)
