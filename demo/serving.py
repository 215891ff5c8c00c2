"""`bailee serve` over a vault, on a port of its own, ended with the block."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from telling import SurpriseError

BAILEE = Path(sys.executable).with_name("bailee")


@contextmanager
def served(vault: Path, log: Path) -> Iterator[int]:
    """The port it answers at, once it is ready; what it logs goes to *log*."""
    port = free_port()
    command = [str(BAILEE), "serve", "--home", str(vault), "--port", str(port)]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            _wait_for(server, port, log)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=60)


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until it answers that it is ready; half a minute at most."""
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        connection = HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise SurpriseError(f"bailee serve did not start: {log.read_text()[-2000:].strip()}")
