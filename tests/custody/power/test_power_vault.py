"""What the power may take from a whole vault, verb by verb; judged by fsck and what was promised.

Our own files are rebuilt in every state that dropping unsynced writes allows; the database is taken
as its own program left it after each commit, since SQLite's durability is its own.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from bailee import Query, Vault
from bailee.clock import FixedClock
from bailee.errors import GoneError, InputError, UnknownError
from bailee.store.database import Database
from bailee.types.ids import ArtefactId
from store.power.states import CrashState, Trace, crash_states, record
from support.vaults import LARGE, NOW_MS, all_of, assert_sound, opened, said

FEW = 12
"""States of a verb that are judged in the default run; all of them in the long one."""


@dataclass
class World:
    """A disk with a vault, its root store and its backup, and what was promised about them."""

    disk: Path
    clock: FixedClock
    kept: dict[str, bytes] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    @property
    def home(self) -> Path:
        return self.disk / "vault"

    def found(self) -> Vault:
        return Vault.create(self.home, root_store=self.disk / "root", clock=self.clock)

    def keep(self, vault: Vault, content: bytes) -> str:
        done = said(vault, NOW_MS - 1000 * (1 + len(self.kept)), content=content)
        self.kept[done.artefact_id] = content
        return done.artefact_id


@contextmanager
def watched(disk: Path) -> Iterator[Trace]:
    """Record the files of *disk*, with the database as each commit and its closing left it."""
    commit, close = Database._commit_together, Database.close
    with record(disk) as trace:

        def committing(self: Database, batch: list[Any]) -> None:
            commit(self, batch)
            _keep_database(trace, self)

        def closing_(self: Database) -> None:
            close(self)
            _keep_database(trace, self)

        with (
            mock.patch.object(Database, "_commit_together", committing),
            mock.patch.object(Database, "close", closing_),
        ):
            yield trace


def _keep_database(trace: Trace, database: Database) -> None:
    path = Path(database.url.removeprefix("sqlite:///"))
    log = path.with_name(f"{path.name}-wal")
    # Pages reach the file only after the log is whole, and the log goes only after the pages: so
    # that a cut between the two leaves a pair that SQLite itself could leave.
    for each in (log, path) if log.exists() else (path, log):
        trace.keep(each)


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> World:
    disk = tmp_path / "disk"
    disk.mkdir()
    return World(disk, clock)


@pytest.fixture
def furnished(world: World) -> World:
    """Two recordings in the catalogue, one in the content store, and an older backup."""
    with world.found() as vault:
        for content in (b"one, small", b"two, small", b"three" * LARGE):
            world.keep(vault, content)
        vault.backup(world.disk / "backup")
    return world


Act = Callable[[World, Vault, Trace], None]


def deposit(world: World, vault: Vault, trace: Trace) -> None:
    for content in (b"four" * LARGE, b"five, small"):
        trace.note(("kept", world.keep(vault, content)))


def erase(world: World, vault: Vault, trace: Trace) -> None:
    recordings = {
        artefact.id: recording.id
        for recording in vault.list(Query(account="home")).recordings
        for artefact in recording.artefacts
    }
    for artefact_id in list(world.kept)[1:]:
        recording = recordings[ArtefactId(artefact_id)]
        trace.note(("erasing", artefact_id))
        vault.erase(all_of(recordings=(recording,)))
        trace.note(("gone", artefact_id))


def rotate(world: World, vault: Vault, trace: Trace) -> None:
    erase(world, vault, trace)
    vault.rotate()
    trace.note(("rotated", ""))


def back_up(world: World, vault: Vault, trace: Trace) -> None:
    trace.note(("kept", world.keep(vault, b"six" * LARGE)))
    vault.backup(world.disk / "backup")
    trace.note(("backed up", ""))


ACTS: dict[str, Act] = {"deposit": deposit, "erase": erase, "rotate": rotate, "backup": back_up}


def states_of(trace: Trace, base: Path, most: int | None) -> Iterator[CrashState]:
    """All states, or *most* of them spread over the trace, the last one among them."""
    if most is None:
        yield from crash_states(trace, base)
        return
    total = sum(1 for _ in crash_states(trace, base))
    wanted = {round((total - 1) * number / (most - 1)) for number in range(most)}
    for number, state in enumerate(crash_states(trace, base)):
        if number in wanted:
            yield state


def move(world: World, state: CrashState) -> Path:
    """Let the vault of a state know where it lies now; its home."""
    home = state.path / "vault"
    for name in ("vault.json", "founding.json"):
        path = home / name
        if path.exists():
            path.write_text(path.read_text().replace(str(world.disk), str(state.path)))
    catalog = home / "catalog.sqlite"
    if (home / "vault.json").exists():
        with closing(sqlite3.connect(catalog)) as connection, connection:
            connection.execute("UPDATE place SET path = ?", (str(state.path / "backup"),))
    return home


def judge(world: World, state: CrashState) -> None:
    """What was acknowledged is there, what was forgotten is not, and everything fits together."""
    home = move(world, state)
    told = state.notes
    gone = {artefact_id for verb, artefact_id in told if verb == "gone"}
    doubtful = {artefact_id for verb, artefact_id in told if verb == "erasing"} - gone
    fresh = {artefact_id for verb, artefact_id in told if verb == "kept"}
    known = (set(world.kept) - world.fresh) | fresh
    with Vault.open(home, clock=world.clock) as vault:
        for artefact_id in known - gone - doubtful:
            assert opened(vault, artefact_id) == world.kept[artefact_id], state.story
        for artefact_id in gone:
            with pytest.raises((GoneError, UnknownError)):
                opened(vault, artefact_id)
        assert_sound(vault)
        vault.rotate()
        assert_sound(vault)
    judge_backup(world, state, known - gone - doubtful, fresh, gone)


def judge_backup(
    world: World, state: CrashState, living: set[str], fresh: set[str], gone: set[str]
) -> None:
    """The backup that was there still restores; a newer one, once acknowledged, restores all."""
    acknowledged = ("backed up", "") in state.notes
    again = state.path / "again"
    with Vault.restore(
        state.path / "backup", again, root_stores=[state.path / "root"], clock=world.clock
    ) as vault:
        for artefact_id in living - (set() if acknowledged else fresh):
            assert opened(vault, artefact_id) == world.kept[artefact_id], state.story
        for artefact_id in gone:
            with pytest.raises((GoneError, UnknownError)):
                opened(vault, artefact_id)
        assert_sound(vault)


def act_and_judge(world: World, act: Act, most: int | None, tmp_path: Path) -> None:
    before = set(world.kept)
    vault = Vault.open(world.home, clock=world.clock)
    with watched(world.disk) as trace:
        _keep_database(trace, vault._premises.database)
        act(world, vault, trace)
    vault.close()
    world.fresh = set(world.kept) - before
    judged = 0
    for state in states_of(trace, tmp_path / "crash", most):
        judge(world, state)
        judged += 1
    assert judged > FEW // 2


@pytest.mark.parametrize("verb", ACTS)
def test_a_power_cut_during_a_verb(furnished: World, verb: str, tmp_path: Path) -> None:
    """At moments all over it."""
    act_and_judge(furnished, ACTS[verb], FEW, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("verb", ACTS)
def test_a_power_cut_at_any_moment_of_a_verb(furnished: World, verb: str, tmp_path: Path) -> None:
    """Every state there is."""
    act_and_judge(furnished, ACTS[verb], None, tmp_path)


def test_a_power_cut_while_a_vault_is_founded(world: World, tmp_path: Path) -> None:
    """Once acknowledged it opens; before that it opens, or `create` begins anew."""
    with watched(world.disk) as trace:
        vault = world.found()
        trace.note(("founded", ""))
    vault.close()
    for state in states_of(trace, tmp_path / "crash", 2 * FEW):
        home = move(world, state)
        if ("founded", "") in state.notes or (home / "vault.json").exists():
            made = Vault.open(home, clock=world.clock)
        else:
            made = Vault.create(home, root_store=state.path / "root", clock=world.clock)
        with made:
            kept = said(made, NOW_MS - 5, content=b"begun")
            assert opened(made, kept.artefact_id) == b"begun", state.story
            assert_sound(made)
        shutil.rmtree(home)


def test_a_first_backup_is_whole_or_none(world: World, tmp_path: Path) -> None:
    """Without its manifest it is refused; with it, it restores everything."""
    vault = world.found()
    for content in (b"one, small", b"two" * LARGE):
        world.keep(vault, content)
    with watched(world.disk) as trace:
        _keep_database(trace, vault._premises.database)
        vault.backup(world.disk / "backup")
        trace.note(("backed up", ""))
    vault.close()
    for state in states_of(trace, tmp_path / "crash", FEW):
        move(world, state)
        try:
            restored = Vault.restore(
                state.path / "backup",
                state.path / "again",
                root_stores=[state.path / "root"],
                clock=world.clock,
            )
        except InputError:
            assert not state.notes, state.story
            with Vault.open(state.path / "vault", clock=world.clock) as again:
                again.backup(state.path / "backup")
            shutil.rmtree(state.path / "vault")
            restored = Vault.restore(
                state.path / "backup",
                state.path / "again",
                root_stores=[state.path / "root"],
                clock=world.clock,
            )
        with restored:
            for artefact_id, content in world.kept.items():
                assert opened(restored, artefact_id) == content, state.story
            assert_sound(restored)
