"""A primary root store and its replicas, with one unplugged now and then."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bailee.errors import (
    ConflictError,
    EvidenceError,
    InputError,
    ReplicaUnreachableError,
    RootMissingError,
    UnknownError,
)
from bailee.store.roots import FileRootStore, Journal, JournalRecord, RootStores

VAULT = bytes(range(16))
KEY_1, KEY_2 = (bytes([number]) * 32 for number in (1, 2))
NAMES = ("primary", "stick", "garage")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[RootStores]:
    made = RootStores([FileRootStore.create(tmp_path / name, VAULT) for name in NAMES])
    yield made
    made.close()


def unplug(tmp_path: Path, *names: str) -> None:
    for name in names:
        (tmp_path / name).rename(tmp_path / f"{name} in a drawer")


def plug_in(tmp_path: Path, *names: str) -> None:
    for name in names:
        (tmp_path / f"{name} in a drawer").rename(tmp_path / name)


def entry(epoch: int) -> JournalRecord:
    return JournalRecord(epoch, b"erasure %d" % epoch)


def entries(first: int, last: int) -> tuple[JournalRecord, ...]:
    return tuple(entry(epoch) for epoch in range(first, last + 1))


def known(stores: RootStores) -> list[Journal]:
    return [store.journal_read() for store in stores.stores]


def test_a_root_reaches_all_or_none(stores: RootStores, tmp_path: Path) -> None:
    """With one away none is written, and it is named; back again, all have it."""
    unplug(tmp_path, "garage")
    with pytest.raises(ReplicaUnreachableError) as refused:
        stores.write_all(1, KEY_1)
    assert refused.value.place == str(tmp_path / "garage")
    assert stores.unreachable() == (str(tmp_path / "garage"),)
    assert all(not store.read().live for store in stores.stores[:2])
    plug_in(tmp_path, "garage")
    stores.write_all(1, KEY_1)
    assert stores.unreachable() == ()
    assert all(store.read().find(1) for store in stores.stores)


def test_a_destruction_is_confirmed_by_all(stores: RootStores, tmp_path: Path) -> None:
    """One away: destroyed on the others at once, and not confirmed until it is back."""
    stores.write_all(1, KEY_1)
    stores.write_all(2, KEY_2)
    unplug(tmp_path, "stick")
    with pytest.raises(ReplicaUnreachableError):
        stores.destroy_all(1)
    for name in ("primary", "garage"):
        assert KEY_1 not in (tmp_path / name / "root").read_bytes()
    plug_in(tmp_path, "stick")
    stores.destroy_all(1)
    assert KEY_1 not in (tmp_path / "stick" / "root").read_bytes()
    assert stores.find(2) == KEY_2


def test_a_root_is_found_wherever_it_is(stores: RootStores, tmp_path: Path) -> None:
    """The primary away, another torn: the last one answers; a destroyed one nowhere does."""
    stores.write_all(1, KEY_1)
    unplug(tmp_path, "primary")
    (tmp_path / "stick" / "root").write_bytes(b"\1" * 12288)
    assert stores.find(1) == KEY_1
    with pytest.raises(RootMissingError, match="generation 2"):
        stores.find(2)


def test_an_erasure_does_not_wait_for_a_replica(stores: RootStores, tmp_path: Path) -> None:
    """It goes to who is there, says who missed it, and who comes back is healed."""
    assert stores.append_all(entry(1)) == ()
    unplug(tmp_path, "stick")
    assert stores.append_all(entry(2)) == (str(tmp_path / "stick"),)
    plug_in(tmp_path, "stick")
    assert stores.merge_journal() == Journal(0, entries(1, 2))
    assert stores.heal() == (str(tmp_path / "stick"),)
    assert stores.heal() == ()
    assert known(stores) == [Journal(0, entries(1, 2))] * 3


def test_an_append_heals_who_fell_behind(stores: RootStores, tmp_path: Path) -> None:
    """A replica that comes back between two erasures has both after the second."""
    unplug(tmp_path, "stick", "garage")
    for epoch in (1, 2):
        stores.append_all(entry(epoch))
    plug_in(tmp_path, "stick", "garage")
    assert stores.append_all(entry(3)) == ()
    assert known(stores) == [Journal(0, entries(1, 3))] * 3


def test_with_no_store_nothing_is_erased(stores: RootStores, tmp_path: Path) -> None:
    unplug(tmp_path, *NAMES)
    for act in (lambda: stores.append_all(entry(1)), stores.merge_journal, stores.heal):
        with pytest.raises(ReplicaUnreachableError):
            act()
    plug_in(tmp_path, *NAMES)
    assert stores.merge_journal() == Journal(0, ())


def test_the_merged_journal_is_the_union(stores: RootStores, tmp_path: Path) -> None:
    """Two stores that never met: each knows what the other missed."""
    stores.append_all(entry(1))
    unplug(tmp_path, "primary")
    stores.append_all(entry(2))
    plug_in(tmp_path, "primary")
    unplug(tmp_path, "stick", "garage")
    stores.stores[0].journal_append(entry(2))
    stores.stores[0].journal_append(entry(3))
    plug_in(tmp_path, "stick", "garage")
    assert stores.merge_journal() == Journal(0, entries(1, 3))


def test_a_truncation_one_store_missed_loses_nothing(stores: RootStores, tmp_path: Path) -> None:
    """The base is as low as the records reach; beyond a gap it is the base that explains it."""
    for epoch in range(1, 5):
        stores.append_all(entry(epoch))
    unplug(tmp_path, "garage")
    assert stores.truncate_all(3) == (str(tmp_path / "garage"),)
    plug_in(tmp_path, "garage")
    assert stores.merge_journal() == Journal(0, entries(1, 4))
    unplug(tmp_path, "garage")
    for epoch in (5, 6):
        stores.append_all(entry(epoch))
    stores.truncate_all(6)
    stores.append_all(entry(7))
    plug_in(tmp_path, "garage")
    assert stores.merge_journal() == Journal(6, entries(7, 7))
    assert stores.heal() == (str(tmp_path / "garage"),)
    assert known(stores) == [Journal(6, entries(7, 7))] * 3


def test_disagreement_is_evidence(stores: RootStores) -> None:
    """Two stores with different bytes for one erasure: one was written by a copy of the vault."""
    stores.stores[0].journal_append(entry(1))
    stores.stores[1].journal_append(JournalRecord(1, b"other"))
    with pytest.raises(EvidenceError, match="disagree about erasure 1"):
        stores.merge_journal()


def test_an_epoch_out_of_turn_is_refused(stores: RootStores) -> None:
    with pytest.raises(ConflictError):
        stores.append_all(entry(2))
    stores.append_all(entry(1))
    with pytest.raises(ConflictError):
        stores.append_all(JournalRecord(1, b"other"))
    assert stores.append_all(entry(1)) == ()


def test_many_writers_of_consecutive_erasures(stores: RootStores, tmp_path: Path) -> None:
    """Offered out of order by several threads, repeated until taken: all stores agree."""

    def offer(epoch: int) -> None:
        while True:
            try:
                stores.append_all(entry(epoch))
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(offer, range(1, 25)))
    assert known(stores) == [Journal(0, entries(1, 24))] * 3


def test_rings_are_kept_everywhere(stores: RootStores, tmp_path: Path) -> None:
    """Written to all or said so; found in any; dropped where that can be done."""
    (tmp_path / "ring").write_bytes(b"ring")
    stores.write_ring_all(1, tmp_path / "ring")
    unplug(tmp_path, "primary")
    assert stores.find_ring(1).read_bytes() == b"ring"
    with pytest.raises(ReplicaUnreachableError):
        stores.write_ring_all(2, tmp_path / "ring")
    assert stores.drop_rings_all(2) == (str(tmp_path / "primary"),)
    with pytest.raises(UnknownError):
        stores.find_ring(1)
    plug_in(tmp_path, "primary")
    assert stores.find_ring(1) == tmp_path / "primary" / "ring-1"


def test_there_is_at_least_one_store() -> None:
    with pytest.raises(InputError):
        RootStores([])
