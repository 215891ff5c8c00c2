"""A leaky bucket of failures, and the delay it asks for: pure arithmetic on whole numbers.

A failure fills it by one, time drains it. Up to `free` failures cost nothing; each one more doubles
the wait before the next attempt is looked at, up to a cap. Levels are thousandths of a failure.
"""

from dataclasses import dataclass

_MOST_DOUBLINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much is free, how fast it is forgotten, how long one waits beyond it. Milliseconds."""

    free: int
    drain_ms: int
    first_ms: int
    cap_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Its level at a moment, and until when nothing is looked at."""

    level_m: int = 0
    at_ms: int = 0
    until_ms: int = 0

    def level_at(self, now_ms: int, limit: Limit) -> int:
        """Thousandths, drained. A clock that stepped back drains nothing."""
        drained = max(0, now_ms - self.at_ms) * 1000 // limit.drain_ms
        return max(0, self.level_m - drained)

    def wait_ms(self, now_ms: int, limit: Limit) -> int:
        """How long until an attempt is looked at; 0 for at once.

        Never more than the cap: a clock that was once far ahead locks nobody out.
        """
        return min(max(0, self.until_ms - now_ms), limit.cap_ms)

    def charged(self, now_ms: int, limit: Limit) -> "Bucket":
        """With one failure more."""
        level_m = self.level_at(now_ms, limit) + 1000
        over = (level_m + 999) // 1000 - limit.free
        wait_ms = 0
        if over > 0:
            wait_ms = min(limit.first_ms << min(over - 1, _MOST_DOUBLINGS), limit.cap_ms)
        return Bucket(level_m=level_m, at_ms=now_ms, until_ms=now_ms + wait_ms)

    def refunded(self, now_ms: int, limit: Limit) -> "Bucket":
        """With the failure taken back that turned out to be none."""
        level_m = max(0, self.level_at(now_ms, limit) - 1000)
        freed = level_m <= limit.free * 1000
        return Bucket(level_m=level_m, at_ms=now_ms, until_ms=0 if freed else self.until_ms)

    def empty_ms(self, limit: Limit) -> int:
        """When it is as if it had never been."""
        return max(self.until_ms, self.at_ms + self.level_m * limit.drain_ms // 1000 + 1)
