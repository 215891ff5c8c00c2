"""A simulated recogniser and a simulated room: what is said and kept can be read exactly.

In the sound they understand, the first samples are the letters of what is said; nothing but a
recogniser without errors is simulated.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from bailee.errors import InputError, UnavailableError
from bailee.intake.wyoming.service import WyomingService
from bailee.types.endpoint import Endpoint, Way
from bailee.types.hearing import Heard
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.turn import Reply, Sound, Unheard

NOW_MS = 1_795_330_000_000
SECOND = bytes(32_000)
"""Of silence."""
Open = Callable[..., AbstractAsyncContextManager[WyomingService]]
"""Of the fixture `opened`."""


def sound_of(text: str, *, samples: int = 8_000) -> bytes:
    """*text* as sound of so many samples, 16 kHz, 16 bits, one channel."""
    letters = b"".join(ord(letter).to_bytes(2, "little") for letter in text)
    return letters + bytes(samples * 2 - len(letters))


def text_of(pcm: bytes) -> str:
    """What `sound_of` said."""
    letters = [int.from_bytes(pcm[at : at + 2], "little") for at in range(0, len(pcm), 2)]
    return "".join(chr(letter) for letter in letters if letter)


class SimulatedHearing:
    """One utterance; what its engine's script says happens to it."""

    def __init__(self, engine: "SimulatedEngine") -> None:
        self._engine = engine
        self._pcm = b""
        self.dropped = False

    def feed(self, pcm: bytes) -> None:
        self._engine.act("feed")
        self._pcm += pcm

    def end(self) -> Heard:
        self._engine.act("end")
        return Heard(text=text_of(self._pcm), command=None, engine=self._engine.name)

    def drop(self) -> None:
        self._pcm = b""
        self._engine.dropped.release()


@dataclass(slots=True)
class SimulatedEngine:
    """A recogniser without errors, and with the faults that its script says.

    Attributes:
        script: What to do at `listen`, `feed` or `end`.
        dropped: Released once for each utterance that was dropped.
    """

    script: dict[str, Callable[[], object]] = field(default_factory=dict)
    is_own: bool = True
    languages: tuple[str, ...] = ("en", "de")
    name: str = "simulated 1.0, en"
    dropped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    listened: list[str] = field(default_factory=list)

    def listen(self, language: str) -> SimulatedHearing:
        self.listened.append(language)
        if language not in self.languages:
            raise InputError("That language is not understood here.")
        self.act("listen")
        return SimulatedHearing(self)

    def act(self, at: str) -> None:
        self.script.get(at, lambda: None)()


def dies() -> None:
    """As an engine that says it is gone."""
    raise UnavailableError("The recogniser is gone.")


def breaks() -> None:
    """As an engine with a fault of its own."""
    raise RuntimeError("secret words")


@dataclass(slots=True)
class SimulatedTurn:
    room: "SimulatedRoom"
    own_engines_only: bool

    def heard(self, heard: Heard, sound: Sound) -> Reply:
        self.room.heard.append((heard.text, sound))
        return self.room.answers(heard.text)

    def unheard(self, why: Unheard, sound: Sound) -> Reply:
        self.room.unheard.append((why, sound))
        return Reply(transcript="", answer=self.room.sorry, handled=False)


@dataclass(slots=True)
class SimulatedRoom:
    """What happened in it, in order.

    Attributes:
        answers: From what was heard to the reply.
        sorry: What is said where nothing was heard.
        begun: How many turns began.
    """

    endpoint: Endpoint
    answers: Callable[[str], Reply] = lambda text: Reply(transcript=text, answer=f"You said {text}")
    sorry: str = ""
    own_engines_only: bool = False
    begun: int = 0
    heard: list[tuple[str, Sound]] = field(default_factory=list, repr=False)
    unheard: list[tuple[Unheard, Sound]] = field(default_factory=list, repr=False)
    settled: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def begin(self) -> SimulatedTurn:
        self.begun += 1
        return SimulatedTurn(self, self.own_engines_only)

    def typed(self, text: str) -> Reply:
        return self.answers(text)

    def settle(self) -> None:
        self.settled.release()

    @property
    def said(self) -> list[str]:
        return [text for text, _ in self.heard]


def endpoint(**other: Any) -> Endpoint:
    """A kitchen's, that listens at a free port of loopback, but for what is said otherwise."""
    kitchen: dict[str, Any] = {
        "account_id": AccountId("acc-1"),
        "device_id": DeviceId("dev-kitchen"),
        "device": "kitchen speaker",
        "room": "kitchen",
        "person_id": PersonId("per-ana"),
        "person": "Ana",
        "is_unknown": False,
        "way": Way.LISTEN,
        "address": "tcp://127.0.0.1:0",
        "language": "en",
        "zone": "Europe/Berlin",
    }
    return Endpoint(**kitchen | other)


def until(is_so: Callable[[], bool]) -> None:
    """Ask until it is so; a minute is never."""
    give_up_at = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up_at, "never came about"


def free_port() -> int:
    """One that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
