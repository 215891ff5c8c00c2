"""Runs of leaves, and how moments become leaves."""

from dataclasses import dataclass

from bailee.types.span import MAX_MS, Span

LEAF_BITS = 64
SEQUENCE_BITS = 16
LEAVES_PER_MS = 1 << SEQUENCE_BITS


@dataclass(frozen=True, slots=True)
class Interval:
    """The leaves ``begin … last``, both inclusive; ``0 <= begin <= last < 2**64``."""

    begin: int
    last: int

    def __post_init__(self) -> None:
        assert 0 <= self.begin <= self.last < 1 << LEAF_BITS, (self.begin, self.last)

    def __contains__(self, leaf: int) -> bool:
        return self.begin <= leaf <= self.last


def first_leaf_of(at_ms: int) -> int:
    """The first of the 65,536 leaves of a millisecond. Requires ``0 <= at_ms <= MAX_MS``."""
    assert 0 <= at_ms <= MAX_MS, at_ms
    return at_ms << SEQUENCE_BITS


def moment_of(leaf: int) -> int:
    """The millisecond a leaf belongs to."""
    return leaf >> SEQUENCE_BITS


def leaf_interval(span: Span) -> Interval:
    """Every leaf of every millisecond of *span*."""
    return Interval(first_leaf_of(span.begin_ms), first_leaf_of(span.end_ms) + LEAVES_PER_MS - 1)
