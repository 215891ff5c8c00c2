"""Merkle tree hashing: RFC 6962 §2.1, restated by RFC 9162 §2.1.1, with SHA-256."""

from collections.abc import Sequence
from hashlib import sha256

HASH_SIZE = 32
"""Bytes in every hash of a tree."""

MAX_TREE_SIZE = 2**63 - 1
"""No tree here holds more leaves; a size beyond it is malformed, not large."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves. No leaf and no inner node hashes to it."""


def hash_leaf(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry). The prefix keeps a leaf from posing as an inner node."""
    return sha256(b"\x00" + entry).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), each HASH_SIZE bytes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over *hashes*, taken as leaf hashes.

    Pairing neighbours and carrying an odd last one upward splits each range at the largest power
    of two below its length, as RFC 6962 §2.1 asks. The last of *hashes* may therefore stand for a
    subtree that is smaller than those of the others.
    """
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        pairs = [hash_children(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
        row = [*pairs, row[-1]] if len(row) % 2 else pairs
    return row[0]
