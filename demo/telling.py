"""How the stories are told: each sentence is checked before it is printed."""

from collections.abc import Sequence
from textwrap import fill

from bailee.clock import to_datetime


class SurpriseError(Exception):
    """Something the story says is not so."""


def check(true: bool, sentence: str) -> None:
    """Say *sentence* if it is true; end the story if it is not."""
    if not true:
        raise SurpriseError(sentence)
    print(fill(sentence, 100, initial_indent="   ✓ ", subsequent_indent="     "), flush=True)


def title(number: int, text: str) -> None:
    print(f"\n{number}. {text}\n", flush=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns; numbers to the right."""
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    for row in (heads, *rows):
        cells = [
            cell.rjust(width) if cell.isdecimal() else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        print("   " + "  ".join(cells).rstrip())


def count(many: int, noun: str) -> str:
    return f"{many} {noun}{'' if many == 1 else 's'}"


def clock(at_ms: int) -> str:
    return f"{to_datetime(at_ms):%H:%M:%S} UTC"
