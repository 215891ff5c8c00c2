"""The tables above custody: each row has an owner, goes with its key, and backs up or passes."""

import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.store.rooms import _OWNED, ALL_TABLES, KEPT_TABLES, ROOM_TABLES
from bailee.store.tables import metadata
from support.vaults import NOW_MS, opened, reopened, said

OF_NOBODY = {"notice", "guard_bucket", "guard_minute", "idempotency", "ledger_reader"}
"""Public texts; counters under keyed hashes; what hangs on a token that is stored nowhere."""


def test_every_table_has_an_owner() -> None:
    """By a column whose name says so: else an erasure would leave its rows behind."""
    owned = {table.name for table, _ in _OWNED}
    assert {table.name for table in ROOM_TABLES} - owned == OF_NOBODY


def test_every_table_is_known() -> None:
    """Made with the database; in a backup, unless it is passing or of the ring."""
    assert {table.name for table in ALL_TABLES} == set(metadata.tables)
    left = {table.name for table in metadata.tables.values()} - {t.name for t in KEPT_TABLES}
    assert left == {
        table.name
        for table in metadata.tables.values()
        if table.info.get("ring") or table.info.get("passing")
    }


def test_a_vault_from_before_the_household_gets_its_tables(
    sqlite_vault: Vault, clock: FixedClock
) -> None:
    """Opened, it has them, and what it held."""
    made = said(sqlite_vault, NOW_MS - 1000, content=b"walnuts")

    def work(connection: sa.Connection) -> None:
        for table in reversed(ROOM_TABLES):
            connection.execute(sa.schema.DropTable(table))

    sqlite_vault._premises.database.write(work)
    with reopened(sqlite_vault, clock) as again:
        found = again._premises.database.read(lambda c: set(sa.inspect(c).get_table_names()))
        assert found >= set(metadata.tables)
        assert opened(again, made.artefact_id) == b"walnuts"
