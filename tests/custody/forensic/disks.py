"""The raw bytes of a deployment: every file of vault, root stores, backup and database server."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.attacker import hunt

_BLOCK = 8192
_MARGIN = 39
"""A wrapped key of 40 bytes may begin this far before a block that changed."""


@dataclass
class Disks:
    """Folders that belong to a deployment, and what was on them before it."""

    folders: tuple[Path, ...]
    before: frozenset[bytes] = field(default_factory=frozenset)

    def remember(self) -> None:
        """What is there now holds nothing of a vault that is made later."""
        self.before = frozenset(
            hashlib.sha256(block).digest() for _, data in self.files() for block in _blocks(data)
        )

    def files(self) -> Iterator[tuple[Path, bytes]]:
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    yield path, path.read_bytes()

    def where(self, needle: bytes) -> list[Path]:
        """The files that hold *needle* as it is."""
        return [path for path, data in self.files() if needle in data]

    def keys_under(self, roots: Sequence[bytes]) -> set[bytes]:
        """What hangs on *roots* in any file: shard keys, then nodes and secrets under those."""
        data = self._changed()
        shards = hunt(data, roots)
        return shards | hunt(data, sorted(shards))

    def wrapped_under(self, kek: bytes) -> set[bytes]:
        """The keys that lie in any file wrapped under *kek*."""
        return hunt(self._changed(), [kek])

    def _changed(self) -> bytes:
        """All that was written since `remember`, but for sealed contents, which hold no keys."""
        parts = []
        for path, data in self.files():
            if path.name.startswith("art_"):
                continue
            for number, block in enumerate(_blocks(data)):
                if hashlib.sha256(block).digest() not in self.before:
                    at = number * _BLOCK
                    parts.append(data[max(0, at - _MARGIN) : at + _BLOCK + _MARGIN])
        return bytes(40).join(parts)


def _blocks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK))
