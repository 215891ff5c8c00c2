"""What happened, day by day: events folded into what a reader takes in at a glance.

One's own looks stand folded under *you*; everybody else's stand open, since they are what one came
for. A page ends with a whole day wherever it can, so that a count of a day is the count of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from bailee.household.calendar import begin_of
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.history import Event, HistoryPage, Looker, Only, Sort, WhoSort
from bailee.web.past.events import Told, tell
from bailee.web.visit import Visit

_AT_ONCE = 200
_MOST = 1000
_TOGETHER_MS = 3_600_000
"""Pieces of one recording that were opened within so long are one line: somebody played it."""
DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of it, newest first.

    Attributes:
        lines: What stands open.
        own: One's own looks, folded.
        looked: How many of those opened something.
        refused: How many were refused.
        whole: Whether all of the day is on this page, so that its counts are the day's.
    """

    date: date
    lines: tuple[Told, ...]
    own: tuple[Told, ...]
    looked: int
    refused: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who looked in the last `DAYS` days: exact, since every release had its entry before it.

    Attributes:
        days: Those days, oldest first.
        others: Everybody who opened something, but oneself.
        own: How often one did so oneself.
        refused: How often anybody was refused.
        copies: How many of all these were copies taken away.
    """

    days: tuple[date, ...]
    others: tuple[Looker, ...]
    own: int
    refused: int
    copies: int
    by_day: tuple[tuple[int, int, int], ...]
    """One's own, others', refused; one a day."""

    @property
    def top(self) -> int:
        """How often something was opened on the day with most."""
        return max(own + others for own, others, _ in self.by_day)


def principal_of(by: str) -> Principal | None:
    """Whom an address calls (untrusted): a person, device or link by id, or who runs the vault."""
    if by == "operator":
        return OPERATOR
    kinds = {"per": PrincipalKind.PERSON, "dev": PrincipalKind.DEVICE, "lnk": PrincipalKind.LINK}
    kind = kinds.get(by[:3])
    return None if kind is None else Principal(kind=kind, id=by)


def answer(visit: Visit, today: date) -> Answer:
    """Count the last days."""
    days = tuple(today - timedelta(days=DAYS - 1 - each) for each in range(DAYS))
    edges = [begin_of(each, visit.zone) for each in (*days, today + timedelta(days=1))]
    found = visit.service.household.lookers.between(visit.principal, visit.account_id, edges)
    own = [each for each in found if each.who.sort is WhoSort.YOU]
    others = [each for each in found if each.who.sort is not WhoSort.YOU]
    return Answer(
        days=days,
        others=tuple(each for each in others if any(each.opened)),
        own=sum(sum(each.opened) for each in own),
        refused=sum(sum(each.refused) for each in found),
        copies=sum(each.copies for each in found),
        by_day=tuple(
            (
                sum(each.opened[slot] for each in own),
                sum(each.opened[slot] for each in others),
                sum(each.refused[slot] for each in found),
            )
            for slot in range(DAYS)
        ),
    )


def read(visit: Visit, sort: Sort, only: Only, after: str) -> tuple[tuple[Day, ...], str]:
    """Days from *after* on, and the address of what comes after them; "" at the end.

    Raises:
        InputError: *after* is none.
    """
    page = _page(visit, sort, only, after, _AT_ONCE)
    events = _whole_days(visit, page)
    if page.next and events is None:  # one long day
        page = _page(visit, sort, only, after, _MOST)
        events = _whole_days(visit, page)
    cut = events is None
    kept = page.events if events is None else events
    next_ = str(kept[-1].number) if page.next and events else page.next
    fold = sort is Sort.LOOKED and only.by is None
    days = tuple(_days(visit, kept, fold=fold))
    if cut and page.next and days:
        days = (*days[:-1], replace(days[-1], whole=False))
    return days, next_


def _page(visit: Visit, sort: Sort, only: Only, after: str, limit: int) -> HistoryPage:
    return visit.service.household.history.page(
        visit.principal, visit.account_id, sorts=(sort,), only=only, limit=limit, after=after
    )


def _whole_days(visit: Visit, page: HistoryPage) -> Sequence[Event] | None:
    """Those of *page* whose day is all on it; None where that is none of them."""
    if not page.next:
        return page.events
    if not page.events:
        return None
    last = _day(visit, page.events[-1])
    return [each for each in page.events if _day(visit, each) != last] or None


def _days(visit: Visit, events: Iterable[Event], *, fold: bool) -> Iterable[Day]:
    for day, some in groupby(events, key=lambda each: _day(visit, each)):
        mine: list[Event] = []
        others: list[Event] = []
        for each in some:
            own = fold and each.who is not None and each.who.sort is WhoSort.YOU
            (mine if own else others).append(each)
        refused = sum(each.type == "refusal" for each in mine)
        yield Day(
            date=day,
            lines=_lines(visit, others),
            own=_lines(visit, mine),
            looked=len(mine) - refused,
            refused=refused,
            whole=True,
        )


def _lines(visit: Visit, events: Iterable[Event]) -> tuple[Told, ...]:
    found: list[Told] = []
    for each in events:
        last = found[-1] if found else None
        if last is not None and _is_piece(last.event, each):
            found[-1] = replace(last, event=each, pieces=last.pieces + 1)
        else:
            found.append(tell(visit, each))
    return tuple(found)


def _is_piece(later: Event, event: Event) -> bool:
    return (
        event.type == "release"
        and bool(event.things)
        and later.at_ms - event.at_ms <= _TOGETHER_MS
        and _same(later) == _same(event)
    )


def _same(event: Event) -> tuple[object, ...]:
    return event.type, event.who, event.kind, event.things, event.purpose, event.policy


def _day(visit: Visit, event: Event) -> date:
    return visit.words.date_of(event.at_ms, visit.zone)
