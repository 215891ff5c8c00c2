"""Recognising processes, a few, lent to one utterance each."""

import threading

from bailee.intake.hearing.seat import Seat


class Pool:
    """At most so many seats, made when they are needed. Safe for threads."""

    def __init__(self, most: int, patience_s: float) -> None:
        self._patience_s = patience_s
        self._left = most
        self._free: list[Seat] = []
        self._all: list[Seat] = []
        self._changed = threading.Condition()

    def take(self, wait_s: float = 0.0) -> Seat | None:
        """A seat for one utterance, the last one used first; None where all stay busy."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._free or self._left, wait_s):
                return None
            if self._free:
                return self._free.pop()
            self._left -= 1
            self._all.append(seat := Seat(self._patience_s))
            return seat

    def give(self, seat: Seat) -> None:
        """Hand it back."""
        with self._changed:
            self._free.append(seat)
            self._changed.notify()

    def pids(self) -> tuple[int, ...]:
        """Of the processes that run."""
        with self._changed:
            return tuple(seat.pid for seat in self._all if seat.pid is not None)

    def close(self) -> None:
        """End the processes that nobody uses; whoever still uses one is not disturbed."""
        with self._changed:
            for seat in self._free:
                seat.end()
