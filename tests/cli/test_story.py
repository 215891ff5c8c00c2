"""The whole story, as a newcomer would type it."""

import json
from pathlib import Path

from cli.shell import ID, WHO, Shell


def test_a_first_hour(shell: Shell, talk: Path) -> None:
    """Keep, see, hear, forget, prove, make unrecoverable, audit: each command leads to the next."""
    assert "Next: bailee deposit" in shell.ok("list")
    said = shell.ok("deposit", talk, *WHO)
    recording = ID.findall(said)[0]
    assert "audio" in said
    assert "See them: bailee list" in said
    note = shell.folder / "note.txt"
    note.write_text("remember the walnuts")
    made = ("--kind", "transcript", "--derived-from", recording)
    shell.ok("deposit", note, "--account", "home", *made)

    listed = shell.ok("list")
    assert "audio, transcript" in listed
    assert "1 recording." in listed
    shown = shell.ok("show", recording)
    assert "by when the file was last written" in shown
    assert "note.txt" in shown

    out = shell.folder / "out.wav"
    shell.ok("release", recording, "--purpose", "owner-view", "--out", out)
    assert out.read_bytes() == talk.read_bytes()

    receipt = shell.folder / "leo.receipt"
    asked = shell.run(
        "erase", "--account", "home", "--person", "Leo", "--receipt", receipt, given="y\n"
    )
    assert asked.exit_code == 0, asked.output
    assert "Forget everything of Leo in home" in asked.stdout
    assert "1 recording: 1 audio, 1 transcript" in asked.stdout
    assert "○ unrecoverable " in asked.stdout
    assert "Nothing is held yet." in shell.ok("list")
    gone = shell.run("show", recording)
    assert gone.exit_code == 5
    assert "bailee receipt show era_" in gone.stderr

    assert "newer than the file" not in shell.ok("receipt", "show", receipt)
    shell.ok("rotate")
    assert "newer than the file" in shell.ok("receipt", "show", receipt)
    inked = shell.ok("receipt", "show", receipt, "--save", receipt)
    assert "● unrecoverable since" in inked
    assert "everything of Leo in home" in inked
    export = shell.folder / "export"
    shell.ok("ledger", "export", export)
    checked = shell.ok("receipt", "verify", receipt, "--vkey", f"@{export / 'vault.vkey'}")
    assert checked.count("✓") == 4
    assert "The signature is this house's." in checked
    assert "Unwitnessed" in shell.ok("audit", export)
    assert "All is well" in shell.ok("fsck", "--deep")
    assert "0 findings" in shell.ok("scan", "--for", talk)


def test_what_is_restored_is_what_lives(shell: Shell, folder: Path) -> None:
    """A backup from before a forgetting, and the root of today: the rest opens, that does not."""
    first, *others = shell.deposit(folder)
    backup = shell.folder / "backup"
    shell.ok("backup", backup)
    shell.ok("erase", "--account", "home", "--recording", first, "--yes")
    shell.ok("rotate")
    elsewhere = Shell(shell.folder)
    elsewhere.home = shell.folder / "new"
    roots = shell.folder / "vault.root"
    said = elsewhere.ok("restore", backup, "--root-store", roots)
    assert "Check it: bailee fsck --deep" in said
    assert sorted(elsewhere.held()) == sorted(others)
    elsewhere.ok("fsck", "--deep")


def test_a_backup_that_is_unplugged_holds_up_the_rotation_and_nothing_else(
    shell: Shell, talk: Path
) -> None:
    """It is refused before it begins, the vault stays open, and the backup can be given up."""
    shell.deposit(talk)
    backup = shell.folder / "backup"
    shell.ok("backup", backup)
    backup.rename(shell.folder / "unplugged")
    refused = shell.run("rotate")
    assert refused.exit_code == 8
    assert f"bailee rotate --detach {backup}" in refused.stderr
    assert len(shell.held()) == 1
    assert f"{backup} was given up." in shell.ok("rotate", "--detach", backup)


def test_a_replica_that_will_not_come_back_is_given_up_by_name(tmp_path: Path) -> None:
    """Until then no forgetting is called unrecoverable; a name that is none changes nothing."""
    shell = Shell(tmp_path)
    replica = tmp_path / "replica"
    assert f"A replica: {replica}" in shell.ok("init", "--root-replica", replica)
    replica.rename(tmp_path / "unplugged")
    assert shell.run("rotate").exit_code == 8
    assert shell.run("rotate", "--detach", tmp_path / "nothing").exit_code == 4
    assert shell.json("rotate", "--detach", replica)["generation"] == 2
    assert shell.run("rotate", "--detach", f"{shell.home}.root").exit_code != 0


def test_a_hold_keeps_bytes_and_gives_nobody_a_look(shell: Shell, talk: Path) -> None:
    """Forgotten under a hold: exit 9, nobody opens it; lifted: destroyed (R-15, R-17)."""
    (recording,) = shell.deposit(talk)
    assert "No holds." in shell.ok("hold", "--list")
    held = ID.findall(shell.ok("hold", "--account", "home", "--person", "Leo"))[0]
    assert "stands" in shell.ok("hold", "--list")
    erased = shell.run("erase", "--account", "home", "--person", "Leo", "--yes")
    assert erased.exit_code == 9
    assert "A legal hold keeps some of it" in erased.stdout
    assert shell.run("show", recording).exit_code == 5
    assert "is lifted" in shell.ok("lift", held)
    erasure = ID.findall(erased.stdout)[0]
    assert shell.json("receipt", "show", erasure)["outcome"] == "erased"
    assert shell.run("lift", held).exit_code == 6


def test_expiry_after_ten_years_asks_for_the_number(shell: Shell, talk: Path) -> None:
    """A clock ten years on lets nothing go unless the number is repeated."""
    shell.deposit(talk)
    shell.clock.advance(days=3650)
    refused = shell.run("expire")
    assert refused.exit_code == 6
    assert "--confirm 1" in refused.stderr
    assert "1 audio went." in shell.ok("expire", "--confirm", 1)
    assert shell.held() == []


def test_keeping_longer_shorter_and_for_another(shell: Shell, talk: Path) -> None:
    """`retain` moves the day, `reassign` the person; the old id is gone."""
    (recording,) = shell.deposit(talk)
    longer = shell.json("retain", "--account", "home", "--person", "Leo", "--keep", "90d")
    assert (longer["longer"], longer["kept_until"]) == (1, "2026-12-20")
    assert "1 artefact shorter" in shell.ok(
        "retain", "--account", "home", "--everything", "--keep", "1w"
    )
    moved = shell.json("reassign", recording, "--account", "home", "--to", "Ana")
    assert shell.json("show", moved["recording"])["person"] == "Ana"
    assert shell.run("show", recording).exit_code == 5


def test_a_receipt_of_another_house_is_shown_as_it_is(shell: Shell, talk: Path) -> None:
    """Without its vault a receipt keeps what it says; an id alone has no words."""
    shell.deposit(talk)
    receipt = shell.folder / "r.json"
    shell.ok("erase", "--account", "home", "--person", "Leo", "--yes", "--receipt", receipt)
    other = Shell(shell.folder)
    other.home = shell.folder / "other"
    assert "everything of Leo in home" in other.ok("receipt", "show", receipt)
    other.ok("init")
    assert "everything of Leo in home" in other.ok("receipt", "show", receipt)
    assert "everything of Leo in home" in other.ok(
        "receipt", "show", "-", given=receipt.read_bytes()
    )
    erasure = json.loads(receipt.read_text())["erasure"]
    assert "only the receipt that was saved has the words" in shell.ok("receipt", "show", erasure)
    assert other.run("receipt", "show", erasure).exit_code == 4


def test_an_audit_against_a_kept_checkpoint_is_witnessed(shell: Shell, talk: Path) -> None:
    """The checkpoint that `ledger head` printed is all one needs to keep."""
    kept = shell.folder / "checkpoint"
    kept.write_text(shell.ok("ledger", "head"))
    shell.deposit(talk)
    export = shell.folder / "export"
    vkey = shell.json("ledger", "export", export)["vkey"]
    found = shell.json("audit", export, "--checkpoint", kept, "--vkey", vkey)
    assert (found["clean"], found["key_known"], len(found["witnessed"])) == (True, True, 1)
