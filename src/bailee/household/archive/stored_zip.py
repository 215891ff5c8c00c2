"""ZIP files of stored entries, whose sizes and sums are known beforehand (PKWARE APPNOTE 6.3.10).

Python's `zipfile` writes lengths behind what it streams, so that nobody knows the whole's before;
here every header is a value, and the whole's length a sum. Pure: values in, bytes out.
"""

from dataclasses import dataclass
from datetime import datetime
from struct import pack

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_PLAIN, _WIDE = 20, 45
"""Versions needed to extract: 2.0, and 4.5 for 64 bits."""
_UTF8 = 1 << 11
_STORED = 0
_UNIX = 3 << 8
_MODE = 0o100644 << 16
_FULL32, _FULL16 = 0xFFFFFFFF, 0xFFFF
_FIRST_YEAR, _LAST_YEAR = 1980, 2107

WIDE_FROM_BYTES = 0xF0000000
"""A whole that might get longer is written with 64 bits throughout."""
WIDE_FROM_ENTRIES = 65_000
"""The same for more entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file.

    Attributes:
        path: Relative, with ``/``; at most 65,535 bytes of UTF-8.
        at: When it is from, in the reader's own zone.
    """

    path: str
    size_bytes: int
    crc32: int
    at: datetime


def local_header(entry: Entry, *, wide: bool) -> bytes:
    """What stands before a file's bytes."""
    name = entry.path.encode()
    wider = pack("<HHQQ", 1, 16, entry.size_bytes, entry.size_bytes) if wide else b""
    extra = wider + _moment(entry)
    return (
        pack("<4sHHH", _LOCAL, _WIDE if wide else _PLAIN, _UTF8, _STORED)
        + _dos(entry.at)
        + _sums(entry, wide=wide)
        + pack("<HH", len(name), len(extra))
        + name
        + extra
    )


def central_header(entry: Entry, offset: int, *, wide: bool) -> bytes:
    """What stands in the directory at the end for a file whose local header is at *offset*."""
    name = entry.path.encode()
    size = entry.size_bytes
    wider = pack("<HHQQQ", 1, 24, size, size, offset) if wide else b""
    extra = wider + _moment(entry)
    made_by = _UNIX | (_WIDE if wide else _PLAIN)
    return (
        pack("<4sHHHH", _CENTRAL, made_by, _WIDE if wide else _PLAIN, _UTF8, _STORED)
        + _dos(entry.at)
        + _sums(entry, wide=wide)
        + pack("<HHHHHL", len(name), len(extra), 0, 0, 0, _MODE)
        + pack("<L", _FULL32 if wide else offset)
        + name
        + extra
    )


def end_records(count: int, size_bytes: int, offset: int, *, wide: bool) -> bytes:
    """What ends it: *count* entries in a directory of *size_bytes* at *offset*."""
    if not wide:
        return pack("<4sHHHHLLH", _END, 0, 0, count, count, size_bytes, offset, 0)
    return (
        pack(
            "<4sQHHLLQQQQ", _END64, 44, _UNIX | _WIDE, _WIDE, 0, 0, count, count, size_bytes, offset
        )
        + pack("<4sLQL", _LOCATOR64, 0, offset + size_bytes, 1)
        + pack("<4sHHHHLLH", _END, 0, 0, _FULL16, _FULL16, _FULL32, _FULL32, 0)
    )


def _sums(entry: Entry, *, wide: bool) -> bytes:
    size = _FULL32 if wide else entry.size_bytes
    return pack("<LLL", entry.crc32, size, size)


def _dos(at: datetime) -> bytes:
    """Time and date of MS-DOS: a place's own time, to two seconds, from 1980 to 2107."""
    year = min(max(at.year, _FIRST_YEAR), _LAST_YEAR)
    return pack(
        "<HH",
        at.hour << 11 | at.minute << 5 | at.second // 2,
        (year - _FIRST_YEAR) << 9 | at.month << 5 | at.day,
    )


def _moment(entry: Entry) -> bytes:
    """The extended timestamp of Info-ZIP: seconds since 1970, as far as 32 bits go."""
    seconds = min(max(int(entry.at.timestamp()), 0), 0x7FFFFFFF)
    return pack("<HHBl", 0x5455, 5, 1, seconds)
