"""A satellite that says things: speech made on the spot, over Wyoming, to a served house.

The client is the `wyoming` package's own, as Home Assistant uses it: it asks for the words, and
then for the answer to them.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from media import utter
from telling import SurpriseError
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info

_RATE_HZ = 16_000
_WIDTH_BYTES = 2
_CHUNK_BYTES = 3_200
_SILENCE = b"\0" * _RATE_HZ
_FORM: dict[str, Any] = {"rate": _RATE_HZ, "width": _WIDTH_BYTES, "channels": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back: the words, the answer, and how long that took after the last sound."""

    words: str
    answer: str
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite:
    """In one room, calling the endpoint that listens there. *voice* is one of flite's."""

    port: int
    voice: str

    def wait(self) -> str:
        """The name of what listens there, once it does; half a minute at most."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                return asyncio.run(self._described())  # noqa: TID251  # no browser's driver here
            except OSError:
                time.sleep(0.1)
        raise SurpriseError(f"nobody listens at port {self.port}")

    def say(self, words: str) -> Heard:
        """Say *words* aloud."""
        sound = utter(words, self.voice)
        return asyncio.run(self._said(sound))  # noqa: TID251  # no browser's driver here

    async def _described(self) -> str:
        async with AsyncTcpClient("127.0.0.1", self.port) as client:
            await client.write_event(Describe().event())
            while (event := await client.read_event()) is not None:
                if Info.is_type(event.type):
                    return Info.from_event(event).asr[0].models[0].name
        raise SurpriseError("the endpoint does not say what it is")

    async def _said(self, sound: bytes) -> Heard:
        async with AsyncTcpClient("127.0.0.1", self.port) as client:
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(**_FORM).event())
            whole = sound + _SILENCE
            for at in range(0, len(whole), _CHUNK_BYTES):
                chunk = AudioChunk(**_FORM, audio=whole[at : at + _CHUNK_BYTES])
                await client.write_event(chunk.event())
            await client.write_event(AudioStop().event())
            ended = time.monotonic()
            words = Transcript.from_event(await _next(client, Transcript)).text
            await client.write_event(Transcript(text=words).event())
            answer = await _next(client, Handled, NotHandled)
            said = Handled.from_event(answer).text or ""
            return Heard(words=words, answer=said, after_s=time.monotonic() - ended)


async def _next(client: AsyncTcpClient, *wanted: Any) -> Any:
    while (event := await client.read_event()) is not None:
        if any(each.is_type(event.type) for each in wanted):
            return event
        if Error.is_type(event.type):
            raise SurpriseError(f"it says: {Error.from_event(event).text}")
    raise SurpriseError("it hung up")
