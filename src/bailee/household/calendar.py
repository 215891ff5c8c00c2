"""Days and their parts, as a household's own clocks show them: times in, milliseconds out."""

from datetime import date, datetime, time, timedelta, tzinfo

from bailee.clock import to_ms

_DAY = timedelta(days=1)


def begin_of(day: date, zone: tzinfo) -> int:
    """When *day* begins there; milliseconds since the epoch, UTC.

    Where clocks are put forward at midnight it begins at one.
    """
    return to_ms(datetime.combine(day, time(), zone))


def day_of_ms(at_ms: int, zone: tzinfo) -> date:
    """Which day it is there."""
    return datetime.fromtimestamp(at_ms / 1000, zone).date()


def day_edges(day: date, zone: tzinfo, minutes: int = 30) -> tuple[int, ...]:
    """Where slots of *minutes* begin on that day, and where the day ends.

    A day on which clocks change has 23 or 25 hours, and so many slots. Requires *minutes* to divide
    an hour.
    """
    assert 60 % minutes == 0, minutes
    begin, end = begin_of(day, zone), begin_of(day + _DAY, zone)
    return (*range(begin, end, minutes * 60_000), end)


def month_edges(year: int, month: int, zone: tzinfo) -> tuple[int, ...]:
    """Where each day of a month begins, and where its last one ends."""
    first = date(year, month, 1)
    days = [first + _DAY * number for number in range(32)]
    last = next(each for each in days if each.month != month)
    return tuple(begin_of(each, zone) for each in days if each <= last)
