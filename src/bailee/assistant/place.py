"""Where a conversation is: the household it is about, the clock, and the words of its answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bailee.assistant.answers import Answer
from bailee.assistant.command import Scope, Unclear
from bailee.assistant.dates import Refused
from bailee.assistant.outcome import Outcome
from bailee.assistant.phrases import Phrases
from bailee.assistant.reading import Names
from bailee.assistant.reading_aloud import Read
from bailee.assistant.saying import Saying
from bailee.assistant.wall import day_at
from bailee.clock import Clock
from bailee.errors import BaileeError
from bailee.household import Household
from bailee.types.endpoint import Endpoint
from bailee.types.span import Span

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What every part of a conversation stands on.

    Attributes:
        phrases: Of the language that is answered in.
        names: Of the household, as its people say them.
    """

    house: Household
    clock: Clock
    phrases: Phrases
    names: Names

    @property
    def saying(self) -> Saying:
        """How answers are put together."""
        return Saying(self.phrases)

    def say(self, answer: Answer, **values: str | int) -> str:
        """An answer with its values."""
        return self.saying.say(answer, **values)

    def said(self, name: str, **values: str | int) -> str:
        """A piece of an answer."""
        return self.saying.said(name, **values)

    def outcome(self, answer: Answer, **values: str | int) -> Outcome:
        """An answer that asks nothing."""
        return Outcome(text=self.say(answer, **values))

    def refused(self, refused: Refused) -> Outcome:
        """That a time is none, with what was understood."""
        return self.outcome(Answer(refused.why.value), understood=self.saying.when(refused.when))

    def unclear(self, unclear: Unclear) -> Outcome:
        """That what was said may mean two things."""
        if unclear.name:
            return self.outcome(Answer.TWO_NAMES, name=unclear.name)
        return self.outcome(Answer.TWO_MEANINGS)

    def failed(self, error: BaileeError) -> None:
        """Log what could not be done: its sort, and nothing that it says."""
        _log.warning("could not be done: %s", type(error).__name__)

    # -- times and words --------------------------------------------------------------------

    def time(self, endpoint: Endpoint) -> str:
        """What time it is there."""
        return self.saying.time(self.clock.now_ms(), ZoneInfo(endpoint.zone))

    def what(self, scope: Scope, span: Span | None, endpoint: Endpoint) -> str:
        """How an answer calls what is meant."""
        zone, now_ms = ZoneInfo(endpoint.zone), self.clock.now_ms()
        return self.saying.what(
            scope,
            span,
            now_ms,
            zone,
            person=_name_of(scope.person_id, self.names.persons),
            device=_name_of(scope.device_id, self.names.places),
        )

    def moment(self, at_ms: int, endpoint: Endpoint) -> str:
        """On which day and at what time."""
        zone, now_ms = ZoneInfo(endpoint.zone), self.clock.now_ms()
        day = self.saying.day(day_at(at_ms, zone), day_at(now_ms, zone))
        return self.said("moment", day=day, time=self.saying.time(at_ms, zone))

    def quoted(self, read: Sequence[Read], endpoint: Endpoint, *, more: int) -> str:
        """Words that were read, each with when it was said, and how many there are beside them."""
        told = [
            self.said("quote", words=each.text, when=self.moment(each.at_ms, endpoint))
            for each in read
        ]
        if more > 0:
            told.append(self.said("more", count=more))
        return self.saying.listed(told)


def _name_of(wanted: str | None, names: Sequence[tuple[str, str]]) -> str:
    """The first of its names; "" for none."""
    return next((name for name, each in names if each == wanted), "")
