"""The third story of `make demo` tells the truth, to its end, and can be kept open."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).parents[2] / "demo" / "pages.py"


def test_the_story_holds_stays_open_and_says_how_to_come_in(tmp_path: Path) -> None:
    """Every sentence is checked by the story; then the door stays open, with the code of Ana's app.

    Ctrl-C ends it with 0 and an empty folder.
    """
    given = {**os.environ, "TMPDIR": str(tmp_path), "SERVE": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, STORY], env=given, stdout=subprocess.PIPE, text=True, process_group=0
    ) as story:
        assert story.stdout is not None
        said = ""
        for line in story.stdout:
            said += line
            if re.search(r"^   \d\d:\d\d:\d\d  \d{6}$", line):
                break
        os.kill(story.pid, signal.SIGINT)
        assert story.wait(timeout=60) == 0, said
    assert "All of it held" in said
    assert "nobody else" in said
    assert re.search(r"http://localhost:\d+\n", said)
    assert list(tmp_path.iterdir()) == []
    assert all(len(line) <= 110 for line in said.splitlines())
