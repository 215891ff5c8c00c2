"""A turn at a listening endpoint: from its first sound to what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

from bailee.assistant.utterance import Utterance
from bailee.types.endpoint import Endpoint, Mode, Why
from bailee.types.hearing import Heard
from bailee.types.turn import Reply, Sound, Unheard


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversingTurn:
    """One utterance at an endpoint. Made by `ConversingRoom.begin`; see `types.turn.Turn`.

    Attributes:
        endpoint: As it is at the first sound: whose voice it is taken for holds for all of it.
        mode: The same.
        begun_ms: When that was; milliseconds since the epoch, UTC.
        answer: What the room makes of words.
        drop: What it makes of sound without words.
    """

    endpoint: Endpoint
    mode: Mode
    begun_ms: int
    answer: Callable[[Heard, Utterance], Reply]
    drop: Callable[[Unheard, Utterance], Reply]

    @property
    def own_engines_only(self) -> bool:
        """A child's voice without a parent's consent goes to nobody else (R-11)."""
        return self.mode.why is Why.CHILD

    def heard(self, heard: Heard, sound: Sound) -> Reply:
        """See `types.turn.Turn.heard`."""
        text = (heard.text or heard.command or "").strip()
        return self.answer(heard, self._utterance(sound, text, heard.engine))

    def unheard(self, why: Unheard, sound: Sound) -> Reply:
        """See `types.turn.Turn.unheard`."""
        return self.drop(why, self._utterance(sound, "", ""))

    def _utterance(self, sound: Sound, text: str, engine: str) -> Utterance:
        return Utterance(
            endpoint=self.endpoint,
            mode=self.mode,
            begun_ms=self.begun_ms,
            text=text,
            engine=engine,
            sound=sound if sound.pcm else None,
        )
