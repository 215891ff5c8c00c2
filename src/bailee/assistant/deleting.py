"""Forgetting by voice: understood, counted, asked about where it is wide or unsure, done (R-14, R-15).

Who may forget whose is the gate's to say. What is done is custody's erasure, with its receipt; its
moment is durable before anybody hears that it was done.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bailee.assistant.answers import Answer
from bailee.assistant.command import Command, Extent, Scope, Where, Who
from bailee.assistant.dates import Refused, is_wide, resolve
from bailee.assistant.deletion import Deletion, of_recording
from bailee.assistant.outcome import Outcome
from bailee.assistant.pending import Half
from bailee.assistant.place import Place
from bailee.errors import BaileeError, DeniedError, GoneError, UnknownError
from bailee.household.endpoints import voice_at
from bailee.types.choice import Choice
from bailee.types.endpoint import Endpoint
from bailee.types.erasure import Plan
from bailee.types.query import Query
from bailee.types.span import Span

Later = Callable[[Callable[[], object]], None]
"""Does something after the answer, in another thread."""
JUST_MS = 600_000
"""How long “just” lasts: what was said before is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleting:
    """Carries out `Act.DELETE` at one endpoint."""

    place: Place
    later: Later

    def begin(self, command: Command, endpoint: Endpoint, *, is_sure: bool) -> Outcome:
        """Do it, or ask.

        Args:
            command: A deletion.
            endpoint: Where it was asked.
            is_sure: Two opinions agreed on it: where they did not it is asked about, always.
        """
        if command.is_half_open:
            half = Half(command=command, is_sure=is_sure)
            return Outcome(text=self.place.say(Answer.ASK_HALF), about=half)
        return self._tried(lambda: self._begun(command, endpoint, is_sure=is_sure))

    def confirm(self, deletion: Deletion) -> Outcome:
        """It was asked about, and the answer was yes: what it is now goes."""
        return self._tried(lambda: self._done(deletion))

    def _begun(self, command: Command, endpoint: Endpoint, *, is_sure: bool) -> Outcome:
        assert command.scope is not None
        found = self._understood(_of_one(command.scope, endpoint), endpoint)
        if isinstance(found, Outcome):
            return found
        if not found.is_wide and is_sure:
            return self._done(found)
        plan = self._plan(found, self.place.clock.now_ms())
        if _is_empty(plan):
            return Outcome(text=self._nothing(found))
        if found.is_wide:
            count = _count(plan)
            return Outcome(
                text=self.place.say(Answer.ASK_WIDE, count=count, what=found.what), about=found
            )
        return Outcome(text=self.place.say(Answer.ASK_UNSURE, what=found.what), about=found)

    def _done(self, deletion: Deletion) -> Outcome:
        """Counted first: after the moment there is nothing to count.

        A stretch in which nothing was is forgotten all the same: what was said in it and is only
        being heard now is refused when it comes.
        """
        now_ms = self.place.clock.now_ms()
        endpoint = deletion.endpoint
        plan = self._plan(deletion, now_ms)
        voice = voice_at(endpoint.device_id)
        erasures = self.place.house.erasures
        begun = erasures.ask(voice, endpoint.account_id, deletion.at(now_ms))
        self.later(lambda: erasures.finish(begun.erasure.id))
        return Outcome(text=self._told(deletion, plan))

    def _told(self, deletion: Deletion, plan: Plan) -> str:
        if _is_empty(plan):
            return self._nothing(deletion)
        held = self.place.say(Answer.FORGOT_HELD) if plan.held else ""
        if plan.held >= sum(plan.artefacts.values()):
            return held
        if deletion.is_just:
            return f"{self.place.say(Answer.FORGOT_JUST)} {held}".strip()
        done = self.place.say(Answer.FORGOT, count=_count(plan), what=deletion.what)
        return f"{done} {held}".strip()

    def _nothing(self, deletion: Deletion) -> str:
        if deletion.is_just:
            return self.place.say(Answer.NOTHING_JUST)
        return self.place.say(Answer.NOTHING, what=deletion.what)

    def _plan(self, deletion: Deletion, now_ms: int) -> Plan:
        endpoint = deletion.endpoint
        voice = voice_at(endpoint.device_id)
        return self.place.house.erasures.plan(voice, endpoint.account_id, deletion.at(now_ms))

    def _tried(self, work: Callable[[], Outcome]) -> Outcome:
        """What *work* says, or why it could not."""
        try:
            return work()
        except GoneError:
            return Outcome(text=self.place.say(Answer.NOTHING_JUST))
        except (DeniedError, UnknownError):
            return Outcome(text=self.place.say(Answer.DENIED))
        except BaileeError as error:
            self.place.failed(error)
            return Outcome(text=self.place.say(Answer.FAILED))

    # -- what is meant --------------------------------------------------------------------

    def _understood(self, scope: Scope, endpoint: Endpoint) -> Deletion | Outcome:
        now_ms = self.place.clock.now_ms()
        match scope.when:
            case Extent.JUST_SAID:
                return self._just_said(endpoint, now_ms)
            case Extent.EVER:
                span: Span | Refused = Span(begin_ms=0, end_ms=now_ms)
            case when:
                span = resolve(when, now_ms, ZoneInfo(endpoint.zone))
        if isinstance(span, Refused):
            return self.place.refused(span)
        zone = ZoneInfo(endpoint.zone)
        return Deletion(
            endpoint=endpoint,
            choice=_choice(scope, endpoint),
            span=span,
            is_open=span.end_ms >= now_ms,
            what=self.place.what(scope, None if scope.when is Extent.EVER else span, endpoint),
            is_wide=is_wide(scope, span, zone),
        )

    def _just_said(self, endpoint: Endpoint, now_ms: int) -> Deletion | Outcome:
        """The newest that is held of who speaks, from here: found in custody, each time anew."""
        page = self.place.house.timeline.list(
            voice_at(endpoint.device_id),
            endpoint.account_id,
            Query(newest_first=True, limit=1),
            person_id=endpoint.person_id,
            device_id=endpoint.device_id,
        )
        if not page.recordings:
            return Outcome(text=self.place.say(Answer.NOTHING_JUST))
        newest = page.recordings[0]
        if now_ms - newest.end_ms <= JUST_MS:
            return of_recording(endpoint, newest.id, self.place.said("just_said"))
        what = self.place.said("mine", when=self.place.moment(newest.begin_ms, endpoint))
        old = of_recording(endpoint, newest.id, what)
        text = self.place.say(Answer.ASK_UNSURE, what=what)
        return Outcome(text=text, about=old)


def _of_one(scope: Scope, endpoint: Endpoint) -> Scope:
    """“Everything from the kitchen” is what the one who says so said there: a voice has no more.

    Who calls themselves by their name is the one who speaks.
    """
    if scope.who is Who.EVERYBODY or scope.person_id == endpoint.person_id:
        return replace(scope, who=Who.ME, person_id=None)
    return scope


def _choice(scope: Scope, endpoint: Endpoint) -> Choice:
    """Whose, and from where. What nobody in particular said, they forget where they said it."""
    is_me = scope.who is Who.ME
    device_id = {
        Where.ANYWHERE: endpoint.device_id if is_me and endpoint.is_unknown else None,
        Where.HERE: endpoint.device_id,
        Where.NAMED: scope.device_id,
    }[scope.where]
    return Choice(person_id=endpoint.person_id if is_me else scope.person_id, device_id=device_id)


def _is_empty(plan: Plan) -> bool:
    return not plan.recordings and not any(plan.artefacts.values())


def _count(plan: Plan) -> int:
    return plan.recordings or sum(plan.artefacts.values())
