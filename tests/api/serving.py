"""`bailee serve` as whoever runs it meets it: the real program, on a port of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

import httpx

PROGRAM = str(Path(sys.executable).with_name("bailee"))


class Serving:
    """The program. In a `with` it serves; afterwards `code` and `log` say how that went."""

    def __init__(self, home: Path, *words: str, **http: Any) -> None:
        """*http* goes to the client that speaks to it."""
        self._http, self._words = http, words
        self._process = subprocess.Popen(
            [PROGRAM, "--home", str(home), "serve", "--port", "0", *words],
            env={**os.environ, "PYTHONWARNINGS": "default"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._errors: list[str] = []
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        self.code: int | None = None

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                break
        found = re.search(r"listens at \S+ port (\d+)", "\n".join(self.said))
        assert found is not None, [*self.said, *self._errors]
        self.port = int(found[1])
        self.url = f"{'https' if '--tls' in self._words else 'http'}://localhost:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=30, **self._http)
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.end(signal.SIGTERM)

    def end(self, number: int) -> None:
        """Send it a signal and wait for its end."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        self.code = self._process.wait(timeout=60)
        self._reader.join(timeout=20)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    @property
    def log(self) -> list[dict[str, Any]]:
        """Every line of the log; complete once it ended."""
        return [json.loads(each) for each in self._errors]

    @property
    def errors(self) -> str:
        return "".join(self._errors)
