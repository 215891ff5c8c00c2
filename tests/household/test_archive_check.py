"""An archive is what the house gave out, or it is said what differs: offline, with the ZIP alone."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bailee.cli import main
from bailee.cli.desk import Desk
from bailee.custody.export_check import Checked, check
from bailee.errors import BaileeError, EvidenceError, InputError
from bailee.tlog import Signer
from bailee.types.choice import Choice
from household.conftest import Home
from support.vaults import HOUR_MS, NOW_MS, derived, said

Members = dict[str, bytes]
VOICE, WORDS = "2026-09-20/14.13.20 Leo, kitchen.bin", "2026-09-20/14.13.20 Leo, kitchen.txt"


def checked(path: Path, vkey: str | None = None) -> Checked:
    return check(path, vkey, progress=lambda _: None)


@pytest.fixture
def given(sqlite_home: Home, tmp_path: Path) -> tuple[Path, str]:
    """An archive as it was fetched, and its house's key."""
    home = sqlite_home
    done = said(home.vault, NOW_MS - 24 * HOUR_MS, content=b"quiet words " * 99)
    derived(home.vault, done.recording_id)
    said(home.vault, NOW_MS - HOUR_MS, person="Ana")
    exports = home.house.exports
    exports.ask(home.ana, home.account_id, Choice(everything=True))
    exports.work(lambda: True)
    fetched = exports.fetch(home.ana, home.account_id)
    path = tmp_path / "all.zip"
    path.write_bytes(b"".join(fetched.stretches(0, fetched.size_bytes)))
    return path, home.vault.config.vkey


def rewritten(path: Path, change: Callable[[Members], None]) -> Path:
    """The same archive with other members, made by Python's own writer."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    change(members)
    made = path.with_name("changed.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made


def test_it_holds_and_says_step_by_step_why(given: tuple[Path, str]) -> None:
    path, vkey = given
    found = checked(path, vkey)
    assert found.is_whole
    assert found.proven.files == 3
    assert found.files == 3 + 4
    assert found.steps[3] == "The signature is this house's."
    assert "compare it" in checked(path).steps[3]


def test_packed_anew_it_still_holds(given: tuple[Path, str]) -> None:
    """What counts is what is in it, not how a program packed it."""
    assert checked(rewritten(given[0], lambda _: None), given[1]).is_whole


def flip(members: Members) -> None:
    members[VOICE] = b"Q" + members[VOICE][1:]


def lengthen(members: Members) -> None:
    members[VOICE] += b"!" * 99_999_999


def drop(members: Members) -> None:
    del members[WORDS]


def add(members: Members) -> None:
    members["2026-09-20/evil.exe"] = b"MZ"


def rename(members: Members) -> None:
    members["2026-09-20/x.txt"] = members.pop(WORDS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (flip, [f"{VOICE} was changed."]),
        (lengthen, [f"{VOICE} was changed."]),
        (drop, [f"{WORDS} is missing."]),
        (add, ["2026-09-20/evil.exe was added: it is not in the list."]),
        (rename, [f"{WORDS} is missing.", "2026-09-20/x.txt was added: it is not in the list."]),
    ],
    ids=["a flipped byte", "bytes behind it", "a file less", "a file more", "another name"],
)
def test_what_differs_is_named(
    given: tuple[Path, str], change: Callable[[Members], None], told: list[str]
) -> None:
    found = checked(rewritten(given[0], change), given[1])
    assert not found.is_whole
    assert found.differences == told


def test_a_byte_that_rots_in_the_file_itself_is_found(given: tuple[Path, str]) -> None:
    path, vkey = given
    data = bytearray(path.read_bytes())
    data[data.index(b"quiet words")] ^= 1
    path.write_bytes(data)
    assert checked(path, vkey).differences == [f"{VOICE} is damaged."]


def forge_list(members: Members) -> None:
    """A file that was changed, and the list with it."""
    flip(members)
    lines = [json.loads(each) for each in members["manifest.jsonl"].splitlines()]
    for each in lines:
        if each.get("path") == VOICE:
            each["sha256"] = sha256(members[VOICE]).hexdigest()
    members["manifest.jsonl"] = b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def of_receipt(change: Callable[[dict[str, Any]], None]) -> Callable[[Members], None]:
    def changed(members: Members) -> None:
        receipt = json.loads(members["receipt.json"])
        change(receipt)
        members["receipt.json"] = json.dumps(receipt).encode()

    return changed


def forge_all(members: Members) -> None:
    """The list, its entry and the salt are of one another; the log never had such an entry."""
    forge_list(members)
    receipt = json.loads(members["receipt.json"])
    entry = json.loads(receipt["entry"])
    salted = bytes.fromhex(receipt["salt"]) + members["manifest.jsonl"]
    entry["statement"] = sha256(salted).hexdigest()
    receipt["entry"] = json.dumps(entry, separators=(",", ":"), sort_keys=True)
    members["receipt.json"] = json.dumps(receipt).encode()


@pytest.mark.parametrize(
    "change",
    [
        forge_list,
        forge_all,
        of_receipt(lambda r: r.update(salt="00" * 32)),
        of_receipt(lambda r: r.update(export="exp_aaaaaaaaaaaaaaaa")),
        of_receipt(lambda r: r.update(index=r["index"] - 1)),
        of_receipt(lambda r: r.update(proof=[])),
        of_receipt(lambda r: r.pop("checkpoint")),
        of_receipt(lambda r: r.update(proof=[1], entry=7)),
        lambda members: members.update({"manifest.jsonl": b""}),
        lambda members: members.pop("manifest.jsonl"),
    ],
    ids=[
        "a forged list",
        "a forged list and entry",
        "another salt",
        "another archive's",
        "another place in the log",
        "no proof",
        "no checkpoint",
        "another shape",
        "an empty list",
        "no list",
    ],
)
def test_a_forgery_is_refused(given: tuple[Path, str], change: Callable[[Members], None]) -> None:
    with pytest.raises(EvidenceError):
        checked(rewritten(given[0], change), given[1])


def test_another_houses_is_refused(given: tuple[Path, str]) -> None:
    """It verifies by its own word, and not by the key that one knows."""
    other = Signer.from_seed(given[1].split("+", maxsplit=1)[0], bytes(32)).verifier.vkey
    with pytest.raises(EvidenceError):
        checked(given[0], other)


@pytest.mark.parametrize("cut", [0, 22, 4000, -10])
def test_what_is_no_archive_is_told_so(given: tuple[Path, str], cut: int) -> None:
    """Cut short anywhere, empty, none at all, or another ZIP file."""
    path = given[0]
    path.write_bytes(path.read_bytes()[:cut])
    for each in (path, path.with_name("nothing"), path.parent):
        with pytest.raises(InputError):
            checked(each)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("receipt.json", "[" * 100_000)
    with pytest.raises(BaileeError):
        checked(path)


def test_the_command_checks_it_without_a_vault(given: tuple[Path, str], tmp_path: Path) -> None:
    """A tick for each step; of what differs the name, and an exit code that says so."""
    key = tmp_path / "vault.vkey"
    key.write_text(given[1])
    told = [*("--home", str(tmp_path / "nowhere")), "export", "verify", "--vkey", f"@{key}"]
    good = CliRunner().invoke(main, [*told, str(given[0])], obj=Desk())
    assert (good.exit_code, good.stdout.count("✓")) == (0, 6)
    bad = CliRunner().invoke(main, [*told, str(rewritten(given[0], drop))], obj=Desk())
    assert bad.exit_code == 7
    assert f"{WORDS} is missing." in bad.stderr
