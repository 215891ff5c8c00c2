"""One contract suite over every `LedgerStore`."""

from pathlib import Path

import pytest

from bailee.store.ledger import CHECKPOINT, FolderLedger, LedgerPathError, LedgerStore
from bailee.tlog import TileError
from store.ledger.stores import MemoryLedger

FULL = bytes(8192)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerStore:
    return FolderLedger(tmp_path / "ledger") if request.param == "folder" else MemoryLedger()


def test_nothing_is_there_at_first(store: LedgerStore) -> None:
    """A store begins empty, and reading makes nothing."""
    assert store.read(CHECKPOINT) is None
    assert store.read("tile/0/000") is None
    assert list(store.paths()) == []


def test_what_was_written_is_read(store: LedgerStore) -> None:
    """Tiles and bundles of any depth come back, empty bytes too, and are listed."""
    tiles = {
        "tile/0/000": FULL,
        "tile/0/x001/x234/067": FULL,
        "tile/entries/001.p/2": b"\0\0\0\0",
        "tile/2/000.p/1": b"",
    }
    store.write(tiles)
    assert {path: store.read(path) for path in tiles} == tiles
    assert set(store.paths()) == set(tiles)


def test_writing_again_changes_nothing(store: LedgerStore) -> None:
    """A write is idempotent, alone or among new tiles."""
    store.write({"tile/0/000": FULL})
    store.write({"tile/0/000": FULL, "tile/0/001": FULL})
    store.write({"tile/0/000": FULL, "tile/0/001": FULL})
    assert sorted(store.paths()) == ["tile/0/000", "tile/0/001"]


def test_a_full_tile_is_never_replaced(store: LedgerStore) -> None:
    """Other bytes for a full tile are refused, with all that came beside them."""
    store.write({"tile/0/000": FULL})
    with pytest.raises(TileError, match="tile/0/000 "):
        store.write({"tile/0/001": FULL, "tile/0/000": FULL[::-1] + b"x"})
    assert store.read("tile/0/000") == FULL
    assert store.read("tile/0/001") is None


def test_a_partial_tile_that_nothing_covered_may_be_replaced(store: LedgerStore) -> None:
    """What a crash left under a partial tile's name does not block another try."""
    store.write({"tile/0/000.p/1": bytes(32)})
    store.write({"tile/0/000.p/1": b"x" * 32})
    assert store.read("tile/0/000.p/1") == b"x" * 32


def test_a_full_tile_and_partial_ones_share_a_place(store: LedgerStore) -> None:
    """A full tile stands beside the partial ones that it begins with; no path is in the way."""
    store.write({"tile/0/000.p/1": b"a", "tile/0/000.p/255": b"b"})
    store.write({"tile/0/000": FULL})
    assert store.read("tile/0/000") == FULL
    assert store.read("tile/0/000.p/1") in {None, b"a"}
    store.write({"tile/0/000.p/2": b"c"})
    assert store.read("tile/0/000.p/2") == b"c"


def test_the_checkpoint_is_replaced(store: LedgerStore) -> None:
    """The last checkpoint is the one that is there."""
    store.replace_checkpoint(b"one")
    store.replace_checkpoint(b"two")
    assert store.read(CHECKPOINT) == b"two"
    assert list(store.paths()) == [CHECKPOINT]


def test_writing_nothing_is_nothing(store: LedgerStore) -> None:
    """An empty write is a write."""
    store.write({})
    assert list(store.paths()) == []


@pytest.mark.parametrize("path", ["", "../x", "tile/0/000/../001", "tile/0", "x", "/etc/passwd"])
def test_no_other_path_is_touched(store: LedgerStore, path: str) -> None:
    """A path that is not a log's is refused for reading and writing, with all beside it."""
    with pytest.raises(LedgerPathError):
        store.read(path)
    with pytest.raises(LedgerPathError):
        store.write({"tile/0/000": FULL, path: b""})
    assert list(store.paths()) == []


def test_a_checkpoint_is_not_a_tile(store: LedgerStore) -> None:
    """The checkpoint cannot be written among tiles, where order would not hold."""
    with pytest.raises(LedgerPathError):
        store.write({CHECKPOINT: b"note"})
