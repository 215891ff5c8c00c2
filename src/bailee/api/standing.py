"""How the house stands: counts of the whole vault, of nobody in particular.

For figures and readiness alone. One moment of the database, a few look-ups by index.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.api.service import Service
from bailee.clock import day_of
from bailee.store.household_tables import delivery, household
from bailee.store.identity_tables import session
from bailee.store.tables import entry, erasure, shard, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Counts and ages; times in milliseconds.

    Attributes:
        households: How many there are.
        ledger_size: Entries that have their place in the ledger.
        entries_waiting: Entries that have none yet.
        messages_waiting: Deliveries to come.
        erasures_open: Erasures whose clean-up is not over.
        generation: Of the ring.
        generation_age_ms: Since the last rotation ended.
        lost_shards: Shards that lost a key since: what a rotation makes unrecoverable.
        rotation_open: Whether one has begun and not ended.
        horizon_ms: Within which a rotation is due after an erasure.
        days_late: Days before today that are not punctured.
        sessions_open: Sessions that live.
        under_attack: Whether the guard is tight for everybody.
    """

    households: int
    ledger_size: int
    entries_waiting: int
    messages_waiting: int
    erasures_open: int
    generation: int
    generation_age_ms: int
    lost_shards: int
    rotation_open: bool
    horizon_ms: int
    days_late: int
    sessions_open: int
    under_attack: bool


def standing_of(service: Service) -> Standing:
    """How *service* stands now.

    Raises:
        UnavailableError: The database is away.
    """
    desk = service.vault.desk()
    now_ms = desk.clock.now_ms()
    row, counts = desk.read(lambda t: _look(t.connection, now_ms, service.settings.idle_ms))
    return Standing(
        generation=row.generation,
        generation_age_ms=max(0, now_ms - row.rotated_ms),
        rotation_open=bool(row.rotation_open),
        horizon_ms=service.vault.config.horizon_hours * 3_600_000,
        days_late=max(0, day_of(now_ms) - row.expired_before),
        under_attack=service.identity.guard.is_under_attack(),
        **counts,
    )


def _look(
    connection: sa.Connection, now_ms: int, idle_ms: int
) -> tuple[sa.Row[*tuple[object, ...]], dict[str, int]]:
    row = connection.execute(sa.select(state)).one()
    last = connection.scalar(sa.select(sa.func.max(entry.c.log_index)))
    living = sa.and_(session.c.expires_ms > now_ms, session.c.used_ms > now_ms - idle_ms)
    return row, {
        "households": _count(connection, household, sa.true()),
        "ledger_size": 0 if last is None else last + 1,
        "entries_waiting": _count(connection, entry, entry.c.log_index.is_(None)),
        "messages_waiting": _count(connection, delivery, delivery.c.next_ms.is_not(None)),
        "erasures_open": _count(connection, erasure, erasure.c.finished_ms.is_(None)),
        "lost_shards": _count(connection, shard, shard.c.dirty == 1),
        "sessions_open": _count(connection, session, living),
    }


def _count(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(which)) or 0
