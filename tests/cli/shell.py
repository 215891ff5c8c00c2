"""A newcomer's terminal: runs `bailee` in this process, on a vault and a clock of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import bailee.cli
from bailee.cli.desk import Desk
from bailee.clock import FixedClock

NOW_MS = 1_790_000_000_000
PROGRAM = str(Path(sys.executable).with_name("bailee"))
WHO = ("--account", "home", "--person", "Leo", "--device", "kitchen")
ID = re.compile(r"\b(?:rec|art|era|hld)_[a-z2-7]{16}\b")


class Shell:
    """Types commands; `clock` stands still unless moved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "vault"
        self.clock = FixedClock(NOW_MS)

    def run(self, *words: object, given: str | bytes | None = None) -> Result:
        """Type a command."""
        args = ["--home", str(self.home), *map(str, words)]
        return CliRunner().invoke(bailee.cli.main, args, input=given, obj=Desk(clock=self.clock))

    def ok(self, *words: object, given: str | bytes | None = None) -> str:
        """Type a command that must go well; what it says on standard output."""
        result = self.run(*words, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        """Type a command with `--json`; its one document."""
        result = self.run(*words, "--json")
        assert result.exit_code == code, result.output
        found = json.loads(result.stdout)
        assert isinstance(found, dict)
        return found

    def deposit(self, *paths: object, who: tuple[str, ...] = WHO) -> list[str]:
        """Deposit files; the ids of their recordings."""
        done = self.json("deposit", *paths, *who)
        return [each["recording"] for each in done["deposited"]]

    def held(self) -> list[str]:
        """The ids of all recordings held."""
        return [each["id"] for each in self.json("list", "--limit", "1000")["recordings"]]


def start(*words: object, home: Path, **more: Any) -> subprocess.Popen[bytes]:
    """The real program, as a process of its own."""
    environment = {**os.environ, "BAILEE_HOME": str(home), "PYTHONWARNINGS": "default"}
    return subprocess.Popen([PROGRAM, *map(str, words)], env=environment, **more)


def python(script: str, *, home: Path) -> subprocess.CompletedProcess[str]:
    """A program that runs `bailee` and meets with an accident."""
    environment = {**os.environ, "BAILEE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
