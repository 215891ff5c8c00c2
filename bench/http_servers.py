"""The two servers as programs of their own, and requests to them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 16
_HERE = Path(__file__).parent
BAILEE = Path(sys.executable).with_name("bailee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that runs, and how its files are asked for."""

    process: subprocess.Popen[str]
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What the clients are to ask for."""

    token: str
    paths: Sequence[str]
    length: int
    count: int
    range: str = ""
    connections: int = CLIENTS


def ours(home: Path) -> list[str]:
    """`bailee serve` over the vault in *home*."""
    return [str(BAILEE), "serve", "--home", str(home), "--port", "0"]


def theirs(folder: Path, database: str) -> list[str]:
    """The baseline over its files and sessions."""
    return [sys.executable, str(_HERE / "http_plain.py"), str(folder), database]


@contextmanager
def serving(command: list[str], log: Path) -> Iterator[Server]:
    """*command*, once it has said where it listens; ended with the block."""
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield Server(process=process, port=_port(process, log))
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def _port(process: subprocess.Popen[str], log: Path) -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    # `bailee serve` says `… at http://localhost:PORT (…).`, the baseline its port alone.
    found = re.search(r"localhost:(\d+)", line) or re.fullmatch(r"(\d+)\s*", line)
    if found is None:
        raise SystemExit(f"the server did not start: {line}{log.read_text()[-2000:]}")
    return int(found[1])


def ask(server: Server, burst: Burst) -> tuple[float, list[float]]:
    """Seconds for all of *burst*, and each request's own."""
    order = {
        "port": server.port,
        "token": burst.token,
        "paths": list(burst.paths),
        "range": burst.range,
        "length": burst.length,
        "status": 206 if burst.range else 200,
        "count": burst.count,
        "connections": burst.connections,
    }
    answer = subprocess.run(
        [sys.executable, str(_HERE / "http_clients.py")],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise SystemExit(f"the clients gave up: {answer.stderr[-500:]}")
    found = json.loads(answer.stdout)
    return float(found["seconds"]), found["latencies"]
