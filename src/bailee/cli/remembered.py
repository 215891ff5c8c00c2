"""Which files were deposited: a journal in the vault's folder, so that a repeat takes none twice.

`deposits.journal` names no file. A line holds a tag: HMAC-SHA256, under a key that hangs on the
vault's root, of a file's path, size and time of change and of whom it was deposited for. The
journal alone confirms no guess at any of these; it holds nothing of any content.
A line goes a year after the last day of what it stands for. Forgetting does not take it away: a
folder deposited every night must not bring back what was forgotten.

Around a deposit two lines are written: ``begun`` before, durable, and ``kept`` after. A crash
between the two leaves a file that may have been taken; whoever repeats asks the vault, where the
sealed details of the recording carry the same tag. The journal is trusted as far as its folder is;
who changes it can make a file be skipped or be taken twice.
"""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bailee.custody.config import CONFIG
from bailee.errors import InputError
from bailee.store import files

JOURNAL = "deposits.journal"
REMEMBERED_DAYS = 366
"""A line outlives the last day of its recording by this much."""
_HEAD = "bailee-deposits/v1"


@dataclass(slots=True)
class Remembered:
    """The journal of one vault.

    Attributes:
        home: The vault's folder.
        today: In days since the epoch, UTC.
        key: `Vault.derived_key("deposits")`.
        kept: Recording ids by tag.
        begun: Tags of files that may have been taken by a run that did not end well.
    """

    home: Path
    today: int
    key: bytes
    kept: dict[str, str] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        with self._locked(alone=True), files.on_disk(str(self.home)):
            lines = self._lines()
            living = [line for line in lines or () if self._learn(line)]
            if lines is None or len(living) < len(lines):
                self._rewrite(living)

    def tag(self, path: Path, said: Iterable[str]) -> str:
        """The tag of a file as it is now, deposited with *said*: 32 hex digits."""
        facts = path.stat()
        parts = (str(path.resolve()), str(facts.st_size), str(facts.st_mtime_ns), *said)
        told = b"".join(
            len(raw).to_bytes(4, "big") + raw
            for raw in (each.encode(errors="surrogateescape") for each in parts)
        )
        return hmac.digest(self.key, told, "sha256")[:16].hex()

    def begin(self, tags: Iterable[str]) -> None:
        """Note that these are about to be taken; durable when this returns."""
        self._append(f"begun {tag}" for tag in tags)

    def keep(self, taken: Iterable[tuple[str, str, int]]) -> None:
        """Note tag, recording id and last day of what was taken. A crash here: see `begun`."""
        lines = list(taken)
        self.kept |= {tag: recording_id for tag, recording_id, _ in lines}
        self._append(f"kept {tag} {recording_id} {day}" for tag, recording_id, day in lines)

    # -- the file -------------------------------------------------------------------------

    @contextmanager
    def _locked(self, *, alone: bool) -> Iterator[None]:
        """Appending shares a lock; writing anew, by which lines could be lost, has it alone."""
        with files.opened(self.home / CONFIG) as fd:
            files.lock(fd, alone=alone)
            yield

    def _lines(self) -> list[str] | None:
        """The lines after the head, None without a file; a torn last one is as good as none."""
        path = self.home / JOURNAL
        if not path.exists():
            return None
        head, *lines = path.read_text(encoding="ascii", errors="replace").split("\n")
        if head != _HEAD:
            raise InputError(
                f"{path} is damaged.", hint="Delete it: files deposited before are taken again."
            )
        return lines[:-1]

    def _learn(self, line: str) -> bool:
        """Take in a line; whether it is still needed."""
        match line.split(" "):
            case ["kept", tag, recording_id, day] if day.isdecimal():
                self.begun.discard(tag)
                if int(day) + REMEMBERED_DAYS < self.today:
                    return False
                self.kept[tag] = recording_id
                return True
            case ["begun", tag]:
                self.begun.add(tag)
                return True
            case _:
                return False

    def _rewrite(self, lines: Iterable[str]) -> None:
        """A crash leaves the old journal or the new one."""
        text = "".join(f"{line}\n" for line in (_HEAD, *lines))
        files.replace(self.home / JOURNAL, [text.encode()])

    def _append(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        path = self.home / JOURNAL
        with (
            self._locked(alone=False),
            files.on_disk(str(path)),
            files.opened(path, write=True) as fd,
        ):
            files.lock(fd, alone=True)
            end = files.size_of(fd)
            torn = files.read_at(fd, 1, end - 1) != b"\n"
            files.write_at(fd, (b"\n" if torn else b"") + text.encode(), end)
            files.sync_data(fd)
