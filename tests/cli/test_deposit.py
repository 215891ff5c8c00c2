"""Deposit: what is told from content, what a cut-short run leaves, what is refused."""

import os
import signal
from pathlib import Path

import pytest

from bailee.cli.carrier import Carrier
from bailee.cli.remembered import JOURNAL, REMEMBERED_DAYS
from cli.conftest import written
from cli.shell import NOW_MS, WHO, Shell, python
from support.media import AT, AT_MS, record

CUT_SHORT = """
import os, signal
from bailee.cli import main
from bailee.cli.carrier import Carrier
from bailee.cli.remembered import Remembered
from bailee.custody.vault import Vault

def {name}(self, *args, **kwargs):
    {action}

real = {owner}.{name}
{owner}.{name} = {name}
main(["deposit", {folder!r}, "--account", "home", "--person", "Leo", "--device", "kitchen"])
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def test_a_folder_cut_short_by_ctrl_c_goes_on_where_it_stopped(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """130, with what is done; the file in hand is finished; the repeat takes the rest, once."""
    monkeypatch.setattr("bailee.cli.carrier.TOGETHER", 1)
    carry = Carrier.carry

    def interrupted(self: Carrier, batch: list[Path]) -> None:
        carry(self, batch)
        if len(self.taken) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Carrier, "carry", interrupted)
    stopped = shell.run("deposit", folder, *WHO)
    assert stopped.exit_code == 130
    assert "2 files deposited by now" in stopped.stderr
    assert len(shell.held()) == 2
    monkeypatch.setattr(Carrier, "carry", carry)
    assert "3 files deposited. 2 deposited before" in shell.ok("deposit", folder, *WHO)
    assert len(shell.held()) == 5


def test_a_real_ctrl_c_ends_the_program_with_130(today: Shell, folder_of_today: Path) -> None:
    """As the shell and its scripts expect it, without a traceback."""
    script = CUT_SHORT.format(
        owner="Carrier",
        name="carry",
        action="real(self, *args, **kwargs); os.kill(os.getpid(), signal.SIGINT)",
        folder=str(folder_of_today),
    )
    ended = python(script, home=today.home)
    assert ended.returncode == 130, ended.stderr
    assert "5 files deposited by now" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("owner", "name", "action", "kept"),
    [
        ("Vault", "deposit_many", KILL, 0),
        ("Vault", "deposit_many", f"real(self, *args, **kwargs); {KILL}", 5),
        ("Remembered", "keep", f"real(self, *args, **kwargs); {KILL}", 5),
    ],
    ids=["before it was stored", "after it was stored", "after it was noted"],
)
def test_a_killed_run_is_repeated_and_takes_no_file_twice(
    today: Shell, folder_of_today: Path, owner: str, name: str, action: str, kept: int
) -> None:
    """kill -9 around a deposit: each file is held once, whatever the journal had noted."""
    script = CUT_SHORT.format(owner=owner, name=name, action=action, folder=str(folder_of_today))
    assert python(script, home=today.home).returncode == -signal.SIGKILL
    assert len(today.held()) == kept
    repeated = today.json("deposit", folder_of_today, *WHO)
    assert (len(repeated["deposited"]), len(repeated["known"])) == (5 - kept, kept)
    assert len(today.held()) == 5
    assert len(today.json("deposit", folder_of_today, *WHO)["known"]) == 5
    today.ok("fsck")


def test_the_journal_names_no_file_and_no_person(shell: Shell, talk: Path) -> None:
    """It holds keyed tags; forgetting does not let a nightly run bring anything back."""
    (recording,) = shell.deposit(talk)
    journal = shell.home / JOURNAL
    assert journal.stat().st_mode & 0o777 == 0o600
    text = journal.read_text()
    for word in ("talk", "Leo", "kitchen", "home", str(talk.stat().st_size)):
        assert word not in text
    shell.ok("erase", "--account", "home", "--recording", recording, "--yes")
    assert shell.json("deposit", talk, *WHO)["known"] == [
        {"file": str(talk), "recording": recording}
    ]
    assert len(shell.json("deposit", talk, *WHO, "--again")["deposited"]) == 1


def test_another_person_or_another_content_is_another_deposit(shell: Shell, talk: Path) -> None:
    """Only the same file for the same one is taken to be the same."""
    shell.deposit(talk)
    shell.deposit(talk, who=("--account", "home", "--person", "Ana", "--device", "kitchen"))
    os.utime(talk, ns=(talk.stat().st_mtime_ns, talk.stat().st_mtime_ns - 10**9))
    shell.deposit(talk)
    assert len(shell.held()) == 3


def test_the_journal_forgets_a_year_after_the_last_day(shell: Shell, talk: Path) -> None:
    """Nothing is kept for ever, tags neither."""
    shell.deposit(talk)
    journal = shell.home / JOURNAL
    assert journal.read_text().count("kept ") == 1
    shell.clock.advance(days=30 + REMEMBERED_DAYS + 1)
    shell.run("deposit", talk, *WHO)
    assert "2026-10" not in journal.read_text()
    day = NOW_MS // 86_400_000 + 30
    assert f" {day}\n" not in journal.read_text()


def test_a_torn_journal_is_read_as_far_as_it_goes(shell: Shell, folder: Path) -> None:
    """A crash amid a line: the line counts for nothing, and the next ones are whole."""
    shell.deposit(folder / "0.wav")
    journal = shell.home / JOURNAL
    journal.write_bytes(journal.read_bytes() + b"kept 00112233445566")
    assert len(shell.deposit(folder)) == 4
    assert len(shell.json("deposit", folder, *WHO)["known"]) == 5


def test_a_damaged_journal_says_what_to_do(shell: Shell, talk: Path) -> None:
    """It is never taken for an empty one."""
    (shell.home / JOURNAL).write_text("something else\n")
    refused = shell.run("deposit", talk, *WHO)
    assert refused.exit_code == 2
    assert "Delete it" in refused.stderr


def test_one_bad_file_stops_no_other(shell: Shell, folder: Path) -> None:
    """Each is named with its reason; the exit code and the summary say so."""
    (folder / "empty.wav").write_bytes(b"")
    (folder / "cut.wav").write_bytes((folder / "0.wav").read_bytes()[:30])
    (folder / "unknown.bin").write_bytes(os.urandom(500))
    mixed = shell.run("deposit", folder, *WHO)
    assert mixed.exit_code == 2
    for name in ("empty.wav", "cut.wav", "unknown.bin"):
        assert f"{name}: " in mixed.stderr
    assert "5 files deposited. 3 refused" in mixed.stdout
    document = shell.json("deposit", folder, *WHO, code=2)
    assert [Path(each["file"]).name for each in document["refused"]] == [
        "cut.wav",
        "empty.wav",
        "unknown.bin",
    ]


def test_a_late_upload_is_refused_and_the_others_are_taken(shell: Shell, folder: Path) -> None:
    """What was forgotten does not come back; files of another time, in the same run, do come."""
    shell.deposit(folder / "0.wav")
    shell.ok(
        *("erase", "--account", "home", "--person", "Leo", "--yes"),
        *("--from", "90min ago", "--to", "30min ago"),
        *("--dry-run",),
    )
    erased = ("erase", "--account", "home", "--person", "Leo", "--yes", "--from", "90min ago")
    assert shell.run(*erased, "--to", "30min ago").exit_code == 4
    mixed = shell.run("deposit", folder, *WHO)
    assert mixed.exit_code == 6
    assert "1.wav: Refused" in mixed.stderr
    assert (
        "3 files deposited. 1 deposited before; --again takes them anew. 1 refused" in mixed.stdout
    )


def test_the_capture_time_is_as_told_else_the_files_own_else_when_it_ended(
    shell: Shell, talk: Path
) -> None:
    """`show` says which."""
    film = record(
        shell.folder / "film.mp4", "mp4", picture="mpeg4", seconds=1, tags={"creation_time": AT}
    )
    told, own, modified = (
        shell.json("deposit", *words, *WHO)["deposited"][0]
        for words in (
            (talk, "--captured-at", "2026-09-01T10:00"),
            (film,),
            (talk, "--again"),
        )
    )
    assert told["begin"] == "2026-09-01T08:00:00Z"
    assert own["begin_ms"] == AT_MS
    held = shell.json("show", modified["recording"])
    assert held["end_ms"] == NOW_MS - 60_000
    assert held["duration_ms"] > 200
    assert "as told by --captured-at" in shell.ok("show", told["recording"])
    assert "as the file itself says" in shell.ok("show", own["recording"])
    assert "less its length" in shell.ok("show", modified["recording"])


def test_a_capture_still_to_come_is_refused(shell: Shell, talk: Path) -> None:
    """A device with a wrong clock is told."""
    os.utime(talk, (NOW_MS / 1000 + 86_400,) * 2)
    refused = shell.run("deposit", talk, *WHO)
    assert refused.exit_code == 2
    assert "--captured-at" in refused.stderr


def test_many_files_of_one_second_and_one_forgotten(shell: Shell, folder: Path) -> None:
    """They are told apart: one goes, the others stay."""
    sound = (folder / "0.wav").read_bytes()
    for number in range(100):
        written(folder / f"same{number:03}.wav", sound, NOW_MS - 100_000)
    found = shell.deposit(folder)
    assert len(found) == 105
    shell.ok("erase", "--account", "home", "--recording", found[50], "--yes")
    assert set(shell.held()) == set(found) - {found[50]}


@pytest.mark.parametrize(
    "name",
    ["naïve fiancée 🎙.wav", "שלום עולם.wav", "x" * 200 + ".wav", "two\nlines\x1b[31m.wav"],
    ids=["unicode", "right to left", "long", "control signs"],
)
def test_a_files_name_is_kept_whole_and_cannot_rearrange_the_terminal(
    shell: Shell, talk: Path, name: str
) -> None:
    """JSON has it as it is; a terminal gets no control signs."""
    path = talk.rename(talk.with_name(name))
    (recording,) = shell.deposit(path)
    assert shell.json("show", recording)["artefacts"][0]["name"] == name
    shown = shell.ok("show", recording)
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 10 - 1


def test_hidden_files_and_links_are_left_out_and_counted(shell: Shell, folder: Path) -> None:
    """Nothing that nobody named is taken in silence."""
    (folder / ".hidden.wav").write_bytes(b"x")
    (folder / "link.wav").symlink_to(folder / "0.wav")
    assert "5 files deposited. 2 left out" in shell.ok("deposit", folder, *WHO)


def test_a_pipe_is_refused_and_not_waited_for(shell: Shell) -> None:
    """Only regular files can be looked into before they are taken."""
    pipe = shell.folder / "pipe"
    os.mkfifo(pipe)
    assert shell.run("deposit", pipe, *WHO).exit_code == 2
