"""A WAV that was handed in, as the sound that is heard. In memory."""

import wave
from io import BytesIO

from bailee.errors import InputError
from bailee.intake.listening import LONGEST_S
from bailee.intake.wyoming.pcm import Converter, parse_format


def pcm_of(body: bytes) -> bytes:
    """The sound of a WAV: 16 kHz, 16 bits, one channel.

    Args:
        body: Untrusted.

    Raises:
        InputError: It is none, not PCM of a kind that is taken, or longer than `LONGEST_S`.
    """
    try:
        with wave.open(BytesIO(body), "rb") as file:
            said = {
                "rate": file.getframerate(),
                "width": file.getsampwidth(),
                "channels": file.getnchannels(),
            }
            form = parse_format(said)
            most = LONGEST_S * form.rate_hz
            frames = file.readframes(most + 1)
    except (wave.Error, EOFError, ValueError, OverflowError):
        raise InputError("That is no WAV of PCM.", hint="Send 16 kHz, 16 bits, mono.") from None
    if len(frames) > most * form.frame_bytes:
        raise InputError(f"Nobody is heard longer than {LONGEST_S} seconds at once.")
    converter = Converter(form)
    return converter.convert(frames) + converter.end()
