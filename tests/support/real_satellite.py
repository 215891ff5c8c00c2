"""A real `wyoming-satellite`, with programs of the test's for its microphone, wake word, and what
it does with words and sound."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bailee.types.endpoint import Way
from bailee.types.ids import DeviceId
from support.listening import SimulatedRoom, endpoint
from support.peers import peer

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


@contextmanager
def satellites(tmp_path: Path) -> Iterator[Start]:
    """Starts a satellite at `<name>.sock`; each is ended in the end."""
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


def room_of(tmp_path: Path, name: str) -> SimulatedRoom:
    address = f"unix://{tmp_path}/{name}.sock"
    return SimulatedRoom(endpoint(device_id=DeviceId(name), way=Way.DIAL, address=address))
