"""The second implementation's other half: ledger and receipt, after docs/design/format.md."""

import base64
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from format.second import RefusedError

# -- Ledger -----------------------------------------------------------------------------------


def hash_leaf(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hash_node(root_of(hashes[:split]), root_of(hashes[split:]))


def open_checkpoint(note: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint."""
    name, shown_id, encoded = vkey.split("+", 2)
    material = base64.b64decode(encoded)
    key_id = sha256(name.encode() + b"\n" + material).digest()[:4]
    if key_id.hex() != shown_id or material[0] != 1:
        raise RefusedError("a vkey that does not fit together")
    text, _, below = note.rpartition("\n\n")
    text += "\n"
    for line in below.splitlines():
        dash, signer, blob = line.split(" ")
        raw = base64.b64decode(blob)
        if dash == "\N{EM DASH}" and signer == name and raw[:4] == key_id:
            Ed25519PublicKey.from_public_bytes(material[1:]).verify(raw[4:], text.encode())
            origin, size, root = text.splitlines()[:3]
            if origin != name:
                raise RefusedError("another log's")
            return int(size), base64.b64decode(root)
    raise RefusedError("not signed by that key")


def read_log(folder: Path, vkey: str) -> list[bytes]:
    """Every entry of a log in a folder, shown to lead to the signed root."""
    size, root = open_checkpoint((folder / "checkpoint").read_text(), vkey)
    entries: list[bytes] = []
    for index in range(-(-size // 256)):
        data = read_bundle(folder, index, min(256, size - index * 256))
        for _ in range(min(256, size - index * 256)):
            length = int.from_bytes(data[:2], "big")
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
    if root_of([hash_leaf(each) for each in entries]) != root:
        raise RefusedError("the entries are not those that were signed")
    return entries


def read_bundle(folder: Path, index: int, width: int) -> bytes:
    path = folder / "tile" / "entries" / f"{index:03}"
    partial = path.with_name(f"{path.name}.p") / str(width)
    return (partial if partial.exists() else path).read_bytes()


# -- Receipt ----------------------------------------------------------------------------------


def second_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def follow(proof: list[bytes], index: int, size: int, leaf_hash: bytes) -> bytes:
    """RFC 9162 §2.1.3.2: the root that an inclusion proof leads to."""
    at, last, found = index, size - 1, leaf_hash
    for each in proof:
        if last == 0:
            raise RefusedError("a proof that is too long")
        if at & 1 or at == last:
            found = hash_node(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hash_node(found, each)
        at, last = at >> 1, last >> 1
    if last:
        raise RefusedError("a proof that is too short")
    return found


def require(*, holds: bool, what: str) -> None:
    if not holds:
        raise RefusedError(what)


def verify_receipt(receipt: dict[str, Any], vkey: str) -> None:
    """The six steps of the page; raises when one does not hold."""
    said = {each["role"]: json.loads(each["entry"]) for each in receipt["entries"]}
    request, outcome, rotation = said["request"], said.get("outcome"), said.get("rotation")
    for each in receipt["entries"]:
        canonical = json.dumps(
            said[each["role"]], separators=(",", ":"), sort_keys=True, ensure_ascii=False
        )
        require(holds=canonical == each["entry"], what="an entry that is not canonical")
    mine = (request["type"], request["erasure"]) == ("erase", receipt["erasure"])
    require(holds=mine, what="another request")
    if receipt["sentence"] is not None:
        salted = bytes.fromhex(receipt["salt"]) + receipt["sentence"].encode()
        told = sha256(salted).hexdigest() == request["statement"]
        require(holds=told, what="another sentence")
    on_time = receipt["unreadable_since"] == second_of(request["at"])
    require(holds=on_time, what="another time")
    if outcome is None:
        require(holds=receipt["outcome"] is None, what="an outcome without an entry")
    else:
        mine = (outcome["type"], outcome["erasure"]) == ("erased", receipt["erasure"])
        names = ("outcome", "recordings", "artefacts", "held")
        same = all(receipt[name] == outcome[name] for name in names)
        require(holds=mine and same, what="another outcome")
    if rotation is None:
        require(holds=receipt["unrecoverable_since"] is None, what="a time without a rotation")
    else:
        fits = rotation["type"] == "rotate" and rotation["at"] >= request["at"]
        fits = fits and receipt["unrecoverable_since"] == second_of(rotation["at"])
        require(holds=fits, what="another rotation")
    size, root = open_checkpoint(receipt["checkpoint"], vkey)
    for each in receipt["entries"]:
        require(holds=0 <= each["index"] < size, what="a place outside the log")
        proof = [base64.b64decode(hash_) for hash_ in each["proof"]]
        led = follow(proof, each["index"], size, hash_leaf(each["entry"].encode()))
        require(holds=led == root, what="a proof that leads elsewhere")
