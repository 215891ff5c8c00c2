"""Audit: replay an export of the ledger with nothing else at hand (design §2).

An operator alone could rewrite the log and sign it again; so the answer says *unwitnessed* unless an
earlier checkpoint, kept elsewhere, or a witness's cosignature bears it out. The ledger proves what
was promised and done in order. It cannot prove that nobody copied a plaintext while it was alive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bailee.errors import EvidenceError, InputError
from bailee.rules import entries as vocabulary
from bailee.rules.trace import HORIZON_MS, Trace
from bailee.store.ledger import FolderLedger, LogReader
from bailee.tlog import (
    Checkpoint,
    cosignatures,
    hash_leaf,
    open_checkpoint,
    parse_vkey,
    parse_witness,
    root_of,
)

VKEY = "vault.vkey"
"""The public key that an export carries beside its tiles: only as good as where it came from."""


class ForkError(EvidenceError):
    """This log does not continue the one an earlier checkpoint committed to."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The log is not the one that had {size} entries at the earlier checkpoint: it was "
            "rewritten, or restored from an older copy.",
            hint="Keep both: together they are evidence.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found.

    Attributes:
        entries: How many were replayed.
        checkpoint: What the log's own checkpoint says.
        witnessed: By what, in a word each; empty: only the operator's word.
        steps: What was checked, each a sentence; what did not hold is in `problems`.
        problems: Duties the trace breaks; empty when it keeps them all.
        remarks: What an auditor should know and no duty forbids.
    """

    entries: int
    checkpoint: Checkpoint
    witnessed: tuple[str, ...]
    steps: tuple[str, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not self.problems


def audit(
    directory: Path,
    vkey: str | None = None,
    *,
    checkpoint: bytes | None = None,
    witnesses: Sequence[str] = (),
    now_ms: int | None = None,
    horizon_ms: int = HORIZON_MS,
) -> Audit:
    """Verify and replay the exported ledger in *directory*.

    Args:
        directory: Untrusted; written by `ledger export`.
        vkey: The vault's public key as the auditor knows it; the one in the export otherwise.
        checkpoint: An earlier checkpoint of the same log, a signed note kept elsewhere.
        witnesses: Public keys of witnesses (C2SP tlog-cosignature) whose word counts.
        now_ms: The present, to judge what is still open; the last entry's time otherwise.
        horizon_ms: How soon a rotation must follow.

    Raises:
        InputError: There is no export, or no key to verify it with.
        ForkError: The log does not continue *checkpoint*.
        EvidenceError: A signature, tile or entry does not verify; the file is named.
    """
    verifier = parse_vkey(vkey if vkey is not None else _own_vkey(directory))
    reader = LogReader(FolderLedger(directory), verifier, origin=verifier.name)
    earlier = None if checkpoint is None else open_checkpoint(checkpoint, [verifier], verifier.name)
    trace = Trace(horizon_ms=horizon_ms)
    count = _replay(reader, trace, earlier)
    trace.finish(now_ms)
    witnessed = _witnessed(reader.note, earlier, witnesses)
    return Audit(
        entries=count,
        checkpoint=reader.checkpoint,
        witnessed=witnessed,
        steps=_steps(count, vkey is not None, witnessed),
        problems=tuple(trace.problems),
        remarks=tuple(trace.remarks),
    )


def _own_vkey(directory: Path) -> str:
    path = directory / VKEY
    if not path.is_file():
        raise InputError(
            f"{directory} carries no public key.",
            hint="Give the vault's own: `bailee audit DIR --vkey KEY`.",
        )
    return path.read_text().strip()


def _replay(reader: LogReader, trace: Trace, earlier: Checkpoint | None) -> int:
    """Feed every entry; recompute the tree as the earlier checkpoint saw it."""
    hashes: list[bytes] = []
    count = 0
    for index, body in reader.entries():
        if earlier is not None and index < earlier.size:
            hashes.append(hash_leaf(body))
        try:
            trace.feed(index, vocabulary.parse(body))
        except vocabulary.EntryError as error:
            trace.problems.append(f"Entry {index}: {error.message}")
        count += 1
    if earlier is not None and (count < earlier.size or root_of(hashes) != earlier.root):
        raise ForkError(earlier.size)
    return count


def _witnessed(
    note: bytes, earlier: Checkpoint | None, witnesses: Sequence[str]
) -> tuple[str, ...]:
    said = [] if earlier is None else [f"an earlier checkpoint of {earlier.size} entries"]
    known = [parse_witness(each) for each in witnesses]
    said += [f"the witness {each.witness}" for each in cosignatures(note, known)]
    return tuple(said)


def _steps(count: int, own_key: bool, witnessed: Sequence[str]) -> tuple[str, ...]:
    key = "the key you gave" if own_key else "the key in the export: compare it with the vault's"
    return (
        f"The checkpoint is signed by {key}.",
        f"All {count} entries are in the tree it commits to, and say only what entries may say.",
        "Each release and deposit was held against every erasure before it.",
        "Each request to forget was held against its outcome and the time it took.",
        "Each day of expiry was held against the day it was let expire.",
        "Each erasure was held against the rotation that had to follow it.",
        f"It is borne out by {', '.join(witnessed)}."
        if witnessed
        else "Unwitnessed: an operator alone could have rewritten it and signed it again.",
    )
