"""From a time as it was said to a stretch of time, at one moment in one zone (R-14).

Nothing reaches beyond now. What is still to come, what no calendar has and what ends before it
begins is refused by name, with what was understood.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum

from bailee.assistant.command import Extent, Scope, Who
from bailee.assistant.wall import day_at, first_at, until, wall
from bailee.assistant.when import (
    Ago,
    Date,
    Day,
    Days,
    Hours,
    Month,
    Part,
    PartOf,
    Period,
    Recent,
    Unit,
    Weekday,
    When,
)
from bailee.types.span import Span

_A_DAY = timedelta(days=1)
_A_WEEK = timedelta(days=7)
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
_NOON_MIN, _EVENING_MIN, _DAY_MIN, _DAWN_MIN = 720, 1_080, 1_440, 1_800
_LONGEST_TURN = timedelta(days=183)
"""“From December 28 to January 3” goes over New Year; “from March 10 to March 3” is a slip."""
_LONGEST_NIGHT_MIN = 960
"""The same for hours: “from ten p.m. to eleven a.m.” goes over midnight, “from five p.m. to four”
does not.
"""
_BACK_YEARS = 8
"""Within so many years each date of the calendar came at least once."""
_PARTS = {
    Part.MORNING: (0, _NOON_MIN),
    Part.AFTERNOON: (_NOON_MIN, _EVENING_MIN),
    Part.EVENING: (_EVENING_MIN, _DAY_MIN),
    Part.NIGHT: (_EVENING_MIN, _DAWN_MIN),
}
"""Minutes since midnight; a night ends on the day after."""


class Refusal(StrEnum):
    """Why a time is none."""

    NO_SUCH_TIME = "no-such-time"
    """February 30; half past two in the night in which clocks go from two to three."""
    FUTURE = "future"
    """It is still to come."""
    BACKWARDS = "backwards"
    """It ends before it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was said is no stretch of time; `when` is what was understood."""

    why: Refusal
    when: When


class _NoTimeError(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def resolve(when: When, now_ms: int, zone: tzinfo) -> Span | Refused:
    """What *when* is at *now_ms* where *zone* is; it ends at *now_ms* at the latest.

    Requires of `Hours` that they are sure: “in the morning or in the afternoon?” is asked before.
    """
    try:
        begin_ms, end_ms = _stretch(when, now_ms, zone)
    except _NoTimeError as error:
        return Refused(why=error.why, when=when)
    if begin_ms > now_ms:
        return Refused(why=Refusal.FUTURE, when=when)
    if begin_ms >= end_ms or end_ms <= 0:
        return Refused(why=Refusal.NO_SUCH_TIME, when=when)
    return Span(begin_ms=max(0, begin_ms), end_ms=min(now_ms, end_ms - 1))


def is_wide(scope: Scope, span: Span | None, zone: tzinfo) -> bool:
    """Whether *scope* is asked about before it is forgotten (R-14).

    Narrow is what was just said, and what the speaker said themselves on one day of the calendar.

    Args:
        scope: What is meant. A speaker who names themselves is `Who.ME` already.
        span: What its time is; None for an `Extent`.
        zone: Of the room.
    """
    if scope.who is not Who.ME or scope.when is Extent.EVER:
        return True
    if scope.when is Extent.JUST_SAID:
        return False
    return span is None or day_at(span.begin_ms, zone) != day_at(span.end_ms, zone)


def _stretch(when: When, now_ms: int, zone: tzinfo) -> tuple[int, int]:
    """From the first moment to the one after the last."""
    today = day_at(now_ms, zone)
    match when:
        case Recent(amount=amount, unit=Unit.DAY):
            return _midnight(today - _A_DAY * (amount - 1), zone), now_ms + 1
        case Recent(amount=amount, unit=unit):
            size_ms = _HOUR_MS if unit is Unit.HOUR else _MINUTE_MS
            return now_ms - amount * size_ms, now_ms + 1
        case PartOf(day=day, part=part):
            begin, end = _PARTS[part]
            return _between(_day(day, today), begin, end, zone)
        case Hours():
            return _hours(when, now_ms, zone)
        case Days() | Period() | Month():
            first, last = _whole_days(when, today)
            return _midnight(first, zone), _midnight(last + _A_DAY, zone)


def _whole_days(when: Days | Period | Month, today: date) -> tuple[date, date]:
    match when:
        case Days(first=first, last=last):
            return _range(first, last, today)
        case Period(unit=Unit.WEEK, ago=ago):
            monday = today - _A_DAY * today.weekday() - _A_WEEK * ago
            return monday, monday + 6 * _A_DAY
        case Period(ago=ago):
            months = today.year * 12 + today.month - 1 - ago
            return _month(months // 12, months % 12 + 1)
        case Month(month=month, year=year):
            earlier = int(month > today.month)
            return _month(year or today.year - earlier, month)


def _midnight(day: date, zone: tzinfo) -> int:
    return first_at(wall(day, 0), zone)


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - _A_DAY


def _between(day: date, begin_min: int, end_min: int, zone: tzinfo) -> tuple[int, int]:
    return first_at(wall(day, begin_min), zone), until(wall(day, end_min), zone)


# -- hours ------------------------------------------------------------------------------------


def _hours(when: Hours, now_ms: int, zone: tzinfo) -> tuple[int, int]:
    assert when.is_sure
    end_min = when.begin_min + (when.length_min or 0)
    if end_min > _DAY_MIN and end_min - when.begin_min > _LONGEST_NIGHT_MIN:
        raise _NoTimeError(Refusal.BACKWARDS)
    today = day_at(now_ms, zone)
    day = _day(when.day, today) if when.day else _last_begun(when.begin_min, now_ms, zone)
    begin_ms, end_ms = _between(day, when.begin_min, end_min, zone)
    return begin_ms, now_ms + 1 if when.length_min is None else end_ms


def _last_begun(minute: int, now_ms: int, zone: tzinfo) -> date:
    """The last day on which the clock has shown *minute*."""
    today = day_at(now_ms, zone)
    has_begun = first_at(wall(today, minute), zone) <= now_ms
    return today if has_begun else today - _A_DAY


# -- days -------------------------------------------------------------------------------------


def _range(first: Day, last: Day, today: date) -> tuple[date, date]:
    if first == last:
        day = _day(first, today)
        return day, day
    if isinstance(first, Date) and isinstance(last, Date):
        return _dates(first, last, today)
    end = _day(last, today)
    begin = _day(first, min(end + _A_DAY, today) if isinstance(first, Weekday) else today)
    if begin > today:
        raise _NoTimeError(Refusal.FUTURE)
    if begin > end:
        raise _NoTimeError(Refusal.BACKWARDS)
    return begin, end


def _dates(first: Date, last: Date, today: date) -> tuple[date, date]:
    """The last one that has begun; its end is the first such day from there on."""
    if first.year is None and last.year is not None:
        end = _exact(last)
        begin = _latest(first, end)
    else:
        begin = _day(first, today)
        end = _earliest(last, begin) if last.year is None else _exact(last)
    if end < begin or (last.year is None and end - begin > _LONGEST_TURN and _wraps(first, last)):
        raise _NoTimeError(Refusal.BACKWARDS)
    if begin > today:
        raise _NoTimeError(Refusal.FUTURE)
    return begin, end


def _wraps(first: Date, last: Date) -> bool:
    """Whether the last is before the first in one year, so that there is a New Year between."""
    return (last.month or 0, last.day) < (first.month or 0, first.day)


def _day(day: Day, today: date) -> date:
    match day:
        case Ago(days=days):
            return today - _A_DAY * days
        case Weekday(weekday=weekday):
            return today - _A_DAY * ((today.weekday() - weekday - 1) % 7 + 1)
        case Date(year=None):
            return _latest(day, today)
        case Date():
            return _exact(day)


def _exact(day: Date) -> date:
    """Requires a year; a day without a month is none then."""
    found = _made(day.year or 0, day.month or 0, day.day)
    if found is None:
        raise _NoTimeError(Refusal.NO_SUCH_TIME)
    return found


def _latest(day: Date, until_day: date) -> date:
    """The last one on or before *until_day*."""
    years = range(until_day.year, until_day.year - _BACK_YEARS - 1, -1)
    return _only(
        found
        for year in years
        for month in ([day.month] if day.month else range(12, 0, -1))
        if (found := _made(year, month, day.day)) and found <= until_day
    )


def _earliest(day: Date, from_day: date) -> date:
    """The first one on or after *from_day*."""
    years = range(from_day.year, from_day.year + _BACK_YEARS + 1)
    return _only(
        found
        for year in years
        for month in ([day.month] if day.month else range(1, 13))
        if (found := _made(year, month, day.day)) and found >= from_day
    )


def _only(days: Iterator[date]) -> date:
    """The first of *days*."""
    found = next(days, None)
    if found is None:
        raise _NoTimeError(Refusal.NO_SUCH_TIME)
    return found


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
