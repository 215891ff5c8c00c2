"""The contract of `RootStore`, kept by the folder."""

import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import (
    ConflictError,
    EvidenceError,
    InputError,
    ReplicaUnreachableError,
    RootMissingError,
    UnknownError,
)
from bailee.store.roots import FileRootStore, Journal, JournalRecord, Root, RootStore, Slots
from store.power.faults import failing

VAULT = bytes(range(16))
OTHER_VAULT = VAULT[::-1]
KEY_1, KEY_2, KEY_3 = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture
def store(tmp_path: Path) -> RootStore:
    return FileRootStore.create(tmp_path / "roots", VAULT)


def entry(epoch: int) -> JournalRecord:
    return JournalRecord(epoch, b"erasure %d" % epoch)


def raw(tmp_path: Path) -> bytes:
    return (tmp_path / "roots" / "root").read_bytes()


def tear(tmp_path: Path, slot: int) -> None:
    """Half of the slot's first sector never reached the disk."""
    data = bytearray(raw(tmp_path))
    data[4096 * (slot + 1) + 40 : 4096 * (slot + 1) + 256] = bytes(216)
    (tmp_path / "roots" / "root").write_bytes(data)


def test_a_new_store_is_empty_and_knows_its_vault(store: RootStore) -> None:
    assert store.read() == Slots((), ())
    assert store.identity() == VAULT
    assert store.journal_read() == Journal(0, ())
    assert store.ring_generations() == ()


def test_two_slots_take_turns(store: RootStore) -> None:
    """Ten rotations: before each destruction both roots are there, after it only the new one."""
    store.write(1, KEY_1)
    for generation in range(2, 12):
        key = bytes([generation]) * 32
        store.write(generation, key)
        assert [root.generation for root in store.read().live] == [generation, generation - 1]
        store.destroy(generation - 1)
        assert store.read() == Slots((Root(generation, key),), ())


def test_writing_may_be_repeated_but_not_with_another_root(store: RootStore) -> None:
    store.write(1, KEY_1)
    store.write(1, KEY_1)
    with pytest.raises(ConflictError):
        store.write(1, KEY_2)
    assert store.read() == Slots((Root(1, KEY_1),), ())


def test_a_live_root_is_overwritten_only_by_name(store: RootStore) -> None:
    """With both slots live the store cannot know which is in use, and asks."""
    store.write(1, KEY_1)
    store.write(2, KEY_2)
    with pytest.raises(ConflictError) as refused:
        store.write(3, KEY_3)
    assert "Destroy" in refused.value.hint
    with pytest.raises(ConflictError):
        store.write(3, KEY_3, over=7)
    store.write(3, KEY_3, over=1)
    assert store.read() == Slots((Root(3, KEY_3), Root(2, KEY_2)), ())


def test_a_destroyed_root_is_nowhere(store: RootStore, tmp_path: Path) -> None:
    """Not its 32 bytes, not half of them; the file is the same file, in place."""
    keys = [secrets.token_bytes(32) for _ in range(4)]
    store.write(1, keys[0])
    inode = (tmp_path / "roots" / "root").stat().st_ino
    for generation, key in enumerate(keys[1:], start=2):
        assert keys[generation - 2] in raw(tmp_path)
        store.write(generation, key)
        store.destroy(generation - 1)
        store.destroy(generation - 1)
        for old in keys[: generation - 1]:
            assert old[:16] not in raw(tmp_path)
            assert old[16:] not in raw(tmp_path)
    assert (tmp_path / "roots" / "root").stat().st_ino == inode


def test_a_torn_slot_reads_as_empty_and_is_reported(store: RootStore, tmp_path: Path) -> None:
    """The other slot still answers, and the torn one is written next."""
    store.write(1, KEY_1)
    store.write(2, KEY_2)
    tear(tmp_path, 1)
    assert store.read() == Slots((Root(1, KEY_1),), (1,))
    store.write(2, KEY_3)
    assert store.read() == Slots((Root(2, KEY_3), Root(1, KEY_1)), ())


def test_two_torn_slots_are_a_missing_root(store: RootStore, tmp_path: Path) -> None:
    store.write(1, KEY_1)
    store.write(2, KEY_2)
    tear(tmp_path, 0)
    tear(tmp_path, 1)
    with pytest.raises(RootMissingError, match="torn"):
        store.read()
    store.write(3, KEY_3)
    assert store.read() == Slots((Root(3, KEY_3),), (1,))


def test_destroying_takes_torn_slots_along(store: RootStore, tmp_path: Path) -> None:
    """A torn slot may hold half of the root that is to be gone."""
    store.write(1, KEY_1)
    store.write(2, KEY_2)
    tear(tmp_path, 0)
    assert KEY_1[:8] in raw(tmp_path)
    store.destroy(1)
    assert KEY_1[:8] not in raw(tmp_path)
    assert store.read() == Slots((Root(2, KEY_2),), ())


@pytest.mark.parametrize("though_done", [False, True], ids=["not done", "though done"])
def test_a_rotation_whose_calls_fail_can_be_finished(tmp_path: Path, though_done: bool) -> None:
    """Each changing call failing in turn: the newest root is there, and repeating finishes."""
    nth, struck = 0, True
    while struck:
        store = FileRootStore.create(tmp_path / str(nth), VAULT)
        store.write(1, KEY_1)
        written = False
        with failing(nth, though_done=though_done) as fault:
            try:
                store.write(2, KEY_2)
                written = True
                store.destroy(1)
            except ReplicaUnreachableError:
                pass
        assert store.read().find(2 if written else 1) is not None
        store.write(2, KEY_2)
        store.destroy(1)
        assert store.read() == Slots((Root(2, KEY_2),), ())
        nth, struck = nth + 1, fault.struck
    assert nth > 6


def test_a_disk_that_lies_is_found_out(store: RootStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back differs from what was written: no receipt may follow."""
    store.write(1, KEY_1)
    monkeypatch.setattr("bailee.store.files.read_back", lambda fd, length, offset: bytes(length))
    with pytest.raises(EvidenceError):
        store.write(2, KEY_2)
    monkeypatch.setattr("bailee.store.files.read_back", lambda fd, length, offset: b"\1" * length)
    with pytest.raises(EvidenceError):
        store.destroy(1)


def test_a_key_is_never_shown() -> None:
    """Neither a root nor the slots print what they hold."""
    assert "\\x01" not in repr(Slots((Root(1, KEY_1),), ()))


def test_another_vaults_store_is_refused(store: RootStore, tmp_path: Path) -> None:
    """At every door, by its header."""
    stranger = FileRootStore(tmp_path / "roots", OTHER_VAULT)
    for act in (
        stranger.identity,
        stranger.read,
        stranger.journal_read,
        stranger.ring_generations,
        lambda: stranger.write(1, KEY_1),
        lambda: stranger.destroy(1),
        lambda: stranger.journal_append(entry(1)),
        lambda: stranger.journal_truncate(1),
        lambda: stranger.drop_rings(1),
    ):
        with pytest.raises(InputError, match="another vault"):
            act()


def test_another_vaults_files_within_are_refused(store: RootStore, tmp_path: Path) -> None:
    """A journal, or a slot, copied from another vault's store."""
    other = FileRootStore.create(tmp_path / "other", OTHER_VAULT)
    other.write(1, KEY_1)
    (tmp_path / "roots" / "journal").write_bytes((tmp_path / "other" / "journal").read_bytes())
    theirs = (tmp_path / "other" / "root").read_bytes()
    (tmp_path / "roots" / "root").write_bytes(raw(tmp_path)[:4096] + theirs[4096:])
    with pytest.raises(InputError, match="another vault"):
        store.journal_read()
    with pytest.raises(InputError, match="another vault"):
        store.read()


def test_a_missing_place_is_unreachable(tmp_path: Path) -> None:
    """No folder, a folder without a store, a file in its place: the place is named."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for name in ("nowhere", "empty", "file"):
        store = FileRootStore(tmp_path / name, VAULT)
        for act in (store.read, store.identity, store.journal_read, store.ring_generations):
            with pytest.raises(ReplicaUnreachableError) as refused:
                act()
            assert refused.value.place == str(tmp_path / name)


def test_a_store_is_never_made_over_another(store: RootStore, tmp_path: Path) -> None:
    """One with a root, a torn slot or a journal is refused; one never used is made anew."""
    assert FileRootStore.create(tmp_path / "roots", OTHER_VAULT).identity() == OTHER_VAULT
    used = FileRootStore.create(tmp_path / "roots", VAULT)
    used.journal_append(entry(1))
    with pytest.raises(ConflictError):
        FileRootStore.create(tmp_path / "roots", OTHER_VAULT)
    rooted = FileRootStore.create(tmp_path / "rooted", VAULT)
    rooted.write(1, KEY_1)
    with pytest.raises(ConflictError):
        FileRootStore.create(tmp_path / "rooted", OTHER_VAULT)
    assert rooted.read().find(1) == Root(1, KEY_1)


def test_a_damaged_header_is_a_missing_root(store: RootStore, tmp_path: Path) -> None:
    (tmp_path / "roots" / "root").write_bytes(b"x" + raw(tmp_path)[1:])
    with pytest.raises(RootMissingError):
        store.read()


def test_only_the_owner_may_look(store: RootStore, tmp_path: Path) -> None:
    (tmp_path / "ring").write_bytes(b"ring")
    store.write_ring(1, tmp_path / "ring")
    assert stat.S_IMODE((tmp_path / "roots").stat().st_mode) == 0o700
    for path in (tmp_path / "roots").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_root_has_32_bytes(store: RootStore, size: int) -> None:
    with pytest.raises(InputError):
        store.write(1, bytes(size))


def test_a_vault_id_has_16_bytes(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        FileRootStore.create(tmp_path / "roots", b"short")


def test_rings_are_kept_replaced_and_dropped(store: RootStore, tmp_path: Path) -> None:
    """Several generations, one written twice, a left-over of a crash; then all but one go."""
    source = tmp_path / "ring"
    for generation in (1, 2, 10):
        source.write_bytes(b"%d" % generation)
        store.write_ring(generation, source)
    source.write_bytes(b"again")
    store.write_ring(2, source)
    (tmp_path / "roots" / "ring-3.tmp-0011223344556677").write_bytes(b"cut short")
    assert store.ring_generations() == (1, 2, 10)
    assert store.ring_path(2).read_bytes() == b"again"
    store.drop_rings(2)
    store.drop_rings(2)
    assert store.ring_generations() == (2,)
    assert sorted(path.name for path in (tmp_path / "roots").iterdir()) == [
        "journal",
        "ring-2",
        "root",
    ]
    with pytest.raises(UnknownError):
        store.ring_path(1)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_walk_of_writes_and_destructions_keeps_what_lives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Against a dictionary of at most two roots, with a tear of a free slot now and then."""
    store = FileRootStore.create(tmp_path_factory.mktemp("walk") / "roots", VAULT)
    live: dict[int, bytes] = {}
    for generation in range(1, 13):
        key = bytes([generation]) * 32
        if len(live) == 2:
            gone = data.draw(st.sampled_from(sorted(live)))
            if data.draw(st.booleans()):
                store.destroy(gone)
            else:
                store.write(generation, key, over=gone)
                live[generation] = key
            del live[gone]
        else:
            store.write(generation, key)
            live[generation] = key
        assert {root.generation: root.key for root in store.read().live} == live
