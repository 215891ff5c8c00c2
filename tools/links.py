"""Links between the project's Markdown files: each leads to a file, and to a heading in it."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.generated import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")
INLINE_CODE = re.compile(r"`[^`]*`")
OUTSIDE = ("http://", "https://", "mailto:")


def documents(root: Path = ROOT) -> list[Path]:
    """The Markdown a reader of the project meets."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def _prose(text: str) -> Iterator[str]:
    """The lines outside fenced code."""
    fenced = False
    for line in text.splitlines():
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield line


def anchors(text: str) -> set[str]:
    """The names by which a document's headings can be linked, as code hosts build them."""
    found: dict[str, int] = {}
    for line in _prose(text):
        if match := HEADING.match(line):
            slug = re.sub(r"[^\w\- ]", "", match[1].strip().lower()).replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
            if found[slug]:
                found[f"{slug}-{found[slug]}"] = 0
    return set(found)


def targets(text: str) -> list[str]:
    """Where a document's links lead, but for those that lead outside the project."""
    lines = (INLINE_CODE.sub("", line) for line in _prose(text))
    return [each for line in lines for each in LINK.findall(line) if not each.startswith(OUTSIDE)]


def broken(document: Path) -> list[str]:
    """The links of *document* that lead nowhere."""
    text = document.read_text(encoding="utf-8")
    return [target for target in targets(text) if not _leads(document, target)]


def _leads(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = document.parent / path if path else document
    if not file.exists():
        return False
    return not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def main() -> None:
    """Print the links that lead nowhere; exit 1 if there are any."""
    found = [(each, target) for each in documents() for target in broken(each)]
    for document, target in found:
        print(f"{document.relative_to(ROOT)}: this link leads nowhere: {target}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
