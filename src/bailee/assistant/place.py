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
from bailee.assistant.reading_aloud import Read
from bailee.assistant.saying import Saying
from bailee.clock import Clock
from bailee.errors import BaileeError
from bailee.household import Household
from bailee.types.endpoint import Endpoint
from bailee.types.span import Span

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What every part of a conversation stands on."""

    house: Household
    clock: Clock
    phrases: Phrases

    @property
    def saying(self) -> Saying:
        """How answers are put together."""
        return Saying(self.phrases)

    def say(self, answer: Answer, **values: str | int) -> str:
        """An answer with its values."""
        return self.saying.say(answer, **values)

    def outcome(self, answer: Answer) -> Outcome:
        """An answer that asks nothing."""
        return Outcome(text=self.say(answer))

    def failed(self, error: BaileeError) -> None:
        """Log what could not be done: its sort, and nothing that it says."""
        _log.warning("could not be done: %s", type(error).__name__)

    def said(self, name: str, **values: str | int) -> str:
        """A piece of an answer."""
        return self.saying.said(name, **values)

    def time(self, endpoint: Endpoint) -> str:
        """What time it is there."""
        return self.saying.time(self.clock.now_ms(), ZoneInfo(endpoint.zone))

    def what(self, scope: Scope, span: Span, endpoint: Endpoint) -> str:
        """How an answer calls what is meant."""
        return self.saying.what(scope, span)

    def refusal(self, refused: Refused, endpoint: Endpoint) -> str:
        """That a time is none, with what was understood."""
        return self.say(Answer(refused.why.value), understood=self.saying.when(refused.when))

    def unclear(self, unclear: Unclear) -> Outcome:
        """That what was said may mean two things."""
        if unclear.name:
            return Outcome(text=self.say(Answer.TWO_NAMES, name=unclear.name))
        return self.outcome(Answer.TWO_MEANINGS)

    def quoted(
        self, read: Sequence[Read], endpoint: Endpoint, *, more: int, with_day: bool = False
    ) -> str:
        """Words that were read, each with its time, and how many there are beside them."""
        zone, now_ms = ZoneInfo(endpoint.zone), self.clock.now_ms()
        told = []
        for each in read:
            time = self.saying.time(each.at_ms, zone)
            if with_day:
                day = Span(begin_ms=each.at_ms, end_ms=each.at_ms)
                when = self.saying.span(day, now_ms, zone)
                told.append(self.said("quote_on", words=each.text, when=when, time=time))
            else:
                told.append(self.said("quote", words=each.text, time=time))
        if more > 0:
            told.append(self.said("more", count=more))
        return self.saying.listed(told)
