"""Laying an archive out: one pass over what it is of, a day in memory at a time."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from zoneinfo import ZoneInfo

from bailee.custody.export import Contents, Whose
from bailee.custody.export_read import Held
from bailee.household.archive.folder import Called, folder_of, local
from bailee.household.archive.layout import Day, Layout
from bailee.household.archive.stored_zip import WIDE_FROM_BYTES, WIDE_FROM_ENTRIES
from bailee.household.archive.texts import Head
from bailee.household.archive.whole import manifest_head, manifest_tail
from bailee.types.export import ExportId, Omitted
from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.span import Span

Numbered = tuple[int, Held]
_ROOM_AN_ENTRY = 8_192
"""Bytes that headers, manifest and pages take for a file, and then some."""


def days_of(those: Iterable[Numbered], zone: ZoneInfo) -> Iterator[tuple[str, list[Numbered]]]:
    """*those*, oldest first, by the day on which they begin; each day once.

    Where a clock is put back over midnight, what begins again on the day before stays on the later.
    """
    date, found = "", list[Numbered]()
    for each in those:
        its = max(date, f"{local(each[1].span.begin_ms, zone):%Y-%m-%d}")
        if found and its != date:
            yield date, found
            found = []
        date = its
        found.append(each)
    if found:
        yield date, found


def wide_for(files: int, size_bytes: int) -> bool:
    """Whether so much might need 64 bits."""
    room = size_bytes + files * _ROOM_AN_ENTRY
    return room >= WIDE_FROM_BYTES or 2 * files >= WIDE_FROM_ENTRIES


@dataclass(slots=True)
class _Tally:
    """What the entry tells of all files."""

    artefacts: dict[Kind, int] = field(default_factory=dict)
    recordings: int = 0
    latest: RecordingId | None = None
    size_bytes: int = 0
    whose: dict[tuple[Kind, PersonId, DeviceId], Span] = field(default_factory=dict)
    parts: dict[tuple[PersonId, DeviceId], tuple[Span, int]] = field(default_factory=dict)

    def add(self, held: Held) -> None:
        assert held.digest is not None
        self.artefacts[held.kind] = self.artefacts.get(held.kind, 0) + 1
        if held.recordings[0] != self.latest:  # what is of one recording lies together
            self.recordings, self.latest = self.recordings + 1, held.recordings[0]
        self.size_bytes += held.digest.size_bytes
        spans: dict[tuple[PersonId, DeviceId], Span] = {}
        for access in held.chosen.accesses:
            who, what = access.person_id or PersonId(""), access.device_id or DeviceId("")
            assert access.kind is not None
            span = access.span or held.span
            key = (access.kind, who, what)
            self.whose[key] = _over(self.whose.get(key), span)
            spans[who, what] = _over(spans.get((who, what)), span)
        for pair, span in spans.items():
            known, many = self.parts.get(pair, (None, 0))
            self.parts[pair] = (_over(known, span), many + 1)

    def contents(self, statement: bytes) -> Contents:
        return Contents(
            whose=tuple(
                Whose(kind=kind, person_id=who, device_id=what, span=span)
                for (kind, who, what), span in sorted(self.whose.items())
            ),
            artefacts=self.artefacts,
            parts=tuple(
                (who, what, span, many) for (who, what), (span, many) in sorted(self.parts.items())
            ),
            statement=statement,
        )


def _over(known: Span | None, span: Span) -> Span:
    if known is None:
        return span
    return Span(begin_ms=min(known.begin_ms, span.begin_ms), end_ms=max(known.end_ms, span.end_ms))


class _Manifest:
    """Counts and hashes what is fed to it."""

    def __init__(self, salt: bytes) -> None:
        self._hash = sha256(salt)
        self.size = self.crc = 0

    def feed(self, lines: Iterable[bytes]) -> None:
        for each in lines:
            self._hash.update(each)
            self.size += len(each)
            self.crc = zlib.crc32(each, self.crc)

    def statement(self) -> bytes:
        return self._hash.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is laid out, and how it is told."""

    export_id: ExportId
    head: Head
    made_ms: int
    wide: bool
    salt: bytes

    def lay_out(
        self, those: Iterable[Numbered], called: Called, omitted: Sequence[Omitted]
    ) -> Layout:
        """Lay out *those*, oldest first, each with a digest; without the mark of their names.

        *omitted* is looked at once *those* have come to their end.
        """
        tally, manifest, days = _Tally(), _Manifest(self.salt), list[Day]()
        manifest.feed([manifest_head(self.export_id, self.head, self.made_ms)])
        for date, found in days_of(those, ZoneInfo(self.head.zone)):
            folder = folder_of(date, [held for _, held in found], self.head, called)
            days.append(folder.laid_out([number for number, _ in found], wide=self.wide))
            manifest.feed(folder.lines())
            for _, held in found:
                tally.add(held)
        layout = Layout(
            made_ms=self.made_ms,
            wide=self.wide,
            salt=self.salt,
            names_mark=b"",
            manifest_size=0,
            manifest_crc=0,
            recordings=tally.recordings,
            size_bytes=tally.size_bytes,
            contents=tally.contents(b""),
            omitted=tuple(omitted),
            days=tuple(days),
        )
        manifest.feed(manifest_tail(self.head, layout))
        return replace(
            layout,
            manifest_size=manifest.size,
            manifest_crc=manifest.crc,
            contents=tally.contents(manifest.statement()),
        )
