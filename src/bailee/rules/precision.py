"""How exactly a place is told: in cells of H3, coarse unless more is asked for (R-05).

A cell is all that leaves at the coarse setting: whatever is drawn or written is computed from it
and so tells no more. Its cells are wider, wherever on the earth, than a square of two decimals of a
degree. That alone puts nothing out of scope: a place with a name and a day beside it is somebody's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import h3  # type: ignore[import-untyped]  # it has no types

from bailee.errors import InputError
from bailee.types.ids import DeviceId, PersonId
from bailee.types.place import Cell, Fix, Precision, Spell
from bailee.types.purpose import Purpose

RESOLUTION: Mapping[Precision, int] = {
    Precision.COARSE: 7,  # edges of 1.4 km; 2.6 km² and more
    Precision.FINE: 9,  # edges of 200 m
    Precision.EXACT: 9,  # what exact places are grouped by
}
WIDEST = 0
"""The resolution of the widest cells: continents."""
_FINEST: Mapping[Purpose, Precision] = {
    Purpose.OWNER_VIEW: Precision.EXACT,
    Purpose.EXPORT: Precision.EXACT,
    Purpose.ASSIST: Precision.FINE,
    Purpose.SHARE: Precision.COARSE,
    Purpose.REVIEW: Precision.COARSE,
    Purpose.TRAIN: Precision.COARSE,
    Purpose.LEGAL_PROCESS: Precision.EXACT,
}
_ORDER = tuple(Precision)
_COARSE_DECIMALS, _FINE_DECIMALS = 2, 3
_CELL = re.compile(r"[0-9a-f]{15}")


def held_to(purpose: Purpose, wanted: Precision) -> Precision:
    """*wanted*, but no finer than *purpose* needs."""
    return min(wanted, _FINEST[purpose], key=_ORDER.index)


def cell_of(fix: Fix, precision: Precision) -> Cell:
    """The cell that *fix* lies in."""
    return Cell(h3.latlng_to_cell(fix.latitude, fix.longitude, RESOLUTION[precision]))


def parse_cell(text: str) -> Cell:
    """Return *text* (untrusted) if it is a cell that a place may be called by.

    Raises:
        InputError: It is none, or smaller than any that places are told in.
    """
    if _CELL.fullmatch(text) and h3.is_valid_cell(text):
        cell = Cell(text)
        if resolution_of(cell) <= max(RESOLUTION.values()):
            return cell
    raise InputError("That is no cell of the map.")


def resolution_of(cell: Cell) -> int:
    """How fine a cell is: 0 for continents, 15 for a square metre."""
    return int(h3.get_resolution(cell))


def widened(cell: Cell, resolution: int) -> Cell:
    """*cell*, or the one around it that is no finer than *resolution*."""
    if resolution_of(cell) <= resolution:
        return cell
    return Cell(h3.cell_to_parent(cell, resolution))


def is_at(place: Cell, cell: Cell) -> bool:
    """Whether what is called *place* touches *cell*: one lies in the other."""
    wider = min(resolution_of(place), resolution_of(cell))
    return widened(place, wider) == widened(cell, wider)


def middle(cell: Cell) -> tuple[float, float]:
    """About where a cell is: degrees north and east, with no more decimals than it is wide."""
    coarse = resolution_of(cell) <= RESOLUTION[Precision.COARSE]
    decimals = _COARSE_DECIMALS if coarse else _FINE_DECIMALS
    latitude, longitude = h3.cell_to_latlng(cell)
    return round(latitude, decimals), round(longitude, decimals)


def outline(cell: Cell) -> tuple[tuple[float, float], ...]:
    """Its corners in order, each degrees north and east."""
    return tuple((float(north), float(east)) for north, east in h3.cell_to_boundary(cell))


def edge_m(resolution: int) -> float:
    """How long a side of a cell is, in metres, as cells go."""
    return float(h3.average_hexagon_edge_length(resolution, unit="m"))


def spells(
    found: Iterable[tuple[PersonId, DeviceId, Fix]], precision: Precision
) -> tuple[Spell, ...]:
    """What was found, in any order, as whiles in cells; by when they begin, then by who."""
    done: list[Spell] = []
    now: dict[tuple[PersonId, DeviceId], tuple[Cell, list[Fix]]] = {}
    for person_id, device_id, fix in sorted(found, key=lambda each: each[2].at_ms):
        cell, who = cell_of(fix, precision), (person_id, device_id)
        if who in now and now[who][0] == cell:
            now[who][1].append(fix)
            continue
        if who in now:
            done.append(_spell(who, *now[who], precision))
        now[who] = cell, [fix]
    done += [_spell(who, *run, precision) for who, run in now.items()]
    return tuple(sorted(done, key=lambda each: (each.begin_ms, each.person_id, each.device_id)))


def _spell(
    who: tuple[PersonId, DeviceId], cell: Cell, fixes: Sequence[Fix], precision: Precision
) -> Spell:
    return Spell(
        person_id=who[0],
        device_id=who[1],
        cell=cell,
        begin_ms=fixes[0].at_ms,
        end_ms=fixes[-1].at_ms,
        points=len(fixes),
        fixes=tuple(fixes) if precision is Precision.EXACT else (),
    )
