"""`make bench` measures what it says, at toy size; what it measures is nobody's verdict here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tools.generated import ROOT

SCRIPT = ROOT / "bench" / "run.py"
PARTS = ("deposit", "start")
"""One that compares within a process and one that starts others."""
FURTHER_PARTS = (
    "release",
    "ledger",
    "scatter",
    "decisions",
    "forget",
    "rotate",
    "video",
    "http",
    "hearing",
)
"""Each measures something else, by the same machinery."""


@pytest.mark.parametrize(
    "part", [*PARTS, *(pytest.param(each, marks=pytest.mark.long) for each in FURTHER_PARTS)]
)
def test_each_part_measures_both_sides(part: str, tmp_path: Path) -> None:
    """Every row has two times and a ratio, and nothing is left behind on the disk."""
    work, figures = tmp_path / "work", tmp_path / "figures.json"
    work.mkdir()
    words = ["--only", part, "--size", "tiny", "--dir", str(work), "--json", str(figures)]
    asked = [sys.executable, str(SCRIPT), *words]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=300)
    assert answer.returncode == 0, answer.stderr[-2000:]
    found = json.loads(figures.read_text("utf-8"))
    rows = [row for each in found for row in each["rows"]]
    assert all(row["ours_s"] > 0 and row["theirs_s"] > 0 and row["ratio"] > 0 for row in rows)
    assert rows or all(each["table"] for each in found)
    assert not list(work.iterdir())


def test_an_unknown_part_is_refused() -> None:
    """A typing error does not end in an empty table."""
    asked = [sys.executable, str(SCRIPT), "--only", "forgive"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "there is no forgive" in answer.stderr
