"""A day of an archive: its files by their names, and its page. Pure, but for what reads them."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from bailee.clock import iso, to_datetime
from bailee.custody.export_read import Held
from bailee.household.archive.layout import Day
from bailee.household.archive.naming import Names, ending, stem
from bailee.household.archive.pieces import Piece, piece_of
from bailee.household.archive.stored_zip import Entry, central_header, local_header
from bailee.household.archive.texts import Head, Line, day_index

_NO_NUMBER = 1 << 53
Called = Callable[[str], str]
"""What a person or device is called, by id."""
Flow = Callable[[Held, int, int], Iterator[bytes]]
"""Bytes of a file while they may be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of what is held: its entry, what it is, and whose, as the manifest says it."""

    entry: Entry
    held: Held
    whose: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A day, whole in memory but for the bytes of its files."""

    date: str
    page: bytes
    page_entry: Entry
    files: tuple[File, ...]

    @property
    def entries(self) -> Iterator[Entry]:
        """All of them, in order."""
        yield self.page_entry
        for each in self.files:
            yield each.entry

    def pieces(self, flow: Flow, *, wide: bool) -> Iterator[Piece]:
        """Its bytes."""
        yield piece_of(local_header(self.page_entry, wide=wide) + self.page)
        for each in self.files:
            yield piece_of(local_header(each.entry, wide=wide))
            yield Piece(each.entry.size_bytes, _flowing(flow, each.held))

    def central(self, offset: int, *, wide: bool) -> Iterator[bytes]:
        """Its part of the directory at the end, where it begins at *offset*."""
        at = offset
        for each in self.entries:
            yield central_header(each, at, wide=wide)
            at += len(local_header(each, wide=wide)) + each.size_bytes

    def lines(self) -> Iterator[bytes]:
        """Its lines of the manifest."""
        yield line({"path": self.page_entry.path, **sums(self.page)})
        for each in self.files:
            yield line(_told(each))

    def laid_out(self, numbers: Sequence[int], *, wide: bool) -> Day:
        """As the layout keeps it; *numbers* are those of its files."""
        size = sum(len(local_header(each, wide=wide)) + each.size_bytes for each in self.entries)
        return Day(
            date=self.date,
            first=numbers[0],
            last=numbers[-1],
            files=len(self.files),
            index_size=len(self.page),
            index_crc=self.page_entry.crc32,
            size_bytes=size,
            central_bytes=sum(len(each) for each in self.central(0, wide=wide)),
        )


def _flowing(flow: Flow, held: Held) -> Callable[[int, int], Iterator[bytes]]:
    return lambda begin, end: flow(held, begin, end)


def folder_of(date: str, those: Sequence[Held], head: Head, called: Called) -> Folder:
    """The folder of *date*; each of *those* has a digest."""
    zone, names = ZoneInfo(head.zone), Names("index.html")
    files, lines = [], []
    for each in those:
        at = local(each.span.begin_ms, zone)
        person, device = called(each.person_id), called(each.device_id)
        entry = _entry(date, each, names, stem(at, person, device), at)
        files.append(File(entry=entry, held=each, whose=_whose(each, called)))
        lines.append(
            Line(
                name=entry.path.rpartition("/")[2],
                kind=each.kind,
                at=at,
                person=person,
                device=device,
                size_bytes=entry.size_bytes,
            )
        )
    page = day_index(head, date, lines)
    return Folder(
        date=date,
        page=page,
        page_entry=entry_of(f"{date}/index.html", page, head.made),
        files=tuple(files),
    )


def _entry(date: str, held: Held, names: Names, called: str, at: datetime) -> Entry:
    digest = held.digest
    assert digest is not None
    kind = ending(held.kind, held.details, held.name, converted=digest.converted)
    return Entry(
        path=f"{date}/{names.free(called, kind)}",
        size_bytes=digest.size_bytes,
        crc32=digest.crc32,
        at=at,
    )


def entry_of(path: str, data: bytes, at: datetime) -> Entry:
    """The entry of what is in memory."""
    return Entry(path=path, size_bytes=len(data), crc32=zlib.crc32(data), at=at)


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    """A moment by the clock of *zone*."""
    return to_datetime(at_ms).astimezone(zone)


def sums(data: bytes) -> dict[str, Any]:
    """Size and hash, as the manifest says them."""
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def line(said: dict[str, Any]) -> bytes:
    """A line of the manifest: canonical JSON (RFC 8785)."""
    return rfc8785.dumps(said) + b"\n"


def _told(file: File) -> dict[str, Any]:
    held, digest = file.held, file.held.digest
    assert digest is not None
    return {
        "path": file.entry.path,
        "size": digest.size_bytes,
        "sha256": digest.sha256.hex(),
        "kind": held.kind,
        "begin": iso(held.span.begin_ms),
        "end": iso(held.span.end_ms),
        "name": _text(held.name),
        "details": {_text(name): _value(said) for name, said in held.details.items()},
        "artefact": held.artefact_id,
        "recordings": list(held.recordings),
        "of": list(file.whose),
    }


def _whose(held: Held, called: Called) -> tuple[dict[str, str], ...]:
    """All whom it is of, its own first."""
    pairs = dict.fromkeys(
        (each.person_id or "", each.device_id or "") for each in held.chosen.accesses
    )
    return tuple(
        {
            "person": _text(called(person)),
            "device": _text(called(device)),
            "person_id": person,
            "device_id": device,
        }
        for person, device in pairs
    )


def _text(said: str) -> str:
    """As UTF-8 can have it."""
    return said.encode("utf-8", "replace").decode()


def _value(said: str | float | None) -> str | float | None:
    """As canonical JSON can have it: what it has no number for becomes its digits."""
    if isinstance(said, str):
        return _text(said)
    if isinstance(said, int) and abs(said) >= _NO_NUMBER:
        return str(said)
    return str(said) if isinstance(said, float) and not isfinite(said) else said
