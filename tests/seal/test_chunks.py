"""Chunks: any range opens, and nothing that was changed does."""

import secrets
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.seal import (
    CHUNK_SIZE,
    Opener,
    open_small,
    seal_small,
    seal_stream,
    sealed_size,
)
from bailee.seal.chunks import ChunkError

DEK = b"k" * 32
SEALED_CHUNK = CHUNK_SIZE + 16
SIZES = (0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE, 3 * CHUNK_SIZE + 77)


@cache
def a_content(size: int) -> tuple[bytes, bytes]:
    plain = secrets.token_bytes(size)
    return plain, b"".join(seal_stream(DEK, [plain]))


def reader(sealed: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: sealed[offset : offset + length]


def opened(sealed: bytes, size: int, begin: int = 0, end: int | None = None) -> bytes:
    return b"".join(Opener(DEK, size, reader(sealed)).stretches(begin, end))


@given(st.sampled_from(SIZES), st.data())
def test_any_range_is_the_slice_of_it(size: int, data: st.DataObject) -> None:
    """Seeking is arithmetic: every range of every size, at any number of chunks at once."""
    plain, sealed = a_content(size)
    begin = data.draw(st.integers(0, size))
    end = data.draw(st.integers(begin, size))
    at_once = data.draw(st.integers(1, 5))
    found = Opener(DEK, size, reader(sealed)).stretches(begin, end, chunks_at_once=at_once)
    assert b"".join(found) == plain[begin:end]


@given(st.sampled_from(SIZES), st.data())
def test_how_it_was_handed_in_does_not_matter(size: int, data: st.DataObject) -> None:
    """Blocks of any length, empty ones too, seal to the same bytes."""
    plain, sealed = a_content(size)
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=6)))
    blocks = [plain[a:b] for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
    assert b"".join(seal_stream(DEK, blocks)) == sealed


def test_only_what_is_needed_is_read() -> None:
    """One byte in the middle costs one chunk."""
    size = 3 * CHUNK_SIZE + 77
    asked: list[tuple[int, int]] = []
    _, sealed = a_content(size)

    def read(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return sealed[offset : offset + length]

    list(Opener(DEK, size, read).stretches(CHUNK_SIZE + 5, CHUNK_SIZE + 6))
    assert asked == [(SEALED_CHUNK, SEALED_CHUNK)]


def test_every_single_bit_counts() -> None:
    """A small content, each of its bits flipped in turn, tag included."""
    plain = b"walnuts"
    sealed = b"".join(seal_stream(DEK, [plain]))
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(ChunkError):
            opened(bytes(changed), len(plain))


@given(st.integers(0, sealed_size(3 * CHUNK_SIZE + 77) * 8 - 1))
def test_a_flipped_bit_of_a_large_content_is_refused_where_it_lies(place: int) -> None:
    """The chunk that holds it is named; those before it open, and nothing of it gets out."""
    size = 3 * CHUNK_SIZE + 77
    plain, sealed = a_content(size)
    changed = bytearray(sealed)
    changed[place // 8] ^= 1 << place % 8
    hurt = place // 8 // SEALED_CHUNK
    flowed: list[bytes] = []
    opener = Opener(DEK, size, reader(bytes(changed)))
    with pytest.raises(ChunkError, match=f"Chunk {hurt} "):
        flowed.extend(opener.stretches(chunks_at_once=1))
    assert b"".join(flowed) == plain[: hurt * CHUNK_SIZE]


def chunks_of(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEALED_CHUNK] for at in range(0, len(sealed), SEALED_CHUNK)]


@pytest.mark.parametrize("size", [CHUNK_SIZE, 3 * CHUNK_SIZE, 3 * CHUNK_SIZE + 77])
@pytest.mark.parametrize("cut", [1, 16, 77, SEALED_CHUNK])
def test_cut_short_is_refused(size: int, cut: int) -> None:
    """A byte, a tag, a whole chunk gone from the end: refused, at the size it should have."""
    _, sealed = a_content(size)
    with pytest.raises(ChunkError):
        opened(sealed[:-cut], size)


@pytest.mark.parametrize("lost", [1, 2])
def test_cut_short_with_a_size_to_match_is_refused(lost: int) -> None:
    """Whoever cuts whole chunks and the size in the catalogue too lacks the mark of the last one."""
    size = 3 * CHUNK_SIZE
    _, sealed = a_content(size)
    shorter = sealed[: -lost * SEALED_CHUNK]
    with pytest.raises(ChunkError):
        opened(shorter, size - lost * CHUNK_SIZE)


@given(st.permutations(range(4)))
def test_reordered_chunks_are_refused(order: list[int]) -> None:
    """Each chunk knows its place."""
    size = 4 * CHUNK_SIZE
    plain, sealed = a_content(size)
    parts = chunks_of(sealed)
    moved = b"".join(parts[each] for each in order)
    if order == list(range(4)):
        assert opened(moved, size) == plain
    else:
        with pytest.raises(ChunkError):
            opened(moved, size)


@pytest.mark.parametrize("twice", [0, 1, 2])
def test_a_chunk_that_comes_twice_is_refused(twice: int) -> None:
    """Neither in the place of the next nor with a size that has room for it."""
    size = 3 * CHUNK_SIZE
    _, sealed = a_content(size)
    parts = chunks_of(sealed)
    doubled = b"".join([*parts[: twice + 1], *parts[twice:]])
    with pytest.raises(ChunkError):
        opened(doubled, size + CHUNK_SIZE)


def test_a_chunk_of_another_content_is_refused() -> None:
    """Every content has a key of its own."""
    size = 3 * CHUNK_SIZE
    plain, sealed = a_content(size)
    other = chunks_of(b"".join(seal_stream(b"o" * 32, [plain])))
    mixed = b"".join([chunks_of(sealed)[0], other[1], chunks_of(sealed)[2]])
    with pytest.raises(ChunkError):
        opened(mixed, size)


def test_an_empty_content_that_lost_its_tag_is_refused() -> None:
    """Nothing at all is no proof of nothing."""
    _, sealed = a_content(0)
    assert opened(sealed, 0) == b""
    with pytest.raises(ChunkError):
        opened(b"", 0)


@given(st.binary(max_size=60), st.data())
def test_a_changed_description_is_refused(plain: bytes, data: st.DataObject) -> None:
    """Whichever bit of it, and never as a chunk of the content under the same key."""
    sealed = seal_small(DEK, plain)
    assert open_small(DEK, sealed) == plain
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(ChunkError):
        open_small(DEK, bytes(changed))
    with pytest.raises(ChunkError):
        opened(sealed, len(plain))
