"""Erase: it says, asks, forgets, proves; nothing is called a success that was none (R-15)."""

import json
from pathlib import Path

import pytest

from bailee.custody.vault import Vault
from bailee.errors import UnavailableError
from cli.shell import ID, Shell

LEO = ("--account", "home", "--person", "Leo")


def test_no_and_silence_change_nothing(shell: Shell, talk: Path) -> None:
    """Only a yes is a yes."""
    shell.deposit(talk)
    no = shell.run("erase", *LEO, given="n\n")
    assert (no.exit_code, "Nothing was changed." in no.stdout) == (1, True)
    silent = shell.run("erase", *LEO)
    assert silent.exit_code == 2
    assert "--yes" in silent.stderr
    assert len(shell.held()) == 1


def test_a_dry_run_names_what_reaches_into_the_range(shell: Shell, talk: Path) -> None:
    """A recording goes whole: whoever asks for a part of its time is told first."""
    (recording,) = shell.deposit(talk)
    said = shell.ok("erase", *LEO, "--from", "2026-09-21T16:12:19.900", "--dry-run")
    assert "begin before that time, reach into it, and go whole" in said
    assert recording in said
    assert "by this clock from 2026-09-21 16:12:19 CEST to now" in said
    assert "from 2026-09-21 14:12:19.900 UTC on" in said
    told = shell.json("erase", *LEO, "--from", "2026-09-21T16:12:19.900", "--dry-run")
    assert told["reaching_in"] == [recording]
    assert len(shell.held()) == 1


def test_forgetting_nothing_is_said_and_exits_4(shell: Shell, talk: Path) -> None:
    """Zero effect is no success, and what arrives late is refused all the same."""
    shell.deposit(talk)
    empty = ("erase", *LEO, "--from", "2026-01-01", "--to", "2026-01-02", "--yes")
    told = shell.run(*empty)
    assert told.exit_code == 4
    assert "Nothing was forgotten" in told.stderr
    assert "will be refused all the same" in told.stdout
    assert shell.json(*empty, code=4)["outcome"] == "not found"


def test_the_question_may_be_about_nothing(shell: Shell, talk: Path) -> None:
    """It says that only late arrivals would be refused."""
    shell.deposit(talk)
    asked = shell.run("erase", *LEO, "--to", "2026-01-02", given="n\n")
    assert "nothing that is held" in asked.stdout
    assert asked.exit_code == 1


def test_the_receipt_is_private_and_never_written_over(shell: Shell, folder: Path) -> None:
    """Mode 0600; a file that is there stops the erasure before it begins."""
    shell.deposit(folder)
    receipt = shell.folder / "r.receipt"
    shell.ok("erase", *LEO, "--kind", "audio", "--yes", "--receipt", receipt)
    assert receipt.stat().st_mode & 0o777 == 0o600
    assert json.loads(receipt.read_text())["sentence"] == "all audio of Leo in home"
    before = receipt.read_bytes()
    assert shell.run("erase", *LEO, "--yes", "--receipt", receipt).exit_code == 6
    assert shell.run("erase", *LEO, "--yes", "--receipt", shell.folder).exit_code == 2
    assert shell.run("erase", *LEO, "--yes", "--receipt", "no/where").exit_code == 2
    assert receipt.read_bytes() == before


def test_a_receipt_outlives_a_stop_amid_the_clean_up(
    shell: Shell, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words are in no other place: it is kept right after the moment, and made whole later."""
    shell.deposit(talk)
    receipt = shell.folder / "r.receipt"

    def stopped(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "finish", stopped)
        ended = shell.run("erase", *LEO, "--yes", "--receipt", receipt)
    assert ended.exit_code == 130
    assert "It is forgotten" in ended.stderr
    assert shell.held() == []
    shown = shell.ok("receipt", "show", receipt, "--save", receipt)
    assert "everything of Leo in home" in shown
    assert "1 recording: 1 audio" in shown
    shell.ok("receipt", "verify", receipt)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sentence", "everything of Ana in home"),
        ("recordings", 7),
        ("unreadable_since", "2026-01-01T00:00:00Z"),
        ("outcome", "held"),
        ("entries", []),
    ],
)
def test_a_tampered_receipt_is_refused(shell: Shell, talk: Path, field: str, value: object) -> None:
    """Neither verified, nor shown, nor built upon."""
    shell.deposit(talk)
    receipt = shell.folder / "r.receipt"
    shell.ok("erase", *LEO, "--yes", "--receipt", receipt)
    told = json.loads(receipt.read_text())
    receipt.write_text(json.dumps({**told, field: value}))
    assert shell.run("receipt", "verify", receipt).exit_code == 7
    assert shell.run("receipt", "show", receipt).exit_code == 7


def test_picked_recordings_and_everything(shell: Shell, folder: Path) -> None:
    """By id, twice: the second is told that it is gone; then all, name and all."""
    first, *_ = shell.deposit(folder)
    picked = ("erase", "--account", "home", "--recording", first, "--yes")
    shell.ok(*picked)
    again = shell.run(*picked)
    assert again.exit_code == 5
    assert ID.search(again.stderr)
    everything = shell.run("erase", "--account", "home", "--everything", given="y\n")
    assert everything.exit_code == 0
    assert "the name too: used again, it begins anew" in everything.stdout
    assert "Forget 4 recordings, for good?" in everything.stdout


def test_a_store_that_is_away_holds_the_destruction_up_and_says_so(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody opens it from now on: exit 9; opening the vault when the store is back ends it."""
    recording, *_ = shell.deposit(folder)

    def away(*_args: object) -> None:
        raise UnavailableError("The content store cannot be reached.")

    with monkeypatch.context() as patched:
        patched.setattr("bailee.custody.cleanup._delete_debris", away)
        told = shell.run("erase", *LEO, "--yes")
        assert told.exit_code == 9
        assert "its bytes go when the store that is away comes back" in told.stdout
        assert shell.run("show", recording).exit_code == 5
    erasure = ID.findall(told.stdout)[0]
    assert shell.json("receipt", "show", erasure)["outcome"] == "erased"
