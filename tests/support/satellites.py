"""A simulated satellite: what a test tells it to say goes to bailee, what bailee says is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from wyoming.event import async_read_event, async_write_event

from bailee.intake.wyoming.events import AudioChunk, Event, PipelineStage, RunPipeline
from bailee.types.speak import Speech

INFO: dict[str, Any] = {"satellite": {"name": "kitchen", "attribution": {}, "installed": True}}


class LoudEnding:
    """Speech is what is not nothing; it ends with a fifth of a second of nothing, or eight seconds
    of it before it began."""

    def __init__(self) -> None:
        self.began = False
        self.ended = False
        self._nothing = 0

    def feed(self, pcm: bytes) -> None:
        self.began = self.began or bool(pcm.strip(b"\0"))
        rest = len(pcm) - len(pcm.rstrip(b"\0"))
        self._nothing = self._nothing + rest if rest == len(pcm) else rest
        self.ended = self._nothing >= (6_400 if self.began else 256_000)


def speak(text: str, language: str) -> Speech:
    """A voice that says a letter in every sample."""
    letters = b"".join(ord(letter).to_bytes(2, "little") for letter in f"{language}: {text}")
    return Speech(pcm=letters, rate_hz=22_050)


class SimulatedSatellite:
    """The satellite's end of one connection; it answers `describe` by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.info = INFO

    async def read(self, *kinds: str) -> Event:
        """The next event of those kinds; of any but pings, without them."""
        while (event := await async_read_event(self._reader)) is not None:
            if event.type == "describe":
                await async_write_event(Event("info", self.info), self.writer)
            elif event.type in kinds or (not kinds and event.type != "ping"):
                return event
        raise EOFError

    async def say(self, pcm: bytes, *, form: dict[str, Any] | None = None) -> None:
        """Stream *pcm*."""
        for place in range(0, len(pcm), 2_048):
            chunk = AudioChunk(16_000, 2, 1, pcm[place : place + 2_048]).event()
            chunk.data |= form or {}
            await async_write_event(chunk, self.writer)

    async def write(self, event: Event) -> None:
        await async_write_event(event, self.writer)

    async def begin(self, start: PipelineStage = PipelineStage.ASR, *, snd: bool = True) -> None:
        """Ask for a run."""
        end = PipelineStage.TTS if snd else PipelineStage.HANDLE
        await self.write(RunPipeline(start, end).event())

    async def ready(self) -> "SimulatedSatellite":
        """Once bailee said that it is."""
        await self.read("run-satellite")
        return self


@asynccontextmanager
async def calls_at(path: Path) -> AsyncIterator["asyncio.Queue[SimulatedSatellite]"]:
    """Who dials the satellite at *path*, one connection after the other."""
    calls: asyncio.Queue[SimulatedSatellite] = asyncio.Queue()
    writers: list[asyncio.StreamWriter] = []

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        calls.put_nowait(SimulatedSatellite(reader, writer))

    server = await asyncio.start_unix_server(called, path)
    try:
        yield calls
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.gather(*(each.wait_closed() for each in writers), return_exceptions=True)
