"""What a place that keeps a log's files promises."""

from collections.abc import Iterator, Mapping
from typing import Protocol

CHECKPOINT = "checkpoint"
"""The one path whose bytes change."""


class LedgerFiles(Protocol):
    """A log's files, to read: all that an auditor has."""

    def read(self, path: str) -> bytes | None:
        """The bytes at *path*, CHECKPOINT or a tile's, or None where there are none.

        Never half a file: what was there before a write or what is there after it. May run at any
        time, in any thread and process.

        Raises:
            InputError: No log has such a path.
            UnavailableError: The place cannot be read now.
        """


class LedgerStore(LedgerFiles, Protocol):
    """A log's files, to keep.

    **One writer at a time**; the caller sees to it. Readers need no leave.

    **Order.** A caller writes tiles, and only after `write` returned replaces the checkpoint. A
    reader who sees a checkpoint therefore finds every tile it asks for, or, in place of a partial
    tile, the full one that begins with it.

    **A crash** inside a call leaves some of its files whole and the rest untouched; calling again
    with the same arguments completes it. What a returned call wrote survives power loss.
    """

    def write(self, tiles: Mapping[str, bytes]) -> None:
        """Keep tiles by their paths, each whole, all durable on return.

        Idempotent: bytes that are there already are left as they are. A partial tile that a
        checkpoint never covered may be replaced; a full one never is. Partial tiles may be dropped
        once the full tile that begins with them is durable.

        Raises:
            InputError: A path is not a tile's. Nothing was written.
            TileError: A full tile is there with other bytes. Nothing was written.
            UnavailableError: It could not be finished. Call again with the same tiles.
        """

    def replace_checkpoint(self, note: bytes) -> None:
        """Put *note* in the place of the checkpoint: atomic, durable on return.

        After a crash inside, the old note or the new one is there.

        Raises:
            UnavailableError: It could not be finished; either note may be there. Call again.
        """

    def paths(self) -> Iterator[str]:
        """Every path that holds bytes, in no order. What is written meanwhile may be missing."""
