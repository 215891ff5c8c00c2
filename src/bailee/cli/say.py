"""Numbers, times and names as people read them in a terminal."""

import time
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bailee.clock import iso, to_datetime
from bailee.types.kind import Kind

_PLURAL = {
    Kind.AUDIO: "audio",
    Kind.VIDEO: "video",
    Kind.LOCATION: "location",
}
"""Kinds that are not counted by an s."""
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_BIDI = {chr(each) for each in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


# -- time -----------------------------------------------------------------------------------


def local(at_ms: int) -> str:
    """A moment on this machine's clock, to the second, with its zone."""
    return to_datetime(at_ms).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def day(days: int) -> str:
    """A day since the epoch as a date."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)).strftime("%Y-%m-%d")


def length(duration_ms: int) -> str:
    """`1:02:03`, `0:02`; a dash for a moment."""
    if not duration_ms:
        return "–"
    seconds = max(1, round(duration_ms / 1000))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def moment(name: str, at_ms: int | None) -> dict[str, str | int | None]:
    """A time for programs: *name* in RFC 3339, and *name*_ms."""
    return {name: None if at_ms is None else iso(at_ms), f"{name}_ms": at_ms}


def zone() -> str:
    """The machine's zone, for the head of a column."""
    return time.strftime("%Z")


# -- numbers --------------------------------------------------------------------------------


def count(number: int, noun: str) -> str:
    """`1 recording`, `1,024 recordings`."""
    if number == 1:
        return f"1 {noun}"
    many = f"{noun[:-1]}ies" if noun.endswith(("ry", "ty")) else f"{noun}s"
    return f"{number:,} {many}"


def size(size_bytes: int) -> str:
    """`512 B`, `1.4 MB`: powers of a thousand."""
    amount = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def kinds(artefacts: Mapping[Kind, int]) -> str:
    """`23 audio, 23 transcripts, 4 facts`, in the order of the closed list."""
    found = [(kind, artefacts.get(kind, 0)) for kind in Kind]
    return ", ".join(
        f"{many:,} {kind}" if kind in _PLURAL else count(many, kind.value)
        for kind, many in found
        if many
    )


# -- names ----------------------------------------------------------------------------------


def name(text: str) -> str:
    """A name that cannot rearrange the terminal: no control signs, its direction kept to itself."""
    safe = "".join(
        "\ufffd" if each in _BIDI or unicodedata.category(each) in {"Cc", "Cs"} else each
        for each in text
    )
    turned = any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in safe)
    return f"{_ISOLATE}{safe}{_END_ISOLATE}" if turned else safe


def width(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    return sum(_columns(each) for each in text)


def _columns(each: str) -> int:
    if unicodedata.combining(each) or unicodedata.category(each) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(each) in {"W", "F"} else 1


def fit(text: str, columns: int) -> str:
    """*text*, or as much of it as fits with an ellipsis."""
    if width(text) <= columns:
        return text
    turned = text.startswith(_ISOLATE)
    kept, used = "", 0
    for each in text:
        used += _columns(each)
        if used >= columns:
            break
        kept += each
    return f"{kept.rstrip()}…{_END_ISOLATE if turned else ''}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns, two spaces apart, by the width that a terminal shows."""
    lines = [head, *rows]
    widths = [max(width(line[at]) for line in lines) for at in range(len(head))]
    return [
        "  ".join(cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(line)).rstrip()
        for line in lines
    ]
