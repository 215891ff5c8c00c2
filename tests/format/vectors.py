"""The test vectors of docs/design/format.md, made by bailee from fixed inputs.

`python tests/format/vectors.py` writes `vectors.json` and the generated parts of the page.
"""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from bailee.custody.acts import CutDays, CutLeaves, Ordered, Told, to_payload
from bailee.custody.address import _lookup
from bailee.custody.receipt import FORMAT
from bailee.keytree import Interval, Node, derive_leaf, first_leaf_of, puncture
from bailee.rules import entries
from bailee.seal import KekContext, derive_kek, seal_small, seal_stream, wrap
from bailee.store.roots import Root
from bailee.store.roots.contract import JournalRecord
from bailee.store.roots.journal import _frame
from bailee.store.roots.slots import _SLOT, _SLOT_MAGIC, block
from bailee.tlog import Checkpoint, Signer, hash_leaf, root_of, sign_note
from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

HERE = Path(__file__).parent
VECTORS = HERE / "vectors.json"
PAGE = HERE.parent.parent / "docs" / "design" / "format.md"

AT = 1_700_000_000_000
ARTEFACT = ArtefactId("art_aaaaaaaaaaaaaaaa")
ERASURE = "era_aaaaaaaaaaaaaaaa"
VAULT = bytes(range(16))
Vector = dict[str, Any]


def key(number: int) -> bytes:
    """A fixed key: 32 times the same byte."""
    return bytes([number]) * 32


def pattern(size: int) -> bytes:
    """*size* bytes of plaintext."""
    return bytes(i % 251 for i in range(size))


def leaf() -> Vector:
    number = first_leaf_of(AT) + 1
    derived = derive_leaf(Node(0, 64, key(1)), number)
    return {"key": key(1).hex(), "ms": AT, "sequence": 1, "leaf": number, "derived": derived.hex()}


def cover() -> Vector:
    left = puncture(Node(0, 4, key(2)), Interval(3, 5))
    nodes = [[node.begin, node.span_bits, node.key.hex()] for node in left]
    return {"key": key(2).hex(), "height": 4, "first": 3, "last": 5, "nodes": nodes}


def kek() -> Vector:
    context = KekContext(artefact_id=ARTEFACT, kind=Kind.TRANSCRIPT, day=20_000)
    derived = derive_kek([key(3), key(4)], key(5), key(6), context)
    return {
        "recordings": [key(3).hex(), key(4).hex()],
        "own": key(5).hex(),
        "day_leaf": key(6).hex(),
        "artefact": ARTEFACT,
        "kind": "transcript",
        "day": 20_000,
        "kek": derived.hex(),
    }


def wrapped() -> Vector:
    return {"kek": key(7).hex(), "key": key(8).hex(), "wrapped": wrap(key(7), key(8)).hex()}


def sealed(size: int) -> Vector:
    out = b"".join(seal_stream(key(9), [pattern(size)]))
    digest = sha256(out).hexdigest()
    return {"dek": key(9).hex(), "size": size, "sealed_size": len(out), "sha256": digest}


def description() -> Vector:
    plain = json.dumps({"name": "kitchen.wav", "details": {"codec": "opus"}})
    out = seal_small(key(9), plain.encode())
    return {"dek": key(9).hex(), "plain": plain, "sealed": out.hex()}


def lookup() -> Vector:
    found = _lookup(key(10), "person", "Zoë")
    return {"key": key(10).hex(), "what": "person", "name": "Zoë", "lookup": found.hex()}


def slot() -> Vector:
    root = Root(generation=7, key=key(11))
    whole = block(_SLOT.pack(_SLOT_MAGIC, VAULT, root.generation, root.key))
    return {
        "vault_id": VAULT.hex(),
        "generation": 7,
        "root": key(11).hex(),
        "first_96": whole[:96].hex(),
        "sha256": sha256(whole).hexdigest(),
    }


def record() -> Vector:
    ordered = Ordered(
        erasure_id=ERASURE,
        account_id="acc_aaaaaaaaaaaaaaaa",
        at_ms=AT,
        acts=(CutLeaves(leaves=((5, first_leaf_of(AT)),)), CutDays(before=19_000)),
        told=(Told(type="expire", account_id="", fields={"before": 19_000}),),
    )
    payload = to_payload(ordered)
    frame = _frame(JournalRecord(epoch=3, payload=payload))
    return {"epoch": 3, "payload": payload.decode(), "record": frame.hex()}


def _said(type_: str, at: int, **fields: object) -> bytes:
    return entries.encode({"v": entries.VERSION, "type": type_, "at": at, **fields})


def _entries(statement: str) -> list[bytes]:
    tag = "0123456789abcdef" * 2
    place = [tag, tag, AT, AT, 0]
    asked = {"account": tag, "erasure": ERASURE, "epoch": 1, "whole": "", "kind": None}
    asked |= {"principal": tag[::-1], "policy": "operator-keeps-house"}
    went = {"outcome": "erased", "recordings": 1, "artefacts": {"audio": 1}, "held": 0}
    return [
        _said("init", AT, generation=1, expired_before=19_675),
        _said("erase", AT + 1000, **asked, scope=None, addresses=[place], statement=statement),
        _said("erased", AT + 2000, account=tag, erasure=ERASURE, **went),
        _said("rotate", AT + 3000, generation=2, fresh=1),
    ]


def entry() -> Vector:
    body = _entries("0" * 64)[1]
    return {"entry": body.decode(), "leaf_hash": hash_leaf(body).hex()}


def receipt() -> Vector:
    sentence = "everything of Leo on kitchen"
    bodies = _entries(sha256(key(12) + sentence.encode()).hexdigest())
    hashes = [hash_leaf(body) for body in bodies]
    origin = f"bailee.invalid/{VAULT.hex()}"
    signer = Signer.from_seed(origin, key(13))
    checkpoint = Checkpoint(origin=origin, size=4, root=root_of(hashes))
    pairs = [root_of(hashes[:2]), root_of(hashes[2:])]
    proofs = {1: [hashes[0], pairs[1]], 2: [hashes[3], pairs[0]], 3: [hashes[2], pairs[0]]}
    roles = {1: "request", 2: "outcome", 3: "rotation"}
    return {
        "format": FORMAT,
        "erasure": ERASURE,
        "sentence": sentence,
        "salt": key(12).hex(),
        "outcome": "erased",
        "recordings": 1,
        "artefacts": {"audio": 1},
        "held": 0,
        "unreadable_since": "2023-11-14T22:13:21Z",
        "unrecoverable_since": "2023-11-14T22:13:23Z",
        "unrecoverable_due": None,
        "vkey": signer.verifier.vkey,
        "checkpoint": sign_note(checkpoint.text, signer).decode(),
        "entries": [
            {
                "role": role,
                "index": index,
                "entry": bodies[index].decode(),
                "proof": [base64.b64encode(each).decode() for each in proofs[index]],
            }
            for index, role in roles.items()
        ],
    }


MADE: dict[str, tuple[str, Callable[[], Vector]]] = {
    "leaf": ("A leaf of a time tree whose one node is its root.", leaf),
    "cover": ("What stays of a tree 4 high, each `[begin, span_bits, key]`.", cover),
    "kek": ("A KEK over two recordings.", kek),
    "wrapped": ("A wrapped key.", wrapped),
    "sealed_0": ("Sealed: no bytes.", lambda: sealed(0)),
    "sealed_1": ("Sealed: one byte.", lambda: sealed(1)),
    "sealed_65536": ("Sealed: one whole chunk.", lambda: sealed(65_536)),
    "sealed_65537": ("Sealed: a chunk and a byte.", lambda: sealed(65_537)),
    "description": ("A description.", description),
    "lookup": ("The index of a name.", lookup),
    "slot": ("A slot of a root store.", slot),
    "record": ("A record of the journal.", record),
    "entry": ("An entry and its leaf hash.", entry),
    "receipt": ("A receipt; it verifies with its own `vkey`.", receipt),
}


def make() -> dict[str, Vector]:
    return {name: made() for name, (_, made) in MADE.items()}


def as_json() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


def as_markdown() -> str:
    parts = []
    for name, (title, _) in MADE.items():
        shown = json.dumps(make()[name], indent=1, ensure_ascii=False)
        parts.append(f"**`{name}`** {title}\n\n```json\n{shown}\n```\n")
    return "\n".join(parts)


# -- the table of entries, from what the code checks ------------------------------------------

_NAMES = {
    entries._is_tag: "tag",
    entries._is_hash: "hash",
    entries._is_count: "count",
    entries._is_address: "address",
    entries._is_addresses: "list of addresses",
    entries._is_places: "places",
    entries._is_places_by_kind: "places by kind",
    entries._is_scope: "scope",
    entries._is_counts: "count by kind",
    entries._is_policy: "name of a policy",
    entries._is_rights: "rights, in order",
    entries._is_truth: "true or false",
    entries._kind: "kind",
    entries._purpose: "purpose",
}


def _shape(check: Callable[[object], bool]) -> str:
    """A check in words; those made by a function are told by what it was given."""
    if check in _NAMES:
        return _NAMES[check]
    assert check.__closure__ is not None
    [given] = [cell.cell_contents for cell in check.__closure__]
    match given:
        case tuple():
            return " \\| ".join(f"`{word}`" if word else "empty" for word in given)
        case str():
            return f"`{given}_…`"
        case _:
            return f"{_shape(given)} or null"


def entry_table() -> str:
    rows = ["| type | fields |", "|---|---|"]
    for name, fields in entries.FIELDS.items():
        said = "; ".join(f"`{field}` {_shape(check)}" for field, check in fields.items())
        rows.append(f"| `{name}` | {said} |")
    lists = {"kind": Kind, "purpose": Purpose}
    closed = [
        f"A {name} is one of {', '.join(f'`{w}`' for w in w_)}." for name, w_ in lists.items()
    ]
    return "\n".join([*rows, "", " ".join(closed), ""])


def fill(page: str) -> str:
    """The page with its generated parts made anew."""
    for name, text in (("entries", entry_table()), ("vectors", as_markdown())):
        begin, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
        head, _, rest = page.partition(begin)
        _, mark, tail = rest.partition(end)
        assert mark, name
        page = f"{head}{begin}\n{text}\n{mark}{tail}"
    return page


def main() -> None:
    VECTORS.write_text(as_json(), encoding="utf-8")
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
