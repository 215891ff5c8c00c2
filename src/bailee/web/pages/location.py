"""Places: where phones were, on a plain map of scale, coarse unless more is asked for (R-05, R-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response

from bailee.errors import InputError
from bailee.household.whereabouts import Whereabouts
from bailee.rules.precision import RESOLUTION, is_at, middle, parse_cell, widened
from bailee.types.kind import Kind
from bailee.types.place import LONGEST_NAME, Cell, Place, Precision, Spell
from bailee.types.query import Query
from bailee.web.maps.drawing import draw, names_of
from bailee.web.maps.sheet import View
from bailee.web.maps.where_asked import MOST_DAYS, WhereAsked, forget
from bailee.web.render import go, page, part
from bailee.web.said import Said, is_local
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: a while in a place."""

    spell: Spell
    names: tuple[str, ...]
    north: float
    east: float
    naming: str
    forget: str


@router.get("/location")
def location(visit: Visiting) -> Response:
    """A day, or a month at most, as a map and as a table that says the same."""
    asked = _asked(visit)
    service = visit.service.household
    found = service.whereabouts.tell(visit.principal, visit.account_id, asked.where(visit.zone))
    places = service.places.list(visit.principal, visit.account_id)
    values = _values(visit, asked, found, places)
    if visit.is_htmx:
        return part(visit, "location/sheet.html", **values)
    return page(visit, "location/page.html", **values, **_around(visit, asked, found, places))


@router.post("/location/names")
def name_place(visit: Visiting) -> Response:
    """Call a cell something."""
    name, for_all = visit.form.text("name"), visit.form.text("whose") == "all"
    made = visit.service.household.places.add(
        visit.principal, visit.account_id, name, visit.form.text("cell"), for_all=for_all
    )
    said = Said(
        text=visit._("It is called %(name)s from now on.", name=name),
        undo=f"/location/names/{made}/remove",
        fields={"back": _back(visit)},
    )
    return go(visit, _back(visit), said)


@router.post("/location/names/{place}")
def rename_place(place: str, visit: Visiting) -> Response:
    """Call it otherwise."""
    places, name = visit.service.household.places, visit.form.text("name")
    old = [each for each in places.list(visit.principal, visit.account_id) if each.id == place]
    places.rename(visit.principal, visit.account_id, place, name)
    said = Said(
        text=visit._("It is called %(name)s from now on.", name=name),
        undo=f"/location/names/{place}",
        fields={"name": old[0].name, "back": _back(visit)},
    )
    return go(visit, _back(visit), said)


@router.post("/location/names/{place}/remove")
def remove_place(place: str, visit: Visiting) -> Response:
    """Call it nothing any more; what was recorded there stays."""
    visit.service.household.places.remove(visit.principal, visit.account_id, place)
    return go(visit, _back(visit), visit._("The name is gone. Places are as they were."))


def _asked(visit: Visit) -> WhereAsked:
    today = visit.words.date_of(visit.service.vault.desk().clock.now_ms(), visit.zone)
    return WhereAsked.parse(visit.request.query_params, visit.zone, today)


def _values(
    visit: Visit, asked: WhereAsked, found: Whereabouts, places: Sequence[Place]
) -> dict[str, Any]:
    """What the map and its table are made of."""
    spells = found.spells
    tiles = visit.request.app.state.tiles
    most_zoom = None if tiles is None else tiles.most_zoom
    sheet = draw(spells, places, found.precision, asked.view, most_zoom) if spells else None
    chosen = _chosen(asked, places)
    hexes = sheet.hexes if sheet and chosen else ()
    return {
        "asked": asked,
        "found": found,
        "exact": found.precision is Precision.EXACT,
        "spells": spells[:_MOST_ROWS],
        "more": len(spells) - _MOST_ROWS,
        "points": sum(each.points for each in spells),
        "sheet": sheet,
        "chosen": chosen,
        "marked": {each.cell for each in hexes if chosen and is_at(chosen[0], each.cell)},
        "view": asked.view,
        "View": View,
    }


def _around(
    visit: Visit, asked: WhereAsked, found: Whereabouts, places: Sequence[Place]
) -> dict[str, Any]:
    """What stands about the map: days before and after, the table, names."""
    return {
        "by_day": _by_day(visit, asked, found.spells[:_MOST_ROWS], places),
        "places": places,
        "people": [(each.id, each.name) for each in visit.people.values()],
        "devices": [(each.id, each.name) for each in visit.devices.values()],
        "nearest": None if found.spells else _nearest(visit, asked),
        "most_days": MOST_DAYS,
        "longest_name": LONGEST_NAME,
    }


def _by_day(
    visit: Visit, asked: WhereAsked, spells: Sequence[Spell], places: Sequence[Place]
) -> list[tuple[date, list[Row]]]:
    rows = [_row(asked, each, places) for each in spells]
    days = groupby(rows, lambda row: visit.words.date_of(row.spell.begin_ms, visit.zone))
    return [(day, list(some)) for day, some in days]


def _row(asked: WhereAsked, spell: Spell, places: Sequence[Place]) -> Row:
    north, east = middle(spell.cell)
    last_ms = spell.end_ms + 999  # their clocks have whole seconds
    return Row(
        spell=spell,
        names=names_of(spell.cell, places),
        north=north,
        east=east,
        naming=asked.naming(spell.cell),
        forget=forget(spell.begin_ms, last_ms, spell.person_id, spell.device_id),
    )


def _chosen(asked: WhereAsked, places: Sequence[Place]) -> tuple[Cell, tuple[str, ...]] | None:
    """The cell to name, no finer than the page is told in."""
    if not asked.cell:
        return None
    try:
        cell = widened(parse_cell(asked.cell), RESOLUTION[asked.precision])
    except InputError:
        return None
    return cell, names_of(cell, places)


def _nearest(visit: Visit, asked: WhereAsked) -> date | None:
    """A day near an empty one on which there are places: the last before, or the first after."""
    timeline = visit.service.household.timeline
    begin_ms, end_ms = asked.times(visit.zone)
    for at_ms, later in ((begin_ms, False), (end_ms - 1, True)):
        found = timeline.nearest(
            visit.principal,
            visit.account_id,
            Query(kind=Kind.LOCATION),
            at_ms,
            later=later,
            person_id=asked.person_id,
            device_id=asked.device_id,
        )
        if found is not None:
            return visit.words.date_of(found, visit.zone)
    return None


def _back(visit: Visit) -> str:
    path = visit.form.text("back")
    return path if is_local(path) else "/location"
