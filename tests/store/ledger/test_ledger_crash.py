"""A publisher that dies anywhere leaves a whole log, and goes on where it was."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest

from bailee.errors import UnavailableError
from bailee.store import files
from bailee.store.ledger import CHECKPOINT, FolderLedger, Log, LogReader
from store.ledger.stores import ORIGIN, SIGNER, MemoryLedger, contents, create, entries, read_all
from store.power.faults import failing
from store.power.states import CrashState, crash_states, record

OLD, NEW = 250, 520


class DiedError(Exception):
    """Stands for the end of a process."""


class DyingLedger(MemoryLedger):
    """A store whose process dies at one file, in any order of files."""

    def __init__(self, found: Mapping[str, bytes], after: int, *, backwards: bool) -> None:
        super().__init__()
        self.files = dict(found)
        self.left = after
        self.backwards = backwards

    def write(self, tiles: Mapping[str, bytes]) -> None:
        for path in sorted(tiles, reverse=self.backwards):
            self._step()
            super().write({path: tiles[path]})

    def replace_checkpoint(self, note: bytes) -> None:
        self._step()
        super().replace_checkpoint(note)
        self._step()

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise DiedError


@pytest.mark.parametrize("backwards", [False, True])
def test_dying_at_each_file(*, backwards: bool) -> None:
    """Whichever files were written, the old or new log reads, and the same call completes it."""
    store = MemoryLedger()
    log = Log.create(store, SIGNER, ORIGIN)
    log.integrate(0, entries(0, OLD))
    before = dict(store.files)
    log.integrate(OLD, entries(OLD, NEW))
    for after in itertools.count():
        dying = DyingLedger(before, after, backwards=backwards)
        try:
            Log(dying, SIGNER, ORIGIN).integrate(OLD, entries(OLD, NEW))
        except DiedError:
            reader = LogReader(dying, SIGNER.verifier)
            assert len(list(reader.entries())) in {OLD, NEW}
            dying.left = sys.maxsize
            Log(dying, SIGNER, ORIGIN).integrate(OLD, entries(OLD, NEW))
            assert dying.files == store.files
        else:
            break
    assert after > 8


@pytest.mark.parametrize("though_done", [False, True])
def test_each_call_of_the_system_failing(tmp_path: Path, *, though_done: bool) -> None:
    """Each call failing, or failing though done: said, readable, and completed by a repetition."""
    create(tmp_path / "base", OLD)
    expected = create(Path(shutil.copytree(tmp_path / "base", tmp_path / "sound")))
    expected.integrate(OLD, entries(OLD, NEW))
    whole = contents(tmp_path / "sound")
    for nth in itertools.count():
        folder = Path(shutil.copytree(tmp_path / "base", tmp_path / f"{nth}"))
        log = Log(FolderLedger(folder), SIGNER, ORIGIN)
        with failing(nth, though_done=though_done) as fault:
            try:
                log.integrate(OLD, entries(OLD, NEW))
                refused = False
            except UnavailableError:
                refused = True
        assert read_all(folder) in (entries(0, OLD), entries(0, NEW))
        assert refused or read_all(folder) == entries(0, NEW)
        for again in (log, Log(FolderLedger(folder), SIGNER, ORIGIN)):
            assert again.integrate(OLD, entries(OLD, NEW)) == expected.head()
        assert whole.items() <= contents(folder).items()
        shutil.rmtree(folder)
        if not fault.struck:
            break
    assert nth > 40


def complaint(state: CrashState) -> str:
    """What an acknowledgement promised and this state breaks, or nothing."""
    folder = state.path / "ledger"
    acknowledged = max(state.notes, default=0)
    if state.notes:
        seen = read_all(folder)
        if seen != entries(0, len(seen)) or len(seen) < acknowledged:
            return f"{len(seen)} entries of {acknowledged}, {state.story}"
    log = create(folder, max(STEPS))
    if log.head().size != max(STEPS) or read_all(folder) != entries(0, max(STEPS)):
        return f"not completed, {state.story}"
    return ""


STEPS = [0, 1, 3, 257]


def test_each_power_cut(tmp_path: Path) -> None:
    """In every state that a power cut may leave, what was acknowledged is there and reads."""
    (tmp_path / "watched").mkdir()
    with record(tmp_path / "watched") as trace:
        for size in STEPS:
            create(tmp_path / "watched" / "ledger", size)
            trace.note(size)
    (tmp_path / "states").mkdir()
    states = 0
    for state in crash_states(trace, tmp_path / "states"):
        states += 1
        assert complaint(state) == ""
    assert states > 100


def test_a_power_cut_after_a_kill(tmp_path: Path) -> None:
    """Tiles renamed by a run that died before its folder syncs are durable once acknowledged."""
    wanted = MemoryLedger()
    Log.create(wanted, SIGNER, ORIGIN).integrate(0, entries(0, max(STEPS)))
    tiles = {path: data for path, data in wanted.files.items() if path != CHECKPOINT}
    folder = tmp_path / "watched" / "ledger"
    folder.parent.mkdir()
    with record(folder.parent) as trace:
        create(folder)
        with mock.patch.object(files, "sync_folder", return_value=None):
            FolderLedger(folder).write(tiles)
        create(folder, max(STEPS))
        trace.note(max(STEPS))
    (tmp_path / "states").mkdir()
    for state in crash_states(trace, tmp_path / "states"):
        if state.notes:
            assert complaint(state) == ""


PUBLISHER = """
import sys
from pathlib import Path
from bailee.store.ledger import FolderLedger, Log
from bailee.tlog import Signer
from store.ledger.stores import ORIGIN, SIGNER, entries

log = Log.create(FolderLedger(Path(sys.argv[1])), SIGNER, ORIGIN)
size = log.head().size
while True:
    size = log.integrate(size, entries(size, size + 37)).size
    print(size, flush=True)
"""


def test_killed_again_and_again(tmp_path: Path) -> None:
    """kill -9 in mid-work loses nothing that was acknowledged, and the next publisher goes on."""
    folder = tmp_path / "ledger"
    for rounds in (1, 4, 9, 2):
        path = [*sys.path, str(Path(__file__).parents[2])]
        with subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:] = {path!r}\n{PUBLISHER}", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        ) as publisher:
            assert publisher.stdout is not None
            acknowledged = [int(publisher.stdout.readline()) for _ in range(rounds)][-1]
            publisher.kill()
        seen = read_all(folder)
        assert len(seen) >= acknowledged
        assert seen == entries(0, len(seen))
    log = create(folder)
    size = log.head().size
    log.integrate(size, entries(size, size + 1))
    assert read_all(folder) == entries(0, size + 1)
