"""What the ledger was told, for tests of the household."""

from typing import Any

import sqlalchemy as sa

from bailee.custody.vault import Vault
from bailee.rules import entries
from bailee.store.tables import entry


def told(vault: Vault, type_: str) -> list[dict[str, Any]]:
    """The entries of a type, in order."""
    bodies = vault._premises.database.read(
        lambda c: c.scalars(sa.select(entry.c.body).order_by(entry.c.id)).all()
    )
    return [each for each in map(entries.parse, bodies) if each["type"] == type_]
