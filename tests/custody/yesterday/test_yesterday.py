"""A whole folder restored from yesterday, with the root stores of today."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from bailee import Deposit, Kind, Query, Vault
from bailee.custody import receipt
from bailee.errors import (
    GoneError,
    InputError,
    JournalGapError,
    LateArrivalError,
    RootMissingError,
    UnknownError,
)
from custody.old_copies.household import WAYS, Household
from custody.yesterday.conftest import TimeMachine
from support.attacker import loot, rings_of, roots_of
from support.vaults import HOUR_MS, all_of, assert_sound, opened, said

YESTERDAY = 1
QUICK = {("a range", 0), ("a person", 1), ("by lifting a hold", 0)}
"""On PostgreSQL, in the default run."""


def judge(machine: TimeMachine, gone: frozenset[str], tmp_path: Path) -> None:
    """All that is forgotten stays so, in the vault and under attack; all that lives opens."""
    house = machine.house
    _judge_vault(house, gone)
    assert_sound(machine.vault)
    machine.vault.rotate()
    _judge_vault(house, gone)
    house.steal()
    rings = rings_of(machine.vault, tmp_path / "judged")
    union = loot([*house.copies, *rings], roots_of(machine.vault))
    assert not {house.artefacts[name] for name in gone} & set(union)
    machine.open()
    assert_sound(machine.vault)


def _judge_vault(house: Household, gone: frozenset[str]) -> None:
    for name, artefact_id in house.artefacts.items():
        if name in gone:
            with pytest.raises((GoneError, UnknownError)):
                opened(house.vault, artefact_id)
        else:
            assert opened(house.vault, artefact_id) == house.contents[name]


def ways_and_ages() -> Iterator[ParameterSet]:
    """Every way on either database, without and with rotations since; the slower ones are long."""
    for database in ("sqlite", "postgresql"):
        for way in WAYS:
            for rotations in (0, 1, 2):
                quick = rotations < 2 if database == "sqlite" else (way, rotations) in QUICK
                marks = () if quick else (pytest.mark.long,)
                yield pytest.param(database, way, rotations, marks=marks)


on_either = pytest.mark.parametrize(
    ("new_database", "way", "rotations"), list(ways_and_ages()), indirect=["new_database"]
)
on_sqlite = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)


@on_either
def test_yesterdays_folder_forgets_again(
    machine: TimeMachine, way: str, rotations: int, tmp_path: Path
) -> None:
    """By the journal where no rotation came between, by the ring beside the root where one did."""
    known = set(machine.house.artefacts)
    machine.house.steal()
    gone = WAYS[way](machine.house) & known
    for _ in range(rotations):
        machine.vault.rotate()
    machine.bring_back(YESTERDAY)
    machine.open()
    for lost in set(machine.house.artefacts) - known:  # deposited since: lost with the folder
        del machine.house.artefacts[lost]
    judge(machine, gone, tmp_path)


def test_many_erasures_and_rotations_since(machine: TimeMachine, tmp_path: Path) -> None:
    """Some of them before the last rotation, some after it."""
    house = machine.house
    house.steal()
    gone = WAYS["a kind of a recording"](house)
    machine.vault.rotate()
    gone |= WAYS["a recording"](house)
    machine.vault.rotate()
    gone |= WAYS["a device"](house)
    machine.bring_back(YESTERDAY)
    machine.open()
    judge(machine, gone, tmp_path)


@on_sqlite
def test_yesterday_twice(machine: TimeMachine, tmp_path: Path) -> None:
    """Bringing the same folder back a second time changes nothing."""
    gone = WAYS["a person"](machine.house)
    for _ in range(2):
        machine.bring_back(YESTERDAY)
        machine.open()
    judge(machine, gone, tmp_path)


@pytest.mark.parametrize("rotations", [0, 1])
def test_erased_names_do_not_come_back(machine: TimeMachine, rotations: int) -> None:
    """The name resolves no more; used again, it begins at the erasure."""
    WAYS["a person"](machine.house)
    for _ in range(rotations):
        machine.vault.rotate()
    machine.bring_back(YESTERDAY)
    machine.clock.advance(ms=HOUR_MS)
    vault = machine.open()
    with pytest.raises(UnknownError):
        vault.list(Query(account="home", person="Leo"))
    with pytest.raises(LateArrivalError):
        said(vault, machine.clock.now_ms() - 2 * HOUR_MS)
    new = said(vault, machine.clock.now_ms())
    assert vault.show(new.recording_id).person == "Leo"
    assert_sound(vault)


@pytest.mark.parametrize("rotations", [0, 1])
def test_an_erased_account_does_not_come_back(machine: TimeMachine, rotations: int) -> None:
    """Nor does its name resolve."""
    WAYS["the account"](machine.house)
    for _ in range(rotations):
        machine.vault.rotate()
    machine.bring_back(YESTERDAY)
    machine.clock.advance(ms=HOUR_MS)
    vault = machine.open()
    with pytest.raises(UnknownError):
        vault.list(Query(account="home"))
    with pytest.raises(LateArrivalError):
        said(vault, machine.clock.now_ms() - 2 * HOUR_MS)
    said(vault, machine.clock.now_ms())
    assert_sound(vault)


@on_sqlite
def test_a_forgotten_range_refuses_late_uploads_after_a_restore(machine: TimeMachine) -> None:
    """From a device that yesterday's folder never saw, too."""
    WAYS["a range"](machine.house)
    machine.bring_back(YESTERDAY)
    vault = machine.open()
    for device in ("kitchen", "a new one"):
        with pytest.raises(LateArrivalError):
            vault.deposit(
                Deposit(
                    account="home",
                    person="Ana",
                    device=device,
                    kind=Kind.AUDIO,
                    content=b"late",
                    captured_at_ms=machine.clock.now_ms() - 3 * HOUR_MS - HOUR_MS // 2,
                )
            )


@on_sqlite
def test_a_rotation_that_died_early_does_not_hide_the_ring(
    machine: TimeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new root was written and nothing hangs on it: the ring of the root before is adopted."""
    gone = WAYS["a person"](machine.house)
    machine.vault.rotate()
    monkeypatch.setattr("bailee.custody.rotate.rewrap", _dies)
    with pytest.raises(KeyboardInterrupt):
        machine.vault.rotate()
    monkeypatch.undo()
    machine.bring_back(YESTERDAY)
    machine.open()
    judge(machine, gone, tmp_path)


def _dies(*_: object, **__: object) -> int:
    raise KeyboardInterrupt


# -- what no store can fill -----------------------------------------------------------------


@on_sqlite
def test_a_gap_is_refused_without_override(machine: TimeMachine, tmp_path: Path) -> None:
    """The journals were lost and began again beyond what yesterday's folder knows."""
    stores = [Path(each) for each in machine.vault.config.root_stores]
    for number, store in enumerate(stores):
        shutil.copytree(store, tmp_path / f"old-{number}")
    WAYS["a person"](machine.house)
    machine.close()
    for number, store in enumerate(stores):  # the stores themselves come from a backup …
        shutil.rmtree(store)
        shutil.copytree(tmp_path / f"old-{number}", store)
    machine.open()  # … and are brought up to the folder of today
    assert_sound(machine.vault)
    machine.bring_back(YESTERDAY)
    for _ in range(2):
        with pytest.raises(JournalGapError):
            Vault.open(machine.home, clock=machine.clock)


@on_sqlite
def test_a_missing_ring_is_refused(machine: TimeMachine) -> None:
    """A rotation came between, and no store keeps its ring: the keys of this copy are gone."""
    machine.vault.rotate()
    for each in machine.vault.config.root_stores:
        for ring in Path(each).glob("ring-*"):
            ring.unlink()
    machine.bring_back(YESTERDAY)
    with pytest.raises(RootMissingError, match="no ring of generation 2"):
        Vault.open(machine.home, clock=machine.clock)


# -- roots ------------------------------------------------------------------------------------


@on_sqlite
def test_a_missing_root_is_named(machine: TimeMachine) -> None:
    """Without any root store nothing opens, and both places are named; back again, all does."""
    stores = [Path(each) for each in machine.vault.config.root_stores]
    machine.close()
    for store in stores:
        store.rename(store.with_name(f"{store.name} unplugged"))
    with pytest.raises(RootMissingError) as told:
        Vault.open(machine.home, clock=machine.clock)
    assert all(str(store) in str(told.value) for store in stores)
    for store in stores:
        store.with_name(f"{store.name} unplugged").rename(store)
    assert_sound(machine.open())


@on_sqlite
def test_another_vaults_root_is_refused(machine: TimeMachine, tmp_path: Path) -> None:
    """It says so, whether the stranger lies in the first place or in the second."""
    stores = [Path(each) for each in machine.vault.config.root_stores]
    machine.close()
    with Vault.create(tmp_path / "stranger", clock=machine.clock) as stranger:
        strange = Path(stranger.config.root_stores[0])
    for store in stores:
        aside = store.rename(store.with_name(f"{store.name} aside"))
        shutil.copytree(strange, store)
        with pytest.raises(InputError, match="another vault"):
            Vault.open(machine.home, clock=machine.clock)
        shutil.rmtree(store)
        aside.rename(store)
    assert_sound(machine.open())


@on_sqlite
def test_one_damaged_root_store_is_told_and_healed_by_a_rotation(machine: TimeMachine) -> None:
    """The replica opens the vault; fsck names the damage; the next rotation ends it."""
    machine.close()
    _tear(machine.store, 0)
    vault = machine.open()
    assert any(str(machine.store) in each for each in vault.fsck().problems)
    vault.rotate()
    assert_sound(vault)


@on_sqlite
def test_what_a_cut_write_left_beside_the_root_is_ended_at_start(machine: TimeMachine) -> None:
    """The free slot is torn, the root is whole: nothing to tell, and no byte of it stays."""
    machine.close()
    _tear(machine.store, 1)
    assert_sound(machine.open())
    assert not any((machine.store / "root").read_bytes()[8192:])


@on_sqlite
def test_two_torn_root_stores_are_refused(machine: TimeMachine) -> None:
    """With the root in use damaged in every store, nothing opens."""
    stores = [Path(each) for each in machine.vault.config.root_stores]
    machine.close()
    for store in stores:
        _tear(store, 0)
    with pytest.raises(RootMissingError):
        Vault.open(machine.home, clock=machine.clock)


def _tear(store: Path, slot: int) -> None:
    path = store / "root"
    data = bytearray(path.read_bytes())
    at = 4096 * (slot + 1) + 40
    data[at : at + 8] = b"\xff" * 8
    path.write_bytes(data)


@on_sqlite
def test_a_root_store_from_before_the_rotation_does_not_open_todays_folder(
    machine: TimeMachine, tmp_path: Path
) -> None:
    """Yesterday's root is not today's; with one store of today beside it, all is well."""
    stores = [Path(each) for each in machine.vault.config.root_stores]
    for number, store in enumerate(stores):
        shutil.copytree(store, tmp_path / f"old-{number}")
    gone = WAYS["a recording"](machine.house)
    machine.vault.rotate()
    machine.close()
    aside = stores[1].rename(tmp_path / "aside")
    for number, store in enumerate(stores):
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(tmp_path / f"old-{number}", store)
    with pytest.raises(RootMissingError):
        Vault.open(machine.home, clock=machine.clock)
    shutil.rmtree(stores[1])
    aside.rename(stores[1])
    machine.open()
    judge(machine, gone, tmp_path)


@on_sqlite
def test_a_root_store_of_yesterday_without_a_rotation_between_is_brought_up(
    machine: TimeMachine, tmp_path: Path
) -> None:
    """One store lacks the erasure; it gets it from the other, or from the folder of today."""
    shutil.copytree(machine.store, tmp_path / "old")
    gone = WAYS["a recording"](machine.house)
    machine.close()
    shutil.rmtree(machine.store)
    shutil.copytree(tmp_path / "old", machine.store)
    machine.open()
    machine.bring_back(YESTERDAY)
    machine.open()
    judge(machine, gone, tmp_path)


# -- parts of the folder ------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize("rotations", [0, 1])
@pytest.mark.parametrize(
    "parts", [("ledger",), ("database",), ("folder",), ("folder", "database")], ids="+".join
)
def test_parts_of_different_ages_fit_again(
    machine: TimeMachine, parts: tuple[str, ...], rotations: int, tmp_path: Path
) -> None:
    """An older ledger, database or content folder beside newer ones; deposits go on after it."""
    house = machine.house
    gone = WAYS["a recording"](house)
    for _ in range(rotations):
        machine.vault.rotate()
    machine.bring_back(YESTERDAY, parts)
    vault = machine.open()
    after = said(vault, machine.clock.now_ms(), content=b"and on it goes")
    assert opened(vault, after.recording_id) == b"and on it goes"
    vault.erase(all_of(recordings=(house.recordings["ana phone"],)))
    judge(machine, gone | {"ana phone", "ana text"}, tmp_path)


@on_sqlite
def test_erasing_and_proving_go_on_after_yesterday(machine: TimeMachine) -> None:
    """Erasures from before and after the restore are proven in full; an old receipt still holds."""
    before, _ = machine.vault.erase(all_of(device="phone"))
    slip, vkey = machine.vault.receipt(before.id, asked=before), machine.vault.config.vkey
    machine.bring_back(YESTERDAY)
    vault = machine.open()
    after, _ = vault.erase(all_of(person="Ana"))
    vault.rotate()
    receipt.verify(slip, vkey)
    for asked in (before, after):
        proof = receipt.verify(vault.receipt(asked.id, asked=asked), vkey)
        assert proof.unrecoverable_since_ms == machine.clock.now_ms()
