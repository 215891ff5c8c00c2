"""Proofs against checkpoints: a proof alone does not fix the size of its tree."""

from bailee.tlog.checkpoint import Checkpoint
from bailee.tlog.merkle import hash_leaf
from bailee.tlog.proof import (
    ConsistencyProof,
    ConsistencyProofError,
    InclusionProof,
    InclusionProofError,
    verify_consistency,
    verify_inclusion,
)


def verify_entry(entry: bytes, proof: InclusionProof, checkpoint: Checkpoint) -> None:
    """Verify that *entry* is entry ``proof.index`` of the log that *checkpoint* commits to.

    Args:
        entry: Untrusted.
        proof: Untrusted.
        checkpoint: From `open_checkpoint`.

    Raises:
        InclusionProofError: It is not, or the proof is one for another checkpoint.
    """
    if proof.size != checkpoint.size:
        raise InclusionProofError(
            f"it is for {proof.size} entries, the checkpoint for {checkpoint.size}"
        )
    verify_inclusion(proof, hash_leaf(entry), checkpoint.root)


def verify_growth(proof: ConsistencyProof, old: Checkpoint, new: Checkpoint) -> None:
    """Verify that between two checkpoints of one log, entries were only added.

    Args:
        proof: Untrusted.
        old: From `open_checkpoint`; the earlier.
        new: From `open_checkpoint`; the later.

    Raises:
        ConsistencyProofError: It is not so, or the proof is one for other checkpoints.
    """
    if old.origin != new.origin:
        raise ConsistencyProofError(f"{old.origin} and {new.origin} are two logs")
    if (proof.old_size, proof.new_size) != (old.size, new.size):
        raise ConsistencyProofError(
            f"it is for {proof.old_size} and {proof.new_size} entries, the checkpoints for "
            f"{old.size} and {new.size}"
        )
    verify_consistency(proof, old.root, new.root)
