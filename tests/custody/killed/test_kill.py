"""kill -9 at every write of every verb: what was acknowledged stands, what was erased is gone."""

import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody.audit import audit
from bailee.custody.fsck import GRACE_MS
from bailee.custody.vault import Vault
from conftest import PostgresServer
from support.killed import LATER_MS, UNTOUCHED, VERBS, Zygote, furnish, look
from support.vaults import NOW_MS, assert_sound

IMPORTANT = ("deposit of somebody new", "erase a person", "reassign", "expire", "rotate")
"""Verbs also killed on PostgreSQL in the short run."""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


class House:
    """A furnished vault that can be had anew, any number of times, in the same place."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self.home, self._folder, self._server = folder / "now" / "vault", folder, server
        url = server.fresh() if server else None
        with Vault.create(self.home, clock=FixedClock(NOW_MS), database=url) as vault:
            furnish(vault)
        self._template = sa.make_url(url).database if url else None
        shutil.copytree(folder / "now", folder / "template")

    def anew(self) -> Path:
        shutil.rmtree(self._folder / "now")
        shutil.copytree(self._folder / "template", self._folder / "now")
        if self._server is not None:
            path = self.home / "vault.json"
            config = json.loads(path.read_text())
            config["database"] = self._server.copy_of(self._template)
            path.write_text(json.dumps(config))
        return self.home


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("killed"), None)


@pytest.fixture(scope="module")
def postgres_house(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> House:
    return House(tmp_path_factory.mktemp("killed"), postgres)


def seen(home: Path) -> dict[str, list[Any]]:
    with Vault.open(home, clock=FixedClock(LATER_MS)) as vault:
        return look(vault)


def judge(home: Path, allowed: list[dict[str, list[Any]]], context: str) -> None:
    """Open it as the next start does: one of the two states, whole, and it goes on living."""
    clock = FixedClock(LATER_MS)
    with Vault.open(home, clock=clock) as vault:
        assert look(vault) in allowed, context
        assert_sound(vault)
        clock.advance(ms=GRACE_MS)
        vault.fsck()
        assert vault.fsck().noted == 0, context
        vault.rotate()
        assert look(vault) in allowed, context
        assert_sound(vault)
        vault.ledger_export(home.with_name("export"))
        told = audit(home.with_name("export"), vault.config.vkey)
        late = ("days late", "within", "too late")
        assert [each for each in told.problems if not any(w in each for w in late)] == [], context


def kill_at(zygote: Zygote, house: House, verb: str, moments: Iterator[int]) -> int:
    """Kill it at each of *moments* until it lives; how often it was killed."""
    before = seen(house.anew())
    home = house.anew()
    assert zygote.run(home, verb, 1 << 30)
    after = seen(home)
    assert (after == before) == (verb in UNTOUCHED)
    for killed, nth in enumerate(moments):
        home = house.anew()
        done = zygote.run(home, verb, nth)
        judge(home, [after] if done else [before, after], f"{verb}, killed at write {nth}")
        if done:
            return killed
    return killed + 1


def sampled() -> Iterator[int]:
    """A few moments from early to late; the last one that strikes nothing ends it."""
    return iter((0, 6, 18))


@pytest.mark.parametrize("verb", VERBS)
def test_killed_now_and_then(zygote: Zygote, house: House, verb: str) -> None:
    """A sample of the test below, for every day."""
    assert kill_at(zygote, house, verb, sampled()) >= 1


@pytest.mark.parametrize("verb", IMPORTANT)
def test_killed_now_and_then_on_postgresql(
    zygote: Zygote, postgres_house: House, verb: str
) -> None:
    """The server sees a connection end; the journal and the files see what SQLite's see."""
    assert kill_at(zygote, postgres_house, verb, iter((2, 7, 20))) >= 1


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("which", ["house", "postgres_house"])
def test_killed_at_every_write(
    zygote: Zygote, request: pytest.FixtureRequest, which: str, verb: str
) -> None:
    """Every write of every verb, on both databases."""
    assert kill_at(zygote, request.getfixturevalue(which), verb, count()) >= 1
