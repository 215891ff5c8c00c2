"""Reading a log with nothing at hand but its files and the public key of its signer."""

from collections.abc import Iterator

from bailee.store.ledger.contract import CHECKPOINT, LedgerFiles
from bailee.store.ledger.source import TileSource
from bailee.tlog.checkpoint import open_checkpoint
from bailee.tlog.edge import Edge
from bailee.tlog.key import NoteVerifier
from bailee.tlog.merkle import hash_leaf, root_of
from bailee.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileError, parse_hashes, width_at


class LogReader:
    """A log as one checkpoint covers it, believed only as far as that checkpoint's root carries.

    The signed root vouches for the tiles at the right edge of the tree, they for the tiles below
    and to the left of them, and the lowest for the entries: every hash tile and every bundle is
    checked before anything it says is used.

    Attributes:
        note: The signed checkpoint as it was read.
        checkpoint: What it says; the signature is verified.
    """

    def __init__(
        self, files: LedgerFiles, verifier: NoteVerifier, *, origin: str | None = None
    ) -> None:
        """Read and verify the checkpoint.

        Args:
            files: Untrusted.
            verifier: Trusted: of the log's own key.
            origin: The log's; the name of *verifier* where it is not given.

        Raises:
            TileError: There is no checkpoint.
            NoteError: The checkpoint is not a signed note.
            SignatureError: It is not signed by that key.
            CheckpointError: It is no checkpoint, or another log's.
        """
        note = files.read(CHECKPOINT)
        if note is None:
            raise TileError(CHECKPOINT, "is missing")
        self.note = note
        self.checkpoint = open_checkpoint(note, [verifier], origin or verifier.name)
        self._source = TileSource(files, self.checkpoint.size)
        self._edge: Edge | None = None
        self._last: dict[int, tuple[int, tuple[bytes, ...]]] = {}

    def entries(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Each index, zero-based and rising from *start*, with its entry: verified when yielded.

        Exhausting it from 0 has checked every tile and bundle that the checkpoint covers.

        Raises:
            TileError: A tile or bundle is missing, misshapen, or was changed; names it.
        """
        self._require_edge()
        for bundle in range(start // TILE_WIDTH, -(-self.checkpoint.size // TILE_WIDTH)):
            first = bundle * TILE_WIDTH
            for index, entry in enumerate(self._bundle(bundle), first):
                if index >= start:
                    yield index, entry

    def verify(self) -> None:
        """Check every tile and bundle that the checkpoint covers.

        Raises:
            TileError: A tile or bundle is missing, misshapen, or was changed; names it.
        """
        for _ in self.entries():
            pass

    def _bundle(self, index: int) -> tuple[bytes, ...]:
        hashes = self._hashes(0, index)
        tile = Tile(ENTRIES, index, len(hashes))
        entries = self._source.raw_bundle(index)
        for at, (entry, expected) in enumerate(zip(entries, hashes, strict=True)):
            if hash_leaf(entry) != expected:
                raise TileError(
                    tile.path, f"has another entry {index * TILE_WIDTH + at} than was signed"
                )
        return entries

    def _hashes(self, level: int, index: int) -> tuple[bytes, ...]:
        """A tile's hashes, verified. The last tile of each level is kept for what is below it."""
        width = width_at(self.checkpoint.size, level, index)
        if width < TILE_WIDTH:
            return self._require_edge().tails[level]
        if level not in self._last or self._last[level][0] != index:
            parent, at = divmod(index, TILE_WIDTH)
            expected = self._hashes(level + 1, parent)[at]
            tile = Tile(level, index)
            hashes = parse_hashes(self._source.hashes(level, index, width), tile)
            if root_of(hashes) != expected:
                raise TileError(tile.path, "does not lead to the root that was signed")
            self._last[level] = (index, hashes)
        return self._last[level][1]

    def _require_edge(self) -> Edge:
        """The right edge, verified: together its tiles have the signed root."""
        if self._edge is None:
            self._edge = self._source.edge(self.checkpoint.root)
        return self._edge
