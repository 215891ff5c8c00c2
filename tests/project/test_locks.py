"""Locked requirements say exactly what, and nothing about where."""

import re
import subprocess

import pytest
from tools import locks
from tools.generated import ROOT

GOOD = "click==8.1 ; python_version < '4' \\\n    --hash=sha256:00\n    # via bailee\n"
# Written so that this file does not name what it looks for.
REGISTRY = re.compile(r"py[p]i\.(org|io)|python[h]osted\.org|registry\.np[m]js|index\.crate[s]\.io")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("click>=8.1 --hash=sha256:00\n", "not pinned"),
        ("click==8.1\n", "no hash"),
        (f"--index-url place\n{GOOD}", "option"),
        (f"{GOOD}# from https://example.org\n", "a place"),
        ("click @ file.whl --hash=sha256:00\n", "a place"),
    ],
    ids=["a range", "no hash", "an index", "an address in a comment", "a direct reference"],
)
def test_a_fault_in_a_lock_is_found(text: str, fault: str) -> None:
    """Each of the ways in which an install could differ from desk to desk."""
    assert any(fault in each for each in locks.faults(text))


def test_a_good_lock_has_no_fault() -> None:
    """A marker, a continuation and a comment are no faults."""
    assert locks.faults(GOOD) == []
    assert locks.pins(GOOD) == {("click", "8.1")}


def test_the_locks_of_the_project_have_no_fault_and_agree() -> None:
    """What bailee asks for is locked, and tested in the versions it runs with."""
    assert locks.all_faults() == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the reader's choice."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    files = [ROOT / each for each in listed.stdout.split("\0") if each]
    texts = {each: each.read_bytes().decode("utf-8", "replace") for each in files if each.is_file()}
    assert [str(each) for each, text in texts.items() if REGISTRY.search(text)] == []
