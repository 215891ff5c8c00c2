"""bailee as the speech service that others call, by the client of those who keep Wyoming."""

import asyncio
import socket
import stat
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
from wyoming.client import AsyncClient, AsyncTcpClient, AsyncUnixClient

from bailee.errors import InputError, UnavailableError
from bailee.intake.wyoming import conversation
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Describe,
    Event,
    Info,
    Ping,
    Pong,
    Transcribe,
    Transcript,
)
from bailee.intake.wyoming.service import MOST_PEERS, WyomingService
from bailee.intake.wyoming.wire import Bounds
from bailee.types.turn import Reply, Unheard
from support.listening import (
    NOW_MS,
    SECOND,
    Open,
    SimulatedEngine,
    SimulatedRoom,
    breaks,
    dies,
    endpoint,
    sound_of,
)
from support.loops import run


def client_of(service: WyomingService) -> AsyncTcpClient:
    return AsyncTcpClient("127.0.0.1", service.port)


def chunks(
    pcm: bytes, *, rate: int = 16_000, width: int = 2, channels: int = 1, at_ms: int | None = None
) -> Iterable[Event]:
    """*pcm* as a microphone sends it: 1,024 samples at once."""
    step = 1_024 * width * channels
    for place in range(0, len(pcm), step):
        part = pcm[place : place + step]
        yield AudioChunk(rate, width, channels, part, timestamp=at_ms).event()


async def say(
    client: AsyncClient, pcm: bytes, *, rate: int = 16_000, width: int = 2, channels: int = 1
) -> Event:
    """Say *pcm*, and return what comes of it."""
    await client.write_event(AudioStart(rate, width, channels).event())
    for chunk in chunks(pcm, rate=rate, width=width, channels=channels):
        await client.write_event(chunk)
    await client.write_event(AudioStop().event())
    return await answer(client)


async def answer(client: AsyncClient) -> Event:
    event = await client.read_event()
    assert event is not None
    return event


def test_an_utterance_is_heard_and_told(opened: Open, room: SimulatedRoom) -> None:
    """What was said reaches its turn whole, at our own clock's time; its words come back, and the
    context as it was."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            ask = Transcribe(language="en-GB", context={"a": {"b": [1, "ä"]}})
            await client.write_event(ask.event())
            told = Transcript.from_event(await say(client, sound_of("where are my keys")))
            assert told == Transcript("where are my keys", {"a": {"b": [1, "ä"]}}, "en")

    run(story())
    ((words, sound),) = room.heard
    assert (words, sound.pcm) == ("where are my keys", sound_of("where are my keys"))
    assert (sound.begin_ms, room.unheard, room.begun) == (NOW_MS, [], 1)


def test_a_unix_socket_is_for_its_owner_alone(
    opened: Open, room: SimulatedRoom, tmp_path: Path
) -> None:
    """Nobody but who runs bailee may connect; afterwards the socket is gone."""
    path = tmp_path / "kitchen.sock"

    async def story() -> None:
        async with opened(address=f"unix://{path}"), AsyncUnixClient(path) as client:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())
    assert not path.exists()


def test_a_socket_left_over_is_taken_away_and_no_other_file(opened: Open, tmp_path: Path) -> None:
    """A socket that nobody listens at any more is in nobody's way; a file of another kind, or a
    socket with somebody behind it, stays."""
    path = tmp_path / "kitchen.sock"
    address = f"unix://{path}"

    async def story() -> None:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(path))
        async with opened(address=address):
            with pytest.raises(UnavailableError):
                async with opened(address=address, other=SimulatedRoom(endpoint())):
                    pass
            async with AsyncUnixClient(path) as client:
                assert (await say(client, sound_of("hello"))).data["text"] == "hello"
        path.write_text("a file")
        with pytest.raises(UnavailableError):
            async with opened(address=address):
                pass
        assert path.read_text() == "a file"

    run(story())


@pytest.mark.parametrize(
    "address",
    [
        *("tcp://0.0.0.0:0", "tcp://[::]:0", "tcp://192.0.2.1:10300", "tcp://speaker.example:1"),
        *("http://127.0.0.1:1", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "unix://rel/path"),
        *("unix:///" + "x" * 108, "tcp://me@127.0.0.1:1", "", "kitchen", "unix:///a?b"),
    ],
)
def test_beyond_this_machine_is_refused(opened: Open, address: str) -> None:
    """Wyoming has no encryption: what is no address of this machine's is refused."""

    async def story() -> None:
        async with opened(address=address or "-"):
            pass

    with pytest.raises(InputError) as refused:
        run(story())
    assert refused.value.hint


def test_description_tells_languages_and_nothing_of_the_household(opened: Open) -> None:
    """Who asks learns which recogniser hears, and not whose home it is."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(Describe().event())
            event = await answer(client)
            info = Info.from_event(event)
            (asr,), (handle,) = info.asr, info.handle
            assert asr.models[0].languages == ["en", "de"] == handle.models[0].languages
            assert asr.models[0].name == "simulated 1.0, en"
            assert not info.tts
            assert "kitchen" not in str(event.data)
            assert "Ana" not in str(event.data)
            await client.write_event(Ping("tick").event())
            assert Pong.from_event(await answer(client)) == Pong("tick")

    run(story())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(transcript="", answer="Done.", handled=True), "handled"),
        (Reply(transcript="", answer="", handled=False), "not-handled"),
    ],
)
def test_a_text_is_handled(opened: Open, room: SimulatedRoom, reply: Reply, kind: str) -> None:
    """A transcript that comes is a request: its answer says whether bailee knew what to do."""
    room.answers = lambda text: reply if text == "forget it" else Reply(transcript="", answer="?")

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(Transcript("forget it", context={"id": 7}).event())
            event = await answer(client)
            assert (event.type, event.data["text"]) == (kind, reply.answer)
            assert event.data["context"] == {"id": 7}

    run(story())
    assert room.begun == 0


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001, 7, ["x"], None])
def test_what_is_no_text_is_not_handled(opened: Open, text: object) -> None:
    """Refused with an error, and the connection goes on."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(Event("transcript", {"text": text}))
            assert (await answer(client)).data["code"] == "input"
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())


def test_half_a_stream_keeps_nothing(
    opened: Open, room: SimulatedRoom, engine: SimulatedEngine
) -> None:
    """Who hangs up in the middle said nothing; the engine forgets it, too."""

    async def story() -> None:
        async with opened() as service:
            async with client_of(service) as client:
                await client.write_event(AudioStart(16_000, 2, 1).event())
                for chunk in chunks(sound_of("half")):
                    await client.write_event(chunk)
                await client.write_event(Ping().event())
                await answer(client)
            await asyncio.to_thread(engine.dropped.acquire, timeout=20)

    run(story())
    assert (room.begun, room.heard, room.unheard) == (1, [], [])


def test_after_an_error_who_waits_is_hung_up_on_soon(
    opened: Open, engine: SimulatedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant knows no `error`: without an end it would wait for ever. One error is told."""
    monkeypatch.setattr(conversation, "_GRACE_S", 0.01)
    engine.script["end"] = dies

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            assert (await say(client, sound_of("lost"))).type == "error"
            assert await client.read_event() is None

    run(story())


def test_chunks_that_do_not_say_their_form_are_as_their_start_said(
    opened: Open, room: SimulatedRoom
) -> None:
    """Once is enough."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(AudioStart(48_000, 4, 2).event())
            for _ in range(3):
                await client.write_event(Event("audio-chunk", {"timestamp": 7}, bytes(48_000 * 8)))
            await client.write_event(AudioStop().event())
            assert (await answer(client)).data["text"] == ""

    run(story())
    assert room.unheard[0][1].duration_ms == pytest.approx(3_000, abs=5)


def test_a_start_in_the_middle_begins_anew(opened: Open, room: SimulatedRoom) -> None:
    """What was begun before is half a stream."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(AudioStart(16_000, 2, 1).event())
            for chunk in chunks(sound_of("half")):
                await client.write_event(chunk)
            assert (await say(client, sound_of("whole"))).data["text"] == "whole"

    run(story())
    assert room.said == ["whole"]


def test_silence_is_told_as_no_words(opened: Open, room: SimulatedRoom) -> None:
    """Nothing understood is an empty transcript; nothing sent is not even a turn's end."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            assert (await say(client, SECOND)).data["text"] == ""
            assert (await say(client, b"")).data["text"] == ""
            await client.write_event(AudioStop().event())
            assert (await answer(client)).data["text"] == ""

    run(story())
    ((why, sound),) = room.unheard
    assert (why, sound.pcm) == (Unheard.SILENCE, SECOND)


def test_chunks_without_a_start_are_an_utterance(opened: Open, room: SimulatedRoom) -> None:
    """As satellites stream; a chunk of odd length, too: half a sample waits for its other half."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            pcm = sound_of("odd chunks")
            for part in (pcm[:5], pcm[5:6], pcm[6:777], pcm[777:]):
                await client.write_event(AudioChunk(16_000, 2, 1, part).event())
            await client.write_event(AudioStop().event())
            assert (await answer(client)).data["text"] == "odd chunks"

    run(story())
    assert room.heard[0][1].pcm == sound_of("odd chunks")


@pytest.mark.parametrize(
    ("rate", "width", "channels"),
    [
        *((7_999, 2, 1), (48_001, 2, 1), (0, 2, 1), (-16_000, 2, 1), (16_000, 1, 1)),
        *((16_000, 5, 1), (16_000, 2, 0), (16_000, 2, 3), (16_000, 2, 10**9), (10**18, 2, 1)),
        *(("16000", 2, 1), (16_000.0, 2, 1), (True, 2, 1), (None, 2, 1), ([], {}, 1)),
    ],
)
def test_sound_of_a_wrong_form_is_refused(
    opened: Open, room: SimulatedRoom, rate: object, width: object, channels: object
) -> None:
    """One error for the whole utterance, however many chunks it has; then the next is heard."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            form = {"rate": rate, "width": width, "channels": channels}
            await client.write_event(Event("audio-start", form))
            for _ in range(3):
                await client.write_event(Event("audio-chunk", form, SECOND))
            await client.write_event(AudioStop().event())
            assert (await answer(client)).data["code"] == "input"
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())
    assert (room.said, room.unheard) == (["hello"], [])


def test_sound_that_changes_its_form_is_refused(opened: Open, room: SimulatedRoom) -> None:
    """What was said until then is half a stream."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(AudioStart(16_000, 2, 1).event())
            await client.write_event(AudioChunk(16_000, 2, 1, SECOND).event())
            await client.write_event(AudioChunk(48_000, 2, 1, SECOND).event())
            await client.write_event(AudioStop().event())
            assert (await answer(client)).data["code"] == "input"
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())
    assert (room.said, room.unheard) == (["hello"], [])


def test_thirty_minutes_without_stop_end_at_two(opened: Open, room: SimulatedRoom) -> None:
    """The error comes while the sound still does; two minutes of it are kept as the mode says,
    what comes after is nobody's."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            told = asyncio.ensure_future(answer(client))
            await client.write_event(AudioStart(16_000, 2, 1).event())
            for _ in range(30 * 60):
                await client.write_event(AudioChunk(16_000, 2, 1, SECOND).event())
            assert (await told).data["code"] == "too-long"
            await client.write_event(AudioStop().event())
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())
    ((why, sound),) = room.unheard
    assert (why, sound.pcm) == (Unheard.TOO_LONG, 120 * SECOND)


@pytest.mark.parametrize("at", ["listen", "feed", "end"])
@pytest.mark.parametrize("fault", [dies, breaks])
def test_an_engine_that_dies_is_told_after_the_sound_was_kept(
    opened: Open, room: SimulatedRoom, engine: SimulatedEngine, at: str, fault: Callable[[], None]
) -> None:
    """Whenever it dies: the whole sound reaches its turn, the speaker is told in the room's words,
    and the next utterance works."""
    engine.script[at] = fault
    room.sorry = "I could not hear that."

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            told = await say(client, sound_of("lost words"))
            assert (told.type, told.data["code"]) == ("error", "failed")
            assert told.data["text"] == "I could not hear that."
            ((why, sound),) = room.unheard
            assert (why, sound.pcm) == (Unheard.FAILED, sound_of("lost words"))
            engine.script.clear()
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    run(story())
    assert room.said == ["hello"]


@pytest.mark.parametrize("at", ["listen", "feed", "end"])
def test_an_engine_that_hangs_costs_its_patience_and_no_more(
    opened: Open, room: SimulatedRoom, engine: SimulatedEngine, at: str
) -> None:
    """Nobody waits for it for ever: the sound is kept as the mode says, and the next is heard."""
    stuck = threading.Event()
    engine.script[at] = partial(stuck.wait, 60)

    async def story() -> None:
        async with opened(patience_s=0.05) as service, client_of(service) as client:
            assert (await say(client, sound_of("lost"))).data["code"] == "failed"
            engine.script.clear()
            assert (await say(client, sound_of("hello"))).data["text"] == "hello"

    try:
        run(story())
    finally:
        stuck.set()
    ((why, sound),) = room.unheard
    assert (why, sound.pcm, room.said) == (Unheard.FAILED, sound_of("lost"), ["hello"])


def test_a_childs_voice_goes_to_engines_of_ours_alone(
    opened: Open, room: SimulatedRoom, engine: SimulatedEngine
) -> None:
    """R-11: another program is not even asked whether it listens; its own is."""
    engine.is_own = False
    room.own_engines_only = True

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            assert (await say(client, sound_of("a child"))).data["code"] == "not-allowed"
            assert engine.listened == []
            engine.is_own = True
            assert (await say(client, sound_of("a child"))).data["text"] == "a child"

    run(story())
    assert [why for why, _ in room.unheard] == [Unheard.NOT_ALLOWED]


def test_a_language_nobody_understands_is_not_heard(opened: Open, room: SimulatedRoom) -> None:
    """It is told, and the sound is kept as the mode says; what is no language is refused."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(Transcribe(language="fr").event())
            assert (await say(client, sound_of("bonjour"))).data["code"] == "failed"
            await client.write_event(Event("transcribe", {"language": {"x": 1}}))
            assert (await answer(client)).data["code"] == "input"

    run(story())
    assert [why for why, _ in room.unheard] == [Unheard.FAILED]


def test_many_at_once_do_not_hear_each_other(opened: Open, room: SimulatedRoom) -> None:
    """Every connection has a turn of its own; one more than there may be is told so."""

    async def one(service: WyomingService, name: str, ready: asyncio.Barrier) -> str:
        async with client_of(service) as client:
            await client.write_event(AudioStart(16_000, 2, 1).event())
            await ready.wait()
            for chunk in chunks(sound_of(name)):
                await client.write_event(chunk)
                await asyncio.sleep(0)
            await client.write_event(AudioStop().event())
            text: str = (await answer(client)).data["text"]
            await ready.wait()
            return text

    async def story() -> None:
        async with opened() as service:
            ready = asyncio.Barrier(MOST_PEERS + 1)
            names = [f"voice {number}" for number in range(MOST_PEERS)]
            talks = [asyncio.ensure_future(one(service, name, ready)) for name in names]
            await ready.wait()
            async with client_of(service) as client:
                assert (await answer(client)).data["code"] == "unavailable"
                assert await client.read_event() is None
            await ready.wait()
            assert await asyncio.gather(*talks) == names

    run(story())
    assert room.begun == MOST_PEERS


def test_what_a_clock_an_hour_off_says_is_not_asked(opened: Open, room: SimulatedRoom) -> None:
    """Timestamps of chunks are theirs; when it was said is ours to know."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            for chunk in chunks(sound_of("late"), at_ms=NOW_MS - 3_600_000):
                await client.write_event(chunk)
            await client.write_event(AudioStop(timestamp=-1).event())
            assert (await answer(client)).data["text"] == "late"

    run(story())
    assert room.heard[0][1].begin_ms == NOW_MS


@pytest.mark.parametrize("kind", ["synthesize", "detect", "recognize", "run-pipeline"])
def test_what_is_not_offered_is_refused(opened: Open, kind: str) -> None:
    """Not passed over in silence; words of a later Wyoming are."""

    async def story() -> None:
        async with opened() as service, client_of(service) as client:
            await client.write_event(Event("something-of-tomorrow", {"x": 1}))
            await client.write_event(Event(kind, {"text": "say this"}))
            assert (await answer(client)).data["code"] == "input"

    run(story())


def test_who_says_nothing_is_hung_up_on(opened: Open, room: SimulatedRoom) -> None:
    """In the middle of an utterance, too: it is half a stream."""

    async def story() -> None:
        async with opened(bounds=Bounds(idle_s=0.05)) as service, client_of(service) as client:
            await client.write_event(AudioStart(16_000, 2, 1).event())
            assert (await answer(client)).data["code"] == "unavailable"
            assert await client.read_event() is None

    run(story())
    assert (room.heard, room.unheard) == ([], [])


async def flood(writer: asyncio.StreamWriter) -> None:
    """Ask and ask, and read no answer."""
    while True:
        writer.write(b'{"type": "describe"}\n' * 1_000)
        await writer.drain()


def test_who_reads_nothing_is_hung_up_on(opened: Open) -> None:
    """What is not taken is not kept for ever: the connection is cut, others do not notice."""

    async def story() -> None:
        async with opened(bounds=Bounds(idle_s=0.3)) as service:
            _, writer = await asyncio.open_connection("127.0.0.1", service.port, limit=1_024)
            writer.write(b'{"type": "describe"}\n' * 20_000)
            async with client_of(service) as client:
                assert (await say(client, sound_of("hello"))).data["text"] == "hello"
            with pytest.raises(ConnectionError):
                await flood(writer)

    run(story())


def test_closing_an_endpoint_in_the_middle_drops_what_was_said(
    opened: Open, room: SimulatedRoom, engine: SimulatedEngine
) -> None:
    """It was not said to the end."""

    async def story() -> None:
        async with opened() as service:
            client = client_of(service)
            await client.connect()
            await client.write_event(AudioStart(16_000, 2, 1).event())
            await client.write_event(AudioChunk(16_000, 2, 1, sound_of("half")).event())
            await client.write_event(Ping().event())
            await answer(client)
        await client.disconnect()
        await asyncio.to_thread(engine.dropped.acquire, timeout=20)

    run(story())
    assert (room.begun, room.heard, room.unheard) == (1, [], [])
