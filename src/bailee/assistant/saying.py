"""Answers for the ear: sentences with their values, numbers and times in words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from bailee.assistant.answers import Answer
from bailee.assistant.command import Extent, Scope, Where, Who
from bailee.assistant.phrases import Phrases, Sentence
from bailee.assistant.understood import Understood
from bailee.assistant.wall import day_at, first_at, wall
from bailee.assistant.when import When
from bailee.clock import to_datetime
from bailee.types.span import Span

_MOST_IN_WORDS = 12
_A_DAY = timedelta(days=1)
_COUNTS = ("count", "days")
_NOW_MS = 120_000
"""What ended so lately ends now, to the ear: a question and its answer take a while."""
_PARTS = ((5, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))
"""Until which hour a time is called so."""


class Saying:
    """Says things in one language. Immutable, and so safe for threads."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def say(self, answer: Answer, **values: str | int) -> str:
        """A whole answer. *values* are those of `ANSWER_VALUES`; `count` or `days` is a number."""
        text = self._put(self._phrases.answers[answer], values)
        return text[:1].upper() + text[1:]

    def said(self, name: str, **values: str | int) -> str:
        """A piece of one, by its name under ``[said]``."""
        return self._put(self._phrases.said[name], values)

    def number(self, value: int) -> str:
        """In words up to twelve, in digits beyond: a voice reads them well."""
        if 0 <= value <= _MOST_IN_WORDS:
            return self._phrases.lexicon.numbers.say(value)
        return str(value)

    def listed(self, items: Sequence[str]) -> str:
        """“Ana, Leo and Mia”; "" for nothing."""
        if not items:
            return ""
        *rest, last = items
        if not rest:
            return last
        return self.said("pair", rest=self._commas(rest), last=last)

    def time(self, at_ms: int, zone: tzinfo) -> str:
        """The time of day by the hands of a clock: “ten past seven”."""
        return self._hands(to_datetime(at_ms).astimezone(zone))

    def day(self, day: date, today: date) -> str:
        """“today”, “yesterday”, “on Monday, the third of March”; the year where it is another."""
        if today - day in {0 * _A_DAY, _A_DAY}:
            return self.said("today" if day == today else "yesterday")
        words = {"weekday": self._phrases.lexicon.weekdays.say(day.weekday()), **self._date(day)}
        return self.said("day" if day.year == today.year else "day_year", **words)

    def span(self, span: Span, now_ms: int, zone: tzinfo) -> str:
        """When that is: by days where it is whole days, else by times of day too.

        What ends at *now_ms*, or ended just before it, is as whole as today can be.
        """
        is_now = 0 <= now_ms - span.end_ms < _NOW_MS
        today = day_at(now_ms, zone)
        first, last = day_at(span.begin_ms, zone), day_at(span.end_ms, zone)
        begins = first_at(wall(first, 0), zone) == span.begin_ms
        ends = is_now or first_at(wall(last + _A_DAY, 0), zone) == span.end_ms + 1
        if begins and ends:
            return self.day(first, today) if first == last else self._days(first, last, today)
        begin = to_datetime(span.begin_ms).astimezone(zone)
        end_at = to_datetime(span.end_ms + 1).astimezone(zone)
        end = self.said("now") if is_now else self._in_part(end_at)
        if first == last:
            # “from four to five in the afternoon”: said once, where the end says it.
            once = not is_now and not _is_named(end_at) and _part(begin) == _part(end_at)
            told = self._hands(begin) if once else self._in_part(begin)
            return self.said("hours", day=self.day(first, today), begin=told, end=end)
        return self.said(
            "hours_of_days",
            first=self.day(first, today),
            begin=self._in_part(begin),
            last=self.day(last, today),
            end=end,
        )

    def what(
        self,
        scope: Scope,
        span: Span | None,
        now_ms: int,
        zone: tzinfo,
        *,
        person: str = "",
        device: str = "",
    ) -> str:
        """What *scope* is, in words for whoever asked: “what you said in the kitchen yesterday”.

        Args:
            scope: What was understood.
            span: What its time is; None for an `Extent`.
            now_ms: When it is said.
            zone: Of the room.
            person: The name of `Scope.person_id`.
            device: The name of `Scope.device_id`.
        """
        if scope.when is Extent.JUST_SAID:
            return self.said("just_said")
        when = self.said("ever") if span is None else self.span(span, now_ms, zone)
        at = scope.where is not Where.ANYWHERE or scope.who is Who.EVERYBODY
        names = {
            (Who.ME, False): "mine",
            (Who.ME, True): "mine_at",
            (Who.NAMED, False): "theirs",
            (Who.NAMED, True): "theirs_at",
        }
        place = {Where.HERE: "here", Where.ANYWHERE: "anywhere"}.get(scope.where, "at")
        words = {"when": when, "place": self.said(place, device=device), "person": person}
        return self.said(names.get((scope.who, at), "everybodys"), **words)

    def when(self, when: When) -> str:
        """What was understood of a time that is none: “the thirtieth of February”."""
        return Understood(self._phrases, self.said, self._clock).say(when)

    # -- pieces ---------------------------------------------------------------------------------

    def _put(self, sentence: Sentence, values: Mapping[str, str | int]) -> str:
        counted = next((values[name] for name in _COUNTS if name in values), 0)
        text = sentence.one if counted == 1 else sentence.other
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return text.format_map(shown)

    def _commas(self, items: Sequence[str]) -> str:
        *others, said = items
        for each in reversed(others):
            said = self.said("comma", first=each, rest=said)
        return said

    def _date(self, day: date) -> dict[str, str]:
        words = self._phrases.lexicon
        return {
            "ordinal": words.ordinals.say(day.day),
            "month": words.months.say(day.month),
            "year": str(day.year),
        }

    def _days(self, first: date, last: date, today: date) -> str:
        """Days of one month of this year by their numbers; others each with all it takes."""
        begin, end = self._date(first), self._date(last)
        if (first.year, first.month) == (last.year, last.month) and first.year == today.year:
            ordinals = {"first": begin["ordinal"], "last": end["ordinal"]}
            return self.said("days_of_month", month=end["month"], **ordinals)
        name = "date" if first.year == last.year == today.year else "date_year"
        return self.said("days", first=self.said(name, **begin), last=self.said(name, **end))

    def _in_part(self, at: datetime) -> str:
        if _is_named(at):
            return self.said("noon" if at.hour else "midnight")
        return self.said(_part(at), time=self._hands(at))

    def _clock(self, minute: int) -> str:
        """With its part of the day; *minute* counts from midnight."""
        return self._in_part(wall(date(2000, 1, 1), minute))

    def _hands(self, at: datetime) -> str:
        if not at.minute:
            return self._phrases.full_hours[at.hour % 12]
        hours = {
            "hour": self._phrases.hours[at.hour % 12],
            "next": self._phrases.hours[(at.hour + 1) % 12],
        }
        quarter = {15: "quarter_past", 30: "half_past", 45: "quarter_to"}.get(at.minute)
        if quarter:
            return self.said(quarter, **hours)
        past = at.minute < 30
        count = at.minute if past else 60 - at.minute
        if count % 5:  # “twenty-four to eight” is no time that anybody says
            return self.said("minutes_past" if past else "minutes_to", count=count, **hours)
        minutes = self._phrases.lexicon.numbers.say(count)
        return self.said("past" if past else "to", minutes=minutes, **hours)


def _is_named(at: datetime) -> bool:
    """Noon and midnight."""
    return at.minute == 0 and at.hour in {0, 12}


def _part(at: datetime) -> str:
    return next(name for until, name in _PARTS if at.hour < until)
