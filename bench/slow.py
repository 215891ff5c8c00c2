"""The same bench as if each sync took longer: a library loaded before all others sees to it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness import Part, Row

SYNC_MS = 4.0
_SOURCE = Path(__file__).with_name("slow_sync.c")


def run_slowly(script: Path, names: list[str], *, size: str, folder: Path) -> list[Part]:
    """Run *script* again with slower syncs; nothing where there is no compiler to build them."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return []
    library, figures = folder / "slow_sync.so", folder / "slow.json"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True
    )
    words = ["--only", ",".join(names), "--size", size]
    words += ["--dir", str(folder), "--json", str(figures), "--as-is"]
    slow = {"LD_PRELOAD": str(library), "SLOW_SYNC_MS": str(SYNC_MS)}
    subprocess.run(
        [sys.executable, str(script), *words],
        env={**os.environ, **slow},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return [_part(each) for each in json.loads(figures.read_text(encoding="utf-8"))]


def _part(found: dict[str, object]) -> Part:
    rows = found["rows"]
    assert isinstance(rows, list)
    made = [Row(**{name: row[name] for name in Row.__slots__}) for row in rows]
    return Part(title=str(found["title"]), rows=made)
