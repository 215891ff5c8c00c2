"""A turn of a conversation, as those who listen (Wyoming, HTTP) and what answers meet."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bailee.types.endpoint import Endpoint
from bailee.types.hearing import Heard


class Unheard(StrEnum):
    """Why of an utterance no words came."""

    SILENCE = "silence"
    """Nobody spoke, or nothing was understood."""
    TOO_LONG = "too-long"
    """It did not stop within the longest time there is."""
    FAILED = "failed"
    """The recogniser hung, died or could not be started."""
    NOT_ALLOWED = "not-allowed"
    """No engine may be given it: a child's voice, and none of bailee's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What was said, in memory alone.

    Attributes:
        pcm: One channel, 16 bits, 16 kHz.
        begin_ms: When it began, by our own clock; milliseconds since the epoch, UTC.
    """

    pcm: bytes
    begin_ms: int

    @property
    def duration_ms(self) -> int:
        return len(self.pcm) // 32

    @property
    def end_ms(self) -> int:
        return self.begin_ms + max(0, self.duration_ms - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a turn.

    Attributes:
        transcript: The words that were heard.
        answer: What to say; "" for nothing.
        asks: It is a question: whoever owns the microphone listens on.
        handled: bailee answered it itself, or knows who does; False: not for the assistant.
    """

    transcript: str
    answer: str
    asks: bool = False
    handled: bool = True


class Turn(Protocol):
    """One utterance, from its first sound. The modes are read then, and what they keep is kept.

    Calls may wait for disks: not on an event loop.
    """

    @property
    def own_engines_only(self) -> bool:
        """The sound may be given to `Engine.is_own` alone (R-11: no other use or disclosure)."""

    def heard(self, heard: Heard, sound: Sound) -> Reply:
        """Keep of it what may be kept, do what was asked, and say so. Raises nothing of ours."""
        ...

    def unheard(self, why: Unheard, sound: Sound) -> Reply:
        """The same where no words came: the sound is kept or dropped as the mode says."""
        ...


class Room(Protocol):
    """A listening endpoint, as a door uses it. Safe for threads."""

    @property
    def endpoint(self) -> Endpoint: ...

    def begin(self) -> Turn:
        """Somebody begins to speak."""
        ...

    def typed(self, text: str) -> Reply:
        """A text without its sound, as Wyoming's `handle` brings it.

        The words of a turn that was just heard here get the answer of that turn; others are one
        opinion alone.
        """
        ...

    def settle(self) -> None:
        """Let questions expire whose time is over. Called now and then, and at the end."""
