"""A real `wyoming-satellite`, in its own virtual environment, with programs for a microphone, a
wake word and a loudspeaker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.intake.wyoming.running import Doors
from bailee.intake.wyoming.status import State
from bailee.types.ids import DeviceId
from bailee.types.turn import Reply
from support.listening import SECOND, SimulatedEngine, sound_of, until
from support.real_satellite import WAKE, Start, room_of
from support.satellites import LoudEnding, speak


@pytest.fixture
def doors() -> Iterator[Doors]:
    """bailee's, with a simulated recogniser and voice."""
    opened = Doors(SimulatedEngine(), endings=LoudEnding, speak=speak)
    opened.start()
    yield opened
    opened.stop()


def in_samples(text: str) -> bytes:
    """*text* as `speak` says it, as the loudspeaker gets it."""
    return b"".join(ord(letter).to_bytes(2, "little") for letter in text)


def test_every_sound_of_a_file(doors: Doors, start: Start, tmp_path: Path) -> None:
    """ffmpeg plays a file for a microphone, in real time, again and again: every utterance in it
    is a turn, its words and the answer's sound come out at the other end."""
    (tmp_path / "said.raw").write_bytes(SECOND[:16_000] + sound_of("good morning") + SECOND)
    form = "-f s16le -ar 16000 -ac 1"
    play = f"ffmpeg -v quiet -re -stream_loop -1 {form} -i {tmp_path}/said.raw {form} -"
    room = room_of(tmp_path, "kitchen")
    far = start("kitchen", microphone=play)
    doors.open(room, every_sound=True)
    far.transcripts.until(b"good morning")
    far.loudspeaker.until(in_samples("en: You said good morning"))
    far.transcripts.until(b"good morning")
    assert set(room.said) == {"good morning"}
    assert doors.status()[DeviceId("kitchen")].state is State.CONNECTED


def test_a_wake_word_then_a_question_then_yes(doors: Doors, start: Start, tmp_path: Path) -> None:
    """After the wake word what is said is heard; where bailee asks, the next is heard without one;
    then nothing is, until the next wake word."""
    asks = Reply(transcript="forget all", answer="Really?", asks=True)
    replies = {"forget all": asks, "yes": Reply(transcript="yes", answer="Gone.")}
    room = room_of(tmp_path, "kitchen")
    room.answers = lambda text: replies.get(text, Reply(transcript=text, answer="."))
    far = start("kitchen", wake=True)
    doors.open(room)
    far.say(WAKE + SECOND[:16_384] + sound_of("forget all"), far.loudspeaker)
    far.loudspeaker.until(in_samples("en: Really?"))
    far.say(sound_of("yes"), far.transcripts)
    far.transcripts.until(b"yes")
    far.loudspeaker.until(in_samples("en: Gone."))
    far.microphone.write(sound_of("private words") + SECOND)
    far.say(WAKE + SECOND[:16_384] + sound_of("hello"), far.transcripts)
    far.transcripts.until(b"hello")
    assert list(dict.fromkeys(room.said)) == ["forget all", "yes", "hello"]


def test_two_at_once(doors: Doors, start: Start, tmp_path: Path) -> None:
    """What is said in one room is not heard in the other."""
    names = ("kitchen", "children")
    rooms = {name: room_of(tmp_path, name) for name in names}
    far = {name: start(name) for name in names}
    for name in names:
        doors.open(rooms[name], every_sound=True)
    for name in names:
        far[name].say(sound_of(f"in the {name}") + SECOND[:12_800], far[name].transcripts)
        far[name].transcripts.until(f"in the {name}".encode())
    for name in names:
        assert set(rooms[name].said) == {f"in the {name}"}


def test_without_its_wake_word_it_is_refused(doors: Doors, start: Start, tmp_path: Path) -> None:
    """Unless somebody said “every sound”: the status tells what to do."""
    room = room_of(tmp_path, "kitchen")
    start("kitchen")
    doors.open(room)
    until(lambda: doors.status()[DeviceId("kitchen")].state is State.REFUSED)
    assert "wake word" in doors.status()[DeviceId("kitchen")].why
    assert room.begun == 0
