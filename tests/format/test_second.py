"""The second implementation opens real vaults, and sees what bailee sees (docs/design/format.md)."""

import ast
import json
import shutil
import sys
from pathlib import Path

import pytest

from bailee import Deposit, Kind, Query, Selection, Vault
from bailee.clock import FixedClock
from bailee.custody.erase import Asked
from bailee.errors import LateArrivalError, UnknownError
from bailee.rules import entries
from format.second import Deployment, RefusedError, read_journal
from format.second_log import open_checkpoint, read_log, verify_receipt

HERE = Path(__file__).parent
NOW = 1_790_000_000_000
HOUR = 3_600_000


def put(vault: Vault, person: str, content: bytes, *, kind: Kind = Kind.AUDIO, ago: int = 1) -> str:
    """A recording an hour long, begun *ago* hours ago; its artefact's id."""
    item = Deposit(
        account="Böhm",
        person=person,
        device="kitchen",
        kind=kind,
        content=content,
        captured_at_ms=NOW - ago * HOUR,
        duration_ms=1000,
        name=f"{person}.wav",
        details={"codec": "opus", "rate_hz": 16_000},
    )
    return vault.deposit(item).recording_id


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Three people, contents of every layout, something derived, something forgotten."""
    made = Vault.create(tmp_path / "vault", clock=FixedClock(NOW))
    first = put(made, "Leo", b"a whole chunk and more" * 4000)
    other = put(made, "Ana", b"short")
    put(made, "Ana", b"", ago=2)
    put(made, "Zoë", bytes(65_536), ago=5)
    made.deposit(
        Deposit(
            account="Böhm",
            kind=Kind.TRANSCRIPT,
            content=b"both of them",
            derived_from=(first, other),  # type: ignore[arg-type]
        )
    )
    return made


def seen_by_bailee(vault: Vault) -> dict[str, tuple[str, str, object]]:
    page = vault.list(Query(account="Böhm"))
    found = {each.id: each for recording in page.recordings for each in recording.artefacts}
    return {id_: (each.kind, each.name, dict(each.details)) for id_, each in found.items()}


def same(vault: Vault, second: Deployment) -> set[str]:
    """Compare all that both see, byte for byte; the ids."""
    mine = seen_by_bailee(vault)
    theirs = {id_: (kind, said["name"], said["details"]) for id_, kind, said in second.artefacts()}
    assert theirs == mine
    for id_ in mine:
        released = vault.release(id_, purpose="owner-view")  # type: ignore[arg-type]
        assert second.open(id_) == b"".join(released.stretches)
    return set(mine)


def forget(vault: Vault, **selection: object) -> Asked:
    return vault.erase(Selection(account="Böhm", **selection))[0]  # type: ignore[arg-type]


def test_imports_nothing_of_bailee() -> None:
    """The second implementation stands on the standard library and `cryptography` alone."""
    for name in ("second.py", "second_log.py"):
        tree = ast.parse((HERE / name).read_text())
        imported = {
            module.split(".")[0]
            for node in ast.walk(tree)
            for module in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported <= {*sys.stdlib_module_names, "cryptography", "format"}


def test_reads_everything_that_lives(vault: Vault) -> None:
    """Every living artefact opens to the same bytes, with the same description and names."""
    second = Deployment.of_home(vault.home)
    assert len(same(vault, second)) == 5
    assert sorted(second.names().values()) == ["Ana", "Böhm", "Leo", "Zoë", "kitchen"]
    found = second.find_account("BÖHM")
    assert found is not None
    assert second.names()[found] == "Böhm"
    second.close()
    vault.close()


def test_tags_as_the_ledger(vault: Vault) -> None:
    """The tag that the second implementation derives is the one the ledger says."""
    vault.publish()
    second = Deployment.of_home(vault.home)
    log = read_log(vault.home / "ledger", vault.config.vkey)
    said = [json.loads(each) for each in log]
    account = second.find_account("Böhm")
    assert account is not None
    assert {each["account"] for each in said if "account" in each} == {second.tag(account)}
    assert [each["type"] for each in said[:2]] == ["init", "rotate"]
    for body in log:
        entries.parse(body)
    second.close()
    vault.close()


def test_what_was_forgotten_does_not_open(vault: Vault) -> None:
    """By person, by range and by kind: gone for both, at once and after a rotation; the rest stays."""
    before = set(seen_by_bailee(vault))
    kept_home = vault.home.with_name("kept")
    vault.forget(Selection(account="Böhm", from_ms=NOW - 5 * HOUR, to_ms=NOW - 4 * HOUR))
    vault.forget(Selection(account="Böhm", person="Leo"))
    second = Deployment.of_home(vault.home)
    left = same(vault, second)
    assert len(left) == 2
    assert all(second.open(id_) is None for id_ in before - left)  # no clean-up has run: rows stay
    second.close()
    shutil.copytree(vault.home, kept_home)
    vault.rotate()
    second = Deployment.of_home(vault.home)
    assert same(vault, second) == left
    second.close()
    with pytest.raises(RefusedError):
        Deployment.of_home(kept_home)  # an old copy with today's root
    vault.close()


def test_refuses_a_copy_that_has_not_heard(vault: Vault) -> None:
    """A copy of the folder from before an erasure is refused by the journal, which names it."""
    old = vault.home.with_name("old")
    vault.publish()
    shutil.copytree(vault.home, old)
    asked = forget(vault, person="Ana")
    _, payloads = read_journal(Path(vault.config.root_stores[0]) / "journal")
    assert [each["erasure"] for each in payloads] == [asked.id]
    assert payloads[0]["acts"][0]["act"] == "Drop"
    with pytest.raises(RefusedError):
        Deployment.of_home(old)
    vault.close()


def test_reads_a_backup_with_the_fresh_ring(vault: Vault, tmp_path: Path) -> None:
    """An older catalogue beside the ring of today opens what lives today and nothing else."""
    folder = tmp_path / "backup"
    vault.backup(folder)
    before = set(seen_by_bailee(vault))
    forget(vault, person="Ana")
    vault.rotate()
    second = Deployment.of_backup(folder, Path(vault.config.root_stores[0]))
    left = same(vault, second)
    assert len(left) == 2
    assert all(second.open(id_) is None for id_ in before - left)
    assert "Ana" not in second.names().values()
    second.close()
    vault.close()


@pytest.mark.parametrize("rotated", [False, True])
def test_verifies_a_receipt(vault: Vault, *, rotated: bool) -> None:
    """A receipt verifies, before its rotation and after; one with a changed word does not."""
    asked = forget(vault, person="Ana")
    if rotated:
        vault.rotate()
    receipt = vault.receipt(asked.id, asked=asked)
    verify_receipt(receipt, vault.config.vkey)
    assert (receipt["unrecoverable_since"] is not None) is rotated
    for field, other in {
        "sentence": "everything of Leo in Böhm",
        "recordings": receipt["recordings"] + 1,
        "unreadable_since": "2026-01-01T00:00:00Z",
        "checkpoint": receipt["checkpoint"].replace("bailee", "baiIee"),
    }.items():
        with pytest.raises(RefusedError):
            verify_receipt({**receipt, field: other}, vault.config.vkey)
    vault.close()


def test_reads_the_exported_ledger(vault: Vault, tmp_path: Path) -> None:
    """An export has every entry of the checkpoint, across more than one bundle."""
    small = [
        Deposit(
            account="Böhm",
            person="Leo",
            device=f"sensor {number}",
            kind=Kind.FACT,
            content=b"on",
            captured_at_ms=NOW - number,
        )
        for number in range(1, 301)
    ]
    vault.deposit_many(small)
    vault.ledger_export(tmp_path / "export")
    log = read_log(tmp_path / "export", vault.config.vkey)
    note = (tmp_path / "export" / "checkpoint").read_text()
    assert len(log) == open_checkpoint(note, vault.config.vkey)[0]
    assert len(log) > 256
    vault.close()


def test_reads_a_restored_vault(vault: Vault, tmp_path: Path) -> None:
    """Restored from a backup with a fresh ring: both see what lives, no erased name comes back."""
    folder = tmp_path / "backup"
    vault.backup(folder)
    forget(vault, person="Ana")
    vault.rotate()
    vault.close()
    restored = Vault.restore(folder, tmp_path / "restored", clock=FixedClock(NOW))
    second = Deployment.of_home(restored.home)
    assert len(same(restored, second)) == 2
    second.close()
    with pytest.raises(UnknownError):
        restored.list(Query(account="Böhm", person="Ana"))
    with pytest.raises(LateArrivalError):
        put(restored, "Ana", b"uploaded late")
    restored.ledger_export(tmp_path / "export")
    said = [json.loads(each) for each in read_log(tmp_path / "export", restored.config.vkey)]
    assert "restore" in [each["type"] for each in said]
    restored.close()
