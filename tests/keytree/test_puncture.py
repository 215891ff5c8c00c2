"""Cutting leaves out of a tree, in any order, against a tree small enough to write out whole."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bailee.keytree import Interval, Node, Path, derive_leaf, puncture, root_node

HEIGHT = 8
LEAVES = 1 << HEIGHT
ROOT = root_node(b"r" * 32, HEIGHT)
EVERY_LEAF = [derive_leaf(ROOT, leaf) for leaf in range(LEAVES)]
BIG = root_node(b"b" * 32, 64)


def intervals(leaves: int) -> st.SearchStrategy[Interval]:
    ends = st.tuples(st.integers(0, leaves - 1), st.integers(0, leaves - 1))
    return ends.map(lambda pair: Interval(min(pair), max(pair)))


def cut(nodes: Iterable[Node], gone: Interval) -> list[Node]:
    return [left for node in nodes for left in puncture(node, gone)]


def every_key(nodes: Sequence[Node]) -> set[bytes]:
    """Every key that can be worked out from live nodes, inner ones too."""
    known: set[bytes] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        known.add(node.key)
        if node.span_bits:
            waiting += node.children()
    return known


def keys_over(leaf: int) -> set[bytes]:
    """The keys from the root down to a leaf: any of them would derive it."""
    node, found = ROOT, {ROOT.key}
    while node.span_bits:
        left, right = node.children()
        node = left if leaf <= left.last else right
        found.add(node.key)
    return found


@given(st.lists(intervals(LEAVES), max_size=8))
def test_no_live_node_derives_a_punctured_leaf(gone: list[Interval]) -> None:
    """Neither a leaf nor any key above it is within reach of what stays; all others are as ever."""
    nodes = [ROOT]
    for each in gone:
        nodes = cut(nodes, each)
    dead = {leaf for each in gone for leaf in range(each.begin, each.last + 1)}
    within_reach = every_key(nodes)
    for leaf in dead:
        assert not keys_over(leaf) & within_reach
    live = {
        leaf: derive_leaf(node, leaf) for node in nodes for leaf in range(node.begin, node.last + 1)
    }
    assert live == {leaf: EVERY_LEAF[leaf] for leaf in range(LEAVES) if leaf not in dead}


@given(st.lists(intervals(LEAVES), max_size=6), st.randoms())
def test_the_order_of_punctures_does_not_matter(gone: list[Interval], random: Random) -> None:
    """Any order, and any repetition, cuts out the same leaves: what stays are the same keys."""
    shuffled = [*gone, *gone]
    random.shuffle(shuffled)
    one, other = [ROOT], [ROOT]
    for each in gone:
        one = cut(one, each)
    for each in shuffled:
        other = cut(other, each)
    assert one == other


@given(st.lists(intervals(LEAVES), max_size=8))
def test_what_stays_is_disjoint_and_in_order(gone: list[Interval]) -> None:
    """The node over a leaf is one look-up: the last that begins at or before it."""
    nodes = [ROOT]
    for each in gone:
        nodes = cut(nodes, each)
    assert all(a.last < b.begin for a, b in pairwise(nodes))


@given(st.integers(0, 2**64 - 1))
def test_one_leaf_of_a_time_tree_leaves_64_nodes(leaf: int) -> None:
    """The bound of the design, met exactly whatever the leaf."""
    assert len(puncture(BIG, Interval(leaf, leaf))) == 64


@given(intervals(2**64))
def test_a_run_of_a_time_tree_leaves_at_most_128_nodes(gone: Interval) -> None:
    """However long the run and wherever it lies."""
    left = puncture(BIG, gone)
    assert len(left) <= 128
    assert sum(node.last - node.begin + 1 for node in left) == 2**64 - (gone.last - gone.begin + 1)


def test_the_worst_run_comes_close_to_the_bound() -> None:
    """The two leaves in the very middle: 63 nodes on either side."""
    assert len(puncture(BIG, Interval(2**63 - 1, 2**63))) == 126


@given(st.integers(0, 2**16 - 1))
def test_everything_before_a_day_leaves_at_most_16_nodes(today: int) -> None:
    """An expiry of the whole past never leaves more than the tree is high."""
    days = root_node(b"d" * 32, 16)
    left = [days] if today == 0 else puncture(days, Interval(0, today - 1))
    assert len(left) <= 16
    assert left[0].begin == today


@given(intervals(LEAVES), intervals(LEAVES))
def test_a_node_that_is_not_touched_stays_itself(first: Interval, second: Interval) -> None:
    """Cutting elsewhere neither splits a node nor makes it another key."""
    for node in cut([ROOT], first):
        if node.last < second.begin or second.last < node.begin:
            assert puncture(node, second) == [node]


@given(st.integers(0, 48), st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=40))
def test_a_path_finds_what_derive_leaf_finds(shift: int, leaves: list[int]) -> None:
    """Reused steps change nothing, in ascending order or any other."""
    node = puncture(BIG, Interval(0, 0))[-1]
    path = Path(node)
    for leaf in (*leaves, *sorted(leaves)):
        place = node.begin + (leaf << min(shift, node.span_bits - 16))
        assert path.leaf(place) == derive_leaf(node, place)


def test_a_path_over_a_single_leaf_gives_that_leaf() -> None:
    """The smallest node there is."""
    leaf = Node(5, 0, b"x" * 32)
    assert Path(leaf).leaf(5) == b"x" * 32
    assert Path(leaf).leaf(5) == derive_leaf(leaf, 5)
