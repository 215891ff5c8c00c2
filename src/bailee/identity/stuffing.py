"""Seeing that credentials are being stuffed: many names failing at once, whoever they are.

Attempts of known devices are not counted: a household that mistypes is no attack. The figures are
such that a home never meets them, and a service with many homes only when most attempts fail.
"""

import secrets

import sqlalchemy as sa

from bailee.identity.upsert import upsert
from bailee.store.identity_tables import guard_minute

MINUTE_MS = 60_000
WINDOW_MINUTES = 10
LEAST_FAILURES = 50
LEAST_NAMES = 20
LASTS_MS = 30 * MINUTE_MS
"""How long limits stay tight after the last sight of it."""
_SLOTS = 8


def tally(
    connection: sa.Connection, now_ms: int, *, tried: int = 0, succeeded: int = 0, fresh: int = 0
) -> None:
    """Add to this minute, in one of a few rows so that writers seldom wait for one another."""
    row = {
        "minute": now_ms // MINUTE_MS,
        "slot": secrets.randbelow(_SLOTS),
        "tried": tried,
        "succeeded": succeeded,
        "fresh": fresh,
    }
    upsert(connection, guard_minute, [row], add=("tried", "succeeded", "fresh"))


def is_stuffing(connection: sa.Connection, now_ms: int) -> bool:
    """Whether the last minutes look like stuffing. An attempt still under way counts as failed."""
    minute = now_ms // MINUTE_MS
    columns = (guard_minute.c.tried, guard_minute.c.succeeded, guard_minute.c.fresh)
    tried, succeeded, fresh = connection.execute(
        sa.select(*(sa.func.coalesce(sa.func.sum(column), 0) for column in columns)).where(
            guard_minute.c.minute.between(minute - WINDOW_MINUTES, minute)
        )
    ).one()
    failures = int(tried) - int(succeeded)
    return failures >= LEAST_FAILURES and fresh >= LEAST_NAMES and 2 * failures >= tried


def forget_before(connection: sa.Connection, now_ms: int) -> None:
    """Drop minutes that no longer matter."""
    oldest = now_ms // MINUTE_MS - WINDOW_MINUTES
    connection.execute(sa.delete(guard_minute).where(guard_minute.c.minute < oldest))
