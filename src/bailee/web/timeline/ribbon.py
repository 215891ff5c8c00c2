"""The ribbon: a day's recordings by the half-hour, drawn as bars. Gaps are gaps (face.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

_HOURS = 3
"""A part of the day that is wide enough to be touched on a phone."""
HEIGHT = 40
_LEAST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Half an hour: where it stands in its part, and how high; 0 for none."""

    x: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Three hours of a day.

    Attributes:
        until: None for the end of the day.
        count: How many recordings begin in it.
        slots: How many half-hours it has: six, but for when clocks change.
        shown: Whether the page shows it: nothing else, or a part of the whole.
    """

    begin: time
    until: time | None
    count: int
    slots: int
    bars: tuple[Bar, ...]
    shown: bool


def ribbon(
    counts: Sequence[int], edges: Sequence[int], zone: ZoneInfo, shown: tuple[int, int]
) -> tuple[Stretch, ...]:
    """The parts of a day.

    Args:
        counts: Of each half-hour.
        edges: Where each begins, and where the last one ends; one more than *counts*.
        zone: Where the reader is.
        shown: The first and the last millisecond that the page shows.
    """
    most = max(counts, default=0)
    parts: dict[int, list[int]] = {}
    for place, edge in enumerate(edges[:-1]):
        hour = datetime.fromtimestamp(edge / 1000, zone).hour
        parts.setdefault(hour // _HOURS, []).append(place)
    found: list[Stretch] = []
    for part, places in parts.items():
        begin_ms, end_ms = edges[places[0]], edges[places[-1] + 1]
        until = (part + 1) * _HOURS
        found.append(
            Stretch(
                begin=time(part * _HOURS),
                until=time(until) if until < 24 else None,
                count=sum(counts[each] for each in places),
                slots=len(places),
                bars=tuple(
                    Bar(x=place, height=_height(counts[each], most))
                    for place, each in enumerate(places)
                    if counts[each]
                ),
                shown=shown[0] < end_ms and begin_ms <= shown[1],
            )
        )
    return tuple(found)


def _height(count: int, most: int) -> int:
    return max(_LEAST, round(HEIGHT * count / most))
