"""Entry bundles: the entries of a log, TILE_WIDTH to a file (C2SP tlog-tiles, “Log entries”)."""

from collections.abc import Sequence

from bailee.errors import InputError
from bailee.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileError

MAX_ENTRY_SIZE = 65_535
"""Bytes: what a big-endian uint16 can count."""

_PREFIX_SIZE = 2


class EntryTooLargeError(InputError):
    """An entry does not fit a bundle."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            f"An entry of {size_bytes} bytes does not fit the ledger.",
            hint=f"Entries hold at most {MAX_ENTRY_SIZE} bytes: split it, or log a hash of it.",
        )


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Each entry after its length, a big-endian uint16.

    Raises:
        EntryTooLargeError: One is longer than MAX_ENTRY_SIZE.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise EntryTooLargeError(len(entry))
        parts += (len(entry).to_bytes(_PREFIX_SIZE, "big"), entry)
    return b"".join(parts)


def parse_bundle(data: bytes, tile: Tile) -> tuple[bytes, ...]:
    """The entries in a bundle's bytes.

    Raises:
        TileError: They are not ``tile.width``, one ends early, or bytes are left over.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        begin = at + _PREFIX_SIZE
        at = begin + int.from_bytes(data[at:begin], "big")
        if begin > len(data) or at > len(data):
            raise TileError(tile.path, f"ends inside entry {len(entries)}")
        entries.append(data[begin:at])
    if len(entries) != tile.width:
        raise TileError(tile.path, f"has {len(entries)} entries where {tile.width} are needed")
    return tuple(entries)


def append_entries(
    size: int, tail: Sequence[bytes], entries: Sequence[bytes]
) -> tuple[tuple[bytes, ...], dict[Tile, bytes]]:
    """Write *entries* behind the *size* that are there.

    Args:
        size: Entries in the log.
        tail: The last ``size % TILE_WIDTH`` of them: the partial bundle.
        entries: New ones, at least one.

    Returns:
        The new tail, and every bundle that changed, with its bytes.

    Raises:
        EntryTooLargeError: One is longer than MAX_ENTRY_SIZE; nothing was written.
    """
    assert len(tail) == size % TILE_WIDTH
    row = (*tail, *entries)
    bundles: dict[Tile, bytes] = {}
    for at in range(0, len(row), TILE_WIDTH):
        part = row[at : at + TILE_WIDTH]
        index = (size + at) // TILE_WIDTH
        bundles[Tile(ENTRIES, index, len(part))] = encode_bundle(part)
    return row[len(row) - len(row) % TILE_WIDTH :], bundles
