"""Reads a guide as its reader would: types each command, and holds the answer against the promise.

An id, token, secret, code or cursor of a guide stands for a real one, always for the same; a
six-digit code stands for the one that the app shows now; dates move with the day.
"""

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import pyotp

from api.guide_words import pattern, plain, slots_of
from api.serving import PROGRAM
from bailee.clock import SystemClock, to_datetime
from cli.transcript import HOUSE, Reader, Typed

PLAYS_ON = date(2026, 11, 22)
"""The day on which the guides play: dates in them are that far from the day of the reader."""
PORT = "8443"
STEP_S = 30
_MARGIN_S = 3
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_CODE = re.compile(r'(?<=")(?!000000)\d{6}(?=")')
_SET = re.compile(r"([A-Z][A-Z_]*)=(.*)", re.DOTALL)
_SECRET = re.compile(r"secret=([A-Z2-7]{32})")


class GuideReader(Reader):
    """Types a guide's commands in a house of its own; `bailee serve` is a process beside it."""

    def __init__(self, house: Path) -> None:
        super().__init__(house)
        self._home = house
        self._known: dict[str, str] = {}
        self._variables: dict[str, str] = {}
        self._apps: dict[str, str] = {}
        self._used: dict[str, int] = {}
        self._who = ""
        self._port = PORT
        self._server: subprocess.Popen[str] | None = None
        self._later = timedelta(days=(to_datetime(SystemClock().now_ms()).date() - PLAYS_ON).days)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=60)

    def type(self, typed: Typed) -> str:
        """What comes of a command, in the guide's own paths and port."""
        command = self._real(typed.command)
        said = self._run(command).replace(f"localhost:{self._port}", f"localhost:{PORT}")
        said = said.replace(f"port {self._port}", f"port {PORT}").replace(str(self._home), HOUSE)
        if found := _SECRET.search(said):
            self._apps[self._who] = found[1]
        return said

    def hold(self, typed: Typed, said: str) -> None:
        """Compare, and remember what stands for what. Raises `AssertionError`."""
        match = pattern(typed.promised).fullmatch(plain(said))
        assert match is not None, f"$ {typed.command}\n\n{said}\nis not\n\n{typed.promised}"
        for name, shown in slots_of(plain(typed.promised)):
            real = match[name]
            told = self._known.setdefault(shown, real)
            assert told == real, f"{shown} is no longer who it was: $ {typed.command}"

    # -- from the guide's words to real ones ------------------------------------------------

    def _real(self, command: str) -> str:
        whose = re.search(r'-H "\$([A-Z]+)"|"name": "(\w+)', command)
        if whose is not None:
            self._who = (whose[1] or whose[2]).upper()
        for shown in sorted(self._known, key=len, reverse=True):
            command = command.replace(shown, self._known[shown])
        command = _DAY.sub(self._moved, command)
        command = command.replace(f"localhost:{PORT}", f"localhost:{self._port}")
        return _CODE.sub(lambda _: self._code(), command)

    def _moved(self, found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + self._later).isoformat()

    def _code(self) -> str:
        """What the app shows for the next step that counts: each counts once, one to either side.

        Near a step's end the one before is not taken: it would be late.
        """
        least = (_now_s() + _MARGIN_S) // STEP_S - 1
        step = max(self._used.get(self._who, 0) + 1, least)
        pause = threading.Event()
        while _now_s() // STEP_S + 1 < step:
            pause.wait(0.1)
        self._used[self._who] = step
        return pyotp.TOTP(self._apps[self._who]).generate_otp(step)

    # -- running ----------------------------------------------------------------------------

    def _run(self, command: str) -> str:
        if found := _SET.fullmatch(command):
            (self._variables[found[1]],) = shlex.split(self._filled(found[2])) or [""]
            return ""
        if command.startswith("bailee serve"):
            return self._serve(shlex.split(command)[2:])
        if command.startswith("bailee ") and "|" not in command and ">" not in command:
            return self._bailee(command)
        return self._other(command)

    def _filled(self, text: str) -> str:
        for name, value in self._variables.items():
            text = text.replace(f"${name}", value)
        return text

    def _serve(self, words: list[str]) -> str:
        """The real program, on a port that is free; it goes on until the reader is done."""
        assert self._server is None
        with (self._home / "serve.log").open("w") as log:
            self._server = subprocess.Popen(
                [PROGRAM, "serve", "--port", "0", *words],
                env=self._environment(),
                cwd=self._home,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        said = "".join(self._until_ready(self._server))
        found = re.search(r"port (\d+)", said)
        assert found is not None, (self._home / "serve.log").read_text()
        self._port = found[1]
        return said

    @staticmethod
    def _until_ready(server: subprocess.Popen[str]) -> Iterator[str]:
        assert server.stdout is not None
        for line in server.stdout:
            yield line
            if line.startswith("Ctrl-C"):
                return

    def _other(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._home,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        here = str(Path(sys.executable).parent)
        return {
            **os.environ,
            **self._variables,
            "HOME": str(self._home),
            "BAILEE_HOME": "",
            "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        }


def _now_s() -> int:
    return SystemClock().now_ms() // 1000
