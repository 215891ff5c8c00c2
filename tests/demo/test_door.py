"""The second story of `make demo` tells the truth, to its end, and can be kept open."""

import os
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).parents[2] / "demo" / "door.py"


def test_the_story_holds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Every sentence is checked by the story itself; it ends with 0 and an empty folder."""
    given = {**os.environ, "TMPDIR": str(tmp_path), "SERVE": ""}
    told = subprocess.run(
        [sys.executable, STORY], env=given, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert "by Ana and by Leo; nobody else" in told.stdout
    assert list(tmp_path.iterdir()) == []
    assert all(len(line) <= 110 for line in told.stdout.splitlines())
