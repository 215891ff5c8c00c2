"""Checkpoints: what a log commits to, as C2SP tlog-checkpoint writes it (c2sp.org/tlog-checkpoint)."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bailee.errors import EvidenceError
from bailee.tlog.key import NoteVerifier, decode_base64
from bailee.tlog.merkle import EMPTY_ROOT, HASH_SIZE, MAX_TREE_SIZE
from bailee.tlog.note import open_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(EvidenceError):
    """A note's text is not a checkpoint, or not one of this log."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"That is not a checkpoint of this ledger: {evidence}.",
            hint="Fetch it again, byte for byte; if it stays so, ask whoever runs the ledger.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head.

    Attributes:
        origin: The log's identity; not empty, one line.
        size: Leaves, 0 to MAX_TREE_SIZE.
        root: HASH_SIZE bytes; EMPTY_ROOT where size is 0.
        extensions: Further lines, kept as they came; none is empty.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), root, *self.extensions, ""))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text.

    Raises:
        CheckpointError: It has another form, or writes a number or hash in another way.
    """
    origin, *lines = text.split("\n")
    if len(lines) < 3 or lines.pop() != "":
        raise CheckpointError("it has fewer than three whole lines")
    shown_size, shown_root, *extensions = lines
    if not origin or not all(extensions):
        raise CheckpointError("a line is empty")
    if not _SIZE.fullmatch(shown_size) or (size := int(shown_size)) > MAX_TREE_SIZE:
        raise CheckpointError("its size is not a plain decimal number")
    root = decode_base64(shown_root)
    if root is None or len(root) != HASH_SIZE:
        raise CheckpointError("its root is not 32 bytes in base64")
    if size == 0 and root != EMPTY_ROOT:
        raise CheckpointError("it gives an empty log a root that empty logs do not have")
    return Checkpoint(origin=origin, size=size, root=root, extensions=tuple(extensions))


def open_checkpoint(data: bytes, verifiers: Iterable[NoteVerifier], origin: str) -> Checkpoint:
    """Read a signed checkpoint of the log *origin*.

    Raises:
        NoteError: The bytes are not a signed note.
        SignatureError: No known key signed it, or one did and the signature is wrong.
        CheckpointError: The text is no checkpoint, or another log's.
    """
    checkpoint = parse_checkpoint(open_note(data, verifiers))
    if checkpoint.origin != origin:
        raise CheckpointError(f"it is of {checkpoint.origin}, not of {origin}")
    return checkpoint
