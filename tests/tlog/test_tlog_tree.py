"""Roots and proofs from tiles, against the recursive definitions of RFC 9162 §2.1."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.tlog import (
    EMPTY_ROOT,
    ConsistencyProof,
    ConsistencyProofError,
    Edge,
    InclusionProof,
    InclusionProofError,
    ReadTile,
    Tile,
    TileError,
    append,
    hash_children,
    hash_leaf,
    prove_consistency,
    prove_inclusion,
    root,
    root_of,
    tiles_between,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [hash_leaf(b"%d" % n) for n in range(3600)]
SIZES = st.one_of(
    st.integers(0, 20),
    st.integers(250, 260),
    st.sampled_from([511, 512, 513, 767, 1024, 2047]),
    st.integers(0, 2200),
)


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hash_children(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(old: int, leaves: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162 §2.1.4.1."""
    if old == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*naive_subproof(old, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_subproof(old - k, leaves[k:], known=False), naive_root(leaves[:k])]


class Tiles:
    """Tiles in memory, counting how many are read."""

    def __init__(self) -> None:
        self.at: dict[str, bytes] = {}
        self.reads = 0

    def read(self, level: int, index: int, width: int) -> bytes:
        self.reads += 1
        return self.at[Tile(level, index, width).path]

    @classmethod
    def of(cls, size: int) -> "Tiles":
        tiles = cls()
        tiles.at = append(0, LEAVES[:size], tiles.read)[1]
        return tiles


@settings(max_examples=60)
@given(SIZES)
def test_root_is_the_naive_one(size: int) -> None:
    """Tiles give the root that the definition gives."""
    expected = naive_root(LEAVES[:size])
    assert root(size, Tiles.of(size).read) == expected
    assert root_of(LEAVES[:size]) == expected


@settings(max_examples=60)
@given(st.lists(st.integers(1, 700), max_size=5))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    """However appends are grouped, roots and tiles are the same; each writes what it must."""
    tiles, size = Tiles(), 0
    for step in steps:
        new_root, written = append(size, LEAVES[size : size + step], tiles.read)
        hash_tiles = {t.path for t in tiles_between(size, size + step) if t.level >= 0}
        assert set(written) == hash_tiles
        tiles.at |= written
        size += step
        assert new_root == root_of(LEAVES[:size])
    assert Tiles.of(size).at.items() <= tiles.at.items()


@settings(max_examples=60)
@given(SIZES.filter(bool), st.data())
def test_inclusion_is_the_naive_one(size: int, data: st.DataObject) -> None:
    """Inclusion proofs from tiles are those of the definition, and verify."""
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(index, size, Tiles.of(size).read)
    assert list(proof.hashes) == naive_path(index, LEAVES[:size])
    verify_inclusion(proof, LEAVES[index], root_of(LEAVES[:size]))


@settings(max_examples=60)
@given(SIZES.filter(bool), st.data())
def test_consistency_is_the_naive_one(size: int, data: st.DataObject) -> None:
    """Consistency proofs from tiles are those of the definition, and verify."""
    old = data.draw(st.integers(1, size))
    proof = prove_consistency(old, size, Tiles.of(size).read)
    assert list(proof.hashes) == naive_subproof(old, LEAVES[:size], known=True)
    verify_consistency(proof, root_of(LEAVES[:old]), root_of(LEAVES[:size]))


@pytest.mark.parametrize("size", [0, 1, 300])
def test_consistency_from_nothing_is_empty(size: int) -> None:
    """From the empty tree there is nothing to show, and it is shown."""
    proof = prove_consistency(0, size, Tiles.of(size).read)
    assert proof.hashes == ()
    verify_consistency(proof, EMPTY_ROOT, root_of(LEAVES[:size]))


@settings(max_examples=60)
@given(SIZES.filter(bool), st.data())
def test_a_proof_holds_for_one_leaf_at_one_place_only(size: int, data: st.DataObject) -> None:
    """A proof of one leaf proves no other leaf, index or path."""
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 3).filter(lambda n: n != index))
    proof = prove_inclusion(index, size, Tiles.of(size).read)
    the_root = root_of(LEAVES[:size])
    moved = InclusionProof(index=other, size=size, hashes=proof.hashes)
    with pytest.raises(InclusionProofError):
        verify_inclusion(proof, LEAVES[other], the_root)
    with pytest.raises(InclusionProofError):
        verify_inclusion(moved, LEAVES[index], the_root)


@settings(max_examples=60)
@given(st.integers(2, 600), st.data())
def test_no_other_history_is_consistent(size: int, data: st.DataObject) -> None:
    """A log that changed one old leaf cannot be shown to have only grown."""
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*LEAVES[:size]]
    forged[changed] = hash_leaf(b"forged")
    hashes = tuple(naive_subproof(old, forged, known=True))
    proof = ConsistencyProof(old_size=old, new_size=size, hashes=hashes)
    with pytest.raises(ConsistencyProofError):
        verify_consistency(proof, root_of(LEAVES[:old]), root_of(forged))


class Giant:
    """A tree of 2**62 - 1 leaves that are all alike: every tile is computable."""

    size = 2**62 - 1

    def __init__(self) -> None:
        self.reads = 0
        self.hashes = [hash_leaf(b"")]
        while len(self.hashes) < 70:
            self.hashes.append(hash_children(self.hashes[-1], self.hashes[-1]))

    def read(self, level: int, index: int, width: int) -> bytes:
        self.reads += 1
        return self.hashes[8 * level] * width


def test_a_proof_reads_few_tiles() -> None:
    """In a tree of 2**62 leaves, a proof or root needs two tiles a level at most."""
    giant = Giant()
    the_root = root(giant.size, giant.read)
    assert giant.reads <= 8
    for index in (0, 12_345, giant.size // 2, giant.size - 1):
        giant.reads = 0
        verify_inclusion(prove_inclusion(index, giant.size, giant.read), giant.hashes[0], the_root)
        assert giant.reads <= 16
    old = 2**61 + 12_345
    giant.reads = 0
    proof = prove_consistency(old, giant.size, giant.read)
    assert giant.reads <= 24
    verify_consistency(proof, root(old, giant.read), the_root)


def wrong_length(read: ReadTile) -> ReadTile:
    return lambda level, index, width: read(level, index, width)[:-1]


def test_tiles_of_the_wrong_length_are_named() -> None:
    """A tile cut short is refused by name, wherever it is read."""
    read = wrong_length(Tiles.of(300).read)
    with pytest.raises(TileError, match=r"tile/0/001\.p/44 "):
        root(300, read)
    with pytest.raises(TileError, match=r"tile/0/001\.p/44 "):
        append(300, LEAVES[300:301], read)
    with pytest.raises(TileError, match=r"tile/0/00"):
        prove_inclusion(3, 300, read)
    with pytest.raises(TileError, match=r"tile/0/00"):
        prove_consistency(3, 300, read)


def test_an_edge_is_what_its_tiles_say() -> None:
    """Reading the edge back gives the edge that was extended."""
    edge, tiles = Edge().extend(LEAVES[:1000])
    stored = {(t.level, t.index, t.width): data for t, data in tiles.items()}
    assert Edge.read(1000, lambda *at: stored[at]) == edge
    assert [tile.path for tile in edge.tiles] == ["tile/0/003.p/232", "tile/1/000.p/3"]
