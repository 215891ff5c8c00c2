"""A line that moves, on standard error, for what takes more than a second in front of a person."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bailee.cli.desk import Desk
from bailee.custody.premises import Progress, no_progress

PATIENCE_S = 1.0
_BETWEEN_S = 0.1
_BAR = 24


class _Line:
    def __init__(self, label: str) -> None:
        self._label = label
        self._begun = time.monotonic()
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._begun < PATIENCE_S or now - self._last < _BETWEEN_S:
            return
        self._last = now
        sys.stderr.write(f"\r\x1b[K{self._label} {_drawn(done, total)}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _drawn(done: int, total: int) -> str:
    if not total:
        return f"{done:,}"
    full = min(_BAR, _BAR * done // total)
    return f"{'━' * full}{'─' * (_BAR - full)} {done:,} of {total:,}"


@contextmanager
def progress(desk: Desk, label: str) -> Iterator[Progress]:
    """Tell how far it is while the block runs; nothing for programs, pipes and short work."""
    if desk.as_json or not sys.stderr.isatty():
        yield no_progress
        return
    line = _Line(label)
    try:
        yield line
    finally:
        line.clear()
