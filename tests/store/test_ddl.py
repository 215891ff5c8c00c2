"""Tables are made as their descriptions say, in each sort of database, and never twice."""

import sqlalchemy as sa

from bailee.store.database import Database
from bailee.store.ddl import make_tables
from bailee.store.identity_tables import guard_minute
from bailee.store.rooms import ALL_TABLES


def _made(found: sa.Inspector, table: sa.Table) -> object:
    columns = [(each["name"], each["nullable"]) for each in found.get_columns(table.name)]
    indexes = {
        (each["name"], tuple(each["column_names"]), bool(each["unique"]))
        for each in found.get_indexes(table.name)
        if not each.get("duplicates_constraint")
    }
    return columns, found.get_pk_constraint(table.name)["constrained_columns"], indexes


def _meant(table: sa.Table) -> object:
    columns = [(each.name, bool(each.nullable)) for each in table.columns]
    indexes = {
        (each.name, tuple(column.name for column in each.columns), each.unique)
        for each in table.indexes
    }
    return columns, [each.name for each in table.primary_key], indexes


def test_every_table_is_as_it_is_described(database: Database) -> None:
    """Columns in their order, keys and indexes."""
    found = database.read(lambda c: {each.name: _made(sa.inspect(c), each) for each in ALL_TABLES})
    assert found == {each.name: _meant(each) for each in ALL_TABLES}


def test_what_is_there_stays_as_it_is(database: Database) -> None:
    """Made once more, tables keep their rows: a database of an earlier version is completed so."""

    def twice(connection: sa.Connection) -> int:
        row = dict.fromkeys(guard_minute.columns.keys(), 1)
        connection.execute(sa.insert(guard_minute).values(row))
        make_tables(connection, ALL_TABLES)
        return connection.execute(sa.select(sa.func.count()).select_from(guard_minute)).scalar_one()

    assert database.write(twice) == 1
