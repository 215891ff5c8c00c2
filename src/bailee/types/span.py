"""A stretch of time."""

from dataclasses import dataclass

MAX_MS = (1 << 48) - 1
"""The last millisecond a key tree can name: the year 10889."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Milliseconds since the Unix epoch, ``0 <= begin_ms <= end_ms <= MAX_MS``, both inclusive."""

    begin_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        assert 0 <= self.begin_ms <= self.end_ms <= MAX_MS, (self.begin_ms, self.end_ms)

    def overlaps(self, other: "Span") -> bool:
        return self.begin_ms <= other.end_ms and other.begin_ms <= self.end_ms
