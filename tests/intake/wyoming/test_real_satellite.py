"""A real `wyoming-satellite`, in its own virtual environment, with programs for a microphone, a
wake word and a loudspeaker."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bailee.intake.wyoming.running import Doors
from bailee.intake.wyoming.status import State
from bailee.types.endpoint import Way
from bailee.types.ids import DeviceId
from bailee.types.turn import Reply
from support.listening import SECOND, SimulatedEngine, SimulatedRoom, endpoint, sound_of, until
from support.peers import peer
from support.satellites import LoudEnding, speak

WAKE = b"\x77\x77" * 512
"""What the wake word sounds like."""
_MICROPHONE = """
import os, sys, time
said = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)
waiting = b""
while True:
    try:
        waiting += os.read(said, 1 << 20)
    except BlockingIOError:
        pass
    now, waiting = waiting[:2048], waiting[2048:]
    sys.stdout.buffer.write(now + bytes(2048 - len(now)))
    sys.stdout.buffer.flush()
    time.sleep(0.01)
"""
_WAKE = """
import sys
since = 0
while sound := sys.stdin.buffer.read(2048):
    since += 1
    if since > 3 and b"\\x77\\x77\\x77\\x77" in sound:
        print("hey", flush=True)
        since = 0
"""
WITHIN_S = 60


class Pipe:
    """A named pipe: what a program writes there, when it does."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._end = os.open(path, os.O_RDWR)
        self._read = b""

    def until(self, what: bytes) -> bytes:
        """What was written, until *what* was."""
        give_up_at = time.monotonic() + WITHIN_S
        while what not in self._read:
            ready, _, _ = select.select([self._end], [], [], give_up_at - time.monotonic())
            assert ready, f"not within {WITHIN_S} s; so far: {self._read[-200:]!r}"
            self._read += os.read(self._end, 1 << 16)
        read, self._read = self._read, b""
        return read

    def has_come(self, *, within_s: float) -> bool:
        """Whether anything was written."""
        return bool(self._read or select.select([self._end], [], [], within_s)[0])

    def write(self, what: bytes) -> None:
        os.write(self._end, what)

    def close(self) -> None:
        os.close(self._end)


@dataclass(frozen=True, slots=True)
class Heard:
    """A satellite's programs: what they hear of bailee, and its microphone."""

    microphone: Pipe
    transcripts: Pipe
    loudspeaker: Pipe

    def say(self, pcm: bytes, answer: Pipe) -> None:
        """Say it, and again, until something comes of it: it may not be connected yet."""
        for _ in range(WITHIN_S // 2):
            self.microphone.write(pcm)
            if answer.has_come(within_s=2):
                return


Start = Callable[..., Heard]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a satellite at `<name>.sock`; ended in the end."""
    programs, pipes = [], []

    def one(name: str, *, microphone: str = "", wake: bool = False, sound: bool = True) -> Heard:
        at = [Pipe(tmp_path / f"{name}.{each}") for each in ("mic", "words", "sound")]
        pipes.extend(at)
        (tmp_path / "microphone.py").write_text(_MICROPHONE)
        (tmp_path / "wake.py").write_text(_WAKE)
        spoken = f"{sys.executable} {tmp_path}/microphone.py {at[0].path}"
        command: list[str | Path] = [peer("satellite") / "python", "-m", "wyoming_satellite"]
        command += ["--uri", f"unix://{tmp_path}/{name}.sock", "--no-zeroconf", "--name", name]
        command += ["--mic-command", microphone or spoken]
        command += ["--transcript-command", f"tee -a {at[1].path}"]
        if sound:
            command += ["--snd-command", f"tee -a {at[2].path}"]
        if wake:
            command += ["--wake-command", f"{sys.executable} {tmp_path}/wake.py"]
        quiet = subprocess.DEVNULL
        programs.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
        return Heard(*at)

    yield one
    for program in programs:
        program.terminate()
        program.wait()
    for pipe in pipes:
        pipe.close()


@pytest.fixture
def doors() -> Iterator[Doors]:
    """bailee's, with a simulated recogniser and voice."""
    opened = Doors(SimulatedEngine(), endings=LoudEnding, speak=speak)
    opened.start()
    yield opened
    opened.stop()


def room_of(tmp_path: Path, name: str) -> SimulatedRoom:
    address = f"unix://{tmp_path}/{name}.sock"
    return SimulatedRoom(endpoint(device_id=DeviceId(name), way=Way.DIAL, address=address))


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
