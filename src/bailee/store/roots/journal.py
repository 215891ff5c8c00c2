"""The file ``journal``: two headers written in turn, then records, only ever appended.

| bytes | hold |
|---|---|
| 0 … 4095, 4096 … 8191 | the headers: magic (8), vault id (16), sequence, base epoch, start (u64 each, big endian), the SHA-256 of all that. The valid one with the higher sequence counts. |
| start … | records: length of the payload (u32), epoch (u64), payload, the SHA-256 of all that |

Records follow one another from *start*, their epochs from base epoch + 1. Whatever does not verify,
or has another epoch, ends them: a torn tail, or bytes of records that were truncated away. The file
holds no keys.
"""

import hashlib
import struct
from dataclasses import dataclass

from bailee.errors import ConflictError, EvidenceError, InputError
from bailee.store import files
from bailee.store.roots.contract import VAULT_ID_BYTES, Journal, JournalRecord
from bailee.store.roots.slots import BLOCK_BYTES, block, unblock

MAX_PAYLOAD_BYTES = 1 << 24
RECORDS_AT = 2 * BLOCK_BYTES

_MAGIC = b"bailee/j"
_HEADER = struct.Struct(f">8s{VAULT_ID_BYTES}sQQQ")
_FRAME = struct.Struct(">IQ")
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Header:
    """Which records count."""

    sequence: int
    base_epoch: int
    start: int
    """Where the record base_epoch + 1 lies, or will."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Where one reading of the journal ended, so that the next one goes on from there."""

    header: Header
    end: int
    epoch: int


def form(fd: int, vault_id: bytes) -> None:
    """Make an empty journal. A crash leaves a file that `read_header` refuses."""
    files.cut(fd, 0)
    _write_header(fd, vault_id, Header(sequence=0, base_epoch=0, start=RECORDS_AT))


def read_header(fd: int, vault_id: bytes) -> Header:
    """The header that counts.

    Raises:
        EvidenceError: Neither verifies.
        InputError: It is another vault's.
    """
    found = [_header(fd, number, vault_id) for number in range(2)]
    valid = [header for header in found if header is not None]
    if not valid:
        raise EvidenceError(
            "The erasure journal has no header that verifies.",
            hint="Take it from another root store; `bailee fsck` brings this one up to date.",
        )
    return max(valid, key=lambda header: header.sequence)


def read_journal(fd: int, vault_id: bytes) -> Journal:
    """Everything after the base. Raises as `read_header`, and for a damaged middle."""
    header = read_header(fd, vault_id)
    records, end = _scan(fd, header.start, header.base_epoch)
    _refuse_damage(fd, end, header.base_epoch + len(records))
    return Journal(base_epoch=header.base_epoch, records=tuple(records))


def tail_of(fd: int, vault_id: bytes, known: Tail | None) -> Tail:
    """The end of the journal now, reading on from *known* if the same header still counts."""
    header = read_header(fd, vault_id)
    if known is None or known.header != header:
        known = Tail(header=header, end=header.start, epoch=header.base_epoch)
    records, end = _scan(fd, known.end, known.epoch)
    _refuse_damage(fd, end, known.epoch + len(records))
    return Tail(header=header, end=end, epoch=known.epoch + len(records))


def append(fd: int, tail: Tail, record: JournalRecord) -> Tail:
    """Write *record* at the end and sync once; the new end.

    Raises:
        ConflictError: It is neither the next record nor one that is there already.
    """
    if (
        record.epoch <= tail.epoch
        and record in _scan(fd, tail.header.start, tail.header.base_epoch)[0]
    ):
        # Whoever wrote it may have died before the sync.
        files.sync_data(fd)
        return tail
    if record.epoch != tail.epoch + 1:
        raise ConflictError(
            f"The erasure journal stands at {tail.epoch}; {record.epoch} is not what comes next.",
            hint="Bring the root stores to the same state with `bailee fsck`.",
        )
    frame = _frame(record)
    try:
        # A crash during the write leaves a torn tail, which `_scan` does not see.
        files.write_at(fd, frame, tail.end)
        files.sync_data(fd)
    except OSError:
        _take_back(fd, tail.end)
        raise
    return Tail(header=tail.header, end=tail.end + len(frame), epoch=record.epoch)


def truncate(fd: int, vault_id: bytes, base_epoch: int) -> None:
    """Move the base up to *base_epoch*; the records after it survive a crash at any step."""
    header = read_header(fd, vault_id)
    if base_epoch <= header.base_epoch:
        # Whoever moved it may have died before the sync.
        files.sync_data(fd)
        return
    records, end = _scan(fd, header.start, header.base_epoch)
    gone = sum(_frame_bytes(record) for record in records if record.epoch <= base_epoch)
    start = _room_for(fd, header, header.start + gone, end)
    _write_header(fd, vault_id, Header(header.sequence + 1, base_epoch, start))
    # Only now is the space of the old records free: until the sync the old header counted.
    files.cut(fd, start + (end - header.start - gone))
    files.sync_data(fd)


def _room_for(fd: int, header: Header, live: int, end: int) -> int:
    """Where the records that stay shall begin: at the front if they fit before the old start.

    They are copied there and synced while the old header still counts; a crash changes nothing.
    """
    if live == end:
        return RECORDS_AT
    if end - live > header.start - RECORDS_AT:
        return live
    files.write_at(fd, files.read_at(fd, end - live, live), RECORDS_AT)
    files.sync_data(fd)
    return RECORDS_AT


def _header(fd: int, number: int, vault_id: bytes) -> Header | None:
    body = unblock(files.read_at(fd, BLOCK_BYTES, number * BLOCK_BYTES), _HEADER.size)
    if body is None:
        return None
    magic, vault, sequence, base_epoch, start = _HEADER.unpack(body)
    if magic != _MAGIC or vault != vault_id:
        raise InputError("This erasure journal belongs to another vault.")
    return Header(sequence=sequence, base_epoch=base_epoch, start=start)


def _write_header(fd: int, vault_id: bytes, header: Header) -> None:
    """A crash tears at most this header; the other one, of the sequence before, counts then."""
    body = _HEADER.pack(_MAGIC, vault_id, header.sequence, header.base_epoch, header.start)
    files.write_at(fd, block(body), header.sequence % 2 * BLOCK_BYTES)
    files.sync_file(fd)


def _frame(record: JournalRecord) -> bytes:
    if len(record.payload) > MAX_PAYLOAD_BYTES:
        raise InputError("A journal record is too large.")
    body = _FRAME.pack(len(record.payload), record.epoch) + record.payload
    return body + hashlib.sha256(body).digest()


def _frame_bytes(record: JournalRecord) -> int:
    return _FRAME.size + len(record.payload) + _HASH_BYTES


def _scan(fd: int, offset: int, epoch: int) -> tuple[list[JournalRecord], int]:
    """The records after *epoch* from *offset* on, and where they end."""
    records: list[JournalRecord] = []
    while (record := _record(fd, offset)) and record.epoch == epoch + 1:
        records.append(record)
        offset, epoch = offset + _frame_bytes(record), record.epoch
    return records, offset


def _record(fd: int, offset: int) -> JournalRecord | None:
    """The record at *offset*, or None if none verifies there."""
    head = files.read_at(fd, _FRAME.size, offset)
    if len(head) < _FRAME.size:
        return None
    length, epoch = _FRAME.unpack(head)
    if length > MAX_PAYLOAD_BYTES:
        return None
    rest = files.read_at(fd, length + _HASH_BYTES, offset + _FRAME.size)
    payload, digest = rest[:length], rest[length:]
    if digest != hashlib.sha256(head + payload).digest():
        return None
    return JournalRecord(epoch=epoch, payload=payload)


def _refuse_damage(fd: int, end: int, epoch: int) -> None:
    """Tell a damaged record, which was acknowledged, from a torn tail, which never was.

    Behind a torn tail nothing newer follows; behind a damaged record the next one does.
    """
    head = files.read_at(fd, _FRAME.size, end)
    if len(head) < _FRAME.size:
        return
    length, _ = _FRAME.unpack(head)
    after = _record(fd, end + _FRAME.size + length + _HASH_BYTES)
    if after is not None and after.epoch > epoch + 1:
        raise EvidenceError(
            f"The erasure journal is damaged after {epoch}: a later record follows.",
            hint="Take it from another root store; `bailee fsck` brings this one up to date.",
        )


def _take_back(fd: int, end: int) -> None:
    """Undo a failed append, as far as the disk lets us; else a later reader may find the record.

    That is safe: an erasure that was asked for and not acknowledged may still happen.
    """
    try:
        files.cut(fd, end)
    except OSError:
        return
