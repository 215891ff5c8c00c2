"""`make bench`: measure, print the table, and after a full run write docs/benchmarks.md."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import decisions
import deposit
import first_view
import forget
import hearing
import http_release
import ledger
import machine
import release
import report
import rotate
import scatter
import slow
import start
import video
from harness import Part
from place import Place, Size

ROOT = Path(__file__).resolve().parent.parent

PARTS: dict[str, Callable[[Place], list[Part]]] = {
    "forget": forget.run,
    "rotate": rotate.run,
    "deposit": deposit.run,
    "video": video.run,
    "release": release.run,
    "ledger": ledger.run,
    "scatter": scatter.run,
    "decisions": decisions.run,
    "http": http_release.run,
    "start": start.run,
    "pages": first_view.run,
    "hearing": hearing.run,
}
WITHOUT_SYNCS = {"decisions", "start", "pages", "hearing"}
"""What waits for no disk is the same on a slower one."""
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main(words: Sequence[str] | None = None) -> None:
    """Run what was asked for; everything by default."""
    asked = _parse(words)
    folder = Path(tempfile.mkdtemp(prefix="bailee-bench-", dir=asked.dir))
    place = Place(folder=folder, size=Size(name=asked.size), say=_say)
    try:
        if machine.on_memory(folder):
            sys.exit(f"{asked.dir} is in memory, where a sync costs nothing: give --dir.")
        facts = machine.describe(folder, postgres=place.postgres_version())
        parts: list[Part] = []
        for name in asked.only:
            parts += _run(name, place)
            _keep(asked.json, parts)
        slower = [] if asked.as_is else _slower(asked, folder)
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(f"{what}: {much}" for what, much in facts))
    print(report.terminal(parts))
    if slower:
        print(f"\nAs if each sync took {slow.SYNC_MS:g} ms longer\n{report.terminal(slower)}")
    if asked.renew:
        before = DOCUMENT.read_text(encoding="utf-8")
        _write(report.renewed(before, parts, slower, facts))
    elif asked.size == "full" and len(asked.only) == len(PARTS):
        _write(report.document(parts, slower, facts))


def _write(text: str) -> None:
    DOCUMENT.write_text(text, encoding="utf-8")
    print(f"\nWritten: {DOCUMENT.relative_to(ROOT)}")


def _run(name: str, place: Place) -> list[Part]:
    begun = time.perf_counter()
    parts = PARTS[name](place)
    _say(f"{name}: done in {time.perf_counter() - begun:.0f} s")
    print(report.terminal(parts), file=sys.stderr, flush=True)
    return parts


def _keep(path: Path | None, parts: Sequence[Part]) -> None:
    """The figures so far, so that a run that is interrupted was not in vain."""
    if path:
        path.write_text(json.dumps([part.as_json() for part in parts], indent=1), encoding="utf-8")


def _slower(asked: argparse.Namespace, folder: Path) -> list[Part]:
    """The same on a disk as slow as the aims were set for."""
    size = "tiny" if asked.size == "tiny" else "small"
    _say(f"once more, each sync {slow.SYNC_MS:g} ms longer")
    names = [name for name in asked.only if name not in WITHOUT_SYNCS]
    return slow.run_slowly(Path(__file__), names, size=size, folder=folder) if names else []


def _parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(PARTS), metavar=",".join(PARTS))
    parser.add_argument("--size", choices=("tiny", "small", "full"), default="full")
    parser.add_argument("--dir", default="/var/tmp", help="a folder on the disk to measure")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--as-is", action="store_true", help="not again with slower syncs")
    renew = "put these parts into the document, in the place of what it says of them"
    parser.add_argument("--renew", action="store_true", help=renew)
    return parser.parse_args(words)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return names


def _say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
