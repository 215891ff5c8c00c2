"""A clock that every process of a drill reads and one moves: eight bytes in a mapped file."""

import mmap
from pathlib import Path


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
