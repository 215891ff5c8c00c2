"""The systemd unit: what systemd itself accepts, and where it is put and taken away."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bailee.cli import service
from bailee.cli.unit import NAME, Unit
from bailee.errors import InputError
from cli.shell import Shell

UNDER_SEAL = """
import ctypes, errno, mmap, sys
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(65, 1, 0, 0, 0):  # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
    sys.exit("" if ctypes.get_errno() == errno.EINVAL else "refused")
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)
    sys.exit("not sealed")
except PermissionError:
    pass
from pathlib import Path
from bailee.api.app import create_app
from bailee.api.service import Service
from bailee.household.persons import NewPerson
from bailee.intake.probe import probe
from bailee.types.decide import OPERATOR
from bailee.types.sign_in import Client
with Service.open(Path({home!r})) as house:
    create_app(house)
    made = house.household.houses.found(OPERATOR, "home", NewPerson(name="Ana"))
    token = house.identity.enrolment.invite(made.owner_id, made.account_id)
    here = Client(address="192.0.2.7")
    house.identity.enrolment.accept(token, "ana@home.example", "four quiet walnut chairs", here)
probe(Path({film!r}))
"""


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of the test's own to install in."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(service, "_SYSTEM", tmp_path / "system")


def accepted(folder: Path, text: str) -> None:
    """systemd reads it without a word, where it is installed."""
    if shutil.which("systemd-analyze") is None:
        return
    path = folder / NAME
    path.write_text(text)
    ran = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@pytest.mark.parametrize("own", [False, True], ids=["of the machine", "of a user"])
def test_systemd_takes_the_unit(shell: Shell, tmp_path: Path, own: bool) -> None:
    """It runs what was asked for, and may write to the vault, its root and its backups alone."""
    backup = tmp_path / "backup"
    shell.ok("backup", backup)
    words = ("service", "install", *(["--user"] if own else []), "--print")
    text = shell.ok(*words, "--", "--host", "0.0.0.0", "--port", "9443", "--tls")
    accepted(tmp_path, text)
    program = Path(sys.executable).with_name("bailee")
    assert f'ExecStart="{program}" "--home" "{shell.home}" "serve" "--host" "0.0.0.0"' in text
    writes = [each for each in text.splitlines() if each.startswith("ReadWritePaths=")]
    assert writes == [
        f'ReadWritePaths="{shell.home}"',
        f'ReadWritePaths="-{shell.home}.root"',
        f'ReadWritePaths="-{backup}"',
    ]
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes"):
        assert line in text
    assert ("User=" in text, "PrivateUsers=yes" in text) == (not own, own)
    assert "AmbientCapabilities" not in text
    assert not (tmp_path / "config").exists()


def test_a_port_below_1024_is_all_the_leave_it_gets(shell: Shell, tmp_path: Path) -> None:
    """One capability, and no other."""
    text = shell.ok("service", "install", "--print", "--", "--port", "443", "--tls")
    accepted(tmp_path, text)
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n" in text
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in text


@pytest.mark.parametrize("name", ["a vault", "100%n", "$HOME", "küche", "- x", "a;b"])
def test_a_path_means_itself_whatever_is_in_it(tmp_path: Path, name: str) -> None:
    """No part of it is a word, a variable or a mark of systemd's."""
    program = tmp_path / name / "bailee"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = Unit(
        program=str(program),
        words=["--origin", "$HOME"],
        home=program.parent,
        writes=[program.parent],
        user="root",
        port=8443,
    )
    accepted(tmp_path, unit.text())


@pytest.mark.parametrize("word", ["x\nExecStartPre=/bin/true", 'a"b', "it's", "a\\b", "a\x7f"])
def test_what_could_mean_something_else_never_reaches_a_unit(tmp_path: Path, word: str) -> None:
    """A line break could begin a line of its own, a quote another word."""
    home = tmp_path / "vault"
    for unit in (
        Unit(program="/bailee", words=[word], home=home, writes=[], user="", port=0),
        Unit(program="/bailee", words=[], home=Path(word), writes=[], user="", port=0),
        Unit(program=word, words=[], home=home, writes=[Path(word)], user="", port=0),
    ):
        with pytest.raises(InputError):
            unit.text()


@pytest.mark.parametrize("own", [False, True], ids=["of the machine", "of a user"])
def test_installed_shown_and_removed(shell: Shell, tmp_path: Path, own: bool) -> None:
    """Each says what to type next; the vault stays."""
    user = ("--user",) if own else ()
    place = tmp_path / ("config/systemd/user" if own else "system") / NAME
    assert shell.run("service", "show", *user).exit_code == 4
    said = shell.ok("service", "install", *user)
    assert f"{place} is written." in said
    assert f"systemctl {'--user ' if own else ''}enable --now {NAME}" in said
    assert place.stat().st_mode & 0o777 == 0o644
    assert shell.json("service", "show", *user)["unit"] == place.read_text()
    assert place.read_text().rstrip() in shell.ok("service", "show", *user)
    assert "disable --now" in shell.ok("service", "remove", *user)
    assert not place.exists()
    gone = shell.run("service", "remove", *user)
    assert (gone.exit_code, "`bailee service install" in gone.stderr) == (4, True)
    assert shell.held() == []


def test_what_serve_would_not_take_is_not_installed(shell: Shell, tmp_path: Path) -> None:
    """Now, and not at the next start of the machine."""
    refused = shell.run("service", "install", "--", "--prot", "443")
    assert refused.exit_code == 2
    assert "No such option" in refused.stderr
    assert not (tmp_path / "system").exists()


def test_what_serves_makes_no_code_at_run_time(today: Shell, talk: Path) -> None:
    """`MemoryDenyWriteExecute`: passwords, media, policies and the API run under that seal,
    where the kernel has it for single processes (Linux 6.3)."""
    script = UNDER_SEAL.format(home=str(today.home), film=str(talk))
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) in {(0, ""), (1, "\n")}
