"""Several processes on one vault: what one was told stands, whatever the others do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from bailee.clock import FixedClock
from bailee.custody import startup
from bailee.custody.audit import audit
from bailee.custody.vault import Vault
from bailee.errors import GoneError
from bailee.store.database import Database
from bailee.types.recording import Deposited
from support.vaults import NOW_MS, assert_sound, listed, opened, said

TESTS = Path(__file__).parent.parent.parent


def start(home: Path, what: str, rounds: int, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "support.neighbour", str(home), what, str(rounds), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )


def at_once(home: Path, *works: tuple[str, int, str]) -> list[dict[str, str]]:
    """Run all of them beside each other; everything they were told."""
    running = [start(home, *each) for each in works]
    told: list[dict[str, str]] = []
    for process in running:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err[-3000:]
        told += [json.loads(line) for line in out.splitlines()]
    assert len(told) == sum(rounds for _, rounds, _ in works)
    return told


def judge(home: Path, told: list[dict[str, str]]) -> None:
    """No acknowledged deposit is lost, no acknowledged puncture undone, with the next root too."""
    with Vault.open(home, clock=FixedClock(NOW_MS)) as vault:
        for _ in range(2):
            here = set(listed(vault))
            for each in told:
                if "kept" in each:
                    assert each["kept"] in here
                if "gone" in each:
                    assert each["gone"] not in here
                    with pytest.raises(GoneError):
                        opened(vault, each["gone"])
            for each in [each for each in told if "kept" in each][::5]:
                assert opened(vault, each["kept"]) == each["content"].encode()
            assert_sound(vault)
            vault.rotate()
        vault.ledger_export(home.with_name("export"))
        told_by = audit(home.with_name("export"), vault.config.vkey)
        assert told_by.problems == ()


def a_home(vault: Vault) -> Path:
    said(vault, NOW_MS - 5, person="Leo")
    home = vault.home
    vault.publish()
    return home


def test_rotate_erase_and_deposit(vault: Vault) -> None:
    """And the first deposits of new streams, in four processes, a rotation a moment."""
    home = a_home(vault)
    told = at_once(
        home,
        ("rotations", 8, "r"),
        ("erasures", 9, "Eve"),
        ("erasures", 9, "Bea"),
        ("deposits", 12, "d"),
    )
    judge(home, told)


def test_everybody_makes_the_same_stream(vault: Vault) -> None:
    """One account, person and device each, whoever came first; every deposit is kept."""
    home = a_home(vault)
    works = [("same_firsts", 8, name) for name in ("one", "two", "three")]
    told = at_once(home, *works)
    judge(home, told)
    with Vault.open(home, clock=FixedClock(NOW_MS)) as again:
        for number in range(8):
            there = listed(again, account=f"house {number % 2}", person=f"shared {number}")
            assert len(there) == 3


def test_starting_beside_everything_else(vault: Vault) -> None:
    """A start in the middle of a rotation or an erasure takes nothing back and loses nothing."""
    home = a_home(vault)
    told = at_once(
        home,
        ("openings", 8, "o"),
        ("rotations", 8, "r"),
        ("erasures", 6, "Eve"),
        ("deposits", 9, "d"),
    )
    judge(home, told)


@pytest.mark.long
@pytest.mark.parametrize("attempt", range(5))
def test_all_of_it_for_longer(vault: Vault, attempt: int) -> None:
    """The same, until whatever is rare has had its chance."""
    home = a_home(vault)
    told = at_once(
        home,
        ("openings", 30, "o"),
        ("rotations", 40, "r"),
        ("erasures", 60, f"Eve {attempt}"),
        ("erasures", 60, f"Bea {attempt}"),
        ("deposits", 90, "d"),
        ("same_firsts", 40, "s"),
        ("same_firsts", 40, "t"),
    )
    judge(home, told)


def test_a_rotation_between_looking_and_taking(vault: Vault) -> None:
    """A start that found an old ring takes none where another process has rotated meanwhile.

    Else keys made since that rotation's ring backup would be lost, and with them what they seal.
    """
    said(vault, NOW_MS - 9)
    premises = vault._premises
    seen = startup._age
    fresh: list[Deposited] = []

    def stale(database: Database, vault_id: bytes) -> tuple[int, int]:
        age = seen(database, vault_id)
        if not fresh:
            vault.rotate()
            fresh.append(said(vault, NOW_MS, person="Eve", device="porch", content=b"new"))
        return age

    with mock.patch.object(startup, "_age", stale):
        assert not startup.adopt_ring(premises.database, premises.roots, premises.vault_id)
    assert opened(vault, fresh[0].recording_id) == b"new"
    assert_sound(vault)
