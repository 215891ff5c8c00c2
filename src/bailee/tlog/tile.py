"""Tiles: where a log's hashes and entries lie, as C2SP tlog-tiles writes it (c2sp.org/tlog-tiles).

Beside the hash tiles of levels 0 to 63 stand the entry bundles, shaped like level 0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bailee.errors import EvidenceError
from bailee.tlog.merkle import HASH_SIZE

TILE_HEIGHT = 8
TILE_WIDTH = 256
"""Hashes, or entries, in a full tile."""

ENTRIES = -1
"""The level under which entry bundles go by; in a path it reads ``entries``."""

MAX_LEVEL = 63

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class TileError(EvidenceError):
    """A tile or bundle is missing, misshapen or says something else than it should."""

    def __init__(self, path: str, evidence: str) -> None:
        self.path = path
        super().__init__(
            f"{path} in the ledger {evidence}.",
            hint="Bring that file back from a copy of the ledger; until then nothing it covers is "
            "shown to be true.",
        )


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a tile or bundle.

    Attributes:
        level: 0 is the leaves' level; each above has a hash for every full tile below; ENTRIES.
        index: Zero-based, within the level.
        width: Hashes or entries in it, 1 to TILE_WIDTH; below TILE_WIDTH the tile is partial.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        assert ENTRIES <= self.level <= MAX_LEVEL
        assert self.index >= 0
        assert 1 <= self.width <= TILE_WIDTH

    @property
    def is_full(self) -> bool:
        return self.width == TILE_WIDTH

    @property
    def full(self) -> "Tile":
        """The tile that takes a partial one's place once it is full."""
        return Tile(self.level, self.index)

    @property
    def path(self) -> str:
        """Relative to the log's prefix: ``tile/0/x001/x234/067``, ``tile/entries/000.p/17``."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.is_full else f".p/{self.width}"
        return f"tile/{level}/{_encode_index(self.index)}{partial}"


def parse_path(path: str) -> Tile | None:
    """The tile that *path* names, or None: every tile has one path, and no other is accepted."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    width = int(match[3] or TILE_WIDTH)
    if level > MAX_LEVEL or width > TILE_WIDTH:
        return None
    tile = Tile(level, index, width)
    return tile if tile.path == path else None


def parse_hashes(data: bytes, tile: Tile) -> tuple[bytes, ...]:
    """The hashes in a tile's bytes.

    Raises:
        TileError: There are not ``tile.width`` of them.
    """
    if len(data) != tile.width * HASH_SIZE:
        raise TileError(
            tile.path, f"has {len(data)} bytes where {tile.width * HASH_SIZE} are needed"
        )
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def hashes_at(size: int, level: int) -> int:
    """Hashes at *level* in a tree of *size* leaves; entries count like level 0."""
    return size >> (TILE_HEIGHT * max(level, 0))


def width_at(size: int, level: int, index: int) -> int:
    """Hashes in a tile of a tree of *size* leaves, 0 to TILE_WIDTH."""
    return max(0, min(TILE_WIDTH, hashes_at(size, level) - index * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and bundle that a checkpoint of *size* leaves asks for, level by level."""
    return tiles_between(0, size)


def tiles_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """Every tile and bundle that growing from *old_size* to *new_size* leaves writes."""
    for level in range(ENTRIES, MAX_LEVEL + 1):
        first, end = hashes_at(old_size, level), hashes_at(new_size, level)
        if first == end:
            return
        for index in range(first // TILE_WIDTH, -(-end // TILE_WIDTH)):
            yield Tile(level, index, width_at(new_size, level, index))


def _encode_index(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
