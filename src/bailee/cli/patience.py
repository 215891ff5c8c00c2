"""Ctrl-C between two things, not in the middle of one."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Patience:
    """Catches the first Ctrl-C while it is entered; `check` then stops. A second stops at once."""

    def __init__(self) -> None:
        self._asked = False

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if somebody asked to stop."""
        if self._asked:
            raise KeyboardInterrupt

    def note(self, signum: int, frame: FrameType | None) -> None:
        """What the signal calls."""
        del signum, frame
        self.check()
        self._asked = True


@contextmanager
def patience() -> Iterator[Patience]:
    """Let what is in hand be finished first. Outside the main thread signals never arrive."""
    waiting = Patience()
    if threading.current_thread() is not threading.main_thread():
        yield waiting
        return
    before = signal.signal(signal.SIGINT, waiting.note)
    try:
        yield waiting
    finally:
        signal.signal(signal.SIGINT, before)
    waiting.check()
