"""As much of TIFF 6.0 as Exif needs (Exif 2.32 §4.6): a size, and when the shutter opened."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bailee.intake.capture import as_moment

MAGIC = (b"II*\0", b"MM\0*")
HEAD_BYTES = 1 << 16
"""An Exif block is at most this long (it lives in one JPEG segment); so is what is read of a TIFF."""
_WIDTH, _HEIGHT, _EXIF_IFD = 0x0100, 0x0101, 0x8769
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_ASCII, _SHORT, _LONG = 2, 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiff:
    """Width and height are 0 when not said; `captured_at_ms` is None when not said."""

    width: int
    height: int
    captured_at_ms: int | None


def parse_tiff(block: bytes) -> Tiff | None:
    """Read *block*, untrusted; None if it is no TIFF. What is damaged in it reads as not said."""
    if block[:4] not in MAGIC or len(block) < 8:
        return None
    order = "<" if block[:2] == b"II" else ">"
    main = dict(_entries(block, order, struct.unpack_from(f"{order}I", block, 4)[0]))
    exif = dict(_entries(block, order, _number(main, _EXIF_IFD)))
    return Tiff(
        width=_number(main, _WIDTH),
        height=_number(main, _HEIGHT),
        captured_at_ms=_taken(exif),
    )


def _entries(block: bytes, order: str, at: int) -> Iterator[tuple[int, int | str]]:
    """The numbers and texts of the directory at *at*; what points outside *block* is left out."""
    if not 8 <= at <= len(block) - 2:
        return
    (count,) = struct.unpack_from(f"{order}H", block, at)
    for start in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
        tag, form, many, value = struct.unpack_from(f"{order}HHII", block, start)
        if form == _ASCII and many > 4 and value + many <= len(block):
            text = block[value : value + many]
            yield tag, text.rstrip(b"\0 ").decode("latin-1")
        elif form == _LONG and many == 1:
            yield tag, value
        elif form == _SHORT and many == 1:
            yield tag, struct.unpack_from(f"{order}H", block, start + 8)[0]


def _number(entries: dict[int, int | str], tag: int) -> int:
    value = entries.get(tag)
    return value if isinstance(value, int) else 0


def _taken(exif: dict[int, int | str]) -> int | None:
    offset = exif.get(_TAKEN_OFFSET, "")
    for text, form in (
        (f"{exif.get(_TAKEN)}{offset}", "%Y:%m:%d %H:%M:%S%z"),
        (f"{exif.get(_TAKEN)}", "%Y:%m:%d %H:%M:%S"),
    ):
        try:
            return as_moment(datetime.strptime(text, form))  # noqa: DTZ007  # local, says Exif
        except ValueError:
            continue
    return None
