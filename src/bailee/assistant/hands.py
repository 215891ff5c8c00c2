"""Times of day as they are said: “half past four”, “16:30”, “between four and five in the evening”.

A time on a twelve-hour face is kept below noon with no half; two times next to each other, or a
part of the day, may say which half is meant. Where nothing does, `Hours.is_sure` is False.
"""

from dataclasses import dataclass
from enum import StrEnum

from bailee.assistant.when import Ago, Day, Hours, Part

NOON_MIN = 720
_DAY_MIN = 1_440
_HOUR_MIN = 60
_DAWN_MIN = 360
"""Six o'clock: before it, “at night” is the morning's side of midnight."""


class Half(StrEnum):
    """What was said beside a time; the parts of a day are the same words."""

    AM = "am"
    PM = "pm"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


_ENDS_AT = {
    Half.MORNING: NOON_MIN,
    Half.AFTERNOON: NOON_MIN,
    Half.EVENING: _DAY_MIN,
    Half.NIGHT: _DAY_MIN,
}
"""What twelve o'clock means where something ends at it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A time of day.

    Attributes:
        minute: Since midnight, 0 to 1440; as it was said where nothing is known of its half.
        half: What was said beside it.
        is_24: An hour was said that only a clock of 24 hours has.
        is_sure: The time is whole without a half: noon, midnight.
    """

    minute: int
    half: Half | None = None
    is_24: bool = False
    is_sure: bool = False


def hand(hour: int, minute: int = 0) -> Hand | None:
    """*hour* and *minute* as numbers that were said; None where no clock shows them."""
    at = hour * _HOUR_MIN + minute
    if not 0 <= minute < _HOUR_MIN or at > _DAY_MIN:
        return None
    return Hand(at, is_24=hour == 0 or hour > 12)


def before(hour: int, minute: int) -> Hand | None:
    """*minute* minutes before *hour*: a quarter to one is on the face's other side."""
    if not (1 <= minute < _HOUR_MIN and 1 <= hour <= 24):
        return None
    at = hour * _HOUR_MIN - minute
    return Hand(at + NOON_MIN if at < _HOUR_MIN else at, is_24=hour > 13)


def hours(begin: Hand, end: Hand, *, day: Day | None, part: Part | None) -> Hours | None:
    """From *begin* to *end*, on *day*; *part* was said of both. None where they are the same."""
    if part is not None and end.half is None and begin.half is None:
        end = Hand(end.minute, Half(part), end.is_24, end.is_sure)
    literal = begin.is_24 or end.is_24
    first = _fixed(begin, literal=literal, ends=False)
    last = _fixed(end, literal=literal, ends=True)
    sure = first is not None or last is not None
    if first is None and last is None:
        first = begin.minute % NOON_MIN
        length = (end.minute - first) % NOON_MIN
    elif first is None:
        assert last is not None
        length = (last - begin.minute) % NOON_MIN or NOON_MIN
        first = (last - length) % _DAY_MIN
    elif last is None:
        length = (end.minute - first) % NOON_MIN or NOON_MIN
    else:
        length = (last - first) % _DAY_MIN
    if not length:
        return None
    return _on(first % _DAY_MIN, length, sure=sure, day=day, part=part)


def since(begin: Hand, *, day: Day | None) -> Hours:
    """From *begin* up to now."""
    first = _fixed(begin, literal=begin.is_24, ends=False)
    if first is None:
        return Hours(day=day, begin_min=begin.minute % NOON_MIN, length_min=None, is_sure=False)
    return Hours(day=day, begin_min=first % _DAY_MIN, length_min=None, is_sure=True)


def _fixed(said: Hand, *, literal: bool, ends: bool) -> int | None:
    """Minutes since midnight, 0 to 1440; None where a half is missing."""
    if said.is_24 or said.is_sure:
        return said.minute
    if said.half is None:
        return said.minute if literal else None
    on_face = said.minute % NOON_MIN
    if ends and not on_face and said.half in _ENDS_AT:
        return _ENDS_AT[said.half]
    early = said.half in {Half.AM, Half.MORNING} or (
        said.half is Half.NIGHT and on_face < _DAWN_MIN
    )
    return on_face if early else on_face + NOON_MIN


def _on(
    begin_min: int, length_min: int, *, sure: bool, day: Day | None, part: Part | None
) -> Hours:
    """On its day: what follows midnight of “last night” is on the day after."""
    if part is Part.NIGHT and begin_min < _DAWN_MIN:
        if isinstance(day, Ago):
            day = Ago(days=day.days - 1)
        else:
            begin_min += _DAY_MIN
    return Hours(day=day, begin_min=begin_min, length_min=length_min, is_sure=sure)
