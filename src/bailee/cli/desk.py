"""What every command is handed: where the vault is, what time it is, and how to answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bailee.clock import Clock, SystemClock

HELD = 9
"""Exit code: nobody can open it any more, and its bytes are not destroyed yet (R-15, R-17)."""


def default_home() -> Path:
    """Where a vault lives unless one says otherwise."""
    return Path.home() / ".local" / "share" / "bailee"


@dataclass(slots=True)
class Desk:
    """One run of the command line.

    Attributes:
        clock: The machine's; tests bring their own.
        home: The vault's folder.
        as_json: Whether a program reads the answer.
        command: What was typed, as far as it named a command: ``bailee erase``.
        so_far: What is already done, told when somebody presses Ctrl-C.
    """

    clock: Clock = field(default_factory=SystemClock)
    home: Path = field(default_factory=default_home)
    as_json: bool = False
    command: str = "bailee"
    so_far: str = "What was under way is finished, or undone, when the vault is next opened."

    def choose(self, *, home: Path | None = None, as_json: bool = False) -> None:
        """Take what an option said; one that was not given changes nothing."""
        if home is not None:
            self.home = home.expanduser()
        self.as_json = self.as_json or as_json

    def answer(self, document: Mapping[str, Any], lines: Sequence[str]) -> None:
        """Say it once: as one JSON document, or as lines for people."""
        if self.as_json:
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
            return
        for line in lines:
            click.echo(line)

    def remark(self, line: str) -> None:
        """Tell people something beside the answer, on standard error."""
        if not self.as_json:
            click.echo(line, err=True)
