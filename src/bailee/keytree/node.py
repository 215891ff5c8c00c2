"""Live keys of a binary GGM tree (Goldreich, Goldwasser, Micali 1986)."""

from dataclasses import dataclass
from hashlib import sha256

KEY_SIZE = 32

_TAG = b"bailee/keytree/v1"
LEFT = _TAG + b"\x00"
RIGHT = _TAG + b"\x01"


@dataclass(frozen=True, slots=True)
class Node:
    """A key that derives every leaf under it, and no other.

    Attributes:
        begin: The first leaf under it; a multiple of ``2**span_bits``.
        span_bits: Log2 of the number of leaves under it: 0 for a leaf, the tree's height for its
            root. Time trees are 64 high, the tree of days 16.
        key: KEY_SIZE bytes, secret.
    """

    begin: int
    span_bits: int
    key: bytes

    def __post_init__(self) -> None:
        assert len(self.key) == KEY_SIZE
        assert self.begin & ((1 << self.span_bits) - 1) == 0

    def __repr__(self) -> str:
        return f"Node(begin={self.begin}, span_bits={self.span_bits})"

    @property
    def last(self) -> int:
        """The last leaf under it."""
        return self.begin + (1 << self.span_bits) - 1

    def children(self) -> tuple["Node", "Node"]:
        """Left and right. Requires ``span_bits > 0``."""
        bits = self.span_bits - 1
        return (
            Node(self.begin, bits, sha256(LEFT + self.key).digest()),
            Node(self.begin + (1 << bits), bits, sha256(RIGHT + self.key).digest()),
        )


def root_node(key: bytes, height: int) -> Node:
    """The root of a fresh tree of ``2**height`` leaves; *key* is KEY_SIZE random bytes."""
    return Node(0, height, key)


def derive_leaf(node: Node, leaf: int) -> bytes:
    """The key of *leaf*: one SHA-256 a level, 64 levels at most.

    Requires ``node.begin <= leaf <= node.last``.
    """
    assert node.begin <= leaf <= node.last, (node, leaf)
    key = node.key
    for bit in range(node.span_bits - 1, -1, -1):
        key = sha256((RIGHT if leaf >> bit & 1 else LEFT) + key).digest()
    return key
