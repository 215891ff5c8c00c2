"""Release: only for a purpose, never over a file, never in part."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.errors import GoneError
from cli.shell import Shell, start

VIEW = ("--purpose", "owner-view")


def test_a_file_that_is_there_is_not_written_over(shell: Shell, talk: Path) -> None:
    """Unless one says --force; then the old one stays until the new one is whole."""
    (recording,) = shell.deposit(talk)
    out = shell.folder / "out.wav"
    out.write_bytes(b"mine")
    assert shell.run("release", recording, *VIEW, "--out", out).exit_code == 6
    assert out.read_bytes() == b"mine"
    shell.ok("release", recording, *VIEW, "--out", out, "--force")
    assert out.read_bytes() == talk.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    assert shell.run("release", recording, *VIEW, "--out", shell.folder / "no" / "x").exit_code == 2


@pytest.mark.parametrize("force", [False, True], ids=["a new file", "over an old one"])
def test_a_release_that_fails_midway_leaves_no_part(
    shell: Shell, talk: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    """Forgotten while it flowed: what was written so far goes."""
    (recording,) = shell.deposit(talk)

    def forgotten(*_args: object) -> Iterator[bytes]:
        yield b"the first stretch"
        raise GoneError(recording, erasure_id=None, since="now")

    monkeypatch.setattr("bailee.custody.release.flow", forgotten)
    out = shell.folder / "out.wav"
    if force:
        out.write_bytes(b"mine")
    words = ("--force",) if force else ()
    assert shell.run("release", recording, *VIEW, "--out", out, *words).exit_code == 5
    assert (out.read_bytes() if force else out.exists()) == (b"mine" if force else False)
    assert not list(shell.folder.glob("*.part"))
    assert not list(shell.folder.glob(".*.part"))


def test_standard_output_carries_the_bytes_alone(shell: Shell, talk: Path) -> None:
    """So that a player can be piped to; --json would stand in the way and is refused."""
    (recording,) = shell.deposit(talk)
    result = shell.run("release", recording, *VIEW, "--out", "-")
    assert result.stdout_bytes == talk.read_bytes()
    assert shell.run("release", recording, *VIEW, "--out", "-", "--json").exit_code == 2


def test_only_the_owners_purposes_are_allowed(shell: Shell, talk: Path) -> None:
    """Denied, in the ledger, and no file is begun."""
    (recording,) = shell.deposit(talk)
    out = shell.folder / "out.wav"
    denied = shell.run("release", recording, "--purpose", "train", "--out", out)
    assert denied.exit_code == 3
    assert "policy train-needs-consent" in denied.stderr
    assert "The refusal is in the ledger." in denied.stderr
    assert not out.exists()
    assert shell.run("release", recording, *VIEW, "--kind", "video", "--out", out).exit_code == 4


@pytest.mark.parametrize("words", [("list",), ("release", "{}", *VIEW, "--out", "-")])
def test_a_reader_that_goes_away_is_no_error(
    today: Shell, folder_of_today: Path, words: tuple[str, ...]
) -> None:
    """`bailee … | head`: 141, as SIGPIPE would be, and not a word."""
    (recording,) = today.deposit(folder_of_today / "0.wav")
    reading, writing = os.pipe()
    os.close(reading)
    typed = [word.format(recording) for word in words]
    with start(*typed, home=today.home, stdout=writing, stderr=subprocess.PIPE) as program:
        os.close(writing)
        assert program.stderr is not None
        said = program.stderr.read()
    assert (program.returncode, said) == (141, b"")
