"""What the rules of a phrase file mean: the words of a slot in, a value out, None for nonsense."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bailee.assistant.command import Act, Command, Extent, Scope, Unclear, Where, Who
from bailee.assistant.hands import Half, Hand, before, hand, hours, since
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
from bailee.types.ids import DeviceId, PersonId

Slots = Mapping[str, Sequence[Any]]
"""What each slot took, in the order in which it was said."""
Named = tuple[str, frozenset[str]]
"""A name as the household wrote it, and the id of each that has it."""
_MOST = {Unit.MINUTE: 60, Unit.HOUR: 48, Unit.DAY: 60}
_EVENING_MIN, _AFTERNOON_MIN = 1_080, 720
_PART_BEGINS = {
    Part.MORNING: 0,
    Part.AFTERNOON: _AFTERNOON_MIN,
    Part.EVENING: _EVENING_MIN,
    Part.NIGHT: _EVENING_MIN,
}


def mean(section: str, key: str, slots: Slots) -> Any:
    """The value of one rule; None where the words make no sense together."""
    return _MEANINGS[section](key, slots)


def _clock(key: str, slots: Slots) -> Hand | None:
    numbers = list(slots.get("number", ()))
    match key:
        case "noon":
            return Hand(_AFTERNOON_MIN, is_sure=True)
        case "midnight":
            return Hand(0, is_sure=True)
        case "hour":
            return hand(numbers[0])
        case "hour_minute":
            return hand(numbers[0], slots["minute"][0])
        case "hour_and_few":
            return hand(*numbers) if numbers[1] < 10 else None
        case "past":
            return hand(numbers[1], numbers[0]) if numbers[0] else None
        case "to":
            return before(numbers[1], numbers[0])
        case "quarter_past":
            return hand(numbers[0], 15)
        case "half_past":
            return hand(numbers[0], 30)
        case "quarter_to":
            return before(numbers[0], 15)
        case _:
            return before(numbers[0], 30)


def _time(key: str, slots: Slots) -> Hand | None:
    clock: Hand = slots["clock"][0]
    if key == "plain":
        return clock
    return None if clock.is_sure else Hand(clock.minute, Half(key), clock.is_24)


def _day(key: str, slots: Slots) -> Day | None:
    match key:
        case "today" | "yesterday" | "before_yesterday" | "tomorrow":
            counted = {"today": 0, "yesterday": 1, "before_yesterday": 2, "tomorrow": -1}
            return Ago(days=counted[key])
        case "days_ago":
            return Ago(days=slots["number"][0])
        case "weekday":
            return Weekday(weekday=slots["weekday"][0])
        case _:
            return _date(*slots.get("ordinal", ()), *slots.get("number", ()), slots=slots)


def _date(day: int, *, slots: Slots) -> Date | None:
    if not 1 <= day <= 31:
        return None
    return Date(day=day, month=_one(slots, "month"), year=_one(slots, "year"))


def _daypart(key: str, slots: Slots) -> PartOf:
    match key:
        case "today":
            return PartOf(day=Ago(days=0), part=slots["part"][0])
        case "of_day":
            return PartOf(day=slots["day"][0], part=slots["part"][0])
        case "tonight":
            return PartOf(day=Ago(days=0), part=Part.EVENING)
        case _:
            return PartOf(day=Ago(days=1), part=Part.NIGHT)


def _when(key: str, slots: Slots) -> When | None:
    days: Sequence[Day] = slots.get("day", ())
    match key:
        case "day":
            day = days[0] if days else Ago(days=0)
            return Days(first=day, last=day)
        case "days":
            return Days(first=days[0], last=days[1])
        case "since_day":
            return Days(first=days[0], last=Ago(days=0))
        case "days_of_month":
            return _days_of_month(slots)
        case "this_week" | "last_week":
            return Period(unit=Unit.WEEK, ago=int(key == "last_week"))
        case "this_month" | "last_month":
            return Period(unit=Unit.MONTH, ago=int(key == "last_month"))
        case "month":
            return Month(month=slots["month"][0], year=_one(slots, "year"))
        case "part":
            found: PartOf = slots["daypart"][0]
            return found
        case "hours":
            return _hours(slots)
        case "since_time":
            return _since(slots)
        case _:
            return _recent(key, slots)


def _days_of_month(slots: Slots) -> Days | None:
    counted = (*slots.get("ordinal", ()), *slots.get("number", ()))
    first, last = (_date(each, slots=slots) for each in counted)
    return Days(first=first, last=last) if first and last else None


def _hours(slots: Slots) -> Hours | None:
    first, last = slots["time"]
    daypart: PartOf | None = _one(slots, "daypart")
    if daypart is None:
        return hours(first, last, day=_one(slots, "day"), part=None)
    return hours(first, last, day=daypart.day, part=daypart.part)


def _since(slots: Slots) -> Hours:
    daypart: PartOf | None = _one(slots, "daypart")
    if daypart is None:
        return since(slots["time"][0], day=_one(slots, "day"))
    begin_min = _PART_BEGINS[daypart.part]
    return Hours(day=daypart.day, begin_min=begin_min, length_min=None, is_sure=True)


def _recent(key: str, slots: Slots) -> Recent | None:
    amount = {"last_minute": 1, "last_half_hour": 30, "last_hour": 1}.get(key) or slots["number"][0]
    unit = {"last_hour": Unit.HOUR, "last_hours": Unit.HOUR, "last_days": Unit.DAY}.get(
        key, Unit.MINUTE
    )
    return Recent(amount=amount, unit=unit) if 1 <= amount <= _MOST[unit] else None


def _delete(key: str, slots: Slots) -> Command | Unclear:
    if key == "just_said":
        return Command(act=Act.DELETE, scope=Scope(when=Extent.JUST_SAID))
    who = {"mine": Who.ME, "person": Who.NAMED, "everybody": Who.EVERYBODY}[key]
    return _scoped(Act.DELETE, who, slots)


def _scoped(act: Act, who: Who, slots: Slots) -> Command | Unclear:
    person: Named | None = _one(slots, "person") or _one(slots, "owner")
    room: Named | None = None
    where = Where.ANYWHERE
    if "place" in slots:
        room = slots["place"][0]
        where = Where.NAMED if room else Where.HERE
    for named in (person, room):
        if named and len(named[1]) > 1:
            return Unclear(act=act, name=named[0])
    scope = Scope(
        when=_one(slots, "when") or Extent.EVER,
        who=who,
        where=where,
        person_id=PersonId(*person[1]) if person else None,
        device_id=DeviceId(*room[1]) if room else None,
    )
    return Command(act=act, scope=scope)


def _command(key: str, slots: Slots) -> Command | Unclear:
    act = Act(key.replace("_", "-"))
    if act in {Act.WHAT_HEARD, Act.WHO_LISTENED} and slots:
        return _scoped(act, Who.ME, slots)
    return Command(act=act, rest=_one(slots, "rest") or "")


def _one(slots: Slots, name: str) -> Any:
    taken = slots.get(name, ())
    return taken[0] if taken else None


_MEANINGS: Mapping[str, Callable[[str, Slots], Any]] = {
    "clock": _clock,
    "time": _time,
    "day": _day,
    "part": lambda key, _: Part(key),
    "daypart": _daypart,
    "when": _when,
    "place": lambda _, slots: _one(slots, "room") or (),
    "delete": _delete,
    "commands": _command,
    "politeness": lambda _, __: True,
}
