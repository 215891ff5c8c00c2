"""An answer, said by a satellite's loudspeaker."""

import asyncio
import contextlib

from bailee.errors import BaileeError
from bailee.intake.wyoming.ears import Ears
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Synthesize,
    SynthesizeVoice,
)
from bailee.intake.wyoming.means import SatelliteMeans
from bailee.intake.wyoming.wire import Wire, error_event
from bailee.types.hearing import WIDTH_BYTES
from bailee.types.speak import Speech

_PLAYED_EXTRA_S = 1.0
"""Old satellites never say that they played it: then it lasts its length, and so much."""
_CHUNK_SAMPLES = 1_024


class Mouth:
    """Of one connection.

    Attributes:
        played: Set when the satellite played what was said, or need not go on with it.
    """

    def __init__(self, means: SatelliteMeans, wire: Wire) -> None:
        self._means = means
        self._wire = wire
        self.played = asyncio.Event()

    async def say(self, text: str, language: str, ears: Ears) -> None:
        """Say *text*, and wait until it was played, or *ears*, those of its run, are cut.

        A voice that fails is told to the satellite.
        """
        if self._means.speak is None:
            return
        try:
            speech = await self._means.wait_for(self._means.speak, text, language)
        except BaileeError as error:
            await self._wire.write(error_event(error))
            return
        self.played.clear()
        if ears.is_cut:
            return
        voice = SynthesizeVoice(language=language)
        await self._wire.write(Synthesize(text=text, voice=voice).event())
        await self._play(speech, ears)
        length_s = len(speech.pcm) / WIDTH_BYTES / speech.rate_hz
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(length_s + _PLAYED_EXTRA_S):
                await self.played.wait()

    async def _play(self, speech: Speech, ears: Ears) -> None:
        rate, step, at_ms = speech.rate_hz, _CHUNK_SAMPLES * WIDTH_BYTES, 0
        await self._wire.write(AudioStart(rate, WIDTH_BYTES, 1, timestamp=0).event())
        for place in range(0, len(speech.pcm), step):
            if ears.is_cut:
                break
            chunk = AudioChunk(rate, WIDTH_BYTES, 1, speech.pcm[place : place + step], at_ms)
            await self._wire.write(chunk.event())
            at_ms += chunk.milliseconds
        await self._wire.write(AudioStop(timestamp=at_ms).event())
