"""What the rules for times mean: what their slots took in, a value out, None for nonsense."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bailee.assistant.hands import NOON_MIN, Half, Hand, before, hand, hours, since
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

Slots = Mapping[str, Sequence[Any]]
"""What each slot took, in the order in which it was said."""
_MOST = {Unit.MINUTE: 60, Unit.HOUR: 48, Unit.DAY: 60}
_EVENING_MIN = 1_080
_PART_BEGINS = {
    Part.MORNING: 0,
    Part.AFTERNOON: NOON_MIN,
    Part.EVENING: _EVENING_MIN,
    Part.NIGHT: _EVENING_MIN,
}
_AGO = {"today": 0, "yesterday": 1, "before_yesterday": 2, "tomorrow": -1}


def one(slots: Slots, name: str) -> Any:
    """What the slot took, None where the words had none."""
    taken = slots.get(name, ())
    return taken[0] if taken else None


def clock(key: str, slots: Slots) -> Hand | None:
    """The hands of a clock, by a rule under ``[clock]``."""
    return _CLOCKS[key](
        list(slots.get("number", ())), [*slots.get("minute", ()), *slots.get("few", ())]
    )


_CLOCKS: Mapping[str, Callable[[list[int], list[int]], Hand | None]] = {
    "hour": lambda said, _: hand(said[0]),
    "hour_minute": lambda said, minutes: hand(said[0], minutes[0]),
    "hour_and_few": lambda said, minutes: hand(said[0], minutes[0]),
    "past": lambda said, _: hand(said[1], said[0]) if said[0] else None,
    "to": lambda said, _: before(said[1], said[0]),
    "quarter_past": lambda said, _: hand(said[0], 15),
    "quarter_to": lambda said, _: before(said[0], 15),
    "half_past": lambda said, _: hand(said[0], 30),
    "half_to": lambda said, _: before(said[0], 30),
}


def time(key: str, slots: Slots) -> Hand | None:
    """The same with the half of the day that was said."""
    if key in {"noon", "midnight"}:
        return Hand(NOON_MIN if key == "noon" else 0, is_sure=True)
    said: Hand = slots["clock"][0]
    return said if key == "plain" else Hand(said.minute, Half(key), said.is_24)


def near(key: str, slots: Slots) -> Day:
    """A day that needs no calendar."""
    if key == "weekday":
        return Weekday(weekday=slots["weekday"][0])
    return Ago(days=_AGO[key])


def date(_: str, slots: Slots) -> Date | None:
    """A date with its month."""
    return _date(*slots.get("ordinal", ()), *slots.get("number", ()), slots=slots)


def day(key: str, slots: Slots) -> Day | None:
    """A day."""
    match key:
        case "days_ago":
            return Ago(days=_amount(slots))
        case "of_month":
            return Date(day=slots["ordinal"][0])
        case _:
            found: Day = slots[key][0]
            return found


def _date(day: int, *, slots: Slots) -> Date | None:
    if not 1 <= day <= 31:
        return None
    return Date(day=day, month=one(slots, "month"), year=one(slots, "year"))


def daypart(key: str, slots: Slots) -> PartOf:
    """A part of a day."""
    match key:
        case "of_day":
            return PartOf(day=_days(slots)[0], part=slots["part"][0])
        case "last_night":
            return PartOf(day=Ago(days=1), part=Part.NIGHT)
        case _:
            return PartOf(day=Ago(days=0), part=one(slots, "part") or Part.EVENING)


def when(key: str, slots: Slots) -> When | None:
    """A stretch of time, by a rule under ``[when]``."""
    return _WHENS[key](slots) if key in _WHENS else _recent(key, slots)


def _days(slots: Slots) -> Sequence[Day]:
    return (*slots.get("near", ()), *slots.get("day", ()))


def _one_day(slots: Slots) -> Days:
    said = next(iter(_days(slots)), Ago(days=0))
    return Days(first=said, last=said)


def _two_days(slots: Slots) -> Days:
    first, last = (*slots.get("date", ()), *slots.get("near", ()))
    return Days(first=first, last=last)


def _days_of_month(slots: Slots) -> Days | None:
    counted = (*slots.get("ordinal", ()), *slots.get("number", ()))
    first, last = (_date(each, slots=slots) for each in counted)
    return Days(first=first, last=last) if first and last else None


def _hours(slots: Slots) -> Hours | None:
    first, last = slots["time"]
    part: PartOf | None = one(slots, "daypart")
    if part is not None:
        return hours(first, last, day=part.day, part=part.part)
    return hours(first, last, day=next(iter(_days(slots)), None), part=None)


def _since(slots: Slots) -> Hours:
    part: PartOf | None = one(slots, "daypart")
    if part is None:
        return since(slots["time"][0], day=next(iter(_days(slots)), None))
    begin_min = _PART_BEGINS[part.part]
    return Hours(day=part.day, begin_min=begin_min, length_min=None, is_sure=True)


def _recent(key: str, slots: Slots) -> Recent | None:
    amount = 30 if key == "last_half_hour" else _amount(slots)
    units = {"last_hour": Unit.HOUR, "last_hours": Unit.HOUR, "last_days": Unit.DAY}
    unit = units.get(key, Unit.MINUTE)
    return Recent(amount=amount, unit=unit) if 1 <= amount <= _MOST[unit] else None


def _amount(slots: Slots) -> int:
    """One where no number was said: the last hour, a day ago."""
    said: int | None = one(slots, "number")
    return 1 if said is None else said


_WHENS: Mapping[str, Callable[[Slots], When | None]] = {
    "day": _one_day,
    "days": _two_days,
    "days_of_month": _days_of_month,
    "since_day": lambda slots: Days(first=slots["day"][0], last=Ago(days=0)),
    "this_week": lambda _: Period(unit=Unit.WEEK, ago=0),
    "last_week": lambda _: Period(unit=Unit.WEEK, ago=1),
    "this_month": lambda _: Period(unit=Unit.MONTH, ago=0),
    "last_month": lambda _: Period(unit=Unit.MONTH, ago=1),
    "month": lambda slots: Month(month=slots["month"][0], year=one(slots, "year")),
    "part": lambda slots: slots["daypart"][0],
    "hours": _hours,
    "since_time": _since,
}
