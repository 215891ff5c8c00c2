"""A clock that every process of a drill reads and one moves: eight bytes in a mapped file."""

import asyncio
import mmap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_SPREAD_MS = 10_000
"""Between the first and the last of the acts that go on at the same time."""


class SharedClock:
    """Milliseconds since the epoch, of the drill. A read is one load of eight aligned bytes."""

    def __init__(self, path: Path) -> None:
        """Map *path*, which `begin` made."""
        with path.open("r+b") as file:
            self._view = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")

    @classmethod
    def begin(cls, path: Path, at_ms: int) -> "SharedClock":
        """A fresh one that stands at *at_ms*."""
        path.write_bytes(bytes(8))
        made = cls(path)
        made.move_to(at_ms)
        return made

    def now_ms(self) -> int:
        return self._view[0]

    def move_to(self, at_ms: int) -> None:
        """Let it show *at_ms*, unless that is over already."""
        self._view[0] = max(at_ms, self._view[0])

    def advance(self, ms: int) -> None:
        self._view[0] += ms


class Pace:
    """Holds the clock back: while an act goes on, no other begins that is much later than it.

    Else, with answers that take long, minutes of the drill would pass within one sign-in.
    """

    def __init__(self) -> None:
        self._going_on: list[int] = []
        self._ended = asyncio.Condition()

    @asynccontextmanager
    async def at(self, at_ms: int) -> AsyncIterator[None]:
        """Around an act of that moment."""
        async with self._ended:
            await self._ended.wait_for(
                lambda: at_ms - min(self._going_on, default=at_ms) <= _SPREAD_MS
            )
            self._going_on.append(at_ms)
        try:
            yield
        finally:
            async with self._ended:
                self._going_on.remove(at_ms)
                self._ended.notify_all()
