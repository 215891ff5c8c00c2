"""A notice as a page shows it: its Markdown, of which it uses three things, as headings and text."""

import re
from dataclasses import dataclass

_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading or a paragraph. `parts`: text, and whether it is strong."""

    heading: bool
    parts: tuple[tuple[str, bool], ...]


def blocks(body: str) -> tuple[Block, ...]:
    """The headings and paragraphs of *body*, which comes with bailee; templates escape the text."""
    found = []
    for each in body.strip().split("\n\n"):
        text = " ".join(each.split())
        heading = text.startswith("#")
        parts = _STRONG.split(text.lstrip("# ") if heading else text)
        told = tuple((part, bool(n % 2)) for n, part in enumerate(parts) if part)
        found.append(Block(heading=heading, parts=told))
    return tuple(found)
