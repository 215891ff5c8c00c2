"""The tables of the rooms above custody, and what becomes of their rows when a key goes."""

from collections.abc import Sequence

import sqlalchemy as sa

from bailee.store import (
    api_tables,
    household_tables,
    identity_tables,
    place_tables,
    upload_tables,
)
from bailee.store.tables import CATALOG_TABLES, RING_TABLES, metadata, secret

assert identity_tables.session.metadata is household_tables.household.metadata is metadata
assert upload_tables.upload.metadata is api_tables.idempotency.metadata is metadata
assert place_tables.named_place.metadata is metadata

_BELOW = {table.name for table in (*RING_TABLES, *CATALOG_TABLES)}
ROOM_TABLES = tuple(table for table in metadata.sorted_tables if table.name not in _BELOW)
ALL_TABLES = (*RING_TABLES, *CATALOG_TABLES, *ROOM_TABLES)
KEPT_TABLES = (
    *CATALOG_TABLES,
    *(table for table in ROOM_TABLES if not table.info.get("passing")),
)
"""What a backup holds beside the ring: sessions and the like must not come back with it."""
_OWNERS = ("person_id", "device_id", "account_id")
_AT_ONCE = 500


def _owned() -> list[tuple[sa.Table, sa.ColumnElement[str]]]:
    """Each column that says whose its row is."""
    return [
        (table, column)
        for table in ROOM_TABLES
        for column in table.c
        if column.name.endswith(_OWNERS)
    ]


_OWNED = _owned()
_present = sa.select(
    *(
        sa.select(sa.literal(1)).where(column.in_(sa.bindparam("ids", expanding=True))).exists()
        for _, column in _OWNED
    )
)


def forget_owners(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Delete every row of the persons, devices or accounts *ids*, whose keys go with this.

    Idempotent; in the caller's transaction, so that no row outlives its key. One statement asks
    which tables have any: most have none.
    """
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        found = connection.execute(_present, {"ids": some}).one()
        for (table, column), present in zip(_OWNED, found, strict=True):
            if present:
                connection.execute(sa.delete(table).where(column.in_(some)))


def drop_ownerless(connection: sa.Connection) -> None:
    """Delete every row of whoever has no key any more: an older catalogue beside a newer ring."""
    alive = sa.select(secret.c.id)
    for table, column in _OWNED:
        connection.execute(sa.delete(table).where(column != "", column.not_in(alive)))


def is_known(owner_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """SQL for “a household has this person, device or account”: it outlives what is held of it."""
    member = household_tables.membership
    own = (
        sa.select(member.c.person_id).where(member.c.ended_ms.is_(None)),
        sa.select(household_tables.device_profile.c.device_id).where(
            household_tables.device_profile.c.revoked_ms.is_(None)
        ),
        sa.select(household_tables.household.c.account_id),
    )
    return sa.or_(*(owner_id.in_(each) for each in own))
