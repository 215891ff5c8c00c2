"""Inclusion and consistency proofs, and their verification: RFC 9162 §2.1.3 and §2.1.4."""

from dataclasses import dataclass

from bailee.errors import EvidenceError
from bailee.tlog.merkle import EMPTY_ROOT, HASH_SIZE, MAX_TREE_SIZE, hash_children

_HINT = "The log, or what was handed in with it, was changed: compare with another copy."


class InclusionProofError(EvidenceError):
    """An entry is not shown to be in the log."""

    def __init__(self, evidence: str) -> None:
        super().__init__(f"The inclusion proof does not hold: {evidence}.", hint=_HINT)


class ConsistencyProofError(EvidenceError):
    """A log is not shown to have only grown since an earlier checkpoint."""

    def __init__(self, evidence: str) -> None:
        super().__init__(f"The consistency proof does not hold: {evidence}.", hint=_HINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """The way from a leaf to the root of a tree.

    Attributes:
        index: Of the leaf, zero-based. Requires ``0 <= index < size``.
        size: Leaves in the tree.
        hashes: The sibling at each step, from the leaf up, HASH_SIZE bytes each.
    """

    index: int
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """That a tree of *old_size* leaves is the beginning of one of *new_size*.

    Attributes:
        old_size: Requires ``0 <= old_size <= new_size``.
        new_size: Leaves in the later tree.
        hashes: In the order of RFC 9162 §2.1.4.1; none where the sizes are equal or the first is 0.
    """

    old_size: int
    new_size: int
    hashes: tuple[bytes, ...]


def verify_inclusion(proof: InclusionProof, leaf_hash: bytes, root: bytes) -> None:
    """Verify that a leaf is in the tree that *root* commits to.

    The algorithm is RFC 9162 §2.1.3.2; names in the body are its names.

    Args:
        proof: Untrusted.
        leaf_hash: From `hash_leaf`; HASH_SIZE bytes.
        root: From a verified checkpoint of ``proof.size`` leaves; HASH_SIZE bytes.

    Raises:
        InclusionProofError: The proof has the wrong shape, or leads elsewhere.
    """
    if not 0 <= proof.index < proof.size <= MAX_TREE_SIZE:
        raise InclusionProofError(f"no leaf {proof.index} in a tree of {proof.size}")
    if any(len(each) != HASH_SIZE for each in (leaf_hash, root, *proof.hashes)):
        raise InclusionProofError("a hash is not 32 bytes long")
    fn, sn, r = proof.index, proof.size - 1, leaf_hash
    for p in proof.hashes:
        if sn == 0:
            raise InclusionProofError("it is longer than the way to the root")
        if fn & 1 or fn == sn:
            r = hash_children(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hash_children(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise InclusionProofError("it ends before the root")
    if r != root:
        raise InclusionProofError("it leads to another root")


def verify_consistency(proof: ConsistencyProof, old_root: bytes, new_root: bytes) -> None:
    """Verify that the tree under *new_root* begins with the whole tree under *old_root*.

    The algorithm is RFC 9162 §2.1.4.2; names in the body are its names. Beyond it, the empty tree
    is the beginning of every tree: shown by EMPTY_ROOT and a proof without hashes.

    Args:
        proof: Untrusted.
        old_root: From a verified checkpoint of ``proof.old_size`` leaves; HASH_SIZE bytes.
        new_root: From a verified checkpoint of ``proof.new_size`` leaves; HASH_SIZE bytes.

    Raises:
        ConsistencyProofError: The proof has the wrong shape, or the histories differ.
    """
    if not 0 <= proof.old_size <= proof.new_size <= MAX_TREE_SIZE:
        raise ConsistencyProofError(f"no way from {proof.old_size} to {proof.new_size} leaves")
    if any(len(each) != HASH_SIZE for each in (old_root, new_root, *proof.hashes)):
        raise ConsistencyProofError("a hash is not 32 bytes long")
    if proof.old_size in {0, proof.new_size}:
        _verify_trivial(proof, old_root, new_root)
    elif not proof.hashes:
        raise ConsistencyProofError("it is empty")
    else:
        _verify_growth(proof, old_root, new_root)


def _verify_trivial(proof: ConsistencyProof, old_root: bytes, new_root: bytes) -> None:
    if proof.hashes:
        raise ConsistencyProofError("it should be empty for these sizes")
    if proof.old_size == 0 and old_root != EMPTY_ROOT:
        raise ConsistencyProofError("the earlier root is not that of an empty tree")
    if proof.old_size == proof.new_size and old_root != new_root:
        raise ConsistencyProofError("two trees of one size have different roots")


def _verify_growth(proof: ConsistencyProof, old_root: bytes, new_root: bytes) -> None:
    path = list(proof.hashes)
    if proof.old_size & (proof.old_size - 1) == 0:
        path.insert(0, old_root)  # a power of two: the old root is a node of the new tree
    fn, sn = proof.old_size - 1, proof.new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ConsistencyProofError("it is longer than the way to the root")
        if fn & 1 or fn == sn:
            fr, sr = hash_children(c, fr), hash_children(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = hash_children(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ConsistencyProofError("it ends before the root")
    if fr != old_root:
        raise ConsistencyProofError("it does not lead to the earlier root")
    if sr != new_root:
        raise ConsistencyProofError("it does not lead to the later root")
