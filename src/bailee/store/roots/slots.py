"""The file ``root``: a header and two slots, each written in place.

| bytes | hold |
|---|---|
| 0 … 4095 | the header: magic, vault id, SHA-256 of both; written once |
| 4096 … 8191 | slot 0 |
| 8192 … 12287 | slot 1 |

A slot is magic (8 bytes), vault id (16), generation (u64, big endian), root (32) and the SHA-256 of
all that, then zeros; a slot of zeros alone is empty. All that matters of a slot lies in its first
sector, so that a disk that writes sectors whole never mixes two roots; the checksum is for those
that do not.
"""

import hashlib
import os
import struct
from typing import Literal

from bailee.errors import ConflictError, EvidenceError, InputError
from bailee.store import files
from bailee.store.roots.contract import ROOT_BYTES, VAULT_ID_BYTES, Root, Slots

BLOCK_BYTES = 4096
FILE_BYTES = 3 * BLOCK_BYTES

_HEADER_MAGIC = b"bailee/R"
_SLOT_MAGIC = b"bailee/r"
_HEADER = struct.Struct(f">8s{VAULT_ID_BYTES}s")
_SLOT = struct.Struct(f">8s{VAULT_ID_BYTES}sQ{ROOT_BYTES}s")
_EMPTY = bytes(BLOCK_BYTES)
_SLOT_OFFSETS = (BLOCK_BYTES, 2 * BLOCK_BYTES)


def block(body: bytes) -> bytes:
    """*body*, its SHA-256, and zeros up to BLOCK_BYTES."""
    return (body + hashlib.sha256(body).digest()).ljust(BLOCK_BYTES, b"\0")


def unblock(data: bytes, length: int) -> bytes | None:
    """The *length* bytes that `block` was given, or None if they do not verify."""
    body, rest = data[:length], data[length:]
    return body if rest[:32] == hashlib.sha256(body).digest() else None


def form(fd: int, vault_id: bytes) -> None:
    """Give an empty file its two empty slots, then its header.

    A crash before the header's sync leaves a file without an identity, which holds nothing.
    """
    files.write_at(fd, bytes(FILE_BYTES), 0)
    files.sync_file(fd)
    files.write_at(fd, block(_HEADER.pack(_HEADER_MAGIC, vault_id)), 0)
    files.sync_file(fd)


def vault_of(fd: int) -> bytes | None:
    """The vault's id, or None where the header does not verify."""
    body = unblock(files.read_at(fd, BLOCK_BYTES, 0), _HEADER.size)
    if body is None:
        return None
    magic, vault_id = _HEADER.unpack(body)
    return bytes(vault_id) if magic == _HEADER_MAGIC else None


def read_slots(fd: int, vault_id: bytes) -> Slots:
    """Both slots; neither being readable is for the caller to judge."""
    found = [_slot(fd, number, vault_id) for number in range(2)]
    live = [root for root in found if isinstance(root, Root)]
    torn = tuple(number for number, root in enumerate(found) if root == "torn")
    return Slots(live=tuple(sorted(live, key=lambda root: -root.generation)), torn=torn)


def write_slot(fd: int, vault_id: bytes, root: Root, over: int | None) -> None:
    """Write *root* into the slot that `_free` names, sync, and read it back."""
    number = _free(fd, vault_id, root, over)
    if number is None:
        # It is here already: an earlier call may have died between its write and its sync.
        files.sync_file(fd)
        return
    _put(fd, number, block(_SLOT.pack(_SLOT_MAGIC, vault_id, root.generation, root.key)))


def destroy_slot(fd: int, vault_id: bytes, generation: int) -> None:
    """Overwrite that generation and every torn slot: with noise, then with zeros."""
    for number in range(2):
        found = _slot(fd, number, vault_id)
        if found == "torn" or (isinstance(found, Root) and found.generation == generation):
            # A crash after the noise leaves a torn slot, which the next call finishes.
            _put(fd, number, os.urandom(BLOCK_BYTES))
            _put(fd, number, _EMPTY)
    # An earlier call may have died before its last sync.
    files.sync_file(fd)


def _slot(fd: int, number: int, vault_id: bytes) -> Root | Literal["empty", "torn"]:
    """The root in a slot, or what else is to be said of it."""
    data = files.read_at(fd, BLOCK_BYTES, _SLOT_OFFSETS[number])
    if not data.strip(b"\0"):
        return "empty"
    body = unblock(data, _SLOT.size)
    if body is None:
        return "torn"
    magic, vault, generation, key = _SLOT.unpack(body)
    if magic != _SLOT_MAGIC or vault != vault_id:
        raise InputError("A slot of this root store was written by another vault.")
    return Root(generation=generation, key=key)


def _free(fd: int, vault_id: bytes, root: Root, over: int | None) -> int | None:
    """The slot to write *root* into: an empty one, else a torn one, else the one named by *over*.

    None if the root is there already.
    """
    found = [_slot(fd, number, vault_id) for number in range(2)]
    for slot in found:
        if isinstance(slot, Root) and slot.generation == root.generation:
            if slot.key == root.key:
                return None
            raise ConflictError(f"Generation {root.generation} has another root already.")
    for state in ("empty", "torn"):
        if state in found:
            return found.index(state)
    for number, slot in enumerate(found):
        if isinstance(slot, Root) and slot.generation == over:
            return number
    raise ConflictError(
        "Both slots of the root store hold a live root.",
        hint="Destroy the one that the ring does not use, then repeat.",
    )


def _put(fd: int, number: int, data: bytes) -> None:
    """Overwrite a slot where it lies, sync, and ask the disk what it holds now."""
    files.write_at(fd, data, _SLOT_OFFSETS[number])
    files.sync_file(fd)
    if files.read_back(fd, BLOCK_BYTES, _SLOT_OFFSETS[number]) != data:
        raise EvidenceError(
            "The root store does not give back what was written to it.",
            hint="Replace its disk; the other root stores hold the root.",
        )
