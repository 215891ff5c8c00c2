"""The erasure journal of a root store."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import ConflictError, EvidenceError, ReplicaUnreachableError
from bailee.store import files
from bailee.store.roots import FileRootStore, Journal, JournalRecord
from store.power.faults import failing

VAULT = bytes(range(16))
RECORDS_AT = 8192


@pytest.fixture
def store(tmp_path: Path) -> FileRootStore:
    return FileRootStore.create(tmp_path / "roots", VAULT)


def entry(epoch: int) -> JournalRecord:
    return JournalRecord(epoch, b"erasure %d" % epoch)


def entries(first: int, last: int) -> tuple[JournalRecord, ...]:
    return tuple(entry(epoch) for epoch in range(first, last + 1))


def fill(store: FileRootStore, first: int, last: int) -> None:
    for record in entries(first, last):
        store.journal_append(record)


def test_what_was_appended_is_read_in_order(store: FileRootStore) -> None:
    """Empty and large payloads too."""
    records = [JournalRecord(1, b""), JournalRecord(2, b"x" * 100_000), JournalRecord(3, b"\0" * 9)]
    for record in records:
        store.journal_append(record)
    assert store.journal_read() == Journal(0, tuple(records))
    assert store.journal_read().epoch == 3


def test_epochs_are_consecutive(store: FileRootStore) -> None:
    """A gap, a repetition with other bytes, and what is in the base are refused."""
    fill(store, 1, 3)
    store.journal_truncate(1)
    for wrong in (entry(5), JournalRecord(3, b"other"), JournalRecord(2, b"other"), entry(1)):
        with pytest.raises(ConflictError):
            store.journal_append(wrong)
    assert store.journal_read() == Journal(1, entries(2, 3))


def test_appending_again_changes_nothing(store: FileRootStore) -> None:
    """The newest record, or any after the base."""
    fill(store, 1, 3)
    fill(store, 2, 3)
    assert store.journal_read() == Journal(0, entries(1, 3))


def test_an_append_costs_one_sync(store: FileRootStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, 1, 1)
    syncs: list[int] = []
    for name in ("sync_data", "sync_file", "sync_folder"):
        monkeypatch.setattr(files, name, syncs.append)
    fill(store, 2, 4)
    assert len(syncs) == 3


def test_a_truncation_keeps_what_is_newer(store: FileRootStore) -> None:
    """Some, none, then beyond everything known; a lower base changes nothing."""
    fill(store, 1, 5)
    for base, left in [(2, entries(3, 5)), (2, entries(3, 5)), (1, entries(3, 5)), (5, ())]:
        store.journal_truncate(base)
        assert store.journal_read() == Journal(max(base, 2), left)
    store.journal_truncate(20)
    assert store.journal_read() == Journal(20, ())
    fill(store, 21, 22)
    assert store.journal_read() == Journal(20, entries(21, 22))


def test_space_is_used_again(store: FileRootStore, tmp_path: Path) -> None:
    """A thousand records with regular truncations, always one alive, in a file of a few kB."""
    for epoch in range(1, 1001):
        store.journal_append(JournalRecord(epoch, b"x" * 50))
        if epoch % 10 == 0:
            store.journal_truncate(epoch - 1)
    assert (tmp_path / "roots" / "journal").stat().st_size < RECORDS_AT + 4096
    store.journal_truncate(1000)
    assert (tmp_path / "roots" / "journal").stat().st_size == RECORDS_AT


@pytest.mark.parametrize("cut", [1, 20, 31, 32, 33, 40, 44, 52])
def test_a_torn_tail_is_not_there_and_is_covered(
    store: FileRootStore, tmp_path: Path, cut: int
) -> None:
    """Whatever part of the last record reached the disk."""
    fill(store, 1, 3)
    path = tmp_path / "roots" / "journal"
    path.write_bytes(path.read_bytes()[:-cut])
    reader = FileRootStore(tmp_path / "roots")
    assert reader.journal_read() == Journal(0, entries(1, 2))
    reader.journal_append(JournalRecord(3, b"another"))
    fill(reader, 4, 4)
    assert reader.journal_read() == Journal(
        0, (*entries(1, 2), JournalRecord(3, b"another"), entry(4))
    )


def test_damage_in_the_middle_is_not_a_torn_tail(store: FileRootStore, tmp_path: Path) -> None:
    """A later record proves that the damaged one was acknowledged: nothing may cover it."""
    fill(store, 1, 3)
    path = tmp_path / "roots" / "journal"
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"erasure 2")] ^= 1
    path.write_bytes(damaged)
    reader = FileRootStore(tmp_path / "roots")
    with pytest.raises(EvidenceError, match="damaged after 1"):
        reader.journal_read()
    with pytest.raises(EvidenceError, match="damaged after 1"):
        reader.journal_append(JournalRecord(2, b"cover"))


@pytest.mark.parametrize("header", [0, 1])
def test_one_torn_header_leaves_the_other(
    store: FileRootStore, tmp_path: Path, header: int
) -> None:
    """Two are written in turn, so a torn one means that the truncation never happened, or that
    the one before it is torn and does not matter."""
    fill(store, 1, 4)
    store.journal_truncate(2)
    path = tmp_path / "roots" / "journal"
    data = bytearray(path.read_bytes())
    data[4096 * header + 30] ^= 1
    path.write_bytes(data)
    base = 0 if header == 1 else 2
    assert FileRootStore(tmp_path / "roots").journal_read() == Journal(base, entries(base + 1, 4))


def test_no_header_is_evidence(store: FileRootStore, tmp_path: Path) -> None:
    (tmp_path / "roots" / "journal").write_bytes(bytes(RECORDS_AT))
    with pytest.raises(EvidenceError, match="no header"):
        store.journal_read()


def test_two_processes_take_turns(tmp_path: Path) -> None:
    """Two openings of one store append and truncate alternately, each seeing the other's work."""
    FileRootStore.create(tmp_path / "roots", VAULT)
    both = [FileRootStore(tmp_path / "roots") for _ in range(2)]
    for epoch in range(1, 41):
        both[epoch % 2].journal_append(entry(epoch))
        if epoch % 7 == 0:
            both[epoch // 7 % 2].journal_truncate(epoch - 3)
    assert both[0].journal_read() == both[1].journal_read() == Journal(32, entries(33, 40))


def test_threads_take_turns(store: FileRootStore) -> None:
    """Eight threads offer the same epochs: each epoch is there once, whoever wins."""
    start = threading.Barrier(8)

    def offer(_: int) -> None:
        start.wait()
        fill(store, 1, 20)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(offer, range(8)))
    assert store.journal_read() == Journal(0, entries(1, 20))


@pytest.mark.parametrize("though_done", [False, True], ids=["not done", "though done"])
def test_whichever_call_fails_nothing_acknowledged_is_lost(
    tmp_path: Path, though_done: bool
) -> None:
    """Each changing call of an append and two truncations failing in turn, then all repeated."""
    nth, struck = 0, True
    while struck:
        store = FileRootStore.create(tmp_path / str(nth), VAULT)
        fill(store, 1, 4)
        acts = [
            partial(store.journal_append, entry(5)),
            partial(store.journal_truncate, 3),
            partial(store.journal_truncate, 4),
        ]
        with failing(nth, though_done=though_done) as fault:
            for act in acts:
                try:
                    act()
                except ReplicaUnreachableError:
                    break
        known = FileRootStore(tmp_path / str(nth)).journal_read()
        assert known.epoch in {4, 5}
        assert known.records == entries(known.base_epoch + 1, known.epoch)
        for act in acts:
            act()
        assert store.journal_read() == Journal(4, entries(5, 5))
        nth, struck = nth + 1, fault.struck
    assert nth > 8


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.one_of(st.binary(max_size=200), st.integers(min_value=-2, max_value=6)), max_size=30
    )
)
def test_any_history_is_remembered(
    tmp_path_factory: pytest.TempPathFactory, steps: list[bytes | int]
) -> None:
    """Bytes are appended; a number truncates so far behind (or beyond) the newest epoch."""
    folder = tmp_path_factory.mktemp("history") / "roots"
    store = FileRootStore.create(folder, VAULT)
    base, records = 0, list[JournalRecord]()
    for step in steps:
        newest = base + len(records)
        if isinstance(step, bytes):
            records.append(JournalRecord(newest + 1, step))
            store.journal_append(records[-1])
        else:
            store.journal_truncate(max(0, newest - step))
            base = max(base, newest - step)
            records = [record for record in records if record.epoch > base]
        assert FileRootStore(folder).journal_read() == Journal(base, tuple(records))
