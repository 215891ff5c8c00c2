"""Carries files into a vault: small ones together, none twice, one bad one stopping no other."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bailee.cli.remembered import Remembered
from bailee.cli.shown import MARK
from bailee.cli.taken import SMALL_BYTES, Said, take
from bailee.custody.record import SKEW_MS
from bailee.custody.vault import Vault
from bailee.errors import BaileeError, InputError, UnavailableError, UnknownError
from bailee.store import files
from bailee.types.query import Query
from bailee.types.recording import Deposit, Deposited, Recording

TOGETHER = 64
"""Small files that share a transaction, at most."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file and its acknowledgement."""

    path: Path
    done: Deposited


@dataclass(frozen=True, slots=True)
class Refused:
    """A file and why it was not taken."""

    path: Path
    error: BaileeError


@dataclass(frozen=True, slots=True)
class _Ready:
    path: Path
    tag: str
    item: Deposit


class Carrier:
    """One run of `deposit`.

    Attributes:
        taken: What was deposited by now.
        known: Files that were deposited before, and as which recording.
        refused: What was not taken, and why.
    """

    def __init__(self, vault: Vault, memory: Remembered, said: Said, *, again: bool) -> None:
        self.taken: list[Taken] = []
        self.known: list[tuple[Path, str]] = []
        self.refused: list[Refused] = []
        self._vault = vault
        self._memory = memory
        self._said = said
        self._again = again

    @staticmethod
    def batches(found: Sequence[Path]) -> Iterator[tuple[int, list[Path]]]:
        """*found* in the same order, large files alone; with each how many are then done."""
        batch: list[Path] = []
        for done, path in enumerate(found):
            large = path.is_file() and path.stat().st_size > SMALL_BYTES
            if batch and (large or len(batch) == TOGETHER):
                yield done, batch
                batch = []
            batch.append(path)
            if large:
                yield done + 1, batch
                batch = []
        if batch:
            yield len(found), batch

    def carry(self, batch: Sequence[Path]) -> None:
        """Deposit the files of a batch that can be, and were not before.

        Raises:
            UnavailableError: Nothing can be stored now, so that going on is of no use.
        """
        with ExitStack() as stack:
            ready = [each for path in batch if (each := self._ready(path, stack))]
            if not ready:
                return
            self._memory.begin(each.tag for each in ready)
            # A crash from here on: the next run asks the vault for what was begun.
            taken = self._deposit(ready)
            self._memory.keep(
                (tag, done.recording_id, done.kept_until_day) for tag, done in taken.items()
            )

    def _ready(self, path: Path, stack: ExitStack) -> _Ready | None:
        """The file as a deposit; None when there is nothing left to do for it."""
        try:
            with files.on_disk(str(path)):
                tag = self._memory.tag(path, self._said.parts())
                if not self._again and tag in self._memory.kept:
                    self.known.append((path, self._memory.kept[tag]))
                    return None
            item = take(path, stack, self._said, tag)
        except UnavailableError as error:
            self._refuse(path, InputError(error.message, hint="Check the file and its disk."))
            return None
        except BaileeError as error:
            self._refuse(path, error)
            return None
        if tag in self._memory.begun and not self._again and self._finish(path, tag, item):
            return None
        return _Ready(path, tag, item)

    def _refuse(self, path: Path, error: BaileeError) -> None:
        self.refused.append(Refused(path, error))

    def _deposit(self, ready: Sequence[_Ready]) -> dict[str, Deposited]:
        """All together; one by one where one of them is refused."""
        try:
            done = self._vault.deposit_many([each.item for each in ready])
        except UnavailableError:
            raise
        except BaileeError as error:
            if len(ready) == 1:
                self._refuse(ready[0].path, error)
                return {}
            taken: dict[str, Deposited] = {}
            for each in ready:
                taken |= self._deposit([each])
            return taken
        self.taken += [Taken(each.path, one) for each, one in zip(ready, done, strict=True)]
        return {each.tag: one for each, one in zip(ready, done, strict=True)}

    # -- after a run that was cut short ---------------------------------------------------

    def _finish(self, path: Path, tag: str, item: Deposit) -> bool:
        """Whether the vault has it already, by the tag in a recording's sealed details."""
        for recording_id, day in self._tagged(tag, item):
            self._memory.keep([(tag, recording_id, day)])
            self.known.append((path, recording_id))
            return True
        return False

    def _tagged(self, tag: str, item: Deposit) -> Iterator[tuple[str, int]]:
        if item.derived_from:
            candidates = [self._vault.show(item.derived_from[0])]
        else:
            candidates = list(self._at(item))
        for recording in candidates:
            for artefact in recording.artefacts:
                if artefact.details.get(MARK) == tag:
                    yield recording.id, artefact.kept_until_day

    def _at(self, item: Deposit) -> Iterator[Recording]:
        """The recordings of that person and device around the file's time."""
        query = Query(
            account=item.account,
            person=item.person,
            device=item.device,
            # A clock that runs ahead had its recording begin a little earlier.
            from_ms=item.captured_at_ms - SKEW_MS,
            to_ms=item.captured_at_ms,
            limit=1000,
        )
        while True:
            try:
                page = self._vault.list(query)
            except UnknownError:
                return  # the name itself is new
            yield from page.recordings
            if not page.next:
                return
            query = replace(query, after=page.next)
