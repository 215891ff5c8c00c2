"""Stills, by their headers alone: nothing is decoded, so no picture is too large to look at.

A picture whose pixels have begun is a picture, even cut short: viewers show what there is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bailee.intake.form import Form
from bailee.intake.source import Reader
from bailee.intake.tiff import HEAD_BYTES, parse_tiff


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """What a picture's header says.

    Attributes:
        codec: libavcodec's name for it.
        width: Pixels, above 0.
        height: The same.
        frames_ms: How long each frame stays; empty unless the picture moves.
        captured_at_ms: From Exif; None when not said.
    """

    codec: str
    width: int
    height: int
    frames_ms: tuple[int, ...] = ()
    captured_at_ms: int | None = None

    @property
    def moves(self) -> bool:
        return len(self.frames_ms) > 1


def read_still(reader: Reader, form: Form) -> Still | None:
    """The header of a picture of *form*; None if there is none, or no pixels after it."""
    read = {Form.JPEG: _jpeg, Form.PNG: _png, Form.WEBP: _webp, Form.TIFF: _tiff}[form]
    reader.seek(0)
    try:
        still = read(reader)
    except struct.error:  # the file ended inside its header
        return None
    return still if still and still.width and still.height else None


def _jpeg(reader: Reader) -> Still | None:
    """Segments up to the first scan (ITU-T T.81 §B)."""
    width = height = 0
    captured_at_ms = None
    reader.seek(2)
    while (marker := _marker(reader)) != 0xDA:
        if marker in {0x01, *range(0xD0, 0xD9)}:
            continue
        (size,) = struct.unpack(">H", reader.read(2))
        body = reader.read(max(0, size - 2))
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", body, 1)
        elif marker == 0xE1 and body.startswith(b"Exif\0\0") and (exif := parse_tiff(body[6:])):
            captured_at_ms = exif.captured_at_ms
    (size,) = struct.unpack(">H", reader.read(2))
    reader.seek(size - 2, 1)
    if not reader.read(1):
        return None
    return Still(codec="mjpeg", width=width, height=height, captured_at_ms=captured_at_ms)


def _marker(reader: Reader) -> int:
    """The next marker's second byte; struct.error where there is none."""
    lead, marker = struct.unpack("2B", reader.read(2))
    while marker == 0xFF:
        (marker,) = struct.unpack("B", reader.read(1))
    if lead != 0xFF or marker in {0, 0xD9}:
        raise struct.error("no marker")
    return int(marker)


def _png(reader: Reader) -> Still | None:
    """Chunks (ISO/IEC 15948 §11): IHDR, IDAT, fcTL of animations, eXIf."""
    width = height = 0
    frames_ms: list[int] = []
    captured_at_ms, begun = None, False
    reader.seek(8)
    for name, size in _chunks(reader, ">I4s"):
        body = reader.read(min(size, HEAD_BYTES)) if name in {b"IHDR", b"fcTL", b"eXIf"} else b""
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", body)
        elif name == b"fcTL":
            part, whole = struct.unpack_from(">HH", body, 20)
            frames_ms.append(1000 * part // (whole or 100))
        elif name == b"eXIf" and (exif := parse_tiff(body)):
            captured_at_ms = exif.captured_at_ms
        begun = begun or (name == b"IDAT" and bool(reader.read(1)))
    if not begun:
        return None
    return Still(
        codec="apng" if len(frames_ms) > 1 else "png",
        width=width,
        height=height,
        frames_ms=tuple(frames_ms),
        captured_at_ms=captured_at_ms,
    )


def _webp(reader: Reader) -> Still | None:
    """RIFF chunks (RFC 9649 §2): VP8, VP8L, or VP8X with ANMF and EXIF."""
    size_seen = (0, 0)
    frames_ms: list[int] = []
    captured_at_ms, begun = None, False
    reader.seek(12)
    for name, size in _chunks(reader, "<4sI"):
        body = reader.read(min(size, HEAD_BYTES if name == b"EXIF" else 24))
        if name in _WEBP_SIZES and size_seen == (0, 0):
            size_seen = _WEBP_SIZES[name](body)
        if name == b"ANMF":
            frames_ms.append(int.from_bytes(body[12:15], "little"))
        elif name == b"EXIF" and (exif := parse_tiff(body.removeprefix(b"Exif\0\0"))):
            captured_at_ms = exif.captured_at_ms
        begun = begun or (name in {b"VP8 ", b"VP8L", b"ANMF"} and len(body) > 10)
    if not begun:
        return None
    return Still(
        codec="webp",
        width=size_seen[0],
        height=size_seen[1],
        frames_ms=tuple(frames_ms),
        captured_at_ms=captured_at_ms,
    )


def _vp8(body: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", body, 6)  # RFC 6386 §9.1
    return width & 0x3FFF, height & 0x3FFF


def _vp8l(body: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", body, 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _vp8x(body: bytes) -> tuple[int, int]:
    three = struct.unpack_from("<6B", body, 4)
    width, height = (low | mid << 8 | high << 16 for low, mid, high in (three[:3], three[3:]))
    return width + 1, height + 1


_WEBP_SIZES = {b"VP8 ": _vp8, b"VP8L": _vp8l, b"VP8X": _vp8x}


def _tiff(reader: Reader) -> Still | None:
    found = parse_tiff(reader.read(HEAD_BYTES))
    if found is None:
        return None
    return Still(
        codec="tiff",
        width=found.width,
        height=found.height,
        captured_at_ms=found.captured_at_ms,
    )


def _chunks(reader: Reader, header: str) -> Iterator[tuple[bytes, int]]:
    """Name and size of each chunk, the reader at its body; until the file or patience ends.

    *header* orders the two: PNG puts a checksum after a body, RIFF evens its length.
    """
    png = header == ">I4s"
    while len(raw := reader.read(8)) == 8:
        first, second = struct.unpack(header, raw)
        name, size = (second, first) if png else (first, second)
        if not all(32 <= letter < 127 for letter in name):
            return  # no chunk is called that; a sparse file would go on for hours
        body_at = reader.tell()
        yield name, size
        reader.seek(body_at + size + (4 if png else size % 2))
