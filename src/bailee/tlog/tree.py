"""Roots and proofs of a tree that lies in tiles, read through a callback: O(log n) tiles each.

What is read is checked for its length only. A proof from wrong tiles is a wrong proof: verify it
against a signed root before relying on it, as its receiver will.
"""

from collections.abc import Sequence

from bailee.tlog.edge import Edge, ReadTile
from bailee.tlog.merkle import MAX_TREE_SIZE, hash_children, root_of
from bailee.tlog.proof import ConsistencyProof, InclusionProof
from bailee.tlog.tile import TILE_HEIGHT, TILE_WIDTH, Tile, parse_hashes, width_at


def append(
    size: int, leaf_hashes: Sequence[bytes], read: ReadTile
) -> tuple[bytes, dict[str, bytes]]:
    """Append leaves to a tree of *size*.

    Returns:
        The new root, and the path and bytes of every hash tile that is to be written.

    Raises:
        TileError: A tile that was read has the wrong length.
    """
    edge, tiles = Edge.read(size, read).extend(leaf_hashes)
    return edge.root(), {tile.path: data for tile, data in tiles.items()}


def root(size: int, read: ReadTile) -> bytes:
    """The root of a tree of *size* leaves, ``0 <= size <= MAX_TREE_SIZE``.

    Raises:
        TileError: A tile that was read has the wrong length.
    """
    return Edge.read(size, read).root()


def prove_inclusion(index: int, size: int, read: ReadTile) -> InclusionProof:
    """Prove that leaf *index* is in the tree of *size* leaves. Requires ``0 <= index < size``.

    RFC 9162 §2.1.3.1, PATH.

    Raises:
        TileError: A tile that was read has the wrong length.
    """
    assert 0 <= index < size <= MAX_TREE_SIZE
    nodes = _Nodes(size, read)
    hashes: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            hashes.append(nodes.over(middle, end))
            end = middle
        else:
            hashes.append(nodes.over(begin, middle))
            begin = middle
    return InclusionProof(index=index, size=size, hashes=tuple(reversed(hashes)))


def prove_consistency(old_size: int, new_size: int, read: ReadTile) -> ConsistencyProof:
    """Prove that a tree only grew. Requires ``0 <= old_size <= new_size``.

    RFC 9162 §2.1.4.1, SUBPROOF. Empty where the sizes are equal or the first is 0.

    Raises:
        TileError: A tile that was read has the wrong length.
    """
    assert 0 <= old_size <= new_size <= MAX_TREE_SIZE
    nodes = _Nodes(new_size, read)
    hashes: list[bytes] = []
    begin, end = 0, new_size
    while 0 < old_size < end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            hashes.append(nodes.over(middle, end))
            end = middle
        else:
            hashes.append(nodes.over(begin, middle))
            begin = middle
    if begin:  # otherwise the old root is itself a node on the way, and known to the verifier
        hashes.append(nodes.over(begin, end))
    return ConsistencyProof(old_size=old_size, new_size=new_size, hashes=tuple(reversed(hashes)))


class _Nodes:
    """The inner nodes of a tree of *size* leaves; each tile is read once."""

    def __init__(self, size: int, read: ReadTile) -> None:
        self._size = size
        self._read = read
        self._tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def over(self, begin: int, end: int) -> bytes:
        """The hash of the node over leaves *begin* to *end*, which one node of the tree covers."""
        count = end - begin
        if count & (count - 1) == 0:
            return self._complete(count.bit_length() - 1, begin)
        middle = begin + _split(count)
        return hash_children(self.over(begin, middle), self.over(middle, end))

    def _complete(self, height: int, begin: int) -> bytes:
        """The node over ``2**height`` leaves from *begin*: one hash of a tile, or several folded."""
        level, above = divmod(height, TILE_HEIGHT)
        index, at = divmod(begin >> (TILE_HEIGHT * level), TILE_WIDTH)
        return root_of(self._hashes(level, index)[at : at + (1 << above)])

    def _hashes(self, level: int, index: int) -> tuple[bytes, ...]:
        if (level, index) not in self._tiles:
            width = width_at(self._size, level, index)
            data = self._read(level, index, width)
            self._tiles[level, index] = parse_hashes(data, Tile(level, index, width))
        return self._tiles[level, index]


def _split(count: int) -> int:
    """The largest power of two below *count*, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
