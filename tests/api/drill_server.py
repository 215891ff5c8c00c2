"""A server of a drill, in a process of its own: what `bailee serve` runs, by the drill's clock.

As a program it listens on the socket it inherited until its input ends. A line of input asks it for
one thing and is answered with a line: ``sweep`` does what the background sweep of signing in does,
which here goes by the drill's clock.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from api.drill_clock import SharedClock
from bailee.api.server import Listen, Running
from bailee.api.service import Service
from bailee.identity import Settings

ORIGIN = "http://localhost"
_TESTS = Path(__file__).parents[1]


class DrillServer:
    """The process, seen from the drill."""

    def __init__(self, home: Path, clock: Path, settings: Settings, log: Path) -> None:
        """Start it; connections wait in its socket's queue until it answers."""
        self._log = log
        with (
            socket.create_server(("127.0.0.1", 0), backlog=1024) as listening,
            log.open("ab") as err,
        ):
            self.port: int = listening.getsockname()[1]
            order = {
                "home": str(home),
                "clock": str(clock),
                "socket": listening.fileno(),
                "argon2": [
                    settings.argon2_passes,
                    settings.argon2_memory_kib,
                    settings.argon2_lanes,
                ],
            }
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.drill_server", json.dumps(order)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                pass_fds=(listening.fileno(),),
                env={**os.environ, "PYTHONPATH": str(_TESTS)},
                text=True,
                bufsize=1,
            )
        self._asked = 0

    def ready(self) -> Self:
        """Wait until it has opened the vault."""
        self._hear("ready")
        return self

    def sweep(self) -> None:
        """Ask it to sweep; see `swept`."""
        assert self._process.stdin is not None
        self._process.stdin.write("sweep\n")
        self._asked += 1

    def swept(self) -> None:
        """Wait for every sweep that was asked for."""
        for _ in range(self._asked):
            self._hear("swept")
        self._asked = 0

    def memory_mib(self, what: str = "VmRSS") -> float:
        """Its resident memory, or with ``VmHWM`` the most it ever had."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(each for each in status.splitlines() if each.startswith(what))
        return int(line.split()[1]) / 1024

    def cpu_s(self) -> float:
        """The CPU time it took so far (proc(5): fields 14 and 15 of stat)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it by ending its input; it leaves what it holds in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        left = self._process.wait(timeout=60)
        self._process.stdout.close()
        assert left == 0, self._log.read_text()

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        assert said == word, self._log.read_text()


def settings_of(passes: int, memory_kib: int, lanes: int) -> Settings:
    """Signing in at such a cost of argon2, from the drill's origin; all else as it is shipped."""
    return Settings(
        argon2_passes=passes,
        argon2_memory_kib=memory_kib,
        argon2_lanes=lanes,
        origins=(ORIGIN,),
        rp_id="localhost",
    )


def _obey(service: Service) -> None:
    for line in sys.stdin:
        assert line == "sweep\n"
        service.identity.sweep()
        _say("swept")
    os.kill(os.getpid(), signal.SIGTERM)


def _say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - the answer to the drill


def main() -> None:
    """Serve, as `bailee serve` does."""
    order = json.loads(sys.argv[1])
    clock = SharedClock(Path(order["clock"]))
    settings = settings_of(*order["argon2"])
    with (
        Service.open(Path(order["home"]), settings=settings, clock=clock) as service,
        socket.socket(fileno=order["socket"]) as listening,
    ):
        threading.Thread(target=_obey, args=[service], daemon=True).start()
        running = Running(service=service, listening=listening, listen=Listen())
        running.run(ready=lambda: _say("ready"))


if __name__ == "__main__":
    main()
