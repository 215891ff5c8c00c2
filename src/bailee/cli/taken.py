"""From a file to a deposit: what it holds, when it was captured, and how it is handed over."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bailee.cli.shown import CAPTURED, MARK
from bailee.errors import InputError
from bailee.intake.door import check_kind
from bailee.intake.found import Probe
from bailee.intake.probe import probe
from bailee.store import files
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Deposit

SMALL_BYTES = 1 << 16
"""Up to here a file is read whole and shares a transaction with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the depositor said of all the files of one run."""

    account: str
    person: str | None
    device: str | None
    kind: Kind | None
    captured_at_ms: int | None
    keep_days: int | None
    derived_from: tuple[RecordingId, ...]

    def parts(self) -> Sequence[str]:
        """What makes the same file another deposit."""
        return (self.account, self.person or "", self.device or "", *self.derived_from)


def take(path: Path, stack: ExitStack, said: Said, tag: str) -> Deposit:
    """The deposit of a file, which stays open as long as *stack* does; a small one is read here.

    When it was captured: as told, else as the file says, else by when it was last written, less
    its length, since recorders write until the end.

    Raises:
        InputError: The file cannot be kept, or not as the kind that was told.
        UnavailableError: It cannot be read.
    """
    found = probe(path)  # first: it refuses what would wait when opened, as a pipe does
    kind = check_kind(found, said.kind)
    at_ms, how = _captured(found, said)
    with files.on_disk(str(path)):
        content: BinaryIO = stack.enter_context(path.open("rb"))
        small = path.stat().st_size <= SMALL_BYTES
        handed = content.read() if small else content
    return Deposit(
        account=said.account,
        person=said.person,
        device=said.device,
        kind=kind,
        content=handed,
        captured_at_ms=at_ms,
        duration_ms=found.duration_ms or 0,
        keep_days=said.keep_days,
        derived_from=said.derived_from,
        name=path.name.encode(errors="replace").decode(),
        details={**_details(found), CAPTURED: how, MARK: tag},
    )


def _captured(found: Probe, said: Said) -> tuple[int, str]:
    if said.captured_at_ms is not None:
        return said.captured_at_ms, "told"
    if said.derived_from:
        return 0, "source"
    if found.captured_at_ms is None:
        raise InputError("When this was captured is not known.", hint="Give --captured-at TIME.")
    if found.captured_from == "file":
        return found.captured_at_ms, "file"
    return max(1, found.captured_at_ms - (found.duration_ms or 0)), "modified"


def _details(found: Probe) -> dict[str, str | int | float | None]:
    known: dict[str, str | int | float | None] = {
        "media_type": found.media_type,
        "codecs": " ".join(found.codecs) or None,
        "width": found.width,
        "height": found.height,
        "sample_rate": found.sample_rate,
        "channels": found.channels,
    }
    return {key: each for key, each in known.items() if each is not None}
