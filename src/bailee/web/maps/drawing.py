"""Drawing a map.

It is computed from cells and names alone (and from exact places where those were asked for), so
that nothing on it is finer than its cells: not a corner, not the middle, not the scale (R-05).
Cells that would be too small to see or press are drawn as the wider ones around them.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bailee.rules.precision import RESOLUTION, WIDEST, edge_m, is_at, middle, outline, widened
from bailee.types.place import Cell, Place, Precision, Spell
from bailee.web.maps.mercator import Point, Window, flat, width_of
from bailee.web.maps.sheet import SIDE, Hex, Sheet, Tile, View

_LEAST_ACROSS = 56
"""Units that a cell has to be wide: to be read, and pressed on a phone."""
_ACROSS = math.sqrt(3)
"""How many of its edges a cell is wide."""
_LONGEST_BAR = 150
_LEVELS = 4
_MOST_DOTS = 2000
_TILE = 256
_SHORT = 18
_EM, _LETTER = 25, 13
"""How high and how wide a letter of a name is at most: on a phone, where a unit is small."""
_LINES = (1.1, 2.2, -1.3, 3.3, -2.3)
"""Where a name may stand below its cell's middle, in heights of a letter, the best first."""


def draw(
    spells: Sequence[Spell],
    places: Sequence[Place],
    precision: Precision,
    view: View,
    most_tile_zoom: int | None,
) -> Sheet:
    """The map of *spells*, at least one. *most_tile_zoom*: of the tiles there are, None for none."""
    finest = RESOLUTION[precision]
    near_x = middle(spells[0].cell)[1] / 360 + 0.5
    window = _window([each.cell for each in spells], near_x, finest).moved(
        view.zoom, view.east, view.north
    )
    drawn = _resolution(window, finest)
    counts: Counter[Cell] = Counter()
    for each in spells:
        counts[widened(each.cell, drawn)] += each.points
    bar = _bar(window.units_a_metre)
    bare = most_tile_zoom is None
    fixes = [fix for each in spells for fix in each.fixes][:_MOST_DOTS]
    return Sheet(
        hexes=tuple(_lettered(_hexes(counts, places, window, near_x, drawn))),
        dots=tuple(window.at(flat(each.latitude, each.longitude, near_x)) for each in fixes),
        tiles=() if most_tile_zoom is None else tuple(_tiles(window, most_tile_zoom)),
        bar=bar,
        grid=tuple(round(n * bar[0], 1) for n in range(1, int(SIDE / bar[0]) + 1)) if bare else (),
        wider=drawn < finest,
        view=view,
    )


def _window(cells: Sequence[Cell], near_x: float, resolution: int) -> Window:
    """What shows all cells, drawn as wide as they will be."""
    points = [
        flat(*corner, near_x)
        for cell in {widened(each, resolution) for each in cells}
        for corner in outline(cell)
    ]
    least = 4 * width_of(_ACROSS * edge_m(resolution), points[0][1])
    window = Window.around(points, SIDE, least)
    fitting = _resolution(window, resolution)
    return window if fitting == resolution else _window(cells, near_x, fitting)


def _resolution(window: Window, finest: int) -> int:
    """The finest that can be read and pressed."""
    for each in range(finest, WIDEST, -1):
        if _ACROSS * edge_m(each) * window.units_a_metre >= _LEAST_ACROSS:
            return each
    return WIDEST


def _hexes(
    counts: Mapping[Cell, int],
    places: Sequence[Place],
    window: Window,
    near_x: float,
    drawn: int,
) -> list[Hex]:
    most = max(counts.values())
    named = {widened(each.cell, drawn) for each in places} - set(counts)
    found = []
    for cell in (*sorted(named), *sorted(counts)):
        centre = flat(*middle(cell), near_x)
        if cell in named and not window.shows(centre):
            continue
        corners = [window.at(flat(*each, near_x)) for each in outline(cell)]
        x, y = _centre(corners)
        found.append(
            Hex(
                cell=cell,
                corners=" ".join(f"{x},{y}" for x, y in corners),
                x=x,
                y=y,
                points=counts.get(cell, 0),
                level=_level(counts.get(cell, 0), most),
                names=names_of(cell, places),
            )
        )
    return found


def _lettered(hexes: Sequence[Hex]) -> list[Hex]:
    """The same with their names where each can be read: beside others, not upon them."""
    taken = [(each.x, each.y, len(str(each.points)) * _LETTER / 2) for each in hexes if each.points]
    done = []
    for each in hexes:
        name = _short(", ".join(each.names))
        half = len(name) * _LETTER / 2 + _LETTER / 4
        x = round(min(max(each.x, half + 8), SIDE - half - 8), 1)

        def is_free(dy: float, x: float = x, y: float = each.y, half: float = half) -> bool:
            line = y + dy * _EM
            return all(
                abs(line - other_y) >= _EM or abs(x - other_x) >= half + other_half
                for other_x, other_y, other_half in taken
            )

        dy = next(filter(is_free, _LINES), _LINES[0])
        if name:
            taken.append((x, each.y + dy * _EM, half))
        done.append(replace(each, name=name, name_x=x, name_dy=dy))
    return done


def _short(name: str) -> str:
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1].rstrip()}…"


def names_of(cell: Cell, places: Sequence[Place]) -> tuple[str, ...]:
    """What a cell is called; what lies in it, too."""
    return tuple(each.name for each in places if is_at(each.cell, cell))


def _centre(corners: Sequence[Point]) -> Point:
    xs, ys = zip(*corners, strict=True)
    return round(sum(xs) / len(xs), 1), round(sum(ys) / len(ys), 1)


def _level(count: int, most: int) -> int:
    """1 … 4 by the order of magnitude; 0 for none."""
    if count == 0:
        return 0
    return 1 if most == 1 else 1 + round((_LEVELS - 1) * math.log(count) / math.log(most))


def _bar(units_a_metre: float) -> tuple[float, int]:
    """The longest of 1, 2, 5, 10 … metres that fits, and how long it is drawn."""
    most_m = max(1.0, _LONGEST_BAR / units_a_metre)
    power = 10 ** int(math.log10(most_m))
    metres = next(each * power for each in (5, 2, 1) if each * power <= most_m)
    return round(metres * units_a_metre, 1), metres


def _tiles(window: Window, most_zoom: int) -> list[Tile]:
    """The tiles beneath, at the zoom whose pictures are nearest to their own size."""
    zoom = max(0, min(most_zoom, round(math.log2(window.scale / _TILE))))
    many = 2**zoom
    wide = window.side / window.scale * many
    first_x, first_y = window.left * many, window.top * many
    found = []
    for x in range(math.floor(first_x), math.ceil(first_x + wide)):
        for y in range(max(0, math.floor(first_y)), min(many, math.ceil(first_y + wide))):
            left, top = window.at((x / many, y / many))
            size = round(window.scale / many, 1)
            found.append(Tile(href=f"/tiles/{zoom}/{x % many}/{y}.png", x=left, y=top, size=size))
    return found
