"""Documents made from the code: written by `make docs`, compared by `make check`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

Pages = Mapping[Path, Callable[[], str]]


def stale(pages: Pages) -> list[Path]:
    """The documents that differ from what the code says now, or are missing."""
    return [
        path
        for path, make in pages.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != make()
    ]


def write(pages: Pages) -> list[Path]:
    """Bring the documents up to date; returns those that changed."""
    changed = stale(pages)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path](), encoding="utf-8")
    return changed


def main(pages: Pages) -> None:
    """Write the documents or, with `--check`, exit 1 where one is out of date."""
    check = "--check" in sys.argv[1:]
    for path in (found := (stale if check else write)(pages)):
        print(f"{path.relative_to(ROOT)}: {'out of date; run `make docs`' if check else 'written'}")
    sys.exit(1 if check and found else 0)
