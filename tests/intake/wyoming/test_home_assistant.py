"""Home Assistant's own speech provider, from the package index, in its own virtual environment."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bailee.clock import FixedClock
from bailee.intake.wyoming.running import Doors
from bailee.intake.wyoming.status import State
from support.listening import (
    NOW_MS,
    SimulatedEngine,
    SimulatedRoom,
    dies,
    endpoint,
    free_port,
    sound_of,
)
from support.peers import peer
from support.satellites import LoudEnding

pytestmark = pytest.mark.long
"""Installing Home Assistant takes minutes, once."""
_PROVIDER = """
import asyncio, json, sys
from types import SimpleNamespace
from homeassistant.components import stt
from homeassistant.components.wyoming.data import WyomingService
from homeassistant.components.wyoming.stt import WyomingSttProvider

async def chunks(pcm):
    for at in range(0, len(pcm), 2048):
        yield pcm[at : at + 2048]

async def main():
    service = await WyomingService.create("127.0.0.1", int(sys.argv[1]))
    provider = WyomingSttProvider(SimpleNamespace(entry_id="x"), service)
    said = stt.SpeechMetadata(
        language="en",
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
        channel=stt.AudioChannels.CHANNEL_MONO,
    )
    results = []
    for pcm in (bytes.fromhex(line.strip()) for line in sys.stdin):
        result = await provider.async_process_audio_stream(said, chunks(pcm))
        results.append([result.result.value, result.text])
    print(json.dumps({
        "results": results,
        "languages": provider.supported_languages,
        "name": provider.name,
        "platforms": [str(each) for each in service.platforms],
    }))

asyncio.run(main())
"""


@pytest.fixture
def port(room: SimulatedRoom, engine: SimulatedEngine) -> Iterator[int]:
    """Where the kitchen listens."""
    number = free_port()
    room.endpoint = endpoint(address=f"tcp://127.0.0.1:{number}")
    doors = Doors(engine, endings=LoudEnding, clock=FixedClock(NOW_MS))
    doors.start()
    try:
        assert doors.open(room).state is State.LISTENING
        yield number
    finally:
        doors.stop()


def provide(port: int, *said: bytes) -> dict[str, Any]:
    """What Home Assistant makes of it, one utterance after the other."""
    python: Path = peer("homeassistant") / "python"
    ended = subprocess.run(
        [python, "-c", _PROVIDER, str(port)],
        input="\n".join(pcm.hex() for pcm in said),
        text=True,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def test_home_assistant_hears_through_bailee(port: int, room: SimulatedRoom) -> None:
    """It finds the recogniser and its languages, and gets the words of one utterance after the
    other; nothing said is no words."""
    told = provide(port, sound_of("turn on the light"), sound_of("forget that"), bytes(32_000))
    words = ["turn on the light", "forget that", ""]
    assert told["results"] == [["success", each] for each in words]
    assert sorted(told["languages"]) == ["de", "en"]
    assert (told["name"], told["platforms"]) == ("bailee", ["stt"])
    assert room.said == ["turn on the light", "forget that"]


def test_home_assistant_is_told_of_a_dead_engine(
    port: int, room: SimulatedRoom, engine: SimulatedEngine
) -> None:
    """It knows no `error` and would wait for ever: the connection ends, and it sees an error."""
    engine.script["end"] = dies
    assert provide(port, sound_of("lost"))["results"] == [["error", None]]
    assert len(room.unheard) == 1
