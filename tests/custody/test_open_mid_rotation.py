"""A rotation that died with both roots alive, and then the home is lost."""

import shutil
from pathlib import Path

import pytest

from bailee import Deposit, Kind, Query, Selection, Vault
from bailee.clock import FixedClock

NOW = 1_790_000_000_000


class PowerCutError(Exception):
    """The machine stops here."""


def deposit(vault: Vault, person: str) -> str:
    item = Deposit(
        account="home",
        person=person,
        device="sensor",
        kind=Kind.FACT,
        content=b"on",
        captured_at_ms=NOW - 1,
    )
    return vault.deposit(item).recording_id


def test_an_older_folder_takes_the_newer_ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Journals truncated, the old root not yet destroyed: an older folder opens all the same,
    with everything that lives and nothing that was forgotten."""
    clock = FixedClock(NOW)
    home = tmp_path / "vault"
    with Vault.create(home, clock=clock) as vault:
        kept = deposit(vault, "Leo")
        deposit(vault, "Ana")
    shutil.copytree(home, tmp_path / "older")
    vault = Vault.open(home, clock=clock)
    vault.erase(Selection(account="home", person="Ana"))
    roots = vault._premises.roots
    destroy_all = roots.destroy_all

    def cut(generation: int) -> None:
        if generation == 1:
            raise PowerCutError
        destroy_all(generation)

    monkeypatch.setattr(roots, "destroy_all", cut)
    with pytest.raises(PowerCutError):
        vault.rotate()
    vault.close()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "older", home)
    with Vault.open(home, clock=clock) as vault:
        left = vault.list(Query(account="home")).recordings
        assert [each.id for each in left] == [kept]
        assert vault.rotate().generation == 3
        assert vault.fsck().is_clean
