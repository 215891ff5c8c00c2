"""The conversation at one endpoint: questions that are open, requests to forget, and all else.

What asks for something to be forgotten is stored nowhere, nor is the yes that confirms it: it is
held in memory until it is done (R-14). What is asked about and not done is kept in the end like
anything else that was said.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bailee.assistant.acting import Acting
from bailee.assistant.answers import Answer
from bailee.assistant.command import Act, Command, Unclear
from bailee.assistant.deleting import Deleting
from bailee.assistant.deletion import Deletion
from bailee.assistant.judging import Judged, Verdict
from bailee.assistant.keeping import Keeping
from bailee.assistant.outcome import Outcome
from bailee.assistant.pending import HEARING_MS, Half, Pending, Question, Stop
from bailee.assistant.place import Place
from bailee.assistant.stopping import Stopping
from bailee.assistant.utterance import Utterance
from bailee.types.hearing import Heard

Judge = Callable[[Heard], Judged]
_HALVES = frozenset({Act.MORNING, Act.AFTERNOON})
_ANSWERS = frozenset({Act.YES, Act.NO, *_HALVES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Answers what is said. Safe for threads: two may speak at once; one of them answers."""

    place: Place
    judge: Judge
    acting: Acting
    deleting: Deleting
    keeping: Keeping
    stopping: Stopping
    pending: Pending = field(default_factory=Pending)

    def said(self, heard: Heard, utterance: Utterance) -> Outcome:
        """Keep of it what may be kept, do what was asked, and say what became of it.

        Raises what the household's rooms raise; nothing is held any more then.
        """
        judged = self.judge(heard)
        command = None if judged.verdict is Verdict.OTHER else judged.command
        is_sure = judged.verdict is Verdict.ACT
        question = self._open(utterance)
        if isinstance(command, Command) and command.act in _ANSWERS:
            if question is not None:
                return self._answered(question, utterance, command.act, is_sure=is_sure)
            if self.pending.forgive(utterance.begun_ms):
                return self.place.outcome(Answer.EXPIRED)
        elif command is not None and command.act is Act.DELETE:
            before = question.held if question else ()
            return self._delete(command, (*before, utterance), is_sure=is_sure)
        if question is not None:
            self._keep(question.held)
        if command is not None and command.act is Act.STOP_KEEPING:
            return self._ask(self.stopping.begin(utterance.endpoint), (utterance,))
        return self.acting.act(command, utterance)

    def unheard(self, utterance: Utterance) -> None:
        """A sound without words: held beside an open question, since it may be an answer to it."""
        question = self._open(utterance)
        if question is None:
            self._keep((utterance,))
        else:
            self._keep(self.pending.put(question.holding(utterance)))

    def settle(self) -> None:
        """Keep what was held for a question whose time is over."""
        now_ms = self.place.clock.now_ms()
        if lapsed := self.pending.take_lapsed(now_ms, patience_ms=HEARING_MS):
            self._keep(lapsed.held)

    def _open(self, utterance: Utterance) -> Question | None:
        """The question that this may answer, taken; one that it came too late for is kept."""
        if lapsed := self.pending.take_lapsed(utterance.begun_ms):
            self._keep(lapsed.held)
        question = self.pending.take()
        if question and question.endpoint.person_id != utterance.endpoint.person_id:
            self._keep(question.held)
            return None
        return question

    def _keep(self, held: Iterable[Utterance]) -> None:
        for each in held:
            self.keeping.keep(each)

    def _ask(self, outcome: Outcome, held: tuple[Utterance, ...]) -> Outcome:
        """Where it is a question, open it, and hold what led to it; where it is none, that goes."""
        if outcome.about is not None:
            question = Question(
                about=outcome.about,
                endpoint=held[-1].endpoint,
                asked_ms=self.place.clock.now_ms(),
                text=outcome.text,
                held=held,
            )
            self._keep(self.pending.put(question))
        return outcome

    def _delete(
        self, command: Command | Unclear, held: tuple[Utterance, ...], *, is_sure: bool
    ) -> Outcome:
        if isinstance(command, Unclear):
            return self.place.unclear(command)
        endpoint = held[-1].endpoint
        return self._ask(self.deleting.begin(command, endpoint, is_sure=is_sure), held)

    def _answered(
        self, question: Question, utterance: Utterance, act: Act, *, is_sure: bool
    ) -> Outcome:
        """What becomes of *question*. An answer that was not clear is asked for again."""
        if act is Act.NO:
            self._keep(question.held)
            return self.place.outcome(Answer.DECLINED)
        held = (*question.held, utterance)
        match question.about:
            case Half(command=command) as half if act in _HALVES:
                return self._delete(command.answered(act), held, is_sure=half.is_sure and is_sure)
            case Deletion() as deletion if act is Act.YES and is_sure:
                return self.deleting.confirm(deletion)
            case Stop() if act is Act.YES and is_sure:
                return self.stopping.confirm(utterance.endpoint)
        self._keep(self.pending.put(question.holding(utterance)))
        return Outcome(text=question.text, about=question.about)
