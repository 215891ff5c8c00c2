"""What lies where in an archive: enough to say how long it is, and to begin in its middle.

It holds no name: those of persons, devices and files are asked of what is held each time, so that
they are gone with it. `names_mark` only tells whether they are still what they were.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bailee.custody.export import Contents, Whose
from bailee.types.export import LeftOut, Omitted
from bailee.types.ids import DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One folder.

    Attributes:
        date: ``2026-11-20``; each once, in order.
        first: The number of its first file in `export_item`.
        last: Of its last.
        files: How many there are.
        index_size: Of its index.html, in bytes.
        index_crc: The same.
        size_bytes: Of all of it, headers included.
        central_bytes: Of its part of the directory at the end.
    """

    date: str
    first: int
    last: int
    files: int
    index_size: int
    index_crc: int
    size_bytes: int
    central_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All of it.

    Attributes:
        made_ms: When it was laid out.
        wide: Written with 64 bits.
        salt: 32 random bytes, of the statement.
        names_mark: SHA-256 of the salt and the names it was laid out with.
        manifest_size: Of manifest.jsonl, in bytes.
        manifest_crc: The same.
        recordings: How many its files are from.
        size_bytes: Of the contents alone.
    """

    made_ms: int
    wide: bool
    salt: bytes
    names_mark: bytes
    manifest_size: int
    manifest_crc: int
    recordings: int
    size_bytes: int
    contents: Contents
    omitted: tuple[Omitted, ...]
    days: tuple[Day, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Every person and device it is of."""
        return frozenset(each for who, what, *_ in self.contents.parts for each in (who, what))

    @property
    def files(self) -> int:
        return sum(self.contents.artefacts.values())


def dump(layout: Layout) -> bytes:
    """As it is sealed."""
    contents = layout.contents
    said = {
        "made_ms": layout.made_ms,
        "wide": layout.wide,
        "salt": layout.salt.hex(),
        "names_mark": layout.names_mark.hex(),
        "manifest_size": layout.manifest_size,
        "manifest_crc": layout.manifest_crc,
        "recordings": layout.recordings,
        "size_bytes": layout.size_bytes,
        "omitted": dump_omitted(layout.omitted),
        "days": [[getattr(each, name) for name in Day.__slots__] for each in layout.days],
        "artefacts": dict(contents.artefacts),
        "statement": contents.statement.hex(),
        "whose": [
            [each.kind, each.person_id, each.device_id, each.span.begin_ms, each.span.end_ms]
            for each in contents.whose
        ],
        "parts": [[*who, span.begin_ms, span.end_ms, many] for *who, span, many in contents.parts],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def load(data: bytes) -> Layout:
    """Read back what `dump` wrote."""
    said: Mapping[str, Any] = json.loads(data)
    contents = Contents(
        artefacts={Kind(kind): many for kind, many in said["artefacts"].items()},
        statement=bytes.fromhex(said["statement"]),
        whose=tuple(
            Whose(
                kind=Kind(kind),
                person_id=PersonId(person),
                device_id=DeviceId(device),
                span=Span(begin_ms=begin, end_ms=end),
            )
            for kind, person, device, begin, end in said["whose"]
        ),
        parts=tuple(
            (PersonId(person), DeviceId(device), Span(begin_ms=begin, end_ms=end), many)
            for person, device, begin, end, many in said["parts"]
        ),
    )
    return Layout(
        **{
            name: said[name]
            for name in (
                *("made_ms", "wide", "manifest_size", "manifest_crc", "recordings", "size_bytes"),
            )
        },
        salt=bytes.fromhex(said["salt"]),
        names_mark=bytes.fromhex(said["names_mark"]),
        contents=contents,
        omitted=load_omitted(said["omitted"]),
        days=tuple(Day(**dict(zip(Day.__slots__, each, strict=True))) for each in said["days"]),
    )


def dump_omitted(omitted: tuple[Omitted, ...]) -> list[list[Any]]:
    """As JSON has it."""
    return [[each.why, each.erasure_id, each.count] for each in omitted]


def load_omitted(said: list[list[Any]]) -> tuple[Omitted, ...]:
    """Read it back."""
    return tuple(
        Omitted(why=LeftOut(why), erasure_id=erasure, count=many) for why, erasure, many in said
    )
