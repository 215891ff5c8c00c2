"""Measuring two ways of doing one thing, side by side.

Both sides run in one process on one machine, turn about (A B A B, the first side changing every
round), and only their ratio is quoted: a busy neighbour slows both. Each figure is a median.
"""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Act = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: ours against one named baseline.

    Attributes:
        work: What is done.
        against: What it is compared with, and on what.
        ours_s: Median seconds of one piece of work, ours.
        theirs_s: Median seconds of the same piece, the baseline's.
        aim: The least ratio theirs / ours to be reached; None where none was set.
        note: What else the reader must know, in a few words.
    """

    work: str
    against: str
    ours_s: float
    theirs_s: float
    aim: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times faster than the baseline; below 1, slower."""
        return self.theirs_s / self.ours_s

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return "-"
        return "met" if self.ratio >= self.aim else "missed"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict}


@dataclass(slots=True, kw_only=True)
class Part:
    """What one file of the bench found: rows against baselines, and figures of its own."""

    title: str
    rows: list[Row] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    """Facts that have no baseline, such as sizes: what, and how much."""
    columns: tuple[str, ...] = ()
    table: list[tuple[str, ...]] = field(default_factory=list)
    """A table of figures without a baseline, under `columns`."""
    flat: float | None = None
    """Slowest over fastest median where the work should not depend on how much there is."""

    def as_json(self) -> dict[str, Any]:
        rows = [row.as_json() for row in self.rows]
        return {
            "title": self.title,
            "rows": rows,
            "figures": self.figures,
            "flat": self.flat,
            "table": [self.columns, *self.table],
        }


def seconds(act: Act) -> float:
    """How long *act* takes by the wall."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def repeat(act: Act, times: int) -> None:
    """Do it *times* times."""
    for _ in range(times):
        act()


def turns(sides: Sequence[Act], rounds: int) -> list[list[float]]:
    """Time each side once a round, the first side changing every round; seconds by side.

    Nothing is dropped: whoever wants a warm-up runs it before.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        for place in range(len(sides)):
            side = (number + place) % len(sides)
            taken[side].append(seconds(sides[side]))
    return taken


def medians(sides: Sequence[Act], rounds: int) -> list[float]:
    """`turns`, by side its median."""
    return [statistics.median(each) for each in turns(sides, rounds)]


def together(works: Sequence[Act]) -> None:
    """Run every one of *works* in a thread of its own, let go at once; the first error is raised."""
    gate = threading.Barrier(len(works))
    failed: list[BaseException] = []

    def run(work: Act) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again by the caller below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failed:
        raise failed[0]


def share(work: Callable[[int], object], total: int, hands: int) -> None:
    """Do ``work(0) … work(total - 1)`` by *hands* threads, each waiting for its own."""

    def hand(first: int) -> Act:
        return lambda: [work(number) for number in range(first, total, hands)]

    together([hand(first) for first in range(hands)])


def shown(seconds_: float) -> str:
    """A time as people read it."""
    if seconds_ < 1e-3:
        return f"{seconds_ * 1e6:.0f} µs"
    return f"{seconds_ * 1e3:.3g} ms" if seconds_ < 1 else f"{seconds_:.3g} s"
