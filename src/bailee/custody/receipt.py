"""Receipts: what was asked, what went, and the proof that the ledger says so (design §2).

A receipt is a file for the person who asked. It verifies with nothing else at hand but the vault's
public key. The words of the sentence are in it alone; the ledger has their salted hash.
"""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody import erase
from bailee.custody.erase import Asked
from bailee.custody.premises import Premises
from bailee.custody.publish import publish
from bailee.errors import EvidenceError, InputError
from bailee.rules import entries as vocabulary
from bailee.store.tables import entry, erasure
from bailee.tlog import (
    Checkpoint,
    InclusionProof,
    open_checkpoint,
    parse_vkey,
    verify_entry,
)
from bailee.types.erasure import Erasure

FORMAT = "bailee-receipt/v1"
_ROLES = ("request", "outcome", "rotation")


class ReceiptError(EvidenceError):
    """A receipt does not verify."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"The receipt does not verify: {evidence}.",
            hint="It was changed, or made by another vault. Ask for it again: "
            "`bailee receipt show ERASURE --save FILE`.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a receipt proves.

    Attributes:
        steps: What was checked, in the order of face.md, each a sentence.
        unreadable_since_ms: From the request's entry.
        unrecoverable_since_ms: From the rotation's entry; None while it is to come.
    """

    steps: tuple[str, ...]
    unreadable_since_ms: int
    unrecoverable_since_ms: int | None


def make(premises: Premises, erasure_id: str, *, asked: Asked | None = None) -> dict[str, Any]:
    """The receipt of an erasure as it stands now, every entry proven to one checkpoint.

    Args:
        premises: The open vault.
        erasure_id: Which.
        asked: The sentence and its salt, from the asking or an earlier receipt; without it the
            receipt says what happened, not in whose words.

    Raises:
        UnknownError: There is no such erasure.
    """
    sentence = asked.sentence if asked else ""

    def told(connection: sa.Connection) -> tuple[Erasure, list[tuple[str, int]]]:
        shown = erase.shown_in(connection, premises, erasure_id, sentence)
        return shown, _entries(connection, erasure_id)

    # Of one moment: a clean-up or rotation that ends from here on is in the next receipt.
    shown, entries = premises.database.read(told)
    publish(premises)
    note = premises.log.checkpoint()
    assert note is not None, "made by init"
    verifier = parse_vkey(premises.vkey)
    size = open_checkpoint(note, [verifier], verifier.name).size
    rows = premises.database.read(lambda connection: _numbered(connection, entries))
    return {
        "format": FORMAT,
        "erasure": erasure_id,
        "sentence": asked.sentence if asked else None,
        "salt": asked.salt.hex() if asked else None,
        **_figures(shown),
        "vkey": premises.vkey,
        "checkpoint": note.decode(),
        "entries": [
            {
                "role": role,
                "index": index,
                "entry": body.decode(),
                "proof": [
                    base64.b64encode(each).decode()
                    for each in premises.log.inclusion(index, size=size).hashes
                ],
            }
            for role, index, body in rows
        ],
    }


def _figures(shown: Erasure) -> dict[str, Any]:
    due = shown.unrecoverable_due_ms
    since = shown.unrecoverable_since_ms
    return {
        "outcome": shown.outcome,
        "recordings": shown.recordings,
        "artefacts": dict(shown.artefacts),
        "held": shown.held,
        "unreadable_since": iso(shown.unreadable_since_ms),
        "unrecoverable_since": None if since is None else iso(since),
        "unrecoverable_due": None if since is not None else iso(due),
    }


def _entries(connection: sa.Connection, erasure_id: str) -> list[tuple[str, int]]:
    """The rows that tell of an erasure so far, by their roles."""
    row = connection.execute(sa.select(erasure).where(erasure.c.id == erasure_id)).one()
    told = zip(_ROLES, (row.request_entry, row.outcome_entry, row.rotate_entry), strict=True)
    return [(role, entry_id) for role, entry_id in told if entry_id is not None]


def _numbered(
    connection: sa.Connection, entries: list[tuple[str, int]]
) -> list[tuple[str, int, bytes]]:
    """Their places in the log, once they are published, and their bodies."""
    found: list[tuple[str, int, bytes]] = []
    for role, entry_id in entries:
        one = connection.execute(sa.select(entry).where(entry.c.id == entry_id)).one()
        found.append((role, one.log_index, one.body))
    return found


def asked_in(receipt: dict[str, Any]) -> Asked | None:
    """The sentence and salt an earlier receipt holds, to be carried into a later one."""
    sentence, salt = receipt.get("sentence"), receipt.get("salt")
    if not (isinstance(sentence, str) and isinstance(salt, str)):
        return None
    return Asked(id=receipt["erasure"], sentence=sentence, salt=bytes.fromhex(salt))


def parse(data: bytes) -> dict[str, Any]:
    """Read an untrusted receipt's shape; `verify` judges it.

    A printed copy is broken into lines and has no space that is meant: all of them are dropped.

    Raises:
        InputError: It is no receipt.
    """
    receipt = _json(data) or _json(b"".join(data.split()))
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise InputError(
            "That is no receipt of bailee's.", hint=f"A receipt is JSON that says {FORMAT!r}."
        )
    return receipt


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def verify(receipt: dict[str, Any], vkey: str | None = None) -> Verified:
    """Verify a receipt offline.

    Args:
        receipt: Untrusted, from `parse`.
        vkey: The vault's public key as you know it. Without it the key in the receipt is used, and
            the last step says that it is the receipt's own word.

    Raises:
        ReceiptError: It does not verify; with what was wrong.
        EvidenceError: A signature or a proof does not hold.
    """
    try:
        return _verify(receipt, vkey)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ReceiptError("a part of it is missing or has another shape") from error


def _verify(receipt: dict[str, Any], vkey: str | None) -> Verified:
    told = {each["role"]: vocabulary.parse(each["entry"].encode()) for each in receipt["entries"]}
    _require_says_so(receipt, told)
    verifier = parse_vkey(vkey or receipt["vkey"])
    checkpoint = open_checkpoint(receipt["checkpoint"].encode(), [verifier], verifier.name)
    for each in receipt["entries"]:
        _require_in_log(each, checkpoint)
    ended = told.get("rotation")
    whose = (
        "The signature is this house's."
        if vkey
        else "The signature is by the key in the receipt: compare it with the vault's own."
    )
    return Verified(
        steps=(
            "The entry is what the receipt says.",
            f"It is in the log, at place {receipt['entries'][0]['index']} of {checkpoint.size}.",
            "The log is signed.",
            whose,
        ),
        unreadable_since_ms=told["request"]["at"],
        unrecoverable_since_ms=None if ended is None else ended["at"],
    )


def _require_says_so(receipt: dict[str, Any], told: dict[str, Any]) -> None:
    """Every word and figure of the slip is one the entries say."""
    request, outcome, ended = told["request"], told.get("outcome"), told.get("rotation")
    if request["type"] != "erase" or request["erasure"] != receipt["erasure"]:
        raise ReceiptError("its entry is of something else")
    if receipt["sentence"] is not None:
        salted = bytes.fromhex(receipt["salt"]) + receipt["sentence"].encode()
        if sha256(salted).hexdigest() != request["statement"]:
            raise ReceiptError("its sentence is not the one that was asked")
    if receipt["unreadable_since"] != iso(request["at"]):
        raise ReceiptError("its first time is not the request's")
    _require_outcome(receipt, outcome)
    since = None if ended is None else iso(ended["at"])
    if ended is not None and (ended["type"] != "rotate" or ended["at"] < request["at"]):
        raise ReceiptError("its rotation is none, or came before the request")
    if receipt["unrecoverable_since"] != since:
        raise ReceiptError("its second time is not the rotation's")


def _require_outcome(receipt: dict[str, Any], outcome: dict[str, Any] | None) -> None:
    if outcome is None:
        if receipt["outcome"] is not None:
            raise ReceiptError("it tells an outcome that no entry bears out")
        return
    if outcome["type"] != "erased" or outcome["erasure"] != receipt["erasure"]:
        raise ReceiptError("its outcome is of something else")
    for name in ("outcome", "recordings", "artefacts", "held"):
        if receipt[name] != outcome[name]:
            raise ReceiptError(f"its {name} differs from the entry's")


def _require_in_log(each: dict[str, Any], checkpoint: Checkpoint) -> None:
    hashes = tuple(base64.b64decode(h, validate=True) for h in each["proof"])
    proof = InclusionProof(index=each["index"], size=checkpoint.size, hashes=hashes)
    verify_entry(each["entry"].encode(), proof, checkpoint)
