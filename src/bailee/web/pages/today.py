"""Today: everything that is held, a day at a time, newest first (R-13).

Asked for whole by its address, and by htmx for the rows that come after. The words that somebody
looks for are looked for in what is opened, page by page, and never kept.
"""

from datetime import time
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from bailee.errors import InputError
from bailee.types.kind import Kind
from bailee.web import nouns
from bailee.web.render import page, part
from bailee.web.timeline.day import PAGE, Place, find_day, show_day, show_lines, title
from bailee.web.timeline.filters import Filters, moment
from bailee.web.timeline.found import search
from bailee.web.visit import Visit, Visiting

router = APIRouter()
KINDS = (
    Kind.AUDIO,
    Kind.VIDEO,
    Kind.IMAGE,
    Kind.TRANSCRIPT,
    Kind.FACT,
    Kind.LOCATION,
    Kind.ANNOTATION,
)
"""Those that somebody may want to see alone; the others are made from them."""
_LONGEST_CURSOR = 64


@router.get("/")
def today(visit: Visiting) -> Response:
    """The newest day with something on it, the day that is asked for, or what holds some words."""
    said = visit.request.query_params
    asked = Filters.parse(lambda name: str(said.get(name, "")))
    place = _place(visit)
    if asked.words:
        found = search(visit, asked, place.after)
        values: dict[str, Any] = {"found": found, "more": _more(asked, Place(after=found.next))}
        if visit.is_htmx:
            return part(visit, "today/hits.html", **values, **_common(visit, asked))
        return page(visit, "today/search.html", **values, **_common(visit, asked))
    day = find_day(visit, asked)
    if day is None:
        return page(visit, "today/nothing.html", **_common(visit, asked))
    lines = show_lines(visit, asked, day, place)
    values = {
        "lines": lines.lines,
        "begin_ms": asked.span(day, visit.zone)[0],
        "more": "" if lines.next is None else _more(asked, lines.next, day=day),
    }
    if visit.is_htmx and place.after:
        return part(visit, "today/rows.html", **values, **_common(visit, asked))
    return page(
        visit,
        "today/day.html",
        day=show_day(visit, asked, day),
        title=title(visit, day),
        page_of=PAGE,
        **values,
        **_common(visit, asked),
    )


def _common(visit: Visit, asked: Filters) -> dict[str, Any]:
    """What every page of it needs: what may be chosen in the sentence."""
    kinds = KINDS if asked.kind in {None, *KINDS} else (*KINDS, asked.kind)
    return {
        "asked": asked,
        "moment": moment,
        "kind_options": [
            (each.value, nouns.kind_name(visit.words, each)) for each in kinds if each
        ],
        "person_options": [(each.id, each.name) for each in visit.people.values()],
        "device_options": [(each.id, each.name) for each in visit.devices.values()],
        "begins": _clock(range(24), asked.begin, "00:00"),
        "ends": _clock(range(1, 25), asked.end, "24:00"),
    }


def _clock(hours: range, chosen: time | None, whole: str) -> list[tuple[str, str]]:
    """Hours to choose from; *whole* is the end of the day that narrows nothing."""
    told = {f"{hour:02}:00" for hour in hours} | ({f"{chosen:%H:%M}"} if chosen else set())
    return [("" if each == whole else each, each) for each in sorted(told)]


def _more(asked: Filters, place: Place, **changes: Any) -> str:
    """The address of what comes after; "" after the end."""
    if not place.after:
        return ""
    whole = asked.address(at_ms=None, **changes)
    cursor = {"after": place.after} | ({"above": str(place.above_ms)} if place.above_ms else {})
    return f"{whole}{'&' if '?' in whole else '?'}{urlencode(cursor)}"


def _place(visit: Visit) -> Place:
    """How far down somebody is, as the address says.

    Raises:
        InputError: It says it otherwise than this page does.
    """
    said = visit.request.query_params
    after = said.get("after", "")
    if len(after) > _LONGEST_CURSOR:
        raise InputError("That is no place in the list.")
    shown = _whole(said.get("shown", "")) or PAGE
    return Place(after=after, above_ms=_whole(said.get("above", "")), shown=shown)


def _whole(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise InputError("That is no place in the list.")
    return int(text)
