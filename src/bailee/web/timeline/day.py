"""A day of the timeline: which one, its ribbon, its rows, and where the days around it are."""

from dataclasses import dataclass
from datetime import date, timedelta

from bailee.household.calendar import day_edges
from bailee.web.timeline.filters import Filters, day_of
from bailee.web.timeline.ribbon import Stretch, ribbon
from bailee.web.timeline.rows import Line, Pane, rows_of, with_forgotten
from bailee.web.visit import Visit

PAGE = 50
MOST_SHOWN = 500
"""On one page that is had whole, as when somebody comes back to it."""
_LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far somebody is down a day.

    Attributes:
        after: The cursor of the page before; "" at the top. Untrusted.
        above_ms: Where that page ended; 0 at the top. Untrusted.
        shown: How many recordings to show.
    """

    after: str = ""
    above_ms: int = 0
    shown: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Rows of a day, and where those after them are; `next` is None at its end."""

    lines: tuple[Line, ...]
    next: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a page shows of a day.

    Attributes:
        on: Which day.
        begin_ms: The first millisecond of what is shown of it.
        end_ms: The last.
        count: How many recordings begin on it, whatever part of it is shown.
        earlier: The day before with something on it; None where there is none.
        later: The same after it.
    """

    on: date
    begin_ms: int
    end_ms: int
    count: int
    ribbon: tuple[Stretch, ...]
    earlier: date | None
    later: date | None


def find_day(visit: Visit, asked: Filters) -> date | None:
    """The day that was asked for, or the newest with something that fits; None where nothing does."""
    if asked.day is not None:
        return asked.day
    if asked.at_ms is not None:
        return day_of(asked.at_ms, visit.zone)
    return _next_day(visit, asked, _LAST_MS, later=False)


def show_day(visit: Visit, asked: Filters, day: date) -> Day:
    """The day without its rows."""
    begin_ms, end_ms = asked.span(day, visit.zone)
    edges = day_edges(day, visit.zone)
    counts = visit.service.household.timeline.density(
        visit.principal,
        visit.account_id,
        asked.query(),
        edges,
        person_id=asked.person,
        device_id=asked.device,
    )
    return Day(
        on=day,
        begin_ms=begin_ms,
        end_ms=end_ms,
        count=sum(counts),
        ribbon=ribbon(counts, edges, visit.zone, (begin_ms, end_ms)),
        earlier=_next_day(visit, asked, edges[0], later=False),
        later=_next_day(visit, asked, edges[-1] - 1, later=True),
    )


def show_lines(visit: Visit, asked: Filters, day: date, place: Place) -> Lines:
    """The rows of a day from *place* on: page by page, each opened by one look."""
    begin_ms, end_ms = asked.span(day, visit.zone)
    if asked.at_ms is not None:
        end_ms = max(begin_ms, min(end_ms, asked.at_ms))
    found: list[Line] = []
    shown, after, above_ms = 0, place.after, place.above_ms or end_ms + 1
    last_ms = place.above_ms
    while shown < min(place.shown, MOST_SHOWN):
        page = visit.service.household.timeline.list(
            visit.principal,
            visit.account_id,
            asked.query(begins_from_ms=begin_ms, to_ms=end_ms, limit=PAGE, after=after),
            person_id=asked.person,
            device_id=asked.device,
        )
        rows = rows_of(visit, page.recordings, None if after else asked.at_ms, last_ms)
        last_ms = rows[-1].recording.begin_ms if rows else last_ms
        below_ms = (last_ms or above_ms) if page.next else begin_ms
        pane = Pane(below_ms=below_ms, above_ms=above_ms, top_ms=end_ms)
        found += with_forgotten(visit, rows, asked, pane)
        shown += max(1, len(rows))  # a page may come empty and not be the last
        after, above_ms = page.next, below_ms
        if not after:
            return Lines(lines=tuple(found), next=None)
    return Lines(lines=tuple(found), next=Place(after=after, above_ms=above_ms))


def title(visit: Visit, day: date) -> str:
    """What a day is called: today, yesterday, or by its name."""
    now_ms = visit.service.vault.desk().clock.now_ms()
    if day == day_of(now_ms, visit.zone):
        return visit._("Today")
    if day == day_of(now_ms, visit.zone) - timedelta(days=1):
        return visit._("Yesterday")
    return visit.words.weekday(day)


def _next_day(visit: Visit, asked: Filters, at_ms: int, *, later: bool) -> date | None:
    found = visit.service.household.timeline.nearest(
        visit.principal,
        visit.account_id,
        asked.query(),
        at_ms,
        later=later,
        person_id=asked.person,
        device_id=asked.device,
    )
    return None if found is None else day_of(found, visit.zone)
