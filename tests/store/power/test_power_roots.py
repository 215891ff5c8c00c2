"""What the power may take from a root store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bailee.errors import BaileeError
from bailee.store.roots import FileRootStore, Journal, JournalRecord
from store.power.states import CrashState, Trace, crash_states, record

VAULT = bytes(range(16))
ROOTS = {generation: bytes([generation]) * 32 for generation in range(1, 5)}


def entry(epoch: int) -> JournalRecord:
    return JournalRecord(epoch, b"erasure %d " % epoch * (40 if epoch % 3 == 0 else 1))


@contextmanager
def watched(tmp_path: Path) -> Iterator[tuple[FileRootStore, Trace]]:
    disk = tmp_path / "disk"
    disk.mkdir()
    store = FileRootStore.create(disk / "roots", VAULT)
    store.write(1, ROOTS[1])
    with record(disk) as trace:
        yield store, trace


def judged(trace: Trace, tmp_path: Path) -> Iterator[tuple[CrashState, FileRootStore]]:
    states = 0
    for state in crash_states(trace, tmp_path / "crash"):
        states += 1
        yield state, FileRootStore(state.path / "roots", VAULT)
    assert states > 20


def test_a_rotation_always_leaves_the_newest_acknowledged_root(tmp_path: Path) -> None:
    """Through three rotations, and a destroyed root is nowhere in the store's files."""
    with watched(tmp_path) as (store, trace):
        for generation in (2, 3, 4):
            store.write(generation, ROOTS[generation])
            trace.note(("written", generation))
            store.destroy(generation - 1)
            trace.note(("destroyed", generation - 1))
    for state, store in judged(trace, tmp_path):
        newest = max([1, *(number for verb, number in state.notes if verb == "written")])
        found = store.read().find(newest)
        assert found is not None, state.story
        assert found.key == ROOTS[newest], state.story
        raw = (state.path / "roots" / "root").read_bytes()
        for verb, generation in state.notes:
            assert verb != "destroyed" or ROOTS[generation] not in raw, state.story


def test_an_interrupted_rotation_can_be_finished_or_undone(tmp_path: Path) -> None:
    """From any state of a cut write, the root in use is there and the next rotation succeeds."""
    with watched(tmp_path) as (store, trace):
        store.write(2, ROOTS[2])
    for state, store in judged_few(trace, tmp_path):
        assert store.read().find(1) is not None, state.story
        store.destroy(2)
        store.write(2, ROOTS[3])
        found = store.read().find(2)
        assert found is not None
        assert found.key == ROOTS[3]


def judged_few(trace: Trace, tmp_path: Path) -> Iterator[tuple[CrashState, FileRootStore]]:
    for state in crash_states(trace, tmp_path / "crash"):
        yield state, FileRootStore(state.path / "roots", VAULT)


def test_every_acknowledged_journal_append_survives(tmp_path: Path) -> None:
    """Through appends and truncations that keep none, some or all records, at any moment."""
    with watched(tmp_path) as (store, trace):
        epoch = 0
        for appends, base in [(3, 1), (2, 3), (2, 7), (1, 7), (4, 11), (3, 12)]:
            for _ in range(appends):
                epoch += 1
                store.journal_append(entry(epoch))
                trace.note(("appended", epoch))
            trace.note(("truncating", base))
            store.journal_truncate(base)
            trace.note(("truncated", base))
    for state, store in judged(trace, tmp_path):
        known = store.journal_read()
        appended = max([0, *(number for verb, number in state.notes if verb == "appended")])
        lowest = max([0, *(number for verb, number in state.notes if verb == "truncated")])
        highest = max([0, *(number for verb, number in state.notes if verb == "truncating")])
        assert lowest <= known.base_epoch <= highest, state.story
        # The append in flight may be there; nothing acknowledged after the base may be missing.
        assert appended <= known.epoch <= appended + 1, state.story
        assert known.records == tuple(
            entry(number) for number in range(known.base_epoch + 1, known.epoch + 1)
        ), state.story
        store.journal_append(entry(known.epoch + 1))
        assert store.journal_read().epoch == known.epoch + 1


def test_a_cut_creation_can_be_repeated(tmp_path: Path) -> None:
    """Whatever a crash left of `create`, `create` makes an empty store of it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with record(disk) as trace:
        FileRootStore.create(disk / "roots", VAULT)
        trace.note("created")
    for state in crash_states(trace, tmp_path / "crash"):
        if state.notes:
            assert FileRootStore(state.path / "roots", VAULT).identity() == VAULT
        other = VAULT[::-1]
        store = FileRootStore.create(state.path / "roots", other)
        assert store.identity() == other
        assert store.journal_read() == Journal(0, ())


def test_a_ring_backup_is_whole_or_absent(tmp_path: Path) -> None:
    """Once acknowledged it is whole; before that it has its old bytes, or is not there."""
    source = tmp_path / "ring"
    with watched(tmp_path) as (store, trace):
        for generation in (1, 2):
            source.write_bytes(b"ring %d " % generation * 200)
            store.write_ring(generation, source)
            trace.note(generation)
        store.drop_rings(2)
        trace.note("dropped")
    for state in crash_states(trace, tmp_path / "crash"):
        store = FileRootStore(state.path / "roots", VAULT)
        for generation in (1, 2):
            try:
                kept = store.ring_path(generation).read_bytes()
            except BaileeError:
                dropped = generation == 1 and 2 in state.notes
                assert generation not in state.notes or dropped, state.story
            else:
                assert kept == b"ring %d " % generation * 200, state.story
                assert generation == 2 or "dropped" not in state.notes, state.story
