"""Sound is passed on to another Wyoming service: the package's own server, bailee itself, and
whatever may be at that address."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from wyoming.server import AsyncEventHandler, AsyncServer

from bailee.clock import FixedClock
from bailee.errors import InputError, UnavailableError
from bailee.intake.listening import Listening
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.events import Event
from bailee.intake.wyoming.running import Doors
from bailee.intake.wyoming.upstream import Upstream
from bailee.types.turn import Unheard
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
from support.satellites import LoudEnding

INFO = {
    "asr": [
        {
            "name": "whisper",
            "version": "3.1",
            "models": [
                {"name": "tiny.en", "languages": ["en"]},
                {"name": "tiny", "languages": ["de_DE", "en-GB", 7]},
            ],
        }
    ]
}


class Whisper(AsyncEventHandler):
    """A service on the package's own server: it hears what `sound_of` says."""

    async def handle_event(self, event: Event) -> bool:
        self.pcm = getattr(self, "pcm", b"") + (event.payload or b"")
        if event.type == "describe":
            await self.write_event(Event("info", INFO))
        elif event.type == "audio-stop":
            await self.write_event(Event("transcript-start"))
            await self.write_event(Event("transcript", {"text": f" {text_of(self.pcm)} "}))
        return True


@pytest.fixture
def whisper(tmp_path: Path) -> Iterator[str]:
    """Where it is."""
    address = f"unix://{tmp_path}/whisper.sock"
    loop = asyncio.new_event_loop()
    server = AsyncServer.from_uri(address)
    started = threading.Event()

    async def serve() -> None:
        await server.start(Whisper)
        started.set()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result()
    yield address
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_sound_goes_on_and_words_come_back(whisper: str) -> None:
    """Under the name that the other program gives itself; nobody knows what it writes to its disk,
    so it is none of ours."""
    engine = Upstream(whisper)
    assert not engine.is_own
    assert engine.name == "whisper 3.1 tiny.en"
    assert engine.languages == ("de", "en")
    for words in ("turn on the light", "thank you"):
        hearing = engine.listen("en")
        pcm = sound_of(words)
        hearing.feed(pcm[:7_000])
        hearing.feed(pcm[7_000:])
        heard = hearing.end()
        assert (heard.text, heard.command, heard.engine) == (words, None, "whisper 3.1 tiny.en")


def test_bailee_is_an_upstream_too(tmp_path: Path) -> None:
    """Through one more door: the words arrive; and where that engine dies, it is unavailable."""
    far = SimulatedRoom(endpoint(address=f"unix://{tmp_path}/far.sock"))
    far_engine = SimulatedEngine()
    doors = Doors(far_engine, endings=LoudEnding)
    doors.start()
    try:
        doors.open(far)
        engine = Upstream(far.endpoint.address)
        room = SimulatedRoom(endpoint())
        assert _said(room, engine, sound_of("hello")).transcript == "hello"
        far_engine.script["end"] = dies
        _said(room, engine, sound_of("lost"))
    finally:
        doors.stop()
    assert (room.said, far.said) == (["hello"], ["hello"])
    assert [why for why, _ in room.unheard] == [Unheard.FAILED]
    assert engine.name == "bailee 0.1.0 simulated 1.0, en"


def _said(room: SimulatedRoom, engine: Upstream, pcm: bytes) -> Any:
    listening = Listening(room, engine, clock=FixedClock(NOW_MS))
    listening.feed(pcm)
    return listening.end()


def test_a_childs_voice_is_never_passed_on(whisper: str) -> None:
    """R-11: not even a connection is made."""
    room = SimulatedRoom(endpoint(), own_engines_only=True)
    with answering(lambda _: pytest.fail("connected")) as address:
        _said(room, Upstream(address), sound_of("a child"))
    assert [why for why, _ in room.unheard] == [Unheard.NOT_ALLOWED]


@contextmanager
def answering(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Somebody at an address who does as *serve* says, connection after connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:

        def loop() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    line.settimeout(20)
                    serve(line)

        ended = thread.submit(loop)
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        ended.result()


def replies(said: bytes, line: socket.socket) -> None:
    """Say *said* at once, then read until the other end hangs up."""
    try:
        line.sendall(said)
        while line.recv(65_536):
            pass
    except OSError:
        pass


def event(kind: str, **data: Any) -> bytes:
    return codec.encode(Event(kind, data))


HOSTILE = {
    "hangs-up": b"",
    "no-wyoming": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "no-line-feed": b"x" * 200_000,
    "length-huge": b'{"type": "transcript", "payload_length": 999999999999}\n',
    "length-negative": b'{"type": "transcript", "data_length": -1}\n',
    "half-an-event": b'{"type": "transcript", "data_length": 100}\n{"text"',
    "error": event("error", text="secret words", code="x"),
    "no-text": event("transcript"),
    "text-a-list": event("transcript", text=["x"]),
    "text-long": event("transcript", text="x" * 20_001),
    "info-no-recogniser": event("info", asr=[]),
    "info-of-another-form": event("info", asr={"name": "x"}),
    "everything-but": event("transcript-chunk", text="x") * 10_001,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_there_the_sound_is_not_lost(name: str) -> None:
    """It is unavailable, and nothing worse: nothing that it says is told on."""

    def serve(line: socket.socket) -> None:
        replies(HOSTILE[name], line) if name != "hangs-up" else line.recv(1)

    room = SimulatedRoom(endpoint())
    with answering(serve) as address:
        engine = Upstream(address, patience_s=0.2)
        _said(room, engine, sound_of("kept"))
        with pytest.raises(UnavailableError) as unavailable:
            hear(engine)
        assert "secret" not in str(unavailable.value)
    ((why, sound),) = room.unheard
    assert (why, sound.pcm) == (Unheard.FAILED, sound_of("kept"))


def hear(engine: Upstream) -> None:
    hearing = engine.listen("en")
    try:
        hearing.feed(SECOND)
        hearing.end()
    finally:
        hearing.drop()


def test_who_takes_nothing_costs_its_patience(tmp_path: Path) -> None:
    """A peer that does not read blocks nobody for longer than that."""
    release = threading.Event()
    with answering(lambda _: waits(release)) as address:
        hearing = Upstream(address, patience_s=0.2).listen("en")
        with pytest.raises(UnavailableError):
            feed_for_ever(hearing.feed)
        release.set()
    with pytest.raises(UnavailableError):
        Upstream(f"unix://{tmp_path}/nobody.sock").listen("en")
    assert Upstream(f"unix://{tmp_path}/nobody.sock").languages == ()


def waits(release: threading.Event) -> None:
    release.wait(60)


def feed_for_ever(feed: Callable[[bytes], None]) -> None:
    while True:
        feed(100 * SECOND)


@pytest.mark.parametrize("text", ["a\ud800b", "  words \n"])
def test_words_that_could_not_be_kept_are_mended(text: str) -> None:
    """Half a character is a question mark; space around words is none of them."""
    said = json.dumps({"type": "transcript", "data": {"text": text}}).encode() + b"\n"
    with answering(partial(replies, said)) as address:
        hearing = Upstream(address).listen("en")
        assert hearing.end().text == text.replace("\ud800", "?").strip()


def test_beyond_this_machine_somebody_has_to_say_so() -> None:
    """Sound crosses no network in the clear by mistake."""
    with pytest.raises(InputError):
        Upstream("tcp://192.0.2.1:10300")
    assert Upstream("tcp://192.0.2.1:10300", insecure=True).is_own is False
