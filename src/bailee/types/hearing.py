"""What a recogniser is to those who listen: audio in, what was heard out; nothing of it on a disk."""

from dataclasses import dataclass
from typing import Protocol

RATE_HZ = 16_000
"""Samples a second of what an engine is fed: one channel, 16 bits, signed, little-endian."""
WIDTH_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in one utterance, by two ears where there are two.

    Attributes:
        text: What the engine understood; "" where it was nothing.
        command: What an ear that knows commands alone understood: the words of a command, or ""
            where it was none of them. None where no second ear listened.
        engine: Which engine heard `text`: its name, version and model.
    """

    text: str
    command: str | None
    engine: str


class Hearing(Protocol):
    """One utterance being heard. Not shared between threads; it ends by `end` or by `drop`."""

    def feed(self, pcm: bytes) -> None:
        """Take the next stretch of sound, any whole number of samples.

        Raises:
            UnavailableError: The engine hangs or is gone.
        """

    def end(self) -> Heard:
        """What was said. Raises `UnavailableError` where the engine hangs or is gone."""

    def drop(self) -> None:
        """Forget what was fed. Never raises; nothing is kept."""


class Engine(Protocol):
    """A recogniser. Safe for threads.

    Attributes:
        name: Its name, version and model, as kept beside a transcript: ``pocketsphinx 5.1.1, en``.
        languages: ISO 639-1 codes that it understands.
        is_own: It runs in bailee's own processes, which write nothing to a disk. Of another
            program nobody here can know.
    """

    @property
    def name(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def is_own(self) -> bool: ...

    def listen(self, language: str) -> Hearing:
        """Begin an utterance.

        Raises:
            InputError: It does not understand *language*.
            UnavailableError: It cannot be started here.
        """
        ...
