"""The right edge of a tree: all that growing it, or knowing its root, needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from bailee.tlog.merkle import EMPTY_ROOT, HASH_SIZE, root_of
from bailee.tlog.tile import TILE_WIDTH, Tile, hashes_at, parse_hashes, width_at

ReadTile = Callable[[int, int, int], bytes]
"""(level, index, width) → the first *width* hashes of that tile, concatenated."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The partial tile of each level.

    Attributes:
        size: Leaves in the tree.
        tails: ``tails[level]`` holds the last ``size / 256**level mod 256`` hashes of the level.
    """

    size: int = 0
    tails: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def read(cls, size: int, read: ReadTile) -> Self:
        """Read the edge of a tree of *size* leaves: one tile a level at most.

        Raises:
            TileError: A tile has the wrong length. Whether the hashes are right, `root` tells.
        """
        tails: list[tuple[bytes, ...]] = []
        while count := hashes_at(size, level := len(tails)):
            index = count // TILE_WIDTH
            width = width_at(size, level, index)
            tile = Tile(level, index, width) if width else None
            tails.append(parse_hashes(read(level, index, width), tile) if tile else ())
        return cls(size, tuple(tails))

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Where the edge is written: none for a level whose last tile is full."""
        return tuple(
            Tile(level, hashes_at(self.size, level) // TILE_WIDTH, len(tail))
            for level, tail in enumerate(self.tails)
            if tail
        )

    def root(self) -> bytes:
        """The root of the tree.

        From the leaves up, what is left over at a level stands last in the level above: it is
        smaller than the subtrees before it there, which is where RFC 6962 §2.1 splits.
        """
        carry: tuple[bytes, ...] = ()
        for tail in self.tails:
            row = tail + carry
            carry = (root_of(row),) if row else ()
        return carry[0] if carry else EMPTY_ROOT

    def extend(self, leaf_hashes: Sequence[bytes]) -> tuple["Edge", dict[Tile, bytes]]:
        """Append leaves.

        Args:
            leaf_hashes: From `hash_leaf`, in order; HASH_SIZE bytes each.

        Returns:
            The edge afterwards, and every hash tile that changed, with its bytes.
        """
        assert all(len(each) == HASH_SIZE for each in leaf_hashes)
        fresh: Sequence[bytes] = leaf_hashes
        tails: list[tuple[bytes, ...]] = []
        tiles: dict[Tile, bytes] = {}
        while fresh or len(tails) < len(self.tails):
            level = len(tails)
            row = (*(self.tails[level] if level < len(self.tails) else ()), *fresh)
            parts = [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]
            if fresh:
                first = hashes_at(self.size, level) // TILE_WIDTH
                for index, part in enumerate(parts, first):
                    tiles[Tile(level, index, len(part))] = b"".join(part)
            full = [part for part in parts if len(part) == TILE_WIDTH]
            tails.append(row[len(full) * TILE_WIDTH :])
            fresh = [root_of(part) for part in full]
        return Edge(self.size + len(leaf_hashes), tuple(tails)), tiles
