"""The data disk is lost at any step of a rotation; or a replica is, for a while."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bailee import Vault
from bailee.clock import FixedClock
from bailee.custody import receipt
from bailee.errors import ConflictError, GoneError, ReplicaUnreachableError, UnknownError
from conftest import MakeDatabase
from custody.disk_lost.dying import Dying, Interrupter, Killed, interrupted
from custody.old_copies.household import Household, furnish
from support.attacker import Stolen, loot, rings_of, roots_of, steal
from support.vaults import all_of, assert_sound, opened

SAMPLES = 8


@dataclass
class Site:
    """A data disk with vault and root store; another disk with a replica and a backup."""

    data: Path
    other: Path
    saved: Path
    house: Household
    asked: str
    copy: Stolen
    gone: frozenset[str]

    @property
    def backup(self) -> Path:
        return self.other / "backup"

    @property
    def replica(self) -> Path:
        return self.other / "replica"

    def reset(self) -> Vault:
        """Everything as it was right before the rotation; the vault opened."""
        for disk in (self.data, self.other):
            shutil.rmtree(disk, ignore_errors=True)
            shutil.copytree(self.saved / disk.name, disk)
        return Vault.open(self.data / "vault", clock=self.house.clock)


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Site:
    """One generation on; something erased before the backup, something between it and now."""
    data, other = tmp_path / "data", tmp_path / "other"
    for disk in (data, other):
        disk.mkdir()
    vault = Vault.create(
        data / "vault",
        root_store=data / "root",
        root_replicas=[other / "replica"],
        clock=clock,
    )
    house = furnish(vault, clock)
    copy = steal(vault, tmp_path / "copy")
    vault.rotate()
    vault.erase(all_of(recordings=(house.recordings["leo phone"],)))
    vault.backup(other / "backup")
    asked, _ = vault.erase(all_of(recordings=(house.recordings["ana phone"],)))
    vault.close()
    for disk in (data, other):
        shutil.copytree(disk, tmp_path / "saved" / disk.name)
    gone = frozenset({"leo phone", "fact of both", "ana phone", "ana text"})
    return Site(data, other, tmp_path / "saved", house, asked.id, copy, gone)


def steps_of_a_rotation(site: Site) -> int:
    """How many steps change something; more by a few where threads interleave otherwise."""
    vault, counter = site.reset(), Interrupter(-1, lambda: None)
    with interrupted(counter):
        vault.rotate()
    vault.close()
    return counter.steps


def spread(total: int, many: int) -> Sequence[int]:
    """*many* numbers over ``0 … total``, both ends among them."""
    return sorted({round(total * number / (many - 1)) for number in range(many)})


def judge(site: Site, vault: Vault) -> None:
    """Every acknowledged living recording opens; nothing forgotten does, to anybody."""
    house = site.house
    for name, artefact_id in house.artefacts.items():
        if name in site.gone:
            with pytest.raises((GoneError, UnknownError)):
                opened(vault, artefact_id)
        else:
            assert opened(vault, artefact_id) == house.contents[name]
    assert_sound(vault)


def lose_the_data_disk(site: Site, at: int, tmp_path: Path, database: str | None = None) -> None:
    """Die at a step, lose the disk, restore from the backup and the replica."""
    vault = site.reset()
    with suppress(Killed), interrupted(Dying(at)):
        vault.rotate()
    _let_go(vault)
    stolen = steal_backup(site, tmp_path / f"backup-{at}")
    shutil.rmtree(site.data)
    home = tmp_path / f"new-{at}"
    with Vault.restore(
        site.backup, home, root_stores=[site.replica], database=database, clock=site.house.clock
    ) as restored:
        judge(site, restored)
        restored.rotate()
        judge(site, restored)
        rings = rings_of(restored, tmp_path / f"rings-{at}")
        copies = [site.copy, stolen, *rings, steal(restored, tmp_path / f"copy-{at}")]
        found = loot(copies, roots_of(restored))
        assert not {site.house.artefacts[name] for name in site.gone} & set(found)


def steal_backup(site: Site, into: Path) -> Stolen:
    shutil.copytree(site.backup, into)
    return Stolen(databases=tuple(sorted(into.glob("*.sqlite"))), contents=into / "content")


def _let_go(vault: Vault) -> None:
    """What the kernel does for a dead process."""
    vault._premises.content.close()
    vault._premises.roots.close()
    vault._premises.database.close()


def test_the_data_disk_is_lost_during_a_rotation(site: Site, tmp_path: Path) -> None:
    """At steps all over it: before, between and after root, database, ring, journal, root."""
    for at in spread(steps_of_a_rotation(site), SAMPLES):
        lose_the_data_disk(site, at, tmp_path)


@pytest.mark.long
def test_the_data_disk_is_lost_at_every_step_of_a_rotation(site: Site, tmp_path: Path) -> None:
    """Each single one."""
    for at in range(steps_of_a_rotation(site) + 1):
        lose_the_data_disk(site, at, tmp_path)


@pytest.mark.long
def test_a_lost_disk_is_rebuilt_on_either_database(
    site: Site, new_database: MakeDatabase, tmp_path: Path
) -> None:
    """The backup does not know from which database it came."""
    for at in spread(steps_of_a_rotation(site), SAMPLES):
        lose_the_data_disk(site, at, tmp_path, new_database())


def test_a_rotation_killed_at_any_step_is_finished_or_undone(site: Site) -> None:
    """Nothing is lost but the process: the next start serves everything, the next rotation ends."""
    for at in spread(steps_of_a_rotation(site), SAMPLES):
        killed_and_started_again(site, at)


@pytest.mark.long
def test_a_rotation_killed_at_every_step_is_finished_or_undone(site: Site) -> None:
    """Each single one."""
    for at in range(steps_of_a_rotation(site) + 1):
        killed_and_started_again(site, at)


def killed_and_started_again(site: Site, at: int) -> None:
    vault = site.reset()
    with suppress(Killed), interrupted(Dying(at)):
        vault.rotate()
    _let_go(vault)
    with Vault.open(site.data / "vault", clock=site.house.clock) as again:
        judge(site, again)
        before = again.erasure(site.asked).unrecoverable_since_ms
        again.rotate()
        assert before in {None, again.erasure(site.asked).unrecoverable_since_ms}
        assert again.erasure(site.asked).unrecoverable_since_ms is not None
        judge(site, again)
        for store in (site.data / "root", site.replica):
            assert sorted(path.name for path in store.iterdir()) == [
                "journal",
                f"ring-{again._premises.roots.stores[0].read().live[0].generation}",
                "root",
            ]


# -- a replica that is away ---------------------------------------------------------------------


def unplug(site: Site) -> None:
    site.replica.rename(site.other / "unplugged")


def plug_in(site: Site) -> None:
    (site.other / "unplugged").rename(site.replica)


def test_a_rotation_waits_for_a_replica(site: Site) -> None:
    """It names the replica and changes nothing; the receipt's second time stays open."""
    with site.reset() as vault:
        before = roots_of(vault)
        unplug(site)
        with pytest.raises(ReplicaUnreachableError) as told:
            vault.rotate()
        assert told.value.place == str(site.replica)
        slip = vault.receipt(site.asked)
        assert slip["unrecoverable_since"] is None
        assert receipt.verify(slip, vault.config.vkey).unrecoverable_since_ms is None
        for name in set(site.house.artefacts) - site.gone:
            assert opened(vault, site.house.artefacts[name]) == site.house.contents[name]
        plug_in(site)
        assert roots_of(vault) == before
        vault.rotate()
        assert vault.receipt(site.asked)["unrecoverable_since"] is not None
        judge(site, vault)


def test_a_replica_unplugged_at_any_step_holds_back_the_second_stamp(site: Site) -> None:
    """The rotation finishes when it is back: at the next one, or at the next start."""
    for number, at in enumerate(spread(steps_of_a_rotation(site), SAMPLES)):
        unplugged_at(site, at, restart=bool(number % 2))


@pytest.mark.long
@pytest.mark.parametrize("restart", [False, True])
def test_a_replica_unplugged_at_every_step_holds_back_the_second_stamp(
    site: Site, restart: bool
) -> None:
    """Each single one."""
    for at in range(steps_of_a_rotation(site) + 1):
        unplugged_at(site, at, restart=restart)


def unplugged_at(site: Site, at: int, *, restart: bool) -> None:
    vault = site.reset()
    waiting = None
    try:
        with interrupted(Interrupter(at, lambda: unplug(site))):
            vault.rotate()
    except ReplicaUnreachableError as error:
        waiting = error
    if waiting is not None:
        assert waiting.place == str(site.replica)
        assert vault.erasure(site.asked).unrecoverable_since_ms is None
    if restart:  # without it: what lives is served, what is gone is not
        vault.close()
        vault = Vault.open(site.data / "vault", clock=site.house.clock)
        assert opened(vault, site.house.artefacts["leo kitchen"])
    if (site.other / "unplugged").exists():
        plug_in(site)
    if restart:
        vault.close()
        vault = Vault.open(site.data / "vault", clock=site.house.clock)
    with vault:
        vault.rotate()
        assert vault.erasure(site.asked).unrecoverable_since_ms is not None
        judge(site, vault)


def test_a_replica_that_never_comes_back_is_given_up_by_name(site: Site) -> None:
    """Then the rotation goes through; it is said in the ledger; the last one is never given up."""
    vault = site.reset()
    unplug(site)
    with pytest.raises(UnknownError):
        vault.detach(str(site.other / "another"))
    vault.detach(str(site.replica))
    vault.rotate()
    assert vault.erasure(site.asked).unrecoverable_since_ms is not None
    with pytest.raises(ConflictError):
        vault.detach(str(site.data / "root"))
    vault.close()
    with Vault.open(site.data / "vault", clock=site.house.clock) as again:
        judge(site, again)


def test_an_erasure_while_a_replica_is_away_reaches_it_later(site: Site) -> None:
    """The data disk is lost after the rotation that healed it: the erasure holds."""
    vault = site.reset()
    unplug(site)
    vault.erase(all_of(recordings=(site.house.recordings["ana kitchen"],)))
    plug_in(site)
    vault.close()
    Vault.open(site.data / "vault", clock=site.house.clock).close()
    shutil.rmtree(site.data)
    site.gone |= {"ana kitchen"}
    with Vault.restore(
        site.backup, site.data / "vault", root_stores=[site.replica], clock=site.house.clock
    ) as restored:
        judge(site, restored)


def test_a_store_that_is_away_is_not_one_without_a_ring(site: Site) -> None:
    """Taken away between two calls, it is named as unreachable: the rotation waits for it."""
    with site.reset() as vault:
        store = vault._premises.roots.stores[1]
        assert store.ring_path(2).is_file()
        unplug(site)
        with pytest.raises(ReplicaUnreachableError):
            store.ring_path(2)
        plug_in(site)
