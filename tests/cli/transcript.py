"""Transcripts in documents: run as their reader would, and compared with what they promise."""

import contextlib
import os
import re
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

import bailee.cli
from cli.shell import ID
from support.media import record

HOUSE = "/home/ana"
_BLOCK = re.compile(
    r"^```console\n(.*?)^```$|^<!-- (\$ .*?) -->$",  # or a turn of fate, which readers need not type
    re.DOTALL | re.MULTILINE,
)
_KEY = re.compile(r"(bailee\.invalid/)[0-9a-f]{32}(\+[0-9a-f]{8}\+\S+)?")
_ANSWER = re.compile(r"(\[y/N\]: )y\n")


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a document and what it says comes of it."""

    command: str
    promised: str


def commands(document: Path) -> list[Typed]:
    """The commands of a document's console blocks, in order."""
    found = []
    for shown, fated in _BLOCK.findall(document.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", shown or fated, flags=re.MULTILINE)[1:]:
            command, _, promised = part.partition("\n")
            found.append(Typed(command, promised))
    return found


def plain(text: str) -> str:
    """What stays the same from run to run: without ids, keys, numbers and widths of columns."""
    text = _ANSWER.sub(r"\1", text)
    text = _KEY.sub(r"\1KEY", ID.sub(lambda found: found[0][:4], text))
    text = re.sub(r"\d[\d,.:-]*", "0", text)
    return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.splitlines()).strip()


class Reader:
    """Types a document's commands in a house of its own."""

    def __init__(self, house: Path) -> None:
        self._house = house
        self._disks = house / "media"
        for disk in ("stick", "disk"):
            (self._disks / disk).mkdir(parents=True)
        (house / ".local" / "share").mkdir(parents=True)
        now = time.time()
        talk = record(house / "talk.wav", "wav", sound="pcm_s16le", seconds=2)
        door = record(house / "door.mp4", "mp4", picture="mpeg4", sound="aac", seconds=4)
        os.utime(talk, (now - 60, now - 60))
        os.utime(door, (now - 120, now - 120))
        self.ids: dict[str, str] = {}

    def type(self, typed: Typed) -> str:
        """What comes of a command; ids that it promised stand for the real ones from then on."""
        command = ID.sub(lambda found: self.ids.get(found[0], found[0]), typed.command)
        command = command.replace("/media/", f"{self._disks}/")
        said = self._bailee(command) if command.startswith("bailee ") else self._other(command)
        said = said.replace(f"{self._disks}/", "/media/").replace(str(self._house), HOUSE)
        self.ids |= dict(zip(ID.findall(typed.promised), ID.findall(said), strict=False))
        return said

    def _bailee(self, command: str) -> str:
        """In this process: a guide has many commands, and each start costs half a second."""
        words = [word.replace("~", str(self._house)) for word in shlex.split(command)[1:]]
        environment = {"HOME": str(self._house), "BAILEE_HOME": ""}
        with contextlib.chdir(self._house):
            return CliRunner().invoke(bailee.cli.main, words, input="y\n", env=environment).output

    def _other(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._house,
            env={**os.environ, "HOME": str(self._house)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout
