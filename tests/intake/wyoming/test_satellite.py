"""bailee dials: what it says to a satellite, simulated here and scripted to the event."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bailee.clock import FixedClock
from bailee.errors import UnavailableError
from bailee.intake.wyoming import session
from bailee.intake.wyoming.events import (
    AudioStop,
    Event,
    PipelineStage,
    Played,
    Pong,
    Transcript,
)
from bailee.intake.wyoming.means import SatelliteMeans
from bailee.intake.wyoming.satellite import Satellite
from bailee.intake.wyoming.status import State
from bailee.intake.wyoming.waits import Waits
from bailee.types.endpoint import Way
from bailee.types.speak import Speech
from bailee.types.turn import Reply, Unheard
from support.listening import (
    NOW_MS,
    SECOND,
    SimulatedEngine,
    SimulatedRoom,
    dies,
    endpoint,
    sound_of,
    text_of,
)
from support.loops import run
from support.satellites import LoudEnding, SimulatedSatellite, calls_at, speak

Dialled = Callable[..., AbstractAsyncContextManager[tuple[Satellite, Any]]]


@pytest.fixture
def room(tmp_path: Path) -> SimulatedRoom:
    """A kitchen with a satellite at a socket."""
    address = f"unix://{tmp_path}/satellite.sock"
    return SimulatedRoom(endpoint(way=Way.DIAL, address=address, language="de"))


def means_of(engine: SimulatedEngine, threads: ThreadPoolExecutor, **other: Any) -> SatelliteMeans:
    clock = FixedClock(NOW_MS)
    given: dict[str, Any] = {"endings": LoudEnding, "speak": speak} | other
    return SatelliteMeans(engine=engine, clock=clock, threads=threads, **given)


def path_of(room: SimulatedRoom) -> Path:
    return Path(room.endpoint.address.removeprefix("unix://"))


@pytest.fixture
def dialled(room: SimulatedRoom, engine: SimulatedEngine) -> Dialled:
    """bailee dials it, for as long as a test's coroutine runs; and who it calls."""

    @asynccontextmanager
    async def dial(
        *, every_sound: bool = False, voice: Callable[[str, str], Speech] = speak
    ) -> AsyncIterator[tuple[Satellite, Any]]:
        with ThreadPoolExecutor(8) as threads:
            waits = Waits(first_s=0.001, most_s=0.002)
            means = means_of(engine, threads, speak=voice)
            satellite = Satellite(room, means, every_sound=every_sound, waits=waits)
            async with calls_at(path_of(room)) as calls:
                task = asyncio.create_task(satellite.run())
                try:
                    yield satellite, calls
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    return dial


async def answered(far: SimulatedSatellite) -> tuple[str, bytes]:
    """What is said, and the sound of it, up to its end."""
    said = await far.read("synthesize")
    start = await far.read()
    assert (start.type, start.data["rate"]) == ("audio-start", 22_050)
    pcm = b""
    while (event := await far.read("audio-chunk", "audio-stop")).type == "audio-chunk":
        pcm += event.payload or b""
    return said.data["text"], pcm


def test_an_utterance_after_a_wake_word(dialled: Dialled, room: SimulatedRoom) -> None:
    """Heard from half a second before it began to its end; the transcript ends the stream, the
    answer is said in the room's language."""
    before = 2 * SECOND

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            assert (await far.read()).data == {"language": "de"}
            await far.say(before + sound_of("wie spät ist es") + SECOND)
            kinds = [await far.read() for _ in range(3)]
            assert [each.type for each in kinds] == ["voice-started", "voice-stopped", "transcript"]
            assert Transcript.from_event(kinds[2]).text == "wie spät ist es"
            text, pcm = await answered(far)
            assert (text, text_of(pcm)) == (
                "You said wie spät ist es",
                "de: You said wie spät ist es",
            )
            assert satellite.status.state is State.CONNECTED

    run(story())
    ((_, sound),) = room.heard
    lead = len(sound.pcm) - len(sound.pcm.lstrip(b"\0"))
    assert lead == pytest.approx(len(SECOND) // 2, abs=2_048)
    assert len(sound.pcm) < 2 * len(SECOND)


def test_a_question_keeps_the_microphone_open(dialled: Dialled, room: SimulatedRoom) -> None:
    """No transcript until it is answered, and so no wake word; what bailee itself says into the
    open microphone is not heard."""
    asks = Reply(transcript="forget all", answer="Really?", asks=True)
    done = Reply(transcript="yes", answer="Gone.")
    room.answers = lambda text: asks if text == "forget all" else done

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("forget all"))
            assert (await answered(far))[0] == "Really?"
            await far.say(sound_of("Really?"))
            await far.write(Played().event())
            await far.write(Event("ping", {}))
            await far.read("pong")
            await far.say(sound_of("yes"))
            assert (await far.read("transcript")).data["text"] == "yes"
            assert (await answered(far))[0] == "Gone."

    run(story())
    assert room.said == ["forget all", "yes"]


def test_a_question_nobody_answers_ends_the_stream(dialled: Dialled, room: SimulatedRoom) -> None:
    """After eight seconds of nothing; the turn that asked is not answered by it."""
    room.answers = lambda text: Reply(transcript=text, answer="Really?", asks=True)

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("forget all"))
            await answered(far)
            await far.write(Played().event())
            await far.write(Event("ping", {}))
            await far.read("pong")
            await far.say(9 * SECOND)
            assert (await far.read("transcript")).data["text"] == ""

    run(story())
    assert (room.said, room.begun) == (["forget all"], 1)


def test_nobody_speaks_after_a_wake_word(dialled: Dialled, room: SimulatedRoom) -> None:
    """No turn begins: what a room sounds like is nobody's utterance."""

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(9 * SECOND)
            assert (await far.read("transcript")).data["text"] == ""

    run(story())
    assert room.begun == 0


def test_a_satellite_without_a_wake_word_is_refused(dialled: Dialled, room: SimulatedRoom) -> None:
    """It would send a home's every word. It is told, told to pause, and hung up on; not a byte of
    what it sent is heard, and the status says what to do."""

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await (await calls.get()).ready()
            await far.begin(PipelineStage.WAKE)
            await far.say(sound_of("private"))
            assert (await far.read("error")).data["code"] == "input"
            assert (await far.read()).type == "pause-satellite"
            with pytest.raises((EOFError, ConnectionError)):
                await far.read()
            again = await calls.get()
            assert satellite.status.state is State.REFUSED
            assert "wake word" in satellite.status.why
            await again.ready()

    run(story())
    assert room.begun == 0


def test_every_sound_where_somebody_said_so(dialled: Dialled, room: SimulatedRoom) -> None:
    """One utterance after the other, each a turn, with a transcript each; what is between them is
    nobody's."""

    async def story() -> None:
        async with dialled(every_sound=True) as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin(PipelineStage.WAKE, snd=False)
            for words in ("one", "two", "three"):
                await far.say(20 * SECOND + sound_of(words))
                assert (await far.read("transcript")).data["text"] == words

    run(story())
    assert (room.said, room.begun) == (["one", "two", "three"], 3)


def test_a_satellite_that_ends_speech_itself(dialled: Dialled, room: SimulatedRoom) -> None:
    """`audio-stop` ends an utterance, too."""

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin(snd=False)
            await far.say(sound_of("stop here", samples=1_024))
            await far.write(AudioStop().event())
            assert (await far.read("transcript")).data["text"] == "stop here"

    run(story())
    assert room.said == ["stop here"]


def test_another_wake_word_ends_what_was_not_said_to_its_end(
    dialled: Dialled, room: SimulatedRoom
) -> None:
    """Half an utterance is dropped, whatever follows."""

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("half", samples=1_024))
            await far.read("voice-started")
            await far.begin(snd=False)
            await far.say(sound_of("whole"))
            assert (await far.read("transcript")).data["text"] == "whole"

    run(story())
    assert (room.said, room.unheard) == (["whole"], [])


def test_another_wake_word_interrupts_an_answer(dialled: Dialled, room: SimulatedRoom) -> None:
    """Nobody has to wait for a long one."""

    def long(text: str, language: str) -> Speech:
        return Speech(pcm=bytes(22_050 * 2 * 600), rate_hz=22_050)

    async def story() -> None:
        async with dialled(voice=long) as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("tell me all"))
            await far.read("audio-chunk")
            await far.begin(snd=False)
            await far.read("audio-stop")
            await far.say(sound_of("enough"))
            assert (await far.read("transcript")).data["text"] == "enough"

    run(story())
    assert room.said == ["tell me all", "enough"]


def test_an_engine_that_dies_is_told_by_voice(
    dialled: Dialled, room: SimulatedRoom, engine: SimulatedEngine
) -> None:
    """After the sound was kept as the mode says: an error, an end to the stream, and the words."""
    engine.script["end"] = dies
    room.sorry = "I could not hear that."

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("lost"))
            assert (await far.read("error")).data["code"] == "failed"
            assert [why for why, _ in room.unheard] == [Unheard.FAILED]
            assert (await far.read()).type == "transcript"
            assert (await answered(far))[0] == "I could not hear that."

    run(story())


def test_a_room_that_is_closed_is_told(
    dialled: Dialled, room: SimulatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream ends with why; the next run works."""

    def closed(_: SimulatedRoom) -> NoReturn:
        raise UnavailableError("Nothing can be kept now.")

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await (await calls.get()).ready()
            with monkeypatch.context() as now:
                now.setattr(SimulatedRoom, "begin", closed)
                await far.begin(snd=False)
                await far.say(sound_of("one"))
                assert (await far.read("error")).data["text"] == "Nothing can be kept now."
                assert (await far.read()).data["text"] == ""
            await far.begin(snd=False)
            await far.say(sound_of("two"))
            assert (await far.read("transcript")).data["text"] == "two"
            assert satellite.status.state is State.CONNECTED

    run(story())
    assert room.said == ["two"]


def test_a_voice_that_fails_costs_the_answer_alone(dialled: Dialled, room: SimulatedRoom) -> None:
    """The satellite is told; the next run works."""

    def dumb(text: str, language: str) -> Speech:
        raise UnavailableError("No voice here.")

    async def story() -> None:
        async with dialled(voice=dumb) as (_, calls):
            far = await (await calls.get()).ready()
            for words in ("one", "two"):
                await far.begin()
                await far.say(sound_of(words))
                assert (await far.read("transcript")).data["text"] == words
                assert (await far.read()).data["code"] == "unavailable"

    run(story())


def test_sound_of_a_wrong_form_ends_the_run(dialled: Dialled, room: SimulatedRoom) -> None:
    """With one error; the next run works, and other rates are heard as if they were ours."""

    async def story() -> None:
        async with dialled() as (_, calls):
            far = await (await calls.get()).ready()
            await far.begin(snd=False)
            await far.say(3 * SECOND, form={"rate": 96_000})
            assert (await far.read("error")).data["code"] == "input"
            assert (await far.read()).data["text"] == ""
            await far.begin(snd=False)
            await far.say(sound_of("hello"))
            assert (await far.read("transcript")).data["text"] == "hello"

    run(story())


def test_a_satellite_that_goes_is_dialled_again(dialled: Dialled, room: SimulatedRoom) -> None:
    """What was half said is dropped; why it went is told until it is back."""

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await (await calls.get()).ready()
            await far.begin()
            await far.say(sound_of("half", samples=1_024))
            await far.read("voice-started")
            far.writer.close()
            again = await calls.get()
            gone = satellite.status
            assert gone.state is State.TRYING
            assert gone.why.startswith("The satellite hung up.")
            await again.ready()
            await again.begin(snd=False)
            await again.say(sound_of("whole"))
            assert (await again.read("transcript")).data["text"] == "whole"
            assert satellite.status.state is State.CONNECTED
            assert satellite.status.why == ""

    run(story())
    assert (room.said, room.unheard) == (["whole"], [])


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\n\r\n", b'{"type": "info", "data": {"asr": []}}\n', b"\xff\n", b"{}\n"],
)
def test_what_is_no_satellite_is_refused(
    dialled: Dialled, room: SimulatedRoom, said: bytes
) -> None:
    """The status says so, and a satellite that comes there later is found."""

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await calls.get()
            far.writer.write(said)
            again = await calls.get()
            assert satellite.status.state is State.REFUSED
            await again.ready()

    run(story())


def test_pings_are_answered_and_asked(
    dialled: Dialled, room: SimulatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who answered once has to go on doing so; who never did (old satellites) is left alone."""
    monkeypatch.setattr(session, "PING_S", 0.01)
    monkeypatch.setattr(session, "PONG_WITHIN_S", 0.05)

    async def story() -> None:
        async with dialled() as (satellite, calls):
            far = await (await calls.get()).ready()
            for _ in range(8):  # never answered
                await far.read("ping")
            assert satellite.status.state is State.CONNECTED
            await far.write(Pong().event())
            with pytest.raises(EOFError):
                await far.read("nothing")
            await (await calls.get()).ready()
            assert satellite.status.state is State.CONNECTED

    run(story())


def test_bailee_says_when_it_stops_listening(room: SimulatedRoom, engine: SimulatedEngine) -> None:
    """A satellite without a server need not stream."""

    async def story() -> None:
        with ThreadPoolExecutor(2) as threads:
            means = means_of(engine, threads)
            async with calls_at(path_of(room)) as calls:
                task = asyncio.create_task(Satellite(room, means).run())
                far = await (await calls.get()).ready()
                await far.write(Event("ping", {}))
                await far.read("pong")
                task.cancel()
                assert (await far.read()).type == "pause-satellite"
                await asyncio.gather(task, return_exceptions=True)

    run(story())


def test_a_backlog_is_cut(room: SimulatedRoom, engine: SimulatedEngine) -> None:
    """Sound that nobody comes to take is not collected for ever: the run ends, the next works."""
    stuck = threading.Event()

    class StuckEnding(LoudEnding):
        def feed(self, pcm: bytes) -> None:
            stuck.wait(60)
            super().feed(pcm)

    async def story() -> None:
        with ThreadPoolExecutor(2) as threads:
            means = means_of(engine, threads, endings=StuckEnding)
            async with calls_at(path_of(room)) as calls:
                task = asyncio.create_task(Satellite(room, means).run())
                far = await (await calls.get()).ready()
                await far.begin(snd=False)
                for _ in range(130):
                    await far.say(b"\1" * len(SECOND))
                await far.write(Event("ping", {}))
                await far.read("pong")
                stuck.set()
                await far.begin(snd=False)
                await far.say(sound_of("hello"))
                assert (await far.read("transcript")).data["text"] == "hello"
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    run(story())
    assert (room.said, room.unheard) == (["hello"], [])
