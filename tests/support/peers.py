"""Programs of others that bailee is held against, each in a virtual environment of its own.

What they pin fits nothing else. They are installed once, from `tests/peers/<name>.txt` (hashed),
into `build/peers/<name>`; where no package index answers, their tests are left out and say so.
"""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def peer(name: str) -> Path:
    """The folder of *name*'s programs: `python`, and what it brings."""
    python = shutil.which("python3.11") or sys.executable
    locked = (_ROOT / "tests/peers" / f"{name}.txt").read_text()
    home = _ROOT / "build/peers" / name
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        done = home / "installed.txt"
        if not done.exists() or done.read_text() != locked:
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run([python, "-m", "venv", home], check=True)
            _install(home, name)
            done.write_text(locked)
    return home / "bin"


def _install(home: Path, name: str) -> None:
    pip: list[str | Path] = [
        home / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    locked = _ROOT / "tests/peers" / f"{name}.txt"
    ended = subprocess.run(
        [*pip, "--require-hashes", "--no-deps", "-r", locked], capture_output=True, check=False
    )
    if b"No matching distribution" in ended.stderr or b"onnection" in ended.stderr:
        pytest.skip(f"no package index has what {name} needs")
    assert ended.returncode == 0, ended.stderr.decode()
