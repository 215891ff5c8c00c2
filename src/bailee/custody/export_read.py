"""What an archive holds of each artefact: read once for its digest, and again as it is fetched.

Nothing plaintext rests anywhere, and no second copy: a digest (size, CRC-32, SHA-256) is all that
is kept of the first reading, sealed under a key made of the artefact's own. So it dies with it, and
tells nobody what was there.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bailee.custody.chosen import Asking, Chosen, choose
from bailee.custody.keys import KeyFinder
from bailee.custody.premises import Premises
from bailee.custody.view import lock_of, why_missing
from bailee.errors import EvidenceError, GoneError, UnknownError
from bailee.keytree import moment_of
from bailee.rules.geojson import LARGEST_BYTES, as_geojson
from bailee.seal import Opener, open_small, unwrap
from bailee.seal.frames import open_frame, seal_frame
from bailee.types.ids import ArtefactId, RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Details
from bailee.types.span import Span

_SALT = sha256(b"bailee/digest/v1/salt").digest()
_PLAIN = Struct(">BQI32s")
Read = Callable[[int, int], Iterator[bytes]]
"""Plaintext ``begin … end``, half-open, in stretches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What lies in an archive of an artefact.

    Attributes:
        converted: It is a location and lies there as GeoJSON, not as it was taken in.
        size_bytes: As it lies there.
        crc32: The same.
        sha256: The same.
    """

    converted: bool
    size_bytes: int
    crc32: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An artefact that may be opened, with all that is said of it.

    Attributes:
        span: From the first recording's beginning to its end.
        digest: None until it was made, and where its bytes are damaged.
        key: Under which its digest is sealed.
    """

    chosen: Chosen
    artefact_id: ArtefactId
    kind: Kind
    person_id: str
    device_id: str
    recordings: tuple[RecordingId, ...]
    span: Span
    name: str
    details: Details
    digest: Digest | None
    key: bytes = field(repr=False)
    read: Read = field(repr=False)


def held(
    premises: Premises, asking: Asking, digests: Mapping[str, bytes | None]
) -> tuple[Held, ...]:
    """Those artefacts that can still be opened, in the order of *digests*, by their ids.

    Raises:
        EvidenceError: A row does not open.
    """

    def work(connection: sa.Connection) -> tuple[Held, ...]:
        finder = KeyFinder(connection, premises.ring)
        found = choose(connection, premises, list(digests), asking)
        opened = (_held(premises, finder, each, digests[each.row.id]) for each in found)
        return tuple(each for each in opened if each is not None)

    return premises.database.read(work)


def _held(
    premises: Premises, finder: KeyFinder, chosen: Chosen, sealed: bytes | None
) -> Held | None:
    row = chosen.row
    kek = finder.kek(lock_of(row, chosen.places))
    if kek is None or not chosen.places:
        return None
    dek = unwrap(kek, row.wrapped_dek)
    said = json.loads(open_small(dek, row.description))
    first, own = chosen.places[0], chosen.accesses[0]
    begin_ms = moment_of(first.leaf)
    key = _key(dek)
    digest = None if sealed is None else _open_digest(key, row.id, sealed)
    return Held(
        chosen=chosen,
        artefact_id=ArtefactId(row.id),
        kind=Kind(row.kind),
        person_id=own.person_id or "",
        device_id=own.device_id or "",
        recordings=tuple(RecordingId(each.recording_id) for each in chosen.places),
        span=Span(begin_ms=begin_ms, end_ms=max(begin_ms, first.end_ms or begin_ms)),
        name=said["name"],
        details=said["details"],
        digest=digest,
        key=key,
        read=_reader(premises, chosen, dek, digest),
    )


def _reader(premises: Premises, chosen: Chosen, dek: bytes, digest: Digest | None) -> Read:
    row = chosen.row
    sealed: bytes | None = row.sealed

    def stored(offset: int, length: int) -> bytes:
        if sealed is not None:
            return sealed[offset : offset + length]
        return premises.content.read(row.content_key, offset, length)

    def read(begin: int, end: int) -> Iterator[bytes]:
        opener = Opener(dek, row.size_bytes, stored)
        if digest is not None and digest.converted:
            yield (as_geojson(b"".join(opener.stretches())) or b"")[begin:end]
        else:
            yield from opener.stretches(begin, end)

    return read


# -- digests --------------------------------------------------------------------------------


def digests(
    premises: Premises, asking: Asking, artefact_ids: Sequence[str], tell: Callable[[int], None]
) -> dict[str, bytes | None]:
    """Read each to its end; its digest, sealed. None where its bytes are damaged.

    What is forgotten, or whose time is over, is left out. *tell* is told of each stretch how long
    it is.
    """
    found: dict[str, bytes | None] = {}
    for it in held(premises, asking, dict.fromkeys(artefact_ids)):
        try:
            digest = _digest_of(it, tell)
        except (EvidenceError, UnknownError):
            # Its bytes may be missing because it was forgotten a moment ago.
            if held(premises, asking, {it.artefact_id: None}):
                found[it.artefact_id] = None
            continue
        plain = _PLAIN.pack(digest.converted, digest.size_bytes, digest.crc32, digest.sha256)
        found[it.artefact_id] = seal_frame(it.key, plain, _context(it.artefact_id))
    return found


def _digest_of(it: Held, tell: Callable[[int], None]) -> Digest:
    size: int = it.chosen.row.size_bytes
    if it.kind is Kind.LOCATION and size <= LARGEST_BYTES:
        body = as_geojson(b"".join(it.read(0, size)))
        if body is not None:
            tell(size)
            return Digest(
                converted=True,
                size_bytes=len(body),
                crc32=zlib.crc32(body),
                sha256=sha256(body).digest(),
            )
    crc, whole = 0, sha256()
    for stretch in it.read(0, size):
        crc = zlib.crc32(stretch, crc)
        whole.update(stretch)
        tell(len(stretch))
    return Digest(converted=False, size_bytes=size, crc32=crc, sha256=whole.digest())


def _open_digest(key: bytes, artefact_id: str, sealed: bytes) -> Digest:
    plain = open_frame(key, sealed, _context(artefact_id))
    converted, size_bytes, crc, hashed = _PLAIN.unpack(plain)
    return Digest(converted=bool(converted), size_bytes=size_bytes, crc32=crc, sha256=hashed)


def _key(dek: bytes) -> bytes:
    """A key of its own: the DEK's nonces are counted, those of frames are drawn."""
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=b"bailee/digest/v1").derive(dek)


def _context(artefact_id: str) -> bytes:
    return b"bailee/digest/v1|" + artefact_id.encode()


def gone(premises: Premises, artefact_ids: Sequence[str]) -> dict[str, str | None]:
    """Of those that are gone: by which erasure each; None where its time was over."""

    def work(connection: sa.Connection) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for each in artefact_ids:
            error = why_missing(connection, each)
            found[each] = error.erasure_id if isinstance(error, GoneError) else None
        return found

    return premises.database.read(work)
