"""A map as values: what a template prints as lines of SVG. `drawing` makes one."""

from dataclasses import dataclass

from bailee.types.place import Cell
from bailee.web.maps.mercator import Point

SIDE = 640
"""Units of a sheet, which is square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a reader moved the map: doublings, and quarters of what they see."""

    zoom: int = 0
    east: int = 0
    north: int = 0

    def zoomed(self, by: int) -> "View":
        """Once nearer or further, about the same middle."""
        factor = 2.0**by
        return View(
            zoom=self.zoom + by, east=round(self.east * factor), north=round(self.north * factor)
        )

    def panned(self, east: int, north: int) -> "View":
        """Two quarters on."""
        return View(zoom=self.zoom, east=self.east + 2 * east, north=self.north + 2 * north)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hex:
    """A cell drawn. `points` is 0 and `level` too where it has a name and nobody was there.

    Attributes:
        name: Its names, as far as they fit.
        name_x: Where that stands: its middle, moved so that it stays on the sheet.
        name_dy: How far below the cell's middle, in heights of a letter.
    """

    cell: Cell
    corners: str
    x: float
    y: float
    points: int
    level: int
    names: tuple[str, ...]
    name: str = ""
    name_x: float = 0
    name_dy: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A picture of the ground below."""

    href: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A map.

    Attributes:
        dots: Exact places, where they were asked for.
        bar: How many units the scale's bar is long, and for how many metres it stands.
        grid: Where its lines are, a bar apart; empty over tiles.
        wider: Whether cells are drawn wider than they are told in the table.
    """

    hexes: tuple[Hex, ...]
    dots: tuple[Point, ...]
    tiles: tuple[Tile, ...]
    bar: tuple[float, int]
    grid: tuple[float, ...]
    wider: bool
    view: View
