"""The tree of keys: derive one forwards, cut it so that a part can never be derived again.

Pure: values in, values out. `Node` is a live key and the leaves under it, `Interval` a run of
leaves, `puncture` what stays of a node when a run of its leaves is forgotten.
"""

from bailee.keytree.interval import LEAF_BITS, Interval, first_leaf_of, leaf_interval, moment_of
from bailee.keytree.node import KEY_SIZE, Node, derive_leaf, root_node
from bailee.keytree.path import Path
from bailee.keytree.puncture import puncture

__all__ = [
    "KEY_SIZE",
    "LEAF_BITS",
    "Interval",
    "Node",
    "Path",
    "derive_leaf",
    "first_leaf_of",
    "leaf_interval",
    "moment_of",
    "puncture",
    "root_node",
]
