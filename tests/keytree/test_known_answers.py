"""The key tree against answers worked out apart from it."""

from hashlib import sha256

import pytest

from bailee.keytree import Interval, derive_leaf, first_leaf_of, leaf_interval, moment_of, root_node
from bailee.types.span import MAX_MS, Span

ROOT = bytes(range(32))


def naive_leaf(root: bytes, height: int, leaf: int) -> bytes:
    """The tree as the format writes it: one hash a level, the most significant bit first."""
    key = root
    for place in reversed(range(height)):
        side = (leaf // 2**place) % 2
        key = sha256(b"bailee/keytree/v1" + bytes([side]) + key).digest()
    return key


@pytest.mark.parametrize(
    ("height", "leaf", "key"),
    [
        (0, 0, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        (1, 0, "b548422cc4975063413dec678efff5473fcf51dded132e01b7fca8bfa1dc0f47"),
        (1, 1, "c8af9fddb3d0f8b90ad091cd63f93e657fb086f01ba3aa2a9b21f6411f86a39f"),
        (64, 0, "77399007372d9054b2c89794999b31b7d1aece0eed768fd2f7cbba14f366f9ac"),
        (64, 2**64 - 1, "02fdf7a93a026d8c8d964bc68264e3490101f9c689701ade7e148a18e819286c"),
        (64, 1_790_000_000_000 << 16, None),
        (16, 20_717, "702e69ebae785d0602ce7e605a3ab7914507b7cf2eab44933d7f3ce936e055f2"),
    ],
)
def test_a_leaf_is_what_the_format_says(height: int, leaf: int, key: str | None) -> None:
    """Frozen answers: a second implementation, and the next version of this one, must agree."""
    found = derive_leaf(root_node(ROOT, height), leaf)
    assert found == naive_leaf(ROOT, height, leaf)
    assert key is None or found.hex() == key


def test_a_moment_has_65536_leaves_in_a_row() -> None:
    """48 bits of milliseconds, then 16 of sequence: moments neither overlap nor leave gaps."""
    assert leaf_interval(Span(begin_ms=7, end_ms=7)) == Interval(7 << 16, (8 << 16) - 1)
    assert leaf_interval(Span(begin_ms=7, end_ms=9)) == Interval(7 << 16, (10 << 16) - 1)
    assert moment_of((7 << 16) + 65_535) == 7
    assert moment_of(8 << 16) == 8


def test_the_last_moment_ends_the_tree() -> None:
    """The whole of time is the whole of the tree."""
    everything = leaf_interval(Span(begin_ms=0, end_ms=MAX_MS))
    assert everything == Interval(0, 2**64 - 1)
    assert first_leaf_of(MAX_MS) + 65_535 == 2**64 - 1


def test_a_node_never_shows_its_key() -> None:
    """What lands in a log or a traceback is where a node lies, not what it is."""
    assert ROOT.hex() not in repr(root_node(ROOT, 64))
    assert repr(ROOT) not in repr(root_node(ROOT, 64))
