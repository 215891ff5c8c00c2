"""Published known answers of RFC 6962 trees, and every way a proof may lie.

The eight entries, their roots and their proofs have been printed with Certificate Transparency
implementations since 2013 (certificate-transparency and transparency-dev/merkle,
``testonly/constants.go`` and ``testdata/``).
"""

from dataclasses import replace

import pytest

from bailee.tlog import (
    EMPTY_ROOT,
    Checkpoint,
    ConsistencyProof,
    ConsistencyProofError,
    InclusionProof,
    InclusionProofError,
    hash_children,
    hash_leaf,
    root_of,
    verify_consistency,
    verify_entry,
    verify_growth,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    )
]
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
NODE_2_3 = bytes.fromhex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e")
NODE_4_5 = bytes.fromhex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a")
NODE_6_7 = bytes.fromhex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0")
NODE_4_7 = bytes.fromhex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")

INCLUSION = {
    (0, 1): (),
    (0, 8): (LEAVES[1], NODE_2_3, NODE_4_7),
    (5, 8): (LEAVES[4], NODE_6_7, ROOTS[4]),
    (2, 3): (ROOTS[2],),
    (1, 5): (LEAVES[0], NODE_2_3, LEAVES[4]),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): (LEAVES[1], NODE_2_3, NODE_4_7),
    (6, 8): (NODE_4_5, NODE_6_7, ROOTS[4]),
    (2, 5): (NODE_2_3, LEAVES[4]),
}


def inclusion(index: int, size: int) -> InclusionProof:
    return InclusionProof(index=index, size=size, hashes=INCLUSION[index, size])


def consistency(old_size: int, new_size: int) -> ConsistencyProof:
    hashes = CONSISTENCY[old_size, new_size]
    return ConsistencyProof(old_size=old_size, new_size=new_size, hashes=hashes)


def flipped(data: bytes, bit: int = 4) -> bytes:
    return bytes([data[0] ^ (1 << bit), *data[1:]])


def test_leaf_hashes() -> None:
    """Every published leaf hash is had."""
    assert [hash_leaf(entry) for entry in ENTRIES] == LEAVES


@pytest.mark.parametrize("size", range(9))
def test_roots(size: int) -> None:
    """Every published root is had."""
    assert root_of(LEAVES[:size]) == ROOTS[size]


def test_the_empty_entry_is_not_the_empty_tree() -> None:
    """A leaf over nothing and a tree of nothing hash apart, as do a leaf and a node."""
    assert hash_leaf(b"") != EMPTY_ROOT
    assert hash_leaf(LEAVES[0] + LEAVES[1]) != hash_children(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    """Every published inclusion proof verifies."""
    verify_inclusion(inclusion(index, size), LEAVES[index], ROOTS[size])


@pytest.mark.parametrize(("old_size", "new_size"), CONSISTENCY)
def test_published_consistency_proofs(old_size: int, new_size: int) -> None:
    """Every published consistency proof verifies."""
    verify_consistency(consistency(old_size, new_size), ROOTS[old_size], ROOTS[new_size])


GOOD = inclusion(5, 8)
BAD_INCLUSION = {
    "wrong root": (GOOD, LEAVES[5], ROOTS[7]),
    "empty root": (GOOD, LEAVES[5], EMPTY_ROOT),
    "root of no bytes": (GOOD, LEAVES[5], b""),
    "wrong leaf": (GOOD, LEAVES[4], ROOTS[8]),
    "leaf of no bytes": (GOOD, b"", ROOTS[8]),
    "leaf too long": (GOOD, LEAVES[5] + b"\0", ROOTS[8]),
    "truncated proof": (replace(GOOD, hashes=GOOD.hashes[:-1]), LEAVES[5], ROOTS[8]),
    "first hash gone": (replace(GOOD, hashes=GOOD.hashes[1:]), LEAVES[5], ROOTS[8]),
    "no proof": (replace(GOOD, hashes=()), LEAVES[5], ROOTS[8]),
    "extra hash behind": (replace(GOOD, hashes=(*GOOD.hashes, ROOTS[8])), LEAVES[5], ROOTS[8]),
    "extra hash before": (replace(GOOD, hashes=(LEAVES[5], *GOOD.hashes)), LEAVES[5], ROOTS[8]),
    "empty hash behind": (replace(GOOD, hashes=(*GOOD.hashes, b"")), LEAVES[5], ROOTS[8]),
    "hash cut short": (
        replace(GOOD, hashes=(GOOD.hashes[0][:31], *GOOD.hashes[1:])),
        LEAVES[5],
        ROOTS[8],
    ),
    "hashes swapped": (replace(GOOD, hashes=GOOD.hashes[::-1]), LEAVES[5], ROOTS[8]),
    "flipped bit": (
        replace(GOOD, hashes=(flipped(GOOD.hashes[0]), *GOOD.hashes[1:])),
        LEAVES[5],
        ROOTS[8],
    ),
    "index one less": (replace(GOOD, index=4), LEAVES[5], ROOTS[8]),
    "index one more": (replace(GOOD, index=6), LEAVES[5], ROOTS[8]),
    "index negative": (replace(GOOD, index=-1), LEAVES[5], ROOTS[8]),
    "index equals size": (replace(GOOD, index=8), LEAVES[5], ROOTS[8]),
    "index beyond size": (replace(GOOD, index=13), LEAVES[5], ROOTS[8]),
    "size halved": (replace(GOOD, size=4, index=1), LEAVES[5], ROOTS[8]),
    "size doubled": (replace(GOOD, size=16), LEAVES[5], ROOTS[8]),
    "size out of range": (replace(GOOD, size=2**63), LEAVES[5], ROOTS[8]),
    "size 0": (InclusionProof(index=0, size=0, hashes=()), LEAVES[5], ROOTS[8]),
    "size 0, leaf equal to the empty root": (
        InclusionProof(index=0, size=0, hashes=()),
        EMPTY_ROOT,
        EMPTY_ROOT,
    ),
    "size 1, leaf and root of no bytes": (InclusionProof(index=0, size=1, hashes=()), b"", b""),
    "size 1, proof not empty": (
        InclusionProof(index=0, size=1, hashes=(LEAVES[0],)),
        LEAVES[0],
        ROOTS[1],
    ),
}


@pytest.mark.parametrize("fault", BAD_INCLUSION)
def test_false_inclusion_is_refused(fault: str) -> None:
    """No inclusion proof with a fault verifies."""
    proof, leaf, root = BAD_INCLUSION[fault]
    with pytest.raises(InclusionProofError):
        verify_inclusion(proof, leaf, root)


GROWN = consistency(6, 8)
EMPTY_PAST = ConsistencyProof(old_size=0, new_size=8, hashes=())
SAME = ConsistencyProof(old_size=8, new_size=8, hashes=())
BAD_CONSISTENCY = {
    "wrong old root": (GROWN, ROOTS[5], ROOTS[8]),
    "wrong new root": (GROWN, ROOTS[6], ROOTS[7]),
    "swapped roots": (GROWN, ROOTS[8], ROOTS[6]),
    "old root of no bytes": (GROWN, b"", ROOTS[8]),
    "empty proof": (replace(GROWN, hashes=()), ROOTS[6], ROOTS[8]),
    "truncated proof": (replace(GROWN, hashes=GROWN.hashes[:-1]), ROOTS[6], ROOTS[8]),
    "first hash gone": (replace(GROWN, hashes=GROWN.hashes[1:]), ROOTS[6], ROOTS[8]),
    "extra hash behind": (replace(GROWN, hashes=(*GROWN.hashes, ROOTS[8])), ROOTS[6], ROOTS[8]),
    "extra hash before": (replace(GROWN, hashes=(ROOTS[6], *GROWN.hashes)), ROOTS[6], ROOTS[8]),
    "hash cut short": (
        replace(GROWN, hashes=(GROWN.hashes[0][:31], *GROWN.hashes[1:])),
        ROOTS[6],
        ROOTS[8],
    ),
    "flipped bit": (
        replace(GROWN, hashes=(flipped(GROWN.hashes[0]), *GROWN.hashes[1:])),
        ROOTS[6],
        ROOTS[8],
    ),
    "old size one less": (replace(GROWN, old_size=5), ROOTS[6], ROOTS[8]),
    "old size one more": (replace(GROWN, old_size=7), ROOTS[6], ROOTS[8]),
    "old size beyond new": (replace(GROWN, old_size=9), ROOTS[6], ROOTS[8]),
    "old size negative": (replace(GROWN, old_size=-1), ROOTS[6], ROOTS[8]),
    "new size halved": (replace(GROWN, new_size=4), ROOTS[6], ROOTS[8]),
    "new size doubled": (replace(GROWN, new_size=16), ROOTS[6], ROOTS[8]),
    "new size out of range": (replace(GROWN, new_size=2**63), ROOTS[6], ROOTS[8]),
    "power of two, wrong old root": (consistency(2, 5), ROOTS[1], ROOTS[5]),
    "power of two, truncated to nothing": (
        replace(consistency(2, 5), hashes=()),
        ROOTS[2],
        ROOTS[5],
    ),
    "sizes equal, roots not": (SAME, ROOTS[7], ROOTS[8]),
    "sizes equal, proof not empty": (replace(SAME, hashes=(ROOTS[8],)), ROOTS[8], ROOTS[8]),
    "from size 0, root not the empty one": (EMPTY_PAST, ROOTS[1], ROOTS[8]),
    "from size 0, proof not empty": (
        replace(EMPTY_PAST, hashes=(EMPTY_ROOT,)),
        EMPTY_ROOT,
        ROOTS[8],
    ),
    "sizes 0, root not the empty one": (replace(EMPTY_PAST, new_size=0), ROOTS[1], ROOTS[1]),
    "sizes 0, roots not the same": (replace(EMPTY_PAST, new_size=0), EMPTY_ROOT, ROOTS[1]),
}


@pytest.mark.parametrize("fault", BAD_CONSISTENCY)
def test_false_consistency_is_refused(fault: str) -> None:
    """No consistency proof with a fault verifies."""
    proof, old_root, new_root = BAD_CONSISTENCY[fault]
    with pytest.raises(ConsistencyProofError):
        verify_consistency(proof, old_root, new_root)


def test_every_log_begins_empty() -> None:
    """The empty tree is the beginning of every tree, itself included."""
    verify_consistency(EMPTY_PAST, EMPTY_ROOT, ROOTS[8])
    verify_consistency(replace(EMPTY_PAST, new_size=0), EMPTY_ROOT, EMPTY_ROOT)


def checkpoint(size: int, root: bytes | None = None) -> Checkpoint:
    return Checkpoint(origin="log.example/home", size=size, root=root or ROOTS[size])


def test_proofs_against_checkpoints() -> None:
    """Entries and growth verify against the checkpoints they belong to."""
    verify_entry(ENTRIES[5], inclusion(5, 8), checkpoint(8))
    verify_growth(consistency(6, 8), checkpoint(6), checkpoint(8))


def test_a_proof_does_not_fix_the_size_of_its_tree() -> None:
    """A proof that holds under another size is caught by the size the checkpoint signed."""
    verify_inclusion(replace(inclusion(0, 8), size=5), LEAVES[0], ROOTS[8])
    with pytest.raises(InclusionProofError, match="for 5 entries, the checkpoint for 8"):
        verify_entry(ENTRIES[0], replace(inclusion(0, 8), size=5), checkpoint(8))
    verify_consistency(replace(GROWN, old_size=3, new_size=4), ROOTS[6], ROOTS[8])
    with pytest.raises(ConsistencyProofError, match="for 3 and 4 entries"):
        verify_growth(replace(GROWN, old_size=3, new_size=4), checkpoint(6), checkpoint(8))


def test_two_logs_do_not_grow_into_each_other() -> None:
    """Consistency is of one log, whatever the roots say."""
    with pytest.raises(ConsistencyProofError, match="two logs"):
        verify_growth(GROWN, replace(checkpoint(6), origin="other"), checkpoint(8))
