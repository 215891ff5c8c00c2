"""A server of the same vault in a process of its own, which dies in the middle of its first write.

As a program: `python -m api.beside HOME AT_MS SOCKET`. It is killed, with no handler and no
farewell, after a device was added and before anything is answered.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bailee.api.app import create_app
from bailee.api.service import Service
from bailee.clock import FixedClock

_TESTS = Path(__file__).parents[1]


@contextmanager
def dying(home: Path, at_ms: int) -> Iterator[httpx.Client]:
    """It, as somebody sees it who speaks to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "api.beside", str(home), str(at_ms), str(number)],
            env={**os.environ, "PYTHONPATH": str(_TESTS)},
            pass_fds=[number],
        )
    try:
        with httpx.Client(base_url=f"http://localhost:{port}", timeout=30) as http:
            yield http
    finally:
        process.kill()
        process.wait()


def _serve(home: Path, at_ms: int, listening: socket.socket) -> None:
    with Service.open(home, clock=FixedClock(at_ms)) as service:
        devices = service.household.devices
        add = type(devices).add

        def add_and_die(*args: Any, **more: Any) -> None:
            add(*args, **more)
            os.kill(os.getpid(), signal.SIGKILL)

        type(devices).add = add_and_die  # type: ignore[assignment,method-assign]  # the accident
        config = uvicorn.Config(create_app(service), log_level="error", lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]), socket.socket(fileno=int(sys.argv[3])))
