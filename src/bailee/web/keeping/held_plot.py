"""What is held, and how it goes by itself: a line of steps down, a kind each (no pie, face.md).

The axis has the same named times as the sliders, each as wide as the next: what ends tomorrow and
what ends in three years are both seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bailee.types.kind import Kind
from bailee.web.keeping.keep_words import STEPS

WIDTH, HEIGHT = 560, 56
_TOP, _FLOOR = 6, 50
_AFTER = tuple(each for each in STEPS if each)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One kind.

    Attributes:
        now: How many there are.
        left: How many are left after each time, in days.
        next: How many end next, and after which day.
        last: After which day the last ends.
        line: The points of its line, for an SVG.
        area: The same down to the floor.
    """

    kind: Kind
    now: int
    left: Mapping[int, int]
    next: tuple[int, date]
    last: date
    line: str
    area: str


def draw(held: Mapping[Kind, Mapping[int, int]], today: int) -> list[Held]:
    """Each kind of which there is something; *held* counts by the day it ends, since the epoch."""
    return [_of(kind, days, today) for kind, days in held.items() if days]


def ticks() -> list[tuple[float, int]]:
    """Where each time stands on the axis."""
    return [(_x(number + 1), days) for number, days in enumerate(_AFTER)]


def _of(kind: Kind, days: Mapping[int, int], today: int) -> Held:
    now = sum(days.values())
    left = {after: sum(n for day, n in days.items() if day >= today + after) for after in _AFTER}
    points = _stairs([now, *left.values()])
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    first, last = min(days), max(days)
    return Held(
        kind=kind,
        now=now,
        left=left,
        next=(days[first], _EPOCH + timedelta(days=first)),
        last=_EPOCH + timedelta(days=last),
        line=line,
        area=f"0,{_FLOOR} {line} {WIDTH},{_FLOOR}",
    )


def _stairs(heights: list[int]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for number, height in enumerate(heights):
        y = round(_FLOOR - (_FLOOR - _TOP) * height / heights[0], 1)
        found += [(_x(number), y), (_x(number + 1), y)]
    return found


def _x(number: int) -> float:
    return round(WIDTH * number / (len(_AFTER) + 1), 1)
