"""Cutting leaves out of a tree (puncturable PRFs: Boneh and Waters 2013)."""

from bailee.keytree.interval import Interval
from bailee.keytree.node import Node


def puncture(node: Node, gone: Interval) -> list[Node]:
    """The nodes that derive exactly the leaves of *node* outside *gone*, in order.

    Whoever holds them, and not *node*, cannot derive a leaf of *gone*: each step is one-way. At
    most ``node.span_bits`` nodes for one leaf, twice that for a run; none when all of it goes;
    *node* itself when they do not touch.
    """
    if node.last < gone.begin or gone.last < node.begin:
        return [node]
    if gone.begin <= node.begin and node.last <= gone.last:
        return []
    left, right = node.children()
    return puncture(left, gone) + puncture(right, gone)
