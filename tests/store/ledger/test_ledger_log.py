"""A log takes entries in order, once each, and proves them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import EvidenceError, UnknownError
from bailee.store.ledger import (
    CHECKPOINT,
    FolderLedger,
    GapError,
    Log,
    LogMissingError,
    LogReader,
    RewriteError,
)
from bailee.tlog import (
    EMPTY_ROOT,
    CheckpointError,
    EntryTooLargeError,
    SignatureError,
    Signer,
    TileError,
    hash_leaf,
    open_checkpoint,
    parse_vkey,
    root_of,
    tiles_of,
    verify_consistency,
    verify_entry,
    verify_growth,
    verify_inclusion,
)
from store.ledger.stores import ORIGIN, SIGNER, MemoryLedger, contents, create, entries, read_all


def root_at(size: int) -> bytes:
    return root_of([hash_leaf(entry) for entry in entries(0, size)])


def test_an_empty_log_has_a_checkpoint(tmp_path: Path) -> None:
    """A new log signs that it is empty; opening it again signs nothing."""
    log = create(tmp_path / "ledger")
    note = log.checkpoint()
    assert note is not None
    assert (log.head().size, log.head().root) == (0, EMPTY_ROOT)
    assert create(tmp_path / "ledger").checkpoint() == note
    assert read_all(tmp_path / "ledger") == []


def test_a_log_that_was_never_created_says_so(tmp_path: Path) -> None:
    """Without a checkpoint there is no log: None to ask for, an error to use."""
    log = Log(FolderLedger(tmp_path / "ledger"), SIGNER, ORIGIN)
    assert log.checkpoint() is None
    with pytest.raises(LogMissingError):
        log.integrate(0, [b"x"])
    with pytest.raises(LogMissingError):
        log.inclusion(0)
    assert not (tmp_path / "ledger").exists()


def test_a_lost_checkpoint_is_not_signed_anew(tmp_path: Path) -> None:
    """Over tiles without a checkpoint no empty log is declared: it would contradict the past."""
    create(tmp_path / "ledger", 3)
    (tmp_path / "ledger" / CHECKPOINT).unlink()
    with pytest.raises(LogMissingError):
        create(tmp_path / "ledger")


def test_integrate_returns_the_checkpoint_in_place(tmp_path: Path) -> None:
    """What integrate returns is signed, in place, and has the entries' root."""
    log = create(tmp_path / "ledger")
    checkpoint = log.integrate(0, entries(0, 300))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 300, root_at(300))
    note = log.checkpoint()
    assert note is not None
    vkey = SIGNER.verifier.vkey
    assert open_checkpoint(note, [parse_vkey(vkey)], ORIGIN) == checkpoint


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 400)), max_size=6))
def test_however_entries_come_the_log_is_the_same(steps: list[tuple[int, int]]) -> None:
    """Batches of any size, overlapping what is in already, make the one log of their entries."""
    store = MemoryLedger()
    log = Log.create(store, SIGNER, ORIGIN)
    size = 0
    for back, count in steps:
        first = max(0, size - back)
        checkpoint = log.integrate(first, entries(first, first + count))
        size = max(size, first + count)
        assert (checkpoint.size, checkpoint.root) == (size, root_at(size))
    reader = LogReader(store, SIGNER.verifier)
    assert [entry for _, entry in reader.entries()] == entries(0, size)


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    """The same call, from the same process or a new one, gives the same checkpoint and files."""
    log = create(tmp_path / "ledger", 250)
    checkpoint = log.integrate(250, entries(250, 600))
    before = contents(tmp_path / "ledger")
    assert log.integrate(250, entries(250, 600)) == checkpoint
    again = Log(FolderLedger(tmp_path / "ledger"), SIGNER, ORIGIN)
    assert again.integrate(250, entries(250, 600)) == checkpoint
    assert again.integrate(600, []) == checkpoint
    assert contents(tmp_path / "ledger") == before


def test_a_gap_is_refused(tmp_path: Path) -> None:
    """Entries beyond the end do not go in, not even none of them."""
    log = create(tmp_path / "ledger", 3)
    for given_entries in ([b"x"], []):
        with pytest.raises(GapError, match="from 4 on cannot follow a ledger of 3"):
            log.integrate(4, given_entries)
    assert log.head().size == 3


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_history_is_not_rewritten(tmp_path: Path, index: int) -> None:
    """A differing entry where one is already is refused by its index, and nothing is added."""
    log = create(tmp_path / "ledger", 300)
    changed = entries(0, 310)
    changed[index] += b"!"
    with pytest.raises(RewriteError, match=f"Entry {index} "):
        log.integrate(0, changed)
    assert log.head().size == 300
    assert read_all(tmp_path / "ledger") == entries(0, 300)


def test_an_entry_too_large_stops_its_batch(tmp_path: Path) -> None:
    """One entry too many bytes long, and none of the batch is in."""
    log = create(tmp_path / "ledger", 3)
    with pytest.raises(EntryTooLargeError):
        log.integrate(3, [b"fine", bytes(65_536)])
    assert log.head().size == 3
    assert log.integrate(3, [b"fine", bytes(65_535)]).size == 5


def test_entries_and_proofs(tmp_path: Path) -> None:
    """Every entry is had, and proven under the checkpoint and under every earlier size."""
    log = create(tmp_path / "ledger")
    for begin, end in ((0, 100), (100, 300), (300, 301), (301, 700)):
        log.integrate(begin, entries(begin, end))
    head = log.head()
    for index in (0, 99, 100, 255, 256, 300, 511, 512, 699):
        assert log.entry(index) == entries(index, index + 1)[0]
        verify_entry(log.entry(index), log.inclusion(index), head)
        for size in (301, 555, 700):
            if index < size:
                proof = log.inclusion(index, size=size)
                verify_inclusion(proof, hash_leaf(log.entry(index)), root_at(size))
    for old in (0, 1, 100, 256, 300, 333, 700):
        verify_consistency(log.consistency(old), root_at(old), head.root)
        if old <= 555:
            later = log.consistency(old, new_size=555)
            verify_consistency(later, root_at(old), root_at(555))


def test_a_receipt_holds_together(tmp_path: Path) -> None:
    """Entry, proof and checkpoint given at once verify with the vkey alone."""
    log = create(tmp_path / "ledger", 300)
    proven = log.proven(123)
    seen = open_checkpoint(proven.checkpoint, [SIGNER.verifier], ORIGIN)
    verify_entry(proven.entry, proven.proof, seen)
    assert proven.entry == entries(123, 124)[0]


def test_what_is_not_in_the_log_is_unknown(tmp_path: Path) -> None:
    """Beyond the end, and below zero, nothing is had or proven."""
    log = create(tmp_path / "ledger", 10)
    for index in (-1, 10, 300):
        with pytest.raises(UnknownError, match=f"no entry {index}; it has 10"):
            log.entry(index)
        with pytest.raises(UnknownError):
            log.inclusion(index)
        with pytest.raises(UnknownError):
            log.proven(index)
    with pytest.raises(UnknownError, match="no entry 7; it has 7"):
        log.inclusion(7, size=7)
    for size in (-1, 11):
        with pytest.raises(UnknownError, match=f"never had {size} entries"):
            log.consistency(size)
        with pytest.raises(UnknownError):
            log.inclusion(0, size=size)


def test_another_key_does_not_open_the_log(tmp_path: Path) -> None:
    """A log goes on only under the key and origin it began with."""
    create(tmp_path / "ledger", 3)
    store = FolderLedger(tmp_path / "ledger")
    other = Signer.from_seed(ORIGIN, b"x" * 32)
    with pytest.raises(SignatureError):
        Log.create(store, other, ORIGIN)
    with pytest.raises(CheckpointError):
        Log.create(store, SIGNER, "another.example/log")


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
@pytest.mark.parametrize("fault", ["changed", "cut", "gone"])
def test_nothing_is_signed_over_a_damaged_end(tmp_path: Path, path: str, fault: str) -> None:
    """Where the end of the log does not fit its checkpoint, no further checkpoint is signed."""
    create(tmp_path / "ledger", 300)
    file = tmp_path / "ledger" / path
    data = file.read_bytes()
    if fault == "gone":
        file.unlink()
    else:
        file.write_bytes(data[:-1] if fault == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    log = Log(FolderLedger(tmp_path / "ledger"), SIGNER, ORIGIN)
    with pytest.raises(TileError, match=path.partition(".")[0]):
        log.integrate(300, [b"x"])
    assert log.head().size == 300


def test_partial_tiles_go_when_full_ones_come(tmp_path: Path) -> None:
    """One by one, 300 entries leave no more than the last width of a tile that became full."""
    log = create(tmp_path / "ledger")
    for index in range(300):
        log.integrate(index, entries(index, index + 1))
    left = set(contents(tmp_path / "ledger"))
    assert {tile.path for tile in tiles_of(300)} | {CHECKPOINT} <= left
    assert not any(path.startswith(("tile/0/000.p", "tile/entries/000.p")) for path in left)
    assert read_all(tmp_path / "ledger") == entries(0, 300)


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    """Tiles are behind authorisation: on disk too."""
    create(tmp_path / "ledger", 300)
    for found in [tmp_path / "ledger", *(tmp_path / "ledger").rglob("*")]:
        assert found.stat().st_mode & 0o077 == 0


def test_an_export_is_the_log(tmp_path: Path) -> None:
    """An export has the checkpoint and exactly the files it covers, and reads with the vkey."""
    log = create(tmp_path / "ledger")
    for begin, end in ((0, 100), (100, 300), (300, 600)):
        log.integrate(begin, entries(begin, end))
    assert log.export(tmp_path / "export") == log.head()
    exported = contents(tmp_path / "export")
    assert set(exported) == {CHECKPOINT} | {tile.path for tile in tiles_of(600)}
    assert exported.items() <= contents(tmp_path / "ledger").items()
    assert read_all(tmp_path / "export") == entries(0, 600)


def test_an_export_is_brought_up_to_date(tmp_path: Path) -> None:
    """Exporting again to the same folder adds what is new; the earlier checkpoint is its past."""
    log = create(tmp_path / "ledger", 300)
    old = log.export(tmp_path / "export")
    new = log.integrate(300, entries(300, 900))
    log.export(tmp_path / "export")
    assert read_all(tmp_path / "export") == entries(0, 900)
    verify_growth(log.consistency(old.size), old, new)


def test_an_export_does_not_overwrite_another_log(tmp_path: Path) -> None:
    """A folder that holds another log is left as it is."""
    log = create(tmp_path / "ledger", 300)
    other = Log.create(FolderLedger(tmp_path / "other"), SIGNER, ORIGIN)
    other.integrate(0, [b"other"] * 300)
    before = contents(tmp_path / "other")
    with pytest.raises(TileError, match="is there already"):
        log.export(tmp_path / "other")
    assert contents(tmp_path / "other") == before


def test_a_rewritten_log_does_not_fit_an_earlier_checkpoint(tmp_path: Path) -> None:
    """An operator with the key may sign another history: whoever kept a checkpoint sees it."""
    kept = create(tmp_path / "ledger", 200).head()
    forged = Log.create(FolderLedger(tmp_path / "forged"), SIGNER, ORIGIN)
    forged.integrate(0, [b"nothing happened", *entries(1, 300)])
    assert len(read_all(tmp_path / "forged")) == 300
    with pytest.raises(EvidenceError, match="earlier root"):
        verify_growth(forged.consistency(200), kept, forged.head())
