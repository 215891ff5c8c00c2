"""What every conversation needs: who hears, by which clock, and where waiting is done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bailee.clock import Clock
from bailee.intake.listening import PATIENCE_S, Listening
from bailee.types.hearing import Engine
from bailee.types.speak import Speak
from bailee.types.turn import Room

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """They outlive every conversation.

    Attributes:
        threads: Where what may wait for disks or engines runs.
        patience_s: See `listening.PATIENCE_S`.
    """

    engine: Engine
    clock: Clock
    threads: Executor
    patience_s: float = PATIENCE_S

    async def wait_for(self, work: Callable[..., Result], *given: Any) -> Result:
        """What *work* returns, from a thread; its error is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *given)

    async def listen(self, room: Room, language: str) -> Listening:
        """Begin an utterance; where the caller is cancelled meanwhile, it is dropped."""
        begun = asyncio.ensure_future(self.wait_for(self._begun, room, language))
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:
            begun.add_done_callback(_dropped)
            raise

    def _begun(self, room: Room, language: str) -> Listening:
        return Listening(
            room, self.engine, clock=self.clock, language=language, patience_s=self.patience_s
        )


class Ending(Protocol):
    """Where in one stretch of sound somebody begins to speak, and where they have ended.

    Where nobody begins within some seconds, it has ended without having begun.
    """

    @property
    def began(self) -> bool: ...
    @property
    def ended(self) -> bool: ...

    def feed(self, pcm: bytes) -> None:
        """Take the next stretch: whole samples of 16 kHz, 16 bits, one channel."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SatelliteMeans(Means):
    """What a satellite's conversations need besides.

    Attributes:
        endings: Makes the one that listens for the end of an utterance, once for each.
        speak: The voice; None for none: answers are not heard then.
    """

    endings: Callable[[], Ending]
    speak: Speak | None = None


def _dropped(begun: asyncio.Future[Listening]) -> None:
    if not begun.cancelled() and begun.exception() is None:
        begun.result().drop()
