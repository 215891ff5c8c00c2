"""A log's tiles and entries as one checkpoint covers them, whichever widths of them are kept."""

from collections.abc import Iterator

from bailee.errors import UnknownError
from bailee.store.ledger.contract import CHECKPOINT, LedgerFiles
from bailee.tlog.bundle import encode_bundle, parse_bundle
from bailee.tlog.edge import Edge
from bailee.tlog.merkle import HASH_SIZE, hash_leaf
from bailee.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileError, parse_hashes, width_at


class TileSource:
    """The tiles that a checkpoint of *size* leaves asks for.

    A partial tile may have been dropped for the full one that begins with it: then its beginning
    is cut from there. The partial one is looked for first, since it goes only after the full one
    came, so that one of the two is always found.
    """

    def __init__(self, files: LedgerFiles, size: int) -> None:
        self._files = files
        self.size = size

    def hashes(self, level: int, index: int, width: int) -> bytes:
        """A `ReadTile`: the first *width* hashes of a tile, of a tree up to *size*.

        Raises:
            TileError: The tile is missing or misshapen.
        """
        tile, data = self._find(level, index)
        parse_hashes(data, tile)
        return data[: width * HASH_SIZE]

    def raw_bundle(self, index: int) -> tuple[bytes, ...]:
        """The entries of a bundle, checked for their form only.

        Raises:
            TileError: The bundle is missing or misshapen.
        """
        tile, data = self._find(ENTRIES, index)
        return parse_bundle(data, tile)[: width_at(self.size, ENTRIES, index)]

    def bundle(self, index: int) -> tuple[bytes, ...]:
        """The entries of a bundle, each compared with its hash; none beyond the end of the log.

        Raises:
            TileError: Bundle or tile is missing or misshapen, or they do not agree.
        """
        width = width_at(self.size, ENTRIES, index)
        if width == 0:
            return ()
        entries = self.raw_bundle(index)
        if b"".join(map(hash_leaf, entries)) != self.hashes(0, index, width):
            where = " and ".join(Tile(level, index, width).path for level in (ENTRIES, 0))
            raise TileError(where, "do not agree")
        return entries

    def entry(self, index: int) -> bytes:
        """One entry.

        Raises:
            UnknownError: The log does not reach that far.
            TileError: As `bundle`.
        """
        bundle, at = divmod(require_index(index, self.size), TILE_WIDTH)
        return self.bundle(bundle)[at]

    def entries(self, start: int) -> Iterator[bytes]:
        """The entries from *start* to the end of the log.

        Raises:
            TileError: As `bundle`.
        """
        bundle, at = divmod(start, TILE_WIDTH)
        while part := self.bundle(bundle):
            yield from part[at:]
            bundle, at = bundle + 1, 0

    def edge(self, root: bytes) -> Edge:
        """The right edge, shown to have *root*.

        Raises:
            TileError: A tile of it is missing or misshapen, or one was changed.
        """
        edge = Edge.read(self.size, self.hashes)
        if edge.root() != root:
            where = " or ".join(tile.path for tile in edge.tiles) or CHECKPOINT
            raise TileError(where, "does not lead to the root that was signed")
        return edge

    def data(self, tile: Tile) -> bytes:
        """A tile's or bundle's bytes at the width it has at *size*, as they are to be copied.

        Raises:
            TileError: It is missing or misshapen.
        """
        if tile.level == ENTRIES:
            return encode_bundle(self.raw_bundle(tile.index))
        return self.hashes(tile.level, tile.index, tile.width)

    def require_size(self, size: int) -> int:
        """*size*, or UnknownError where the log was never that long."""
        if 0 <= size <= self.size:
            return size
        raise UnknownError(
            f"The ledger never had {size} entries; it has {self.size}.",
            hint="See `bailee ledger head`.",
        )

    def _find(self, level: int, index: int) -> tuple[Tile, bytes]:
        wanted = Tile(level, index, width_at(self.size, level, index))
        for tile in (wanted, wanted.full):
            data = self._files.read(tile.path)
            if data is not None:
                return tile, data
        raise TileError(wanted.path, "is missing")


def require_index(index: int, size: int) -> int:
    """*index*, or UnknownError where a log of *size* has no such entry."""
    if 0 <= index < size:
        return index
    raise UnknownError(
        f"The ledger has no entry {index}; it has {size}.",
        hint="Entries are counted from 0. See `bailee ledger head`.",
    )
