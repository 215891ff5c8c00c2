"""A second implementation of bailee's stored format, which follows docs/design/format.md.

It imports nothing of bailee: `cryptography`, `hashlib`, `hmac`, `json` and `sqlite3` are all it
stands on. It reads; it never writes. Names of sections are those of the page.
"""

import hmac
import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

OFFSET = 1 << 63
CHUNK = 65_536
TAG = 16
BLOCK = 4096
DAYS_STREAM = 0


class RefusedError(Exception):
    """What the format says must be refused."""


# -- Trees of keys ----------------------------------------------------------------------------


def child(key: bytes, side: int) -> bytes:
    return sha256(b"bailee/keytree/v1" + bytes([side]) + key).digest()


def derive(key: bytes, begin: int, span_bits: int, leaf: int) -> bytes:
    assert begin <= leaf < begin + (1 << span_bits)
    for bit in reversed(range(span_bits)):
        key = child(key, leaf >> bit & 1)
    return key


def puncture(
    node: tuple[int, int, bytes], first: int, last: int
) -> Iterator[tuple[int, int, bytes]]:
    begin, span_bits, key = node
    end = begin + (1 << span_bits) - 1
    if end < first or last < begin:
        yield node
    elif not (first <= begin and end <= last):
        half = 1 << span_bits - 1
        for side in (0, 1):
            below = (begin + side * half, span_bits - 1, child(key, side))
            yield from puncture(below, first, last)


# -- Root store -------------------------------------------------------------------------------


def body_of(block: bytes, length: int) -> bytes | None:
    body, rest = block[:length], block[length:]
    return body if rest[:32] == sha256(body).digest() else None


def read_roots(path: Path) -> dict[int, bytes]:
    """The roots in the file `root`, by generation."""
    data = path.read_bytes()
    header = body_of(data[:BLOCK], 24)
    if header is None or header[:8] != b"bailee/R":
        raise RefusedError("no root store")
    found: dict[int, bytes] = {}
    for at in (BLOCK, 2 * BLOCK):
        body = body_of(data[at : at + BLOCK], 64)
        if body is None:
            continue  # empty or torn
        if body[:8] != b"bailee/r" or body[8:24] != header[8:]:
            raise RefusedError("a slot of another vault")
        found[int.from_bytes(body[24:32], "big")] = body[32:]
    return found


def read_journal(path: Path) -> tuple[int, list[dict[str, Any]]]:
    """The base epoch of the file `journal`, and the payloads after it, their acts taken apart."""
    data = path.read_bytes()
    headers = []
    for at in (0, BLOCK):
        body = body_of(data[at : at + BLOCK], 48)
        if body is not None and body[:8] == b"bailee/j":
            headers.append(tuple(int.from_bytes(body[i : i + 8], "big") for i in (24, 32, 40)))
    _, base, offset = max(headers)
    payloads: list[dict[str, Any]] = []
    while (record := read_record(data, offset)) and record[0] == base + len(payloads) + 1:
        payload = json.loads(record[1])
        payloads.append({**payload, "acts": json.loads(payload["acts"])})
        offset += 12 + len(record[1]) + 32
    return base, payloads


def read_record(data: bytes, offset: int) -> tuple[int, bytes] | None:
    length = int.from_bytes(data[offset : offset + 4], "big")
    end = offset + 12 + length
    if length > 1 << 24 or sha256(data[offset:end]).digest() != data[end : end + 32]:
        return None
    return int.from_bytes(data[offset + 4 : offset + 12], "big"), data[offset + 12 : end]


# -- Content ----------------------------------------------------------------------------------


def derive_kek(
    recordings: list[bytes], own: bytes, day: bytes, artefact_id: str, kind: str, wrapped_day: int
) -> bytes:
    info = f"bailee/kek/v1|{artefact_id}|{kind}|{wrapped_day}|{len(recordings)}|0".encode()
    salt = sha256(b"bailee/kek/v1/salt").digest()
    secret = b"".join([*recordings, own, day])
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


def sealed_length(size: int) -> int:
    return size + TAG * max(1, -(-size // CHUNK))


def open_sealed(dek: bytes, size: int, sealed: bytes) -> bytes:
    if len(sealed) != sealed_length(size):
        raise RefusedError("a content of another length")
    count = max(1, -(-size // CHUNK))
    plain = b""
    for i in range(count):
        nonce = i.to_bytes(11, "big") + bytes([i == count - 1])
        plain += AESGCM(dek).decrypt(nonce, sealed[i * (CHUNK + TAG) :][: CHUNK + TAG], None)
    return plain


def open_description(dek: bytes, sealed: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(AESGCM(dek).decrypt(b"\xff" * 12, sealed, None))
    return said


# -- Ring and catalogue -----------------------------------------------------------------------


def lookup_of(key: bytes, what: str, name: str) -> bytes:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return hmac.digest(key, what.encode() + b"\0" + folded.encode(), "sha256")


class Deployment:
    """A vault's ring and catalogue, its contents, and one root store."""

    def __init__(self, ring: Path, catalogue: Path, content: Path, root_store: Path) -> None:
        """*ring* and *catalogue* are SQLite files, and the same one in a home."""
        self.ring = sqlite3.connect(f"file:{ring}?mode=ro", uri=True)
        self.catalogue = sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)
        self.content = content
        generation, epoch, version = self.one("SELECT generation, epoch, schema_version FROM state")
        base, later = read_journal(root_store / "journal")
        if version != 1 or base > epoch or epoch < base + len(later):
            raise RefusedError("another version, or erasures that this copy has not heard of")
        roots = read_roots(root_store / "root")
        if generation not in roots:
            raise RefusedError("no root of this generation")
        self.shards = {
            shard: aes_key_unwrap(roots[generation], wrapped)
            for shard, wrapped in self.ring.execute("SELECT id, wrapped_key FROM shard")
        }

    @classmethod
    def of_home(cls, home: Path) -> "Deployment":
        config = json.loads((home / "vault.json").read_text())
        database = home / config["database"]
        return cls(database, database, home / config["content"], Path(config["root_stores"][0]))

    @classmethod
    def of_backup(cls, folder: Path, root_store: Path) -> "Deployment":
        [ring] = folder.glob("ring-*.sqlite")
        return cls(ring, folder / "catalog.copy.sqlite", folder / "content", root_store)

    def close(self) -> None:
        self.ring.close()
        self.catalogue.close()

    def one(self, query: str, *values: object) -> tuple[Any, ...]:
        row = self.ring.execute(query, values).fetchone()
        if row is None:
            raise RefusedError("not there")
        return tuple(row)

    def secret(self, secret_id: str) -> bytes:
        query = "SELECT shard_id, wrapped_key FROM secret WHERE id = ?"
        shard, wrapped = self.one(query, secret_id)
        return aes_key_unwrap(self.shards[shard], wrapped)

    def leaf(self, stream: int, leaf: int) -> bytes | None:
        """A leaf, None where it was punctured. *leaf* is the number, not as stored."""
        row = self.ring.execute(
            "SELECT shard_id, begin, last, span_bits, wrapped_key FROM node"
            " JOIN stream ON stream.id = node.stream_id"
            " WHERE stream_id = ? AND begin <= ? AND last >= ?",
            (stream, leaf - OFFSET, leaf - OFFSET),
        ).fetchone()
        if row is None:
            return None
        shard, begin, _, span_bits, wrapped = row
        return derive(aes_key_unwrap(self.shards[shard], wrapped), begin + OFFSET, span_bits, leaf)

    def dek(self, artefact_id: str) -> bytes | None:
        """The DEK of an artefact; None when a leaf it stands on is gone."""
        kind, stream, leaf, day, wrapped = self.catalogue.execute(
            "SELECT kind, stream_id, leaf, wrapped_day, wrapped_dek FROM artefact WHERE id = ?",
            (artefact_id,),
        ).fetchone()
        sources = self.catalogue.execute(
            "SELECT stream_id, leaf FROM source WHERE artefact_id = ? ORDER BY position",
            (artefact_id,),
        ).fetchall()
        places = [(s, n + OFFSET) for s, n in [*sources, (stream, leaf)]]
        leaves = [self.leaf(*place) for place in [*places, (DAYS_STREAM, day)]]
        alive = [each for each in leaves if each is not None]
        if len(alive) < len(leaves):
            return None
        kek = derive_kek(alive[:-2], alive[-2], alive[-1], artefact_id, kind, day)
        return aes_key_unwrap(kek, wrapped)

    def open(self, artefact_id: str) -> bytes | None:
        """The bytes of an artefact; None when it is forgotten."""
        dek = self.dek(artefact_id)
        if dek is None:
            return None
        query = "SELECT size_bytes, sealed, content_key FROM artefact WHERE id = ?"
        size, sealed, key = self.catalogue.execute(query, (artefact_id,)).fetchone()
        if sealed is None:
            sealed = (self.content / key[-2:] / key).read_bytes()
        return open_sealed(dek, size, sealed)

    def artefacts(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Id, kind and description of every artefact that opens, names apart."""
        query = "SELECT id, kind, description FROM artefact WHERE kind != 'label' ORDER BY id"
        for artefact_id, kind, description in self.catalogue.execute(query).fetchall():
            dek = self.dek(artefact_id)
            if dek is not None:
                yield artefact_id, kind, open_description(dek, description)

    def names(self) -> dict[str, str]:
        """The name of each account, person and device, by opaque id."""
        found = {}
        query = "SELECT id, stream_id, description FROM artefact WHERE kind = 'label'"
        for artefact_id, stream, description in self.catalogue.execute(query).fetchall():
            dek = self.dek(artefact_id)
            if dek is not None:
                parts = self.one(
                    "SELECT account_id, person_id, device_id FROM stream WHERE id = ?", stream
                )
                opaque_id = parts[1] or parts[2] or parts[0]
                found[opaque_id] = open_description(dek, description)["name"]
        return found

    def tag(self, opaque_id: str) -> str:
        return hmac.digest(self.secret(opaque_id), b"bailee/tag/v1", "sha256")[:16].hex()

    def find_account(self, name: str) -> str | None:
        lookup = lookup_of(self.secret("names"), "account", name)
        query = "SELECT id FROM account WHERE lookup = ?"
        row = self.catalogue.execute(query, (lookup,)).fetchone()
        return None if row is None else str(row[0])
