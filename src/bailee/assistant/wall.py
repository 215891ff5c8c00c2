"""Times on a wall clock in a zone, and the moments at which it shows them.

When clocks go back, a time comes twice, and both are covered; when they go forward, some times do
not come, and the next moment that there is takes their place.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

from bailee.clock import to_datetime, to_ms

_MINUTE = timedelta(minutes=1)


def day_at(at_ms: int, zone: tzinfo) -> date:
    """Which day it is there."""
    return to_datetime(at_ms).astimezone(zone).date()


def wall(day: date, minute: int) -> datetime:
    """What the clock shows *minute* minutes after midnight by its hands, 0 to 2880."""
    return datetime(day.year, day.month, day.day) + minute * _MINUTE  # noqa: DTZ001  a wall has no zone


def first_at(shown: datetime, zone: tzinfo) -> int:
    """The first moment at which the clock shows *shown* or, where it skips that, the next time."""
    at_ms = to_ms(shown.replace(tzinfo=zone, fold=0))
    return at_ms if _shows(at_ms, zone) == shown else _skip(shown, zone)


def until(shown: datetime, zone: tzinfo) -> int:
    """The moment from which on the clock no longer shows a time of the stretch before *shown*.

    Of a time that comes twice, that is the second, unless the stretch ends where the second begins.
    """
    if _shows(first_at(shown, zone), zone) != shown:
        return first_at(shown, zone)
    again_ms = to_ms(shown.replace(tzinfo=zone, fold=1))
    return again_ms if _shows(again_ms - 1, zone) < shown else first_at(shown, zone)


def _shows(at_ms: int, zone: tzinfo) -> datetime:
    return to_datetime(at_ms).astimezone(zone).replace(tzinfo=None, fold=0)


def _skip(shown: datetime, zone: tzinfo) -> int:
    """When the clock skips *shown*: between what its two offsets would make of it."""
    after_ms = to_ms(shown.replace(tzinfo=zone, fold=0).astimezone(UTC))
    before_ms = to_ms(shown.replace(tzinfo=zone, fold=1).astimezone(UTC))
    while before_ms + 1 < after_ms:
        middle_ms = (before_ms + after_ms) // 2
        if _shows(middle_ms, zone) < shown:
            before_ms = middle_ms
        else:
            after_ms = middle_ms
    return after_ms
