"""How an answer becomes sound, to those who own a loudspeaker."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """An answer as sound, in memory alone.

    Attributes:
        pcm: One channel, 16 bits, signed, little-endian.
        rate_hz: Samples a second.
    """

    pcm: bytes
    rate_hz: int


class Speak(Protocol):
    """A voice. Safe for threads."""

    def __call__(self, text: str, language: str) -> Speech:
        """Say *text* in *language* (ISO 639-1). It may take a second: not on an event loop.

        Raises:
            UnavailableError: There is no voice here, or it failed.
        """
        ...
