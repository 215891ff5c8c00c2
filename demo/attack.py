"""An attacker with copies: every stolen folder there is, and the roots of today.

Written from docs/design/format.md alone and without bailee's own code, so that a mistake of bailee's
is not repeated here. Copies may be of any age and any number; a key found in one is tried on the
rows of all. `loot` tries every artefact row of every stolen catalogue, and says which open.
"""

import hashlib
import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

DAYS_STREAM = 0
_SIGNED = 1 << 63  # leaves are kept in order in a signed column
_CHUNK = 65_536
_SLOTS = (4096, 8192)
_KEY_IN_SLOT = slice(32, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stolen:
    """One copy: databases (a catalogue, a ring, or both in one) and the folder of its contents."""

    databases: tuple[Path, ...]
    contents: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An artefact that opened. `content` is None where no copy of its sealed bytes was at hand."""

    kind: str
    content: bytes | None
    name: str


@dataclass(frozen=True, slots=True)
class _Node:
    begin: int
    span_bits: int
    key: bytes


def steal(home: Path, into: Path) -> Stolen:
    """Copy a vault's whole folder, as a backup program or a thief would."""
    shutil.copytree(home, into)
    return stolen(into)


def stolen(folder: Path) -> Stolen:
    """What a copied folder of a vault with SQLite offers."""
    return Stolen(databases=(folder / "catalog.sqlite",), contents=folder / "content")


def ring_of(root_store: Path) -> Stolen:
    """The ring backups that lie beside a root."""
    return Stolen(databases=tuple(sorted(root_store.glob("ring-*"))))


def roots_in(root_stores: Iterable[Path]) -> list[bytes]:
    """Whatever the slots hold where a key belongs, whether or not they verify."""
    found = {
        (store / "root").read_bytes()[at : at + 4096][_KEY_IN_SLOT]
        for store in root_stores
        for at in _SLOTS
    }
    return sorted(key for key in found if any(key))


def artefacts_in(copies: Sequence[Stolen]) -> set[str]:
    """The ids of the artefacts that the stolen catalogues tell of, names among them."""
    paths = [path for copy in copies for path in copy.databases]
    return {row["id"] for path in paths for row in _rows(path, "artefact")}


def loot(copies: Sequence[Stolen], roots: Sequence[bytes]) -> dict[str, Opened]:
    """Every artefact, by its id, that any row of any copy opens with any key of any copy."""
    keys = _Keys(copies, roots)
    found: dict[str, Opened] = {}
    for copy in copies:
        for path in copy.databases:
            for row in _rows(path, "artefact"):
                for dek in keys.deks(row, _sources(path, row["id"])):
                    opened = _open(row, dek, copies)
                    if row["id"] not in found or found[row["id"]].content is None:
                        found[row["id"]] = opened
    return found


class _Keys:
    """All keys that hang, by any copy, on the roots at hand."""

    def __init__(self, copies: Sequence[Stolen], roots: Sequence[bytes]) -> None:
        self._nodes: dict[int, set[_Node]] = defaultdict(set)
        self._held: dict[str, list[bytes]] = defaultdict(list)
        self._hold_keys: set[bytes] = set()
        databases = [path for copy in copies for path in copy.databases]
        shards = {
            key
            for path in databases
            for row in _rows(path, "shard")
            for key in _unwrap_all(roots, row["wrapped_key"])
        }
        for path in databases:
            self._take_nodes(path, shards)
            for row in _rows(path, "secret"):
                self._hold_keys.update(_unwrap_all(shards, row["wrapped_key"]))
            for row in _rows(path, "held"):
                self._held[row["artefact_id"]].append(row["wrapped_dek"])

    def _take_nodes(self, path: Path, shards: set[bytes]) -> None:
        for row in _rows(path, "node"):
            for key in _unwrap_all(shards, row["wrapped_key"]):
                node = _Node(row["begin"] + _SIGNED, row["span_bits"], key)
                self._nodes[row["stream_id"]].add(node)

    def deks(self, row: sqlite3.Row, sources: list[sqlite3.Row]) -> Iterator[bytes]:
        """The DEK of an artefact row, by its own keys and by those of holds."""
        places = [(each["stream_id"], each["leaf"] + _SIGNED) for each in sources]
        own = (row["stream_id"], row["leaf"] + _SIGNED)
        leaves = [self._leaf(*place) for place in (*places, own, (DAYS_STREAM, row["wrapped_day"]))]
        alive = [leaf for leaf in leaves if leaf is not None]
        if len(alive) == len(leaves):
            yield from _unwrap_all([_kek(row, alive)], row["wrapped_dek"])
        for wrapped in self._held[row["id"]]:
            yield from _unwrap_all(self._hold_keys, wrapped)

    def _leaf(self, stream_id: int, leaf: int) -> bytes | None:
        for node in self._nodes[stream_id]:
            if node.begin <= leaf < node.begin + (1 << node.span_bits):
                return _descend(node, leaf)
        return None


def _descend(node: _Node, leaf: int) -> bytes:
    key = node.key
    for bit in reversed(range(node.span_bits)):
        side = b"\x01" if leaf >> bit & 1 else b"\x00"
        key = hashlib.sha256(b"bailee/keytree/v1" + side + key).digest()
    return key


def _kek(row: sqlite3.Row, leaves: list[bytes]) -> bytes:
    facts = (row["id"], row["kind"], row["wrapped_day"], len(leaves) - 2, 0)
    info = "|".join(("bailee/kek/v1", *map(str, facts))).encode()
    salt = hashlib.sha256(b"bailee/kek/v1/salt").digest()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(b"".join(leaves))


def _unwrap_all(keks: Iterable[bytes], wrapped: bytes) -> Iterator[bytes]:
    for kek in keks:
        try:
            yield aes_key_unwrap(kek, wrapped)
        except InvalidUnwrap:
            continue


def _open(row: sqlite3.Row, dek: bytes, copies: Sequence[Stolen]) -> Opened:
    said = AESGCM(dek).decrypt(b"\xff" * 12, row["description"], None)
    sealed = row["sealed"]
    for copy in copies:
        if sealed is None and copy.contents is not None:
            path = copy.contents / row["content_key"][-2:] / row["content_key"]
            sealed = path.read_bytes() if path.is_file() else None
    content = None if sealed is None else _unseal(dek, sealed)
    return Opened(kind=row["kind"], content=content, name=json.loads(said)["name"])


def _unseal(dek: bytes, sealed: bytes) -> bytes | None:
    aead, size = AESGCM(dek), _CHUNK + 16
    chunks = [sealed[at : at + size] for at in range(0, len(sealed), size)]
    try:
        return b"".join(
            aead.decrypt(number.to_bytes(11, "big") + bytes([chunk is chunks[-1]]), chunk, None)
            for number, chunk in enumerate(chunks)
        )
    except InvalidTag:
        return None


def _rows(path: Path, table: str) -> list[sqlite3.Row]:
    """A table of a copied file, its write-ahead log included; none where it has no such table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if known.fetchone() is None:
            return []
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def _sources(path: Path, artefact_id: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(
            "SELECT * FROM source WHERE artefact_id = ? ORDER BY position", (artefact_id,)
        ).fetchall()
