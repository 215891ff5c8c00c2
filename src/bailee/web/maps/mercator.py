"""The flat earth of maps: web mercator, on which the whole world is a square of side 1.

x goes east from the date line, y south from 85° north. x may lie beyond 0 … 1: whoever lives at the
date line has a map too.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_AROUND_M = 40_075_016.686
_MOST_NORTH = 85.05
Point = tuple[float, float]


def flat(latitude: float, longitude: float, near_x: float) -> Point:
    """Where a place lies; of the worlds side by side, in the one nearest to *near_x*."""
    held = math.radians(max(-_MOST_NORTH, min(_MOST_NORTH, latitude)))
    x = longitude / 360 + 0.5
    y = 0.5 - math.log(math.tan(math.pi / 4 + held / 2)) / math.tau
    return x - round(x - near_x), y


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A square piece of the world, drawn `side` units wide.

    Attributes:
        left: x of its western edge.
        top: y of its northern edge.
        scale: Units for the whole world's width.
        side: Units of its own.
    """

    left: float
    top: float
    scale: float
    side: int

    @classmethod
    def around(cls, points: Iterable[Point], side: int, least: float) -> "Window":
        """One that shows all of *points*, at least one, with a margin; never less than *least*."""
        xs, ys = zip(*points, strict=True)
        span = max((max(xs) - min(xs)) * 1.16, (max(ys) - min(ys)) * 1.16, least)
        return cls(
            left=(min(xs) + max(xs) - span) / 2,
            top=(min(ys) + max(ys) - span) / 2,
            scale=side / span,
            side=side,
        )

    def moved(self, zoom: int, east: int, north: int) -> "Window":
        """The same *zoom* times doubled about its middle, then some quarters of it further on."""
        scale = self.scale * 2.0**zoom
        width, wider = self.side / self.scale, self.side / scale
        return Window(
            left=self.left + (width - wider) / 2 + east * wider / 4,
            top=self.top + (width - wider) / 2 - north * wider / 4,
            scale=scale,
            side=self.side,
        )

    def at(self, point: Point) -> Point:
        """Where a point is drawn, in units, to a tenth."""
        x, y = point
        return round((x - self.left) * self.scale, 1), round((y - self.top) * self.scale, 1)

    def shows(self, point: Point) -> bool:
        """Whether a point lies within."""
        return all(0 <= each <= self.side for each in self.at(point))

    @property
    def units_a_metre(self) -> float:
        """At its middle; mercator stretches what lies further from the equator."""
        y = min(1.0, max(0.0, self.top + self.side / self.scale / 2))
        latitude = math.atan(math.sinh(math.tau * (0.5 - y)))
        return self.scale / (_AROUND_M * math.cos(latitude))


def width_of(metres: float, y: float) -> float:
    """How much of the world's width *metres* are, at *y*."""
    latitude = math.atan(math.sinh(math.tau * (0.5 - y)))
    return metres / (_AROUND_M * math.cos(latitude))
