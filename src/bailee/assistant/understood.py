"""A time that was said, in words again: for telling what was understood where it is none."""

from collections.abc import Callable, Mapping
from typing import Protocol

from bailee.assistant.phrases import Phrases
from bailee.assistant.when import (
    Ago,
    Date,
    Day,
    Days,
    Hours,
    Month,
    PartOf,
    Period,
    Recent,
    Weekday,
    When,
)

_DAY_MIN = 1_440


class Piece(Protocol):
    """Says a piece of an answer."""

    def __call__(self, name: str, **values: str | int) -> str: ...


class Understood:
    """Says a `When` in one language, with the *clock* of whoever says the rest."""

    def __init__(self, phrases: Phrases, piece: Piece, clock: Callable[[int], str]) -> None:
        self._words = phrases.lexicon
        self._piece = piece
        self._clock = clock

    def say(self, when: When) -> str:
        """As it was said, without the words around it.

        What goes up to now, or a week that is counted back from it, is always a time: “now”.
        """
        match when:
            case Days(first=first, last=last) if first == last:
                return self._day(first)
            case Days(first=first, last=last):
                return self._piece("days", first=self._day(first), last=self._day(last))
            case Month(month=month, year=year):
                named = self._words.months.say(month)
                return self._piece("month_year", month=named, year=str(year)) if year else named
            case PartOf(day=day):
                return self._day(day)
            case Hours(day=day, begin_min=begin_min, length_min=length_min):
                end = self._clock((begin_min + (length_min or 0)) % _DAY_MIN)
                said = self._piece("from_to", begin=self._clock(begin_min), end=end)
                return f"{self._day(day)} {said}" if day else said
            case Period() | Recent():
                return self._piece("now")

    def _day(self, day: Day) -> str:
        match day:
            case Ago(days=days):
                name = {-1: "tomorrow", 0: "today", 1: "yesterday"}.get(days, "days_ago")
                return self._piece(name, count=days)
            case Weekday(weekday=weekday):
                return self._words.weekdays.say(weekday)
            case Date():
                return self._date(day)

    def _date(self, day: Date) -> str:
        values: Mapping[str, str] = {
            "ordinal": self._words.ordinals.say(day.day),
            "month": self._words.months.say(day.month) if day.month else "",
            "year": str(day.year or ""),
        }
        if not day.month:
            return self._piece("of_month", **values)
        return self._piece("date_year" if day.year else "date", **values)
