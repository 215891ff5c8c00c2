"""A log that is being written: entries go in at their index, signed checkpoints come out."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bailee.store.ledger.contract import CHECKPOINT, LedgerStore
from bailee.store.ledger.errors import GapError, LogMissingError, RewriteError
from bailee.store.ledger.folder import FolderLedger
from bailee.store.ledger.source import TileSource, require_index
from bailee.tlog.bundle import append_entries
from bailee.tlog.checkpoint import Checkpoint, open_checkpoint
from bailee.tlog.edge import Edge
from bailee.tlog.key import Signer
from bailee.tlog.merkle import EMPTY_ROOT, hash_leaf
from bailee.tlog.note import sign_note
from bailee.tlog.proof import ConsistencyProof, InclusionProof, verify_inclusion
from bailee.tlog.tile import TILE_WIDTH, tiles_of
from bailee.tlog.tree import prove_consistency, prove_inclusion

_COPIED_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An entry with all that shows it is in the log: what a receipt carries.

    Attributes:
        entry: The bytes that were logged.
        proof: To the root in `checkpoint`, and verified.
        checkpoint: A signed note.
    """

    entry: bytes
    proof: InclusionProof
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class _Head:
    """The end of the log, as the checkpoint *note* commits to it: what the next entries join."""

    note: bytes
    edge: Edge
    tail: tuple[bytes, ...]


class Log:
    """One log in one store.

    `integrate` is for one publisher at a time, which the caller sees to; all else may run at any
    time, in any thread and process.
    """

    def __init__(self, store: LedgerStore, signer: Signer, origin: str) -> None:
        self._store = store
        self._signer = signer
        self._origin = origin
        self._head: _Head | None = None
        self._opened: tuple[bytes, Checkpoint] | None = None

    @classmethod
    def create(cls, store: LedgerStore, signer: Signer, origin: str) -> "Log":
        """Open a log, after signing the checkpoint of an empty one where nothing is yet.

        Idempotent. A crash before the checkpoint is in place: nothing is there; call again.

        Raises:
            LogMissingError: Tiles are there, but no checkpoint.
        """
        log = cls(store, signer, origin)
        if store.read(CHECKPOINT) is None:
            if any(store.paths()):
                raise LogMissingError
            empty = Checkpoint(origin=origin, size=0, root=EMPTY_ROOT)
            store.replace_checkpoint(sign_note(empty.text, signer))
        log.head()
        return log

    @property
    def store(self) -> LedgerStore:
        """Where its files are."""
        return self._store

    def checkpoint(self) -> bytes | None:
        """The signed checkpoint, or None where the log was never created."""
        return self._store.read(CHECKPOINT)

    def head(self) -> Checkpoint:
        """What the checkpoint says, its signature verified.

        Raises:
            LogMissingError: The log was never created, or lost its checkpoint.
            EvidenceError: The checkpoint is malformed, another log's, or not by this key.
        """
        return self._open()[1]

    def integrate(self, first_index: int, entries: Sequence[bytes]) -> Checkpoint:
        """Make *entries* the log's entries from *first_index* on; durable on return.

        Idempotent: entries that are in already are compared and passed over, so that a publisher
        who does not know how far it came calls again with the same arguments.

        Returns:
            A checkpoint that covers them all, which is the one in place.

        Raises:
            GapError: *first_index* is beyond the end of the log.
            RewriteError: An entry in the log differs from the one given for its index.
            EntryTooLargeError: One is longer than MAX_ENTRY_SIZE; none went in.
            EvidenceError: The end of the log does not fit its checkpoint: nothing is signed.
            UnavailableError: It could not be finished. Call again.
        """
        assert first_index >= 0
        note, checkpoint = self._open()
        size = checkpoint.size
        if first_index > size:
            raise GapError(first_index=first_index, size=size)
        known = min(size - first_index, len(entries))
        _require_same(TileSource(self._store, size), first_index, entries[:known])
        if known == len(entries):
            return checkpoint
        return self._append(self._read_head(note, checkpoint), entries[known:])

    def entry(self, index: int) -> bytes:
        """The entry at *index*, zero-based.

        Raises:
            UnknownError: The log does not reach that far.
            TileError: Its bundle or tile is missing, or they do not agree.
        """
        return self._source().entry(index)

    def inclusion(self, index: int, *, size: int | None = None) -> InclusionProof:
        """Prove that entry *index* is in the tree of the first *size* entries, or of all.

        Raises:
            UnknownError: The log, or that tree, does not reach that far.
            TileError: A tile is missing or misshapen.
        """
        source = self._source()
        size = source.size if size is None else source.require_size(size)
        return prove_inclusion(require_index(index, size), size, source.hashes)

    def consistency(self, old_size: int, *, new_size: int | None = None) -> ConsistencyProof:
        """Prove that the tree of *new_size* entries, or of all, begins with that of *old_size*.

        Requires ``0 <= old_size <= new_size``.

        Raises:
            UnknownError: The log does not reach that far.
            TileError: A tile is missing or misshapen.
        """
        source = self._source()
        new_size = source.size if new_size is None else source.require_size(new_size)
        return prove_consistency(source.require_size(old_size), new_size, source.hashes)

    def proven(self, index: int) -> Proven:
        """Entry *index* with its proof and the checkpoint it leads to, which belong together.

        Raises:
            UnknownError: The log does not reach that far.
            EvidenceError: The log's own files do not bear it out.
        """
        note, checkpoint = self._open()
        source = TileSource(self._store, checkpoint.size)
        entry = source.entry(index)
        proof = prove_inclusion(index, checkpoint.size, source.hashes)
        verify_inclusion(proof, hash_leaf(entry), checkpoint.root)
        return Proven(entry=entry, proof=proof, checkpoint=note)

    def export(self, directory: Path) -> Checkpoint:
        """Copy the log, as its checkpoint covers it now, to a folder.

        An earlier export of the same log in *directory* is brought up to date. The checkpoint goes
        in last: an export cut short is no log yet, or still the earlier one.

        Raises:
            TileError: *directory* holds another log, or a file of this one is missing.
            UnavailableError: The copy could not be finished. Call again.
        """
        note, checkpoint = self._open()
        target = FolderLedger(directory)
        source, tiles = TileSource(self._store, checkpoint.size), tiles_of(checkpoint.size)
        while part := list(itertools.islice(tiles, _COPIED_AT_ONCE)):
            target.write({tile.path: source.data(tile) for tile in part})
        target.replace_checkpoint(note)
        return checkpoint

    def _append(self, head: _Head, entries: Sequence[bytes]) -> Checkpoint:
        size = head.edge.size
        tail, bundles = append_entries(size, head.tail, entries)
        edge, tiles = head.edge.extend([hash_leaf(entry) for entry in entries])
        checkpoint = Checkpoint(origin=self._origin, size=edge.size, root=edge.root())
        note = sign_note(checkpoint.text, self._signer)
        self._store.write({tile.path: data for tile, data in {**bundles, **tiles}.items()})
        # A crash here: tiles that no checkpoint covers; the repeated call finds them in place.
        self._store.replace_checkpoint(note)
        # A crash here: all is done; the repeated call finds the entries in the log.
        self._head, self._opened = _Head(note, edge, tail), (note, checkpoint)
        return checkpoint

    def _open(self) -> tuple[bytes, Checkpoint]:
        note = self._store.read(CHECKPOINT)
        if note is None:
            raise LogMissingError
        if self._opened is None or self._opened[0] != note:
            checkpoint = open_checkpoint(note, [self._signer.verifier], self._origin)
            self._opened = (note, checkpoint)
        return self._opened

    def _source(self) -> TileSource:
        return TileSource(self._store, self.head().size)

    def _read_head(self, note: bytes, checkpoint: Checkpoint) -> _Head:
        """The end of the log, verified: what is signed next is built on it."""
        if self._head is None or self._head.note != note:
            source = TileSource(self._store, checkpoint.size)
            edge = source.edge(checkpoint.root)
            tail = source.bundle(checkpoint.size // TILE_WIDTH)
            self._head = _Head(note, edge, tail)
        return self._head


def _require_same(source: TileSource, first_index: int, entries: Sequence[bytes]) -> None:
    there = itertools.islice(source.entries(first_index), len(entries))
    for index, (old, given) in enumerate(zip(there, entries, strict=True), first_index):
        if old != given:
            raise RewriteError(index)
