"""What is no request to forget: kept as the mode says, then answered, handed on, or left alone."""

from dataclasses import dataclass

from bailee.assistant.answers import Answer
from bailee.assistant.command import Act, Command, Unclear
from bailee.assistant.facts import Facts
from bailee.assistant.hand_on import HandOn
from bailee.assistant.keeping import Keeping
from bailee.assistant.outcome import Outcome
from bailee.assistant.place import Place
from bailee.assistant.telling import Telling
from bailee.assistant.utterance import Utterance
from bailee.types.endpoint import Why
from bailee.types.ids import RecordingId

_OURS_ALONE = frozenset({Why.CHILD, Why.CLOSED})
"""Whose words go to nobody else: the audio exception lets them be used for the answer (R-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Answers. `hand_on` is None where bailee is alone."""

    place: Place
    keeping: Keeping
    telling: Telling
    facts: Facts
    hand_on: HandOn | None

    def act(self, command: Command | Unclear | None, utterance: Utterance) -> Outcome:
        """Raises what the household's rooms raise; what may be kept is kept by then."""
        kept = self.keeping.keep(utterance)
        if isinstance(command, Unclear):
            return self.place.unclear(command)
        text = None if command is None else self._answer(command, utterance, kept)
        if text is not None:
            return Outcome(text=text)
        return self._other(utterance, is_answer=command is not None)

    def _answer(
        self, command: Command, utterance: Utterance, kept: RecordingId | None
    ) -> str | None:
        """None for what is no request: a yes to nothing."""
        endpoint = utterance.endpoint
        text: str | None = None
        match command.act:
            case Act.WHAT_HEARD:
                text = self.telling.what_heard(command, endpoint, besides=kept)
            case Act.WHAT_KEPT:
                text = self.telling.what_kept(endpoint)
            case Act.WHO_LISTENED:
                text = self.telling.who_listened(command, endpoint)
            case Act.REMEMBER:
                done = kept is not None and self.keeping.remember(utterance, kept, command.rest)
                text = self.place.say(Answer.REMEMBERED if done else Answer.NOT_REMEMBERED)
            case Act.RECALL:
                text = self.facts.recall(command.rest, endpoint)
            case Act.TIME:
                text = self.place.say(Answer.TIME, time=self.place.time(endpoint))
            case Act.HELP:
                text = self.place.say(Answer.HELP)
            case _:
                pass
        return text

    def _other(self, utterance: Utterance, *, is_answer: bool) -> Outcome:
        """Another's to answer, or a question that a remembered fact answers; else nobody's.

        *is_answer*: it answers a question that bailee did not ask.
        """
        if not utterance.text:
            return self.place.outcome(Answer.SILENCE)
        endpoint = utterance.endpoint
        is_ours_alone = utterance.mode.why in _OURS_ALONE
        asked = None if is_ours_alone else self.hand_on
        said = None if asked is None else asked(utterance.text, endpoint.language)
        said = said or self.facts.answer(utterance.text, endpoint)
        if said:
            return Outcome(text=said)
        why = Answer.NOT_UNDERSTOOD if asked is None else Answer.NOBODY_ANSWERS
        why = Answer.NO_QUESTION if is_answer else why
        return Outcome(text=self.place.say(why), handled=is_ours_alone)
