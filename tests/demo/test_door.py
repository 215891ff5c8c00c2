"""The second story of `make demo` tells the truth, to its end, and can be kept open."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

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


def test_serve_stays_open_and_says_how_to_get_in(tmp_path: Path) -> None:
    """What it prints for signing in works as typed; Ctrl-C ends it with nothing left behind."""
    given = {**os.environ, "TMPDIR": str(tmp_path), "SERVE": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, STORY], env=given, stdout=subprocess.PIPE, text=True, process_group=0
    ) as story:
        assert story.stdout is not None
        said = ""
        for line in story.stdout:
            said += line
            if "Authorization: Bearer TOKEN" in line:
                break
        look_in(said)
        os.kill(story.pid, signal.SIGINT)
        assert story.wait(timeout=60) == 0
    assert list(tmp_path.iterdir()) == []


def look_in(said: str) -> None:
    """Sign in and list as the story says one can."""
    curl = re.search(r"^ *(curl --json .*?/v1/sign-in)$", said, re.DOTALL | re.MULTILINE)
    listing = re.search(r"http://localhost:\d+/v1/households/\S+/recordings", said)
    assert curl is not None, said
    assert listing is not None, said
    entered = subprocess.run(["sh", "-c", curl[1]], capture_output=True, text=True, check=True)
    token = httpx.Response(200, text=entered.stdout).json()["token"]
    held = httpx.get(listing[0], headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert held.status_code == 200
    assert held.json()["recordings"]
