"""An archive as a whole: every piece of it, in order, by its layout. Nothing of it is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bailee.clock import iso
from bailee.custody.export_check import MANIFEST, RECEIPT
from bailee.custody.export_proof import MANIFEST_FORMAT
from bailee.household.archive.folder import Flow, Folder, entry_of, line, sums
from bailee.household.archive.layout import Day, Layout
from bailee.household.archive.pieces import Piece, cut, drained, lazy_piece, piece_of
from bailee.household.archive.stored_zip import Entry, central_header, end_records, local_header
from bailee.household.archive.texts import Head, index, readme
from bailee.types.export import ExportId

README, INDEX = "README.txt", "index.html"


def manifest_head(export_id: ExportId, head: Head, made_ms: int) -> bytes:
    """The first line of the manifest."""
    return line(
        {
            "format": MANIFEST_FORMAT,
            "export": export_id,
            "sentence": head.sentence,
            "made": iso(made_ms),
            "zone": head.zone,
        }
    )


def manifest_tail(head: Head, layout: Layout) -> Iterator[bytes]:
    """The last ones: of the pages that tell of all others."""
    for name, data in ((README, readme(head, layout)), (INDEX, index(head, layout))):
        yield line({"path": name, **sums(data)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Puts it together.

    Attributes:
        receipt: As it lies in it.
        folder: A day's folder, read anew each time.
        flow: The bytes of a file, as long as they may be read.
    """

    export_id: ExportId
    head: Head
    layout: Layout
    receipt: bytes
    folder: Callable[[Day], Folder]
    flow: Flow

    @property
    def size_bytes(self) -> int:
        """All of it: a sum, nothing is opened for it."""
        return self._files_bytes + self._central_bytes + len(self._end())

    def stretches(self, begin: int, end: int) -> Iterator[bytes]:
        """Bytes ``begin … end``, half-open. Requires ``0 <= begin <= end <= size_bytes``.

        Raises:
            ShiftedError: What it is made of is not what it was laid out by.
            Whatever `folder` and `flow` raise.
        """
        return cut(self._pieces(), begin, end)

    def _pieces(self) -> Iterator[Piece]:
        wide = self.layout.wide
        for entry, piece in self._front():
            yield piece_of(local_header(entry, wide=wide))
            yield piece
        for day in self.layout.days:
            yield lazy_piece(day.size_bytes, self._day(day))
        offset = 0
        for entry, _ in self._front():
            yield piece_of(central_header(entry, offset, wide=wide))
            offset += len(local_header(entry, wide=wide)) + entry.size_bytes
        for day in self.layout.days:
            yield drained(day.central_bytes, self._central(day, offset))
            offset += day.size_bytes
        yield piece_of(self._end())

    def _day(self, day: Day) -> Callable[[], Iterator[Piece]]:
        return lambda: self.folder(day).pieces(self.flow, wide=self.layout.wide)

    def _central(self, day: Day, offset: int) -> Callable[[], Iterator[bytes]]:
        return lambda: self.folder(day).central(offset, wide=self.layout.wide)

    def _front(self) -> list[tuple[Entry, Piece]]:
        """What lies before the days. The manifest is made as it flows: it may be long."""
        layout, made = self.layout, self.head.made
        listed = Entry(
            path=MANIFEST, size_bytes=layout.manifest_size, crc32=layout.manifest_crc, at=made
        )
        return [
            self._small(README, readme(self.head, layout)),
            self._small(INDEX, index(self.head, layout)),
            (listed, drained(layout.manifest_size, self._manifest)),
            self._small(RECEIPT, self.receipt),
        ]

    def _small(self, path: str, data: bytes) -> tuple[Entry, Piece]:
        return entry_of(path, data, self.head.made), piece_of(data)

    def _manifest(self) -> Iterator[bytes]:
        yield manifest_head(self.export_id, self.head, self.layout.made_ms)
        for day in self.layout.days:
            yield b"".join(self.folder(day).lines())
        yield from manifest_tail(self.head, self.layout)

    @property
    def _files_bytes(self) -> int:
        wide = self.layout.wide
        front = sum(len(local_header(e, wide=wide)) + e.size_bytes for e, _ in self._front())
        return front + sum(each.size_bytes for each in self.layout.days)

    @property
    def _central_bytes(self) -> int:
        wide = self.layout.wide
        front = sum(len(central_header(entry, 0, wide=wide)) for entry, _ in self._front())
        return front + sum(each.central_bytes for each in self.layout.days)

    def _end(self) -> bytes:
        layout = self.layout
        count = len(self._front()) + sum(each.files + 1 for each in layout.days)
        return end_records(count, self._central_bytes, self._files_bytes, wide=layout.wide)
