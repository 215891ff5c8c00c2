"""A room that answers: what a door talks to, over a household and its custody."""

from collections.abc import Mapping
from threading import Lock

from bailee.assistant.acting import Acting
from bailee.assistant.answers import Answer
from bailee.assistant.conversing import Conversation, Judge
from bailee.assistant.deleting import Deleting, Later
from bailee.assistant.facts import Facts
from bailee.assistant.hand_on import HandOn
from bailee.assistant.keeping import Keeping
from bailee.assistant.outcome import Outcome
from bailee.assistant.phrases import Phrases
from bailee.assistant.place import Place
from bailee.assistant.reading import Names
from bailee.assistant.stopping import Stopping
from bailee.assistant.telling import Telling
from bailee.assistant.tokens import key_of
from bailee.assistant.turn import ConversingTurn
from bailee.assistant.utterance import Utterance
from bailee.clock import Clock
from bailee.errors import BaileeError, DeniedError, UnknownError
from bailee.household import Household
from bailee.types.endpoint import Endpoint, Mode, Why
from bailee.types.hearing import Heard
from bailee.types.turn import Reply, Unheard

AGAIN_MS = 15_000
"""How long the words of a turn count as that turn's when they come again as a text."""
TYPED = "typed"
_CLOSED = Mode(audio=False, transcript=False, why=Why.CLOSED)
_UNHEARD: Mapping[Unheard, Answer] = {
    Unheard.SILENCE: Answer.SILENCE,
    Unheard.TOO_LONG: Answer.TOO_LONG,
    Unheard.FAILED: Answer.HEARING_FAILED,
    Unheard.NOT_ALLOWED: Answer.NOT_ALLOWED,
}


class ConversingRoom:
    """One listening endpoint. Implements `types.turn.Room`. Safe for threads."""

    def __init__(
        self,
        house: Household,
        endpoint: Endpoint,
        *,
        phrases: Phrases,
        names: Names,
        judge: Judge,
        clock: Clock,
        later: Later,
        hand_on: HandOn | None = None,
    ) -> None:
        """A room for *endpoint*.

        Args:
            house: What is kept, forgotten and told, is so by it.
            endpoint: Its device is what counts: the rest is read anew at each turn.
            phrases: What is answered, in the endpoint's language.
            names: Of the household, as answers call them.
            judge: What was heard, as a command or none.
            clock: When questions expire.
            later: Cleans up after an erasure once its answer is on its way.
            hand_on: Who answers what bailee does not; None for nobody.
        """
        place = Place(house=house, clock=clock, phrases=phrases, names=names)
        keeping = Keeping(house)
        self._place = place
        self._endpoint = endpoint
        self._last = _Last()
        self._conversation = Conversation(
            place=place,
            judge=judge,
            acting=Acting(
                place=place,
                keeping=keeping,
                telling=Telling(place=place),
                facts=Facts(place=place),
                hand_on=hand_on,
            ),
            deleting=Deleting(place=place, later=later),
            keeping=keeping,
            stopping=Stopping(place),
        )

    @property
    def endpoint(self) -> Endpoint:
        """As it was at the last turn."""
        return self._endpoint

    def begin(self) -> ConversingTurn:
        """Somebody begins to speak: who they are taken for and what may be kept is read now."""
        endpoint, mode = self._now()
        return ConversingTurn(
            endpoint=endpoint,
            mode=mode,
            begun_ms=self._place.clock.now_ms(),
            answer=self._answered,
            drop=self._dropped,
        )

    def typed(self, text: str) -> Reply:
        """See `types.turn.Room.typed`: the words of a turn that was just heard act once."""
        now_ms = self._place.clock.now_ms()
        if reply := self._last.take(text, now_ms):
            return reply
        endpoint, mode = self._now()
        utterance = Utterance(endpoint=endpoint, mode=mode, begun_ms=now_ms, text=text.strip())
        return self._reply(Heard(text=text, command=None, engine=TYPED), utterance)

    def settle(self) -> None:
        """Keep what was held for a question that nobody answered; let go of words said long ago."""
        self._conversation.settle()
        self._last.let_go(self._place.clock.now_ms())

    def _now(self) -> tuple[Endpoint, Mode]:
        """The endpoint and its mode; nothing may be kept where it is gone, or nobody can say."""
        house, known = self._place.house, self._endpoint
        try:
            self._endpoint = house.endpoints.of(known.account_id, known.device_id)
            return self._endpoint, house.listening.mode(self._endpoint)
        except BaileeError as error:
            self._place.failed(error)
            return known, _CLOSED

    def _answered(self, heard: Heard, utterance: Utterance) -> Reply:
        reply = self._reply(heard, utterance)
        self._last.put(reply, self._place.clock.now_ms())
        return reply

    def _reply(self, heard: Heard, utterance: Utterance) -> Reply:
        outcome = self._outcome(heard, utterance)
        if utterance.mode.why is Why.CHILD:
            self._answered_a_child(utterance.endpoint)
        return Reply(
            transcript=utterance.text,
            answer=outcome.text,
            asks=outcome.about is not None,
            handled=outcome.handled,
        )

    def _outcome(self, heard: Heard, utterance: Utterance) -> Outcome:
        try:
            return self._conversation.said(heard, utterance)
        except (DeniedError, UnknownError):
            return self._place.outcome(Answer.DENIED)
        except BaileeError as error:
            self._place.failed(error)
            return self._place.outcome(Answer.FAILED)

    def _dropped(self, why: Unheard, utterance: Utterance) -> Reply:
        self._conversation.unheard(utterance)
        return Reply(transcript="", answer=self._place.say(_UNHEARD[why]))

    def _answered_a_child(self, endpoint: Endpoint) -> None:
        """The trace of the audio exception: that it was used, and that nothing was kept (R-11)."""
        try:
            self._place.house.listening.answered(endpoint)
        except BaileeError as error:
            self._place.failed(error)


class _Last:
    """The last turn's reply, for whoever brings its words once more as a text."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: tuple[Reply, int] | None = None

    def put(self, reply: Reply, at_ms: int) -> None:
        with self._lock:
            self._found = (reply, at_ms)

    def take(self, text: str, at_ms: int) -> Reply | None:
        """The reply, once, where *text* are its words and it is not long ago."""
        self.let_go(at_ms)
        with self._lock:
            if self._found is None or key_of(text) != key_of(self._found[0].transcript):
                return None
            (reply, _), self._found = self._found, None
        return reply

    def let_go(self, at_ms: int) -> None:
        """Of what is long ago."""
        with self._lock:
            if self._found and not 0 <= at_ms - self._found[1] <= AGAIN_MS:
                self._found = None
