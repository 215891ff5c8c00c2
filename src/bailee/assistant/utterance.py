"""One utterance, as long as it is decided what becomes of it: in memory alone."""

import io
import wave
from dataclasses import dataclass, field

from bailee.types.endpoint import Endpoint, Mode
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES
from bailee.types.turn import Sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What was said, where, and what of it may be kept.

    Attributes:
        endpoint: As it was at the first sound.
        mode: The same.
        begun_ms: When it began, by our own clock; milliseconds since the epoch, UTC.
        text: Its words; "" where none came.
        engine: Which engine understood them.
        sound: None for what was typed: then there is nothing to keep.
    """

    endpoint: Endpoint
    mode: Mode
    begun_ms: int
    text: str = field(default="", repr=False)
    engine: str = ""
    sound: Sound | None = field(default=None, repr=False)


def wav(sound: Sound) -> bytes:
    """A WAV of it, as it is kept."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH_BYTES)
        file.setframerate(RATE_HZ)
        file.writeframes(sound.pcm)
    return made.getvalue()
