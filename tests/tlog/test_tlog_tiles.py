"""Tiles and bundles against the examples of C2SP tlog-tiles (c2sp.org/tlog-tiles)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.tlog import (
    ENTRIES,
    HASH_SIZE,
    MAX_ENTRY_SIZE,
    EntryTooLargeError,
    Tile,
    TileError,
    append_entries,
    encode_bundle,
    parse_bundle,
    parse_hashes,
    parse_path,
    tiles_between,
    tiles_of,
    width_at,
)

PATHS = {
    Tile(0, 0): "tile/0/000",
    Tile(0, 273, 112): "tile/0/273.p/112",
    Tile(1, 1, 17): "tile/1/001.p/17",
    Tile(0, 1_234_067): "tile/0/x001/x234/067",
    Tile(63, 999, 1): "tile/63/999.p/1",
    Tile(2, 1000, 255): "tile/2/x001/000.p/255",
    Tile(ENTRIES, 1_234_067): "tile/entries/x001/x234/067",
    Tile(ENTRIES, 0, 9): "tile/entries/000.p/9",
}


@pytest.mark.parametrize("tile", PATHS, ids=PATHS.get)
def test_paths_of_the_specification(tile: Tile) -> None:
    """A tile is written at the path the specification gives it, and read back from it."""
    assert tile.path == PATHS[tile]
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "/tile/0/000",
        "../tile/0/000",
        "tile/0/../../etc/passwd",
        "tile/data/000",
    ],
)
def test_other_paths_are_nobodys(path: str) -> None:
    """What is not exactly a tile's path names no tile, so that no path escapes the folder."""
    assert parse_path(path) is None


@given(level=st.integers(ENTRIES, 63), index=st.integers(0, 2**62), width=st.integers(1, 256))
def test_paths_are_one_to_one(level: int, index: int, width: int) -> None:
    """Every tile's path leads back to it."""
    tile = Tile(level, index, width)
    assert parse_path(tile.path) == tile


def test_tree_of_70000() -> None:
    """The specification's example: which tiles a tree of 70,000 is made of."""
    hashes = [tile for tile in tiles_of(70_000) if tile.level >= 0]
    partial = [tile for tile in hashes if not tile.is_full]
    assert sum(tile.is_full and tile.level == 0 for tile in hashes) == 273
    assert [tile.path for tile in hashes if tile.is_full and tile.level > 0] == ["tile/1/000"]
    assert [tile.path for tile in partial] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_tree_of_256() -> None:
    """The specification's example: a full tile has its one hash above it."""
    assert [tile.path for tile in tiles_of(256)] == [
        "tile/entries/000",
        "tile/0/000",
        "tile/1/000.p/1",
    ]


def test_empty_tiles_do_not_exist() -> None:
    """An empty tree has no tiles, and a tree past a full tile no empty one beside it."""
    assert list(tiles_of(0)) == []
    assert width_at(256, 0, 1) == 0


@given(old=st.integers(0, 5000), more=st.integers(0, 3000))
def test_growing_writes_what_the_new_tree_needs(old: int, more: int) -> None:
    """What an append writes, with what was there, is what the larger tree needs."""
    written = set(tiles_between(old, old + more))
    assert set(tiles_of(old + more)) <= set(tiles_of(old)) | written
    assert all(tile in set(tiles_of(old + more)) for tile in written)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_come_back(entries: list[bytes]) -> None:
    """Entries survive a bundle, the empty ones too."""
    tile = Tile(ENTRIES, 0, len(entries))
    assert parse_bundle(encode_bundle(entries), tile) == tuple(entries)


def test_bundle_bytes() -> None:
    """Lengths are big-endian uint16, up to the greatest."""
    assert encode_bundle([b"ab", b""]) == b"\0\2ab\0\0"
    assert encode_bundle([bytes(MAX_ENTRY_SIZE)])[:2] == b"\xff\xff"


@pytest.mark.parametrize(
    ("fault", "data"),
    {
        "empty": b"",
        "one entry less": b"\0\1a",
        "one entry more": b"\0\1a\0\1b\0\1c",
        "half a length": b"\0\1a\0",
        "half an entry": b"\0\1a\0\2b",
        "byte left over": b"\0\1a\0\1b\0",
    }.items(),
)
def test_misshapen_bundles_are_named(fault: str, data: bytes) -> None:
    """A bundle of another shape is refused, by its path."""
    with pytest.raises(TileError, match=r"tile/entries/007\.p/2 "):
        parse_bundle(data, Tile(ENTRIES, 7, 2))


@pytest.mark.parametrize("size_bytes", [0, 1, HASH_SIZE, 2 * HASH_SIZE - 1, 3 * HASH_SIZE])
def test_misshapen_tiles_are_named(size_bytes: int) -> None:
    """A hash tile of another length is refused, by its path."""
    with pytest.raises(TileError, match=r"tile/0/007\.p/2 "):
        parse_hashes(bytes(size_bytes), Tile(0, 7, 2))


def test_an_entry_too_large_is_refused() -> None:
    """One byte too many is refused before anything is written."""
    with pytest.raises(EntryTooLargeError, match="65536 bytes"):
        encode_bundle([bytes(MAX_ENTRY_SIZE + 1)])


@given(st.integers(0, 600), st.integers(1, 600))
def test_appended_bundles_are_those_of_the_whole(size: int, count: int) -> None:
    """Appending writes exactly the bundles that changed, as if all were written at once."""
    everything = [b"%d" % n for n in range(size + count)]
    tail, bundles = append_entries(size, everything[size - size % 256 : size], everything[size:])
    assert tail == tuple(everything[len(everything) - len(everything) % 256 :])
    assert set(bundles) == {
        tile for tile in tiles_between(size, size + count) if tile.level == ENTRIES
    }
    for tile, data in bundles.items():
        begin = tile.index * 256
        assert parse_bundle(data, tile) == tuple(everything[begin : begin + tile.width])
