"""Reads a guide as its reader would: types each command, and holds the answer against the promise.

Ids, tokens, secrets, codes and cursors of a guide stand for the real ones, each always for the same
one; a six-digit code stands for the one that the app shows now; dates move with the day, and a time
in an answer for any time. A line `…` stands for any lines, and `…` in a line for any text. All the
rest must be so, to the word and to the number.
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

from api.serving import PROGRAM
from bailee.clock import SystemClock, to_datetime
from cli.transcript import HOUSE, Reader, Typed

PLAYS_ON = date(2026, 11, 22)
"""The day on which the guides play: dates in them are that far from the day of the reader."""
PORT = "8443"
STEP_S = 30
_MARGIN_S = 3
_BLOCK = re.compile(r"^```(?:console|shell-session)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SHELL_BLOCK = re.compile(r"^```shell-session\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_CODE = re.compile(r'(?<=")(?!000000)\d{6}(?=")')
_SET = re.compile(r"([A-Z][A-Z_]*)=(.*)", re.DOTALL)
_SECRET = re.compile(r"secret=([A-Z2-7]{32})")
_WORD = r"[A-Za-z0-9_-]"
_SLOTS = {
    "id": r"\b(?:acc|art|chn|dev|era|lnk|msg|per|pky|rec|ses|tok)_[a-z2-7]{16}\b",
    "token": rf"(?<!{_WORD})(?:bailee_(?:dev|log)_)?{_WORD}{{43}}(?!{_WORD})",
    "secret": r"(?<![A-Z2-7])[A-Z2-7]{32}(?![A-Z2-7])",
    "recovery": r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b",
    "upload": r"(?<=/uploads/)[A-Za-z0-9_+-]+",
    "cursor": r'(?<="next": ")(?!code|done|set-up)[^"]+',
    "time": r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?\b",
    "print": r"\b(?:[0-9A-F]{2}:){15}[0-9A-F]{2}\b",
    "key": r"bailee\.invalid/[0-9a-f]{32}(?:\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)?",
}
_SLOT = re.compile("|".join(f"(?P<{name}>{each})" for name, each in _SLOTS.items()))
_FLEETING = {"time", "print", "key"}
"""What only has to look like itself: it is typed nowhere, or is another each time."""


def typed_in(text: str, *, shell_alone: bool = False) -> list[Typed]:
    """The commands of a document's blocks, in order.

    Args:
        text: The document.
        shell_alone: Only `shell-session` blocks: those of a document whose `console` blocks are
            typed elsewhere, without a server.
    """
    found = []
    for block in (_SHELL_BLOCK if shell_alone else _BLOCK).findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            ends = next(at for at in range(1, len(lines) + 1) if _is_whole("\n".join(lines[:at])))
            found.append(Typed("\n".join(lines[:ends]), "\n".join(lines[ends:])))
    return found


def _is_whole(command: str) -> bool:
    """Whether a shell would run it now, rather than wait for more of it."""
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")


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
        match = _pattern(typed.promised).fullmatch(_plain(said))
        assert match is not None, f"$ {typed.command}\n\n{said}\nis not\n\n{typed.promised}"
        for name, shown in _slots_of(_plain(typed.promised)):
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


def _plain(text: str) -> str:
    """Without what carriage returns and widths of columns change."""
    lines = (re.sub(r"[ \t\r]+", " ", line).strip() for line in text.strip("\n").splitlines())
    return "".join(f"{line}\n" for line in lines)


def _slots_of(promised: str) -> list[tuple[str, str]]:
    """The name of each group in the pattern of a promise, and what the guide shows there."""
    found = [each for each in _SLOT.finditer(promised) if each.lastgroup not in _FLEETING]
    return [(f"s{number}", each[0]) for number, each in enumerate(found)]


def _pattern(promised: str) -> re.Pattern[str]:
    """What an answer has to look like."""
    number = 0
    text = ""
    for line in _plain(promised).splitlines():
        if line == "…":
            text += r"(?:[^\n]*\n)*?"
            continue
        at = 0
        for slot in _SLOT.finditer(line):
            text += _literal(line[at : slot.start()])
            at = slot.end()
            assert slot.lastgroup is not None
            if slot.lastgroup in _FLEETING:
                text += f"(?:{_SLOTS[slot.lastgroup]})"
            else:
                text += f"(?P<s{number}>{_SLOTS[slot.lastgroup]})"
                number += 1
        text += _literal(line[at:]) + r"\n"
    return re.compile(text)


def _literal(text: str) -> str:
    return r"[^\n]*?".join(re.escape(each) for each in text.split("…"))
