"""Telling by voice what was heard, what is kept and who listened (R-13, R-19, R-23)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bailee.assistant.answers import Answer
from bailee.assistant.command import Command, Extent, Scope, Where, Who
from bailee.assistant.dates import Refused, resolve
from bailee.assistant.place import Place
from bailee.assistant.reading_aloud import ReadingAloud
from bailee.assistant.when import Ago, Days
from bailee.clock import DAY_MS
from bailee.household.endpoints import voice_at
from bailee.rules.keep_for import capped, days_at
from bailee.types.endpoint import Endpoint
from bailee.types.history import Looker, WhoSort
from bailee.types.ids import DeviceId, RecordingId
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.span import Span

MOST_ALOUD = 3
"""How many things are read aloud at once."""
LOOKED_DAYS = 30
"""How far back “who listened to me?” goes where no time was said."""
_TODAY = Scope(when=Days(first=Ago(days=0), last=Ago(days=0)), where=Where.HERE)
_NAMELESS = {WhoSort.OPERATOR: "operator", WhoSort.LINK: "link", WhoSort.GONE: "gone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Answers questions about what is held. Each raises what the household's rooms raise."""

    place: Place

    def what_heard(self, command: Command, endpoint: Endpoint, besides: RecordingId | None) -> str:
        """Read aloud what was said, newest first; of today and here where nothing else was asked.

        *besides* is the question itself.
        """
        scope = command.scope or _TODAY
        span = self._span(scope, endpoint)
        if isinstance(span, Refused):
            return self.place.refused(span).text
        page = self.place.house.timeline.list(
            voice_at(endpoint.device_id),
            endpoint.account_id,
            Query(
                kind=Kind.TRANSCRIPT,
                begins_from_ms=span.begin_ms or None,
                to_ms=span.end_ms,
                newest_first=True,
                limit=1000,
            ),
            person_id=scope.person_id if scope.who is Who.NAMED else endpoint.person_id,
            device_id=_device(scope, endpoint),
        )
        there = [each for each in page.recordings if each.id != besides]
        read = ReadingAloud(self.place.house).open(endpoint, there[:MOST_ALOUD], Kind.TRANSCRIPT)
        if not read:
            return self.place.say(Answer.DENIED if there else Answer.HEARD_NOTHING)
        words = self.place.quoted(read, endpoint, more=len(there) - len(read))
        return self.place.say(Answer.HEARD, words=words)

    def what_kept(self, endpoint: Endpoint) -> str:
        """What of what is said here is kept now, how long, and how much there is."""
        house, voice = self.place.house, voice_at(endpoint.device_id)
        mode = house.listening.mode(endpoint)
        audio = self._days(endpoint, Kind.AUDIO) if mode.audio else 0
        words = self._days(endpoint, Kind.TRANSCRIPT) if mode.transcript else 0
        if not mode.keeps:
            kept = self.place.say(Answer.KEEP_NOTHING)
        elif audio == words:
            kept = self.place.say(Answer.KEEP_BOTH, days=audio)
        elif audio and words:
            long = {"audio": audio, "words": words}
            told = {name: self.place.said("duration", count=days) for name, days in long.items()}
            kept = self.place.say(Answer.KEEP_EACH, **told)
        else:
            answer = Answer.KEEP_AUDIO if audio else Answer.KEEP_WORDS
            kept = self.place.say(answer, days=audio or words)
        holding = house.timeline.holding(
            voice,
            endpoint.account_id,
            person_id=endpoint.person_id,
            device_id=endpoint.device_id if endpoint.is_unknown else None,
        )
        count = max(holding.values(), default=0)
        return f"{kept} {self.place.say(Answer.HOLDING, count=count)}" if count else kept

    def who_listened(self, command: Command, endpoint: Endpoint) -> str:
        """Everybody else who opened something of theirs, and how often: an exact number (R-23)."""
        now_ms = self.place.clock.now_ms()
        span: Span | Refused = Span(begin_ms=max(0, now_ms - LOOKED_DAYS * DAY_MS), end_ms=now_ms)
        if command.scope is not None:
            span = self._span(command.scope, endpoint)
        if isinstance(span, Refused):
            return self.place.refused(span).text
        found = self.place.house.lookers.others(
            voice_at(endpoint.device_id),
            endpoint.account_id,
            endpoint.person_id,
            span,
            device_id=endpoint.device_id if endpoint.is_unknown else None,
        )
        count = sum(sum(each.opened) for each in found)
        if not count:
            return self.place.say(Answer.LISTENED_NOBODY)
        names = self.place.saying.listed([self._name(each) for each in found])
        return self.place.say(Answer.LISTENED, names=names, count=count)

    def _name(self, looker: Looker) -> str:
        nameless = _NAMELESS.get(looker.who.sort)
        return self.place.said(nameless) if nameless else looker.who.name

    def _days(self, endpoint: Endpoint, kind: Kind) -> int:
        """For how many days what is kept now of *kind* is kept."""
        house = self.place.house
        policy = house.keeping.policy()
        table = house.keep_rules.table(voice_at(endpoint.device_id), endpoint.account_id)
        rules = [each.rule for each in table.rules]
        days = days_at(rules, kind, (endpoint.person_id, endpoint.device_id))
        ruled = capped(policy, kind, days)
        return policy[kind].keep_days if ruled is None else ruled

    def _span(self, scope: Scope, endpoint: Endpoint) -> Span | Refused:
        now_ms = self.place.clock.now_ms()
        if isinstance(scope.when, Extent):
            return Span(begin_ms=0, end_ms=now_ms)
        return resolve(scope.when, now_ms, ZoneInfo(endpoint.zone))


def _device(scope: Scope, endpoint: Endpoint) -> DeviceId | None:
    if scope.where is Where.NAMED:
        return scope.device_id
    here = scope.where is Where.HERE or endpoint.is_unknown
    return endpoint.device_id if here else None
