"""All doors on one loop: opened, closed and asked how they do while it runs."""

import asyncio
import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from wyoming.client import AsyncUnixClient

from bailee.clock import FixedClock
from bailee.intake.wyoming import listener, running
from bailee.intake.wyoming.events import AudioChunk, AudioStop, Describe
from bailee.intake.wyoming.running import Doors
from bailee.intake.wyoming.status import State
from bailee.intake.wyoming.waits import Waits
from bailee.types.endpoint import Way
from bailee.types.ids import DeviceId
from support.listening import (
    NOW_MS,
    SimulatedEngine,
    SimulatedRoom,
    breaks,
    endpoint,
    sound_of,
    until,
)
from support.loops import run
from support.satellites import LoudEnding, calls_at


@pytest.fixture
def doors(engine: SimulatedEngine) -> Iterator[Doors]:
    opened = Doors(engine, endings=LoudEnding, clock=FixedClock(NOW_MS))
    opened.start()
    yield opened
    opened.stop()


def room_at(path: Path, **other: object) -> SimulatedRoom:
    return SimulatedRoom(endpoint(device_id=DeviceId(path.stem), address=f"unix://{path}", **other))


def said_at(path: Path, words: str) -> str:
    """What the endpoint at *path* hears of *words*."""

    async def say() -> str:
        async with AsyncUnixClient(path) as client:
            await client.write_event(AudioChunk(16_000, 2, 1, sound_of(words)).event())
            await client.write_event(AudioStop().event())
            event = await client.read_event()
            assert event is not None
            return str(event.data["text"])

    return run(say())


def test_endpoints_come_and_go(doors: Doors, tmp_path: Path) -> None:
    """Each by itself: one that is closed is gone, the others go on; one opened again takes the
    place of the one before."""
    kitchen, hall = room_at(tmp_path / "kitchen"), room_at(tmp_path / "hall")
    assert doors.open(kitchen).state is State.LISTENING
    assert doors.open(hall).state is State.LISTENING
    assert said_at(tmp_path / "kitchen", "one") == "one"
    doors.close(DeviceId("kitchen"))
    doors.close(DeviceId("never-there"))
    with pytest.raises(OSError, match="No such file"):
        said_at(tmp_path / "kitchen", "two")
    anew = room_at(tmp_path / "hall")
    assert doors.open(anew).state is State.LISTENING
    assert said_at(tmp_path / "hall", "three") == "three"
    assert (kitchen.said, hall.said, anew.said) == (["one"], [], ["three"])
    assert {each: status.state for each, status in doors.status().items()} == {
        DeviceId("hall"): State.LISTENING
    }


def test_questions_expire_in_every_room(
    doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Now and then, whatever the way; one that fails is tried again; and once more at the end."""
    monkeypatch.setattr(running, "SETTLE_S", 0.001)
    posted = SimulatedRoom(endpoint(way=Way.POST, address=""))
    assert doors.open(posted).state is State.POSTED
    for _ in range(3):
        assert posted.settled.acquire(timeout=20)
    doors.close(posted.endpoint.device_id)
    while posted.settled.acquire(blocking=False):
        pass
    monkeypatch.setattr(running, "SETTLE_S", 3_600)
    doors.open(posted)
    doors.close(posted.endpoint.device_id)
    assert posted.settled.acquire(blocking=False)


@pytest.mark.parametrize("way", [Way.LISTEN, Way.DIAL])
@pytest.mark.parametrize("address", ["tcp://192.0.2.1:10300", "nonsense"])
def test_a_wrong_address_is_told_and_keeps_nobody(
    doors: Doors, tmp_path: Path, way: Way, address: str
) -> None:
    """Its status says what to change; the others are open."""
    wrong = SimulatedRoom(endpoint(device_id=DeviceId("wrong"), way=way, address=address))
    doors.open(wrong)
    doors.open(room_at(tmp_path / "kitchen"))
    assert said_at(tmp_path / "kitchen", "one") == "one"
    until(lambda: doors.status()[DeviceId("wrong")].state is State.REFUSED)
    status = doors.status()[DeviceId("wrong")]
    assert status.why.startswith("Refused:")


def test_an_address_that_is_taken_is_opened_once_it_is_free(
    engine: SimulatedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself: whoever ends the other program need not start bailee again."""
    monkeypatch.setattr(listener, "Waits", lambda: Waits(first_s=0.001, most_s=0.001))
    path = tmp_path / "kitchen"
    one, two = (Doors(engine, endings=LoudEnding, clock=FixedClock(NOW_MS)) for _ in range(2))
    one.start()
    two.start()
    try:
        one.open(room_at(path))
        assert two.open(room_at(path)).state is State.TRYING
        one.close(DeviceId("kitchen"))
        until(lambda: two.status()[DeviceId("kitchen")].state is State.LISTENING)
        assert said_at(path, "hello") == "hello"
    finally:
        one.stop()
        two.stop()


def test_a_satellite_that_is_not_there_is_told(doors: Doors, tmp_path: Path) -> None:
    """And found, once it is."""
    room = room_at(tmp_path / "hall", way=Way.DIAL)
    doors.open(room)
    until(lambda: bool(doors.status()[DeviceId("hall")].why))
    status = doors.status()[DeviceId("hall")]
    assert (status.state, status.why) == (State.TRYING, "Nobody answers at its address.")

    async def story() -> None:
        async with calls_at(tmp_path / "hall") as calls:
            await (await calls.get()).ready()
            await asyncio.to_thread(until, partial(is_connected, doors))

    run(story())


def is_connected(doors: Doors) -> bool:
    return doors.status()[DeviceId("hall")].state is State.CONNECTED


def test_peers_are_counted(doors: Doors, tmp_path: Path) -> None:
    """Who is connected now."""
    doors.open(room_at(tmp_path / "kitchen"))

    async def story() -> None:
        async with AsyncUnixClient(tmp_path / "kitchen") as client:
            await client.write_event(Describe().event())
            await client.read_event()
            assert doors.status()[DeviceId("kitchen")].peers == 1

    run(story())
    until(lambda: not doors.status()[DeviceId("kitchen")].peers)


def test_nothing_that_was_said_is_logged(
    doors: Doors, engine: SimulatedEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever breaks: neither what an error says nor what was said nor whose home it is."""
    caplog.set_level(logging.DEBUG)
    room = room_at(tmp_path / "kitchen")
    doors.open(room)
    engine.script["end"] = breaks
    said_at(tmp_path / "kitchen", "very private")
    engine.script.clear()
    room.answers = lambda _: breaks()  # type: ignore[assignment, return-value]
    said_at(tmp_path / "kitchen", "very private")
    assert "RuntimeError" in caplog.text
    for secret in ("secret", "private", "kitchen", "Ana"):
        assert secret not in caplog.text
