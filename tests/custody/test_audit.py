"""An exported ledger is judged with nothing else at hand (design §2)."""

import json
import os
import shutil
from pathlib import Path

import pytest

from bailee import Deposit, Kind, Purpose, Selection, Vault
from bailee.clock import DAY_MS, FixedClock
from bailee.custody.audit import VKEY, ForkError, audit
from bailee.errors import EvidenceError, InputError

T0 = 1_790_000_000_000


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(T0)


@pytest.fixture
def vault(tmp_path: Path, clock: FixedClock) -> Vault:
    return Vault.create(tmp_path / "vault", clock=clock)


def keep(vault: Vault, clock: FixedClock, person: str = "Leo") -> str:
    clock.advance(ms=1000)
    kept = vault.deposit(
        Deposit(
            account="home",
            person=person,
            device="kitchen",
            kind=Kind.AUDIO,
            content=os.urandom(100),
            captured_at_ms=clock.now_ms(),
        )
    )
    return kept.recording_id


def live(vault: Vault, clock: FixedClock) -> None:
    """A life with every verb that writes an entry."""
    first, second = keep(vault, clock), keep(vault, clock, "Ana")
    b"".join(vault.release(first, purpose=Purpose.OWNER_VIEW).stretches)
    vault.reassign("home", first, "Ana")
    vault.retain(Selection(account="home", person="Ana"), 40)
    held = vault.hold(Selection(account="home", person="Ana"))
    vault.lift(held.id)
    vault.erase(Selection(account="home", recordings=(second,)))  # type: ignore[arg-type]
    vault.erase(Selection(account="home", person="Ana", from_ms=T0, to_ms=T0 + 1500))
    vault.rotate()
    clock.advance(days=1)
    vault.expire()
    vault.rotate()


def test_an_honest_life_is_clean(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """What custody does in order, the audit finds in order."""
    live(vault, clock)
    vault.ledger_export(tmp_path / "export")
    found = audit(tmp_path / "export", vault.config.vkey, now_ms=clock.now_ms())
    assert found.problems == ()
    assert found.remarks == ()
    assert found.entries == found.checkpoint.size > 10
    assert found.witnessed == ()
    assert "Unwitnessed" in found.steps[-1]
    vault.close()


def test_an_earlier_checkpoint_bears_witness(
    vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    """A checkpoint kept elsewhere shows that nothing before it was rewritten."""
    keep(vault, clock)
    note, _ = vault.ledger_head()
    live(vault, clock)
    vault.ledger_export(tmp_path / "export")
    found = audit(tmp_path / "export", vault.config.vkey, checkpoint=note)
    assert found.witnessed
    vault.close()


def test_a_rewritten_log_is_a_fork(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """An operator who begins again with the same key is found by the earlier checkpoint."""
    copy = tmp_path / "copy"
    vault.close()
    shutil.copytree(tmp_path / "vault", copy)
    vault = Vault.open(tmp_path / "vault", clock=clock)
    keep(vault, clock)
    note, _ = vault.ledger_head()
    vault.close()
    other = Vault.open(copy, clock=clock)
    keep(other, clock)
    keep(other, clock)
    other.ledger_export(tmp_path / "export")
    with pytest.raises(ForkError):
        audit(tmp_path / "export", other.config.vkey, checkpoint=note)
    other.close()


def test_a_missing_rotation_is_found(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """The horizon is a duty: forgetting without a rotation shows."""
    keep(vault, clock)
    vault.erase(Selection(account="home", person="Leo"))
    clock.advance(days=2)
    vault.ledger_export(tmp_path / "export")
    found = audit(tmp_path / "export", vault.config.vkey, now_ms=clock.now_ms())
    assert len(found.problems) == 1
    assert "unrecoverable" in found.problems[0]
    vault.close()


def test_what_is_due_and_kept_is_found(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """Nothing is kept for ever: a day nobody let expire shows."""
    keep(vault, clock)
    vault.ledger_export(tmp_path / "export")
    late = clock.now_ms() + 40 * DAY_MS
    assert len(audit(tmp_path / "export", vault.config.vkey, now_ms=late).problems) == 1
    vault.close()


def test_tampering_is_evidence(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """A changed entry, tile or checkpoint does not verify; neither does another key."""
    live(vault, clock)
    vault.ledger_export(tmp_path / "export")
    vkey = vault.config.vkey
    vault.close()
    for path in sorted((tmp_path / "export").rglob("*")):
        if path.is_file():
            kept = path.read_bytes()
            path.write_bytes(kept[:-5] + bytes([kept[-5] ^ 1]) + kept[-4:])
            with pytest.raises(EvidenceError):
                audit(tmp_path / "export", vkey)
            path.write_bytes(kept)
    audit(tmp_path / "export", vkey)
    stranger = Vault.create(tmp_path / "other", clock=clock)
    with pytest.raises(EvidenceError):
        audit(tmp_path / "export", stranger.config.vkey)
    stranger.close()


def test_without_a_key_nothing_is_judged(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """The key comes from the auditor, or from the export, which the audit then says."""
    keep(vault, clock)
    vault.ledger_export(tmp_path / "export")
    with pytest.raises(InputError):
        audit(tmp_path / "export")
    (tmp_path / "export" / VKEY).write_text(vault.config.vkey + "\n")
    assert "compare it" in audit(tmp_path / "export").steps[0]
    vault.close()


def test_no_entry_holds_words_of_ours(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    """No name of account, person or device, and no id of a person, is in the ledger."""
    live(vault, clock)
    vault.ledger_export(tmp_path / "export")
    raw = b"".join(p.read_bytes() for p in (tmp_path / "export").rglob("*") if p.is_file())
    for word in (b"Leo", b"Ana", b"kitchen", b'"home"', b"per_", b"acc_", b"dev_", b"rec_"):
        assert word not in raw
    vault.close()
    assert json.loads((tmp_path / "vault" / "vault.json").read_text())["version"] == 1


def test_a_restored_log_says_first_what_it_lost(
    vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    """The ring beside the root knows of erasures between the backup and the journal's beginning."""
    keep(vault, clock)
    vault.backup(tmp_path / "backup")
    vault.erase(Selection(account="home", person="Leo", from_ms=T0, to_ms=T0 + 500))
    vault.rotate()  # the journal is truncated; the fresh ring knows
    vault.erase(Selection(account="home", person="Leo", from_ms=T0, to_ms=T0 + 1500))
    vault.close()
    with Vault.restore(tmp_path / "backup", tmp_path / "restored", clock=clock) as restored:
        restored.ledger_export(tmp_path / "export")
        told = audit(tmp_path / "export", restored.config.vkey)
    assert told.problems == ()
    assert any("restored from an older copy" in each for each in told.remarks)
