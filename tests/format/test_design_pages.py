"""What docs/design names is there: tests, commands, and every file that a vault leaves."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bailee import Deposit, Kind, Selection, Vault
from bailee.cli import COMMANDS
from bailee.clock import FixedClock

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "design").glob("*.md"))
NOW = 1_790_000_000_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_named_tests_and_commands_exist(page: Path) -> None:
    """A page points at no test or command that is not there."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|docs)/[\w/.-]+)`", text)
    assert [
        each for each in named if each.startswith("tests/") and not (ROOT / each).exists()
    ] == []
    assert set(re.findall(r"`bailee ([a-z]+)", text)) <= set(COMMANDS)


def patterns() -> dict[str, list[str]]:
    """The table of stored files, as patterns by where they are."""
    page = (ROOT / "docs" / "design" / "format.md").read_text(encoding="utf-8")
    section = page.partition("## Every stored file\n")[2].partition("\n## ")[0]
    found: dict[str, list[str]] = {}
    for where, cell in re.findall(
        r"^\| (home|root store|backup|export) \| (.+?) \|", section, re.MULTILINE
    ):
        for name in re.findall(r"`([^`]+)`", cell):
            pattern = name.replace("/xy/", "/*/").replace("…xy", "*").replace("…", "*")
            found.setdefault(where, []).append(pattern.replace("<generation>", "*"))
    return found


def test_every_file_is_in_the_table(tmp_path: Path) -> None:
    """Home, root store, backup and export hold no file that the table does not explain."""
    home, root, copy, export = (tmp_path / name for name in ("vault", "root", "copy", "export"))
    with Vault.create(home, root_store=root, clock=FixedClock(NOW)) as vault:
        for person in ("Leo", "Ana"):
            vault.deposit(
                Deposit(
                    account="home",
                    person=person,
                    device="kitchen",
                    kind=Kind.AUDIO,
                    content=bytes(9_000),
                    captured_at_ms=NOW - 1,
                )
            )
        vault.backup(copy)
        vault.erase(Selection(account="home", person="Ana"))
        vault.rotate()
        vault.ledger_export(export)
        told = patterns()
        places = {"home": home, "root store": root, "backup": copy, "export": export}
        for where, folder in places.items():
            there = [
                path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
            ]
            assert there
            unknown = [
                name for name in there if not any(fnmatchcase(name, each) for each in told[where])
            ]
            assert unknown == [], where
