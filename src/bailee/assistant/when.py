"""A time as it was said, before anybody knows what day it is: compared, then resolved by `dates`."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What people count time in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Part(StrEnum):
    """A part of a day, by the room's clock."""

    MORNING = "morning"
    """Midnight to noon."""
    AFTERNOON = "afternoon"
    """Noon to six."""
    EVENING = "evening"
    """Six to midnight."""
    NIGHT = "night"
    """Six in the evening to six of the next morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ago:
    """A day counted from today: 0 is today, 1 yesterday, -1 tomorrow."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday:
    """The last one before today: 0 is Monday, 6 Sunday."""

    weekday: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date of the calendar, the last one that has begun where parts are missing.

    Attributes:
        day: 1 to 31; whether there is such a day is found when it is resolved.
        month: 1 to 12; None where it was not said.
        year: 2000 to 2099; None where it was not said.
    """

    day: int
    month: int | None = None
    year: int | None = None


Day = Ago | Weekday | Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Whole days, both inclusive: “on Monday”, “from March 3 to March 10”, “since yesterday”."""

    first: Day
    last: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A calendar week (Monday to Sunday) or month: 0 is this one, 1 the one before."""

    unit: Unit
    ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month by its name: the last one that has begun where no year was said."""

    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """Up to now: the last `amount` minutes or hours; of days, today is the last of them."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """A part of a day."""

    day: Day
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From one time of day to another.

    Attributes:
        day: The day it begins on; None for the last time that it has begun.
        begin_min: Minutes since midnight by the clock on the wall, 0 to 1439; up to 1799 for the
            small hours of a night that began on `day`.
        length_min: How much further the hands go, 1 to 1440; None for “until now”.
        is_sure: Whether it is known which half of the day is meant. Where it is not, `begin_min`
            is below 720, and what is meant may as well be 720 later.
    """

    day: Day | None
    begin_min: int
    length_min: int | None
    is_sure: bool


When = Days | Period | Month | Recent | PartOf | Hours
