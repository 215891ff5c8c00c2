"""Time, injected: nothing below the doors asks the machine for it."""

import time
from datetime import UTC, datetime
from typing import Protocol

DAY_MS = 86_400_000


class Clock(Protocol):
    """Milliseconds since the Unix epoch, UTC. May step in either direction."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class FixedClock:
    """A clock that stands where it is put: for tests, drills and `--as-of`."""

    def __init__(self, now_ms: int) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms

    def advance(self, *, days: int = 0, ms: int = 0) -> None:
        self.at_ms += days * DAY_MS + ms


def day_of(at_ms: int) -> int:
    """The UTC day that holds *at_ms*, in days since the Unix epoch."""
    return at_ms // DAY_MS


def to_datetime(at_ms: int) -> datetime:
    """An aware UTC datetime; milliseconds are kept."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since the Unix epoch. *moment* must be aware."""
    assert moment.tzinfo is not None
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def iso(at_ms: int) -> str:
    """RFC 3339, UTC, to the second: what people and entries read."""
    return to_datetime(at_ms).strftime("%Y-%m-%dT%H:%M:%SZ")
