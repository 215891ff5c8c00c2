"""The story of `make demo` tells the truth, to its end."""

import os
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).parents[2] / "demo" / "story.py"


def tell(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as `make demo` does, with *tmp_path* for its temporary folder."""
    given = {**os.environ, "TMPDIR": str(tmp_path), "SERVE": "", **environment}
    return subprocess.run(
        [sys.executable, STORY], env=given, capture_output=True, text=True, check=False
    )


def test_the_story_holds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Every sentence is checked by the story itself; it ends with 0 and an empty folder."""
    told = tell(tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert "nothing that was forgotten opens, in any copy" in told.stdout
    assert list(tmp_path.iterdir()) == []
    assert all(len(line) <= 110 for line in told.stdout.splitlines())


def test_a_missing_tool_is_named(tmp_path: Path) -> None:
    """Without espeak-ng it says so in a sentence, ends with 1 and leaves nothing behind."""
    told = tell(tmp_path, PATH="")
    assert told.returncode == 1
    assert "espeak-ng is needed" in told.stderr
    assert list(tmp_path.iterdir()) == []
