"""The page and the vectors say what the code does (docs/design/format.md)."""

import json
import re
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from bailee.custody import acts
from bailee.seal import seal_stream
from bailee.store.tables import metadata
from format import second, second_log, vectors

FOUND: dict[str, Any] = json.loads(vectors.VECTORS.read_text(encoding="utf-8"))
PAGE = vectors.PAGE.read_text(encoding="utf-8")


def from_hex(name: str, field: str) -> bytes:
    return bytes.fromhex(FOUND[name][field])


def test_vectors_are_what_bailee_makes() -> None:
    """The stored format has not changed since the vectors were written."""
    assert vectors.VECTORS.read_text(encoding="utf-8") == vectors.as_json()


def test_page_is_up_to_date() -> None:
    """The page's vectors and its table of entries are those of the code.

    If not: python tests/format/vectors.py
    """
    assert vectors.fill(PAGE) == PAGE


def test_page_has_every_column() -> None:
    """Every table and column of the database has its sentence, in order, and no other has one."""
    told: dict[str, list[str]] = {}
    table = ""
    for line in PAGE.splitlines():
        if match := re.fullmatch(r"#### `(\w+)`", line):
            table = match[1]
        elif line.startswith("## "):
            table = ""
        elif table and (row := re.match(r"\| `(\w+)` \| \S", line)):
            told.setdefault(table, []).append(row[1])
    assert told == {
        each.name: [column.name for column in each.c] for each in metadata.tables.values()
    }


def test_page_tells_the_ring_apart() -> None:
    """The tables that go into each ring backup are marked as such."""
    ring = re.findall(r"#### `(\w+)`\n\n[^#|]*Part of the ring", PAGE)
    marked = [each.name for each in metadata.tables.values() if each.info.get("ring")]
    assert sorted(ring) == sorted(marked)


def test_page_has_every_act() -> None:
    """Every act a journal may hold is in its table, with each of its fields."""
    told = dict(re.findall(r"^\| `([A-Z]\w+)` \| (.+?) \| ", PAGE, re.MULTILINE))
    fields = {name: re.findall(r"`([a-z]\w+)`", cell) for name, cell in told.items()}
    for name, act in acts._TYPES.items():
        assert set(act.__slots__) <= set(fields[name]), name
    assert set(told) == set(acts._TYPES)


def test_leaf() -> None:
    """A leaf is 64 hashes below its root."""
    said = FOUND["leaf"]
    assert said["leaf"] == said["ms"] * 65_536 + said["sequence"]
    assert second.derive(from_hex("leaf", "key"), 0, 64, said["leaf"]).hex() == said["derived"]


def test_cover() -> None:
    """Puncturing leaves the nodes of the vector, in order."""
    said = FOUND["cover"]
    root = (0, said["height"], from_hex("cover", "key"))
    left = second.puncture(root, said["first"], said["last"])
    assert [[begin, bits, key.hex()] for begin, bits, key in left] == said["nodes"]


def test_kek_and_wrapped_key() -> None:
    """KEK and key wrap are those of the vectors."""
    said = FOUND["kek"]
    recordings = [bytes.fromhex(each) for each in said["recordings"]]
    own, day = from_hex("kek", "own"), from_hex("kek", "day_leaf")
    kek = second.derive_kek(recordings, own, day, said["artefact"], said["kind"], said["day"])
    assert kek.hex() == said["kek"]
    unwrapped = aes_key_unwrap(from_hex("wrapped", "kek"), from_hex("wrapped", "wrapped"))
    assert unwrapped == from_hex("wrapped", "key")


def test_sealed() -> None:
    """What bailee seals has the vector's hash, and the second implementation opens it."""
    for name, said in FOUND.items():
        if name.startswith("sealed_"):
            dek, plain = bytes.fromhex(said["dek"]), vectors.pattern(said["size"])
            sealed = b"".join(seal_stream(dek, [plain]))
            assert (len(sealed), sha256(sealed).hexdigest()) == (
                said["sealed_size"],
                said["sha256"],
            )
            assert second.sealed_length(said["size"]) == said["sealed_size"]
            assert second.open_sealed(dek, said["size"], sealed) == plain


def test_description_and_lookup() -> None:
    """A description opens; a name leads to its index, however it is written."""
    opened = second.open_description(
        from_hex("description", "dek"), from_hex("description", "sealed")
    )
    assert opened == json.loads(FOUND["description"]["plain"])
    said = FOUND["lookup"]
    for name in (said["name"], said["name"].upper(), "Zoe\N{COMBINING DIAERESIS}"):
        found = second.lookup_of(from_hex("lookup", "key"), said["what"], name)
        assert found.hex() == said["lookup"]


def test_slot() -> None:
    """A slot holds its root where the page says, and nothing behind its checksum."""
    said = FOUND["slot"]
    whole = from_hex("slot", "first_96").ljust(second.BLOCK, b"\0")
    assert sha256(whole).hexdigest() == said["sha256"]
    body = second.body_of(whole, 64)
    assert body is not None
    expected = bytes.fromhex(said["vault_id"]) + said["generation"].to_bytes(8, "big")
    assert body == b"bailee/r" + expected + from_hex("slot", "root")


def test_record() -> None:
    """A journal record frames its payload as the page says."""
    said = FOUND["record"]
    read = second.read_record(from_hex("record", "record"), 0)
    assert read == (said["epoch"], said["payload"].encode())


def test_entry_and_receipt() -> None:
    """An entry has its leaf hash; the receipt verifies with its own key."""
    said = FOUND["entry"]
    assert second_log.hash_leaf(said["entry"].encode()).hex() == said["leaf_hash"]
    second_log.verify_receipt(FOUND["receipt"], FOUND["receipt"]["vkey"])
