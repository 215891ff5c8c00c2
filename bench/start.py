"""What it takes to begin: the command line, and `bailee serve` until its first answer; its memory.

Beside each a baseline: Python alone, and the bare server of `http_plain`. Linux only: memory and
processor are read from ``/proc``.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from harness import Part, shown
from http_release import SIZE, house_on, shelf_on
from http_servers import BAILEE, Burst, Server, ask, ours, serving, theirs
from place import SQLITE, Place

HELP_AIM_S = 0.4
"""Seconds of processor that `bailee --help` may take."""
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_ONE = Path(__file__).with_name("start_one.py")
_COLUMNS = ("what", "wall", "processor", "memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds by the wall and of processor, and bytes of memory that are resident."""

    wall_s: float
    cpu_s: float
    memory_bytes: int

    def cells(self, what: str) -> tuple[str, ...]:
        return what, shown(self.wall_s), shown(self.cpu_s), f"{self.memory_bytes / 2**20:.0f} MiB"


def run(place: Place) -> list[Part]:
    """On SQLite, as `bailee serve` is by default."""
    if not Path("/proc/self/stat").exists():
        return []
    rounds, held, count = place.size.pick((1, 8, 32), (3, 64, 1000), (9, 200, 1000))
    place.say("starting, and memory")
    part = Part(title="Starting, and memory", columns=_COLUMNS)
    house = house_on(place, SQLITE, held, count)
    shelf = shelf_on(place, SQLITE, held, count)
    listing = [str(BAILEE), "list", "--home", str(house.kept.home)]
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`bailee --help`": [str(BAILEE), "--help"],
        f"`bailee list`, {held} recordings": listing,
    }
    for what, command in commands.items():
        cost = _median(partial(_ended, command), rounds)
        part.table.append(cost.cells(what))
        if command[-1] == "--help":
            verdict = "met" if cost.cpu_s < HELP_AIM_S else "missed"
            aim = f"{shown(cost.cpu_s)} (aim < {shown(HELP_AIM_S)}, {verdict})"
            part.figures.append(("processor for `bailee --help`", aim))
    for what, command, burst in (
        ("the bare server", theirs(shelf.folder, shelf.database), shelf.burst),
        ("`bailee serve`", ours(house.kept.home), house.burst),
    ):
        log = place.fresh("start.log")
        first = _median(partial(_first_answer, command, log), rounds)
        part.table.append(first.cells(f"{what}, to its first answer"))
        after = _after(command, burst, log)
        part.table.append(after.cells(f"{what}, {count:,} requests of {SIZE >> 10} KiB later"))
    house.kept.drop()
    return [part]


def _median(once: Callable[[], Cost], rounds: int) -> Cost:
    costs = [once() for _ in range(rounds)]
    return Cost(
        wall_s=statistics.median(each.wall_s for each in costs),
        cpu_s=statistics.median(each.cpu_s for each in costs),
        memory_bytes=int(statistics.median(each.memory_bytes for each in costs)),
    )


def _ended(command: list[str]) -> Cost:
    """What a program took from beginning to end."""
    asked = [sys.executable, "-S", str(_ONE), *command]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{command[0]} ended with {answer.returncode}: {answer.stderr[-500:]}")
    return Cost(**json.loads(answer.stdout))


def _first_answer(command: list[str], log: Path) -> Cost:
    """What a server took until it answered anything at all."""
    begun = time.perf_counter()
    with serving(command, log) as server:
        wire = HTTPConnection("127.0.0.1", server.port, timeout=60)
        wire.request("GET", "/health/live")
        wire.getresponse().read()
        wall_s = time.perf_counter() - begun
        wire.close()
        return _of(server, wall_s)


def _after(command: list[str], burst: Burst, log: Path) -> Cost:
    """What a server took for *burst*, and its memory then."""
    with serving(command, log) as server:
        before = _of(server, 0)
        wall_s, _ = ask(server, burst)
        after = _of(server, wall_s)
    return Cost(wall_s=wall_s, cpu_s=after.cpu_s - before.cpu_s, memory_bytes=after.memory_bytes)


def _of(server: Server, wall_s: float) -> Cost:
    """So far, of all its threads: proc(5), `stat` and `status`."""
    about = Path(f"/proc/{server.process.pid}")
    fields = (about / "stat").read_text().rpartition(")")[2].split()
    cpu_s = (int(fields[11]) + int(fields[12])) * _TICK_S
    lines = (about / "status").read_text().splitlines()
    (resident,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return Cost(wall_s=wall_s, cpu_s=cpu_s, memory_bytes=int(resident) * 1024)
