"""The receipt of an archive: its entry, in the log, under the house's signature (design §2).

It lies in the archive. With the manifest beside it, it verifies with nothing else at hand but the
vault's public key: the entry has the manifest's salted hash, and the manifest that of every file.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody.premises import Premises
from bailee.custody.publish import publish
from bailee.errors import EvidenceError, InputError
from bailee.rules import entries as vocabulary
from bailee.store.tables import entry
from bailee.tlog import InclusionProof, open_checkpoint, parse_vkey, verify_entry
from bailee.types.export import ExportId

FORMAT = "bailee-export-receipt/v1"
MANIFEST_FORMAT = "bailee-export/v1"
SALT_BYTES = 32


class ArchiveError(EvidenceError):
    """An archive is not what the house gave out."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"The archive does not verify: {evidence}.",
            hint="It was changed or cut short, or made by another house. Fetch it again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a receipt proves.

    Attributes:
        steps: What was checked, each a sentence.
        at_ms: When it was given out.
        statement: What the manifest's salted hash has to be; 32 bytes.
        salt: What it is salted with.
        files: How many of what is held are in it.
    """

    steps: tuple[str, ...]
    at_ms: int
    statement: bytes
    salt: bytes
    files: int


def make(premises: Premises, entry_id: int, export_id: ExportId, salt: bytes) -> dict[str, Any]:
    """The receipt of the entry in row *entry_id*, proven to a checkpoint of now."""
    publish(premises)
    note = premises.log.checkpoint()
    assert note is not None, "made by init"
    verifier = parse_vkey(premises.vkey)
    size = open_checkpoint(note, [verifier], verifier.name).size
    row = premises.database.read(
        lambda c: c.execute(sa.select(entry).where(entry.c.id == entry_id)).one()
    )
    proof = premises.log.inclusion(row.log_index, size=size)
    return {
        "format": FORMAT,
        "export": export_id,
        "salt": salt.hex(),
        "vkey": premises.vkey,
        "checkpoint": note.decode(),
        "index": row.log_index,
        "entry": row.body.decode(),
        "proof": [base64.b64encode(each).decode() for each in proof.hashes],
    }


def parse(data: bytes) -> dict[str, Any]:
    """Read an untrusted receipt's shape; `verify` judges it.

    Raises:
        InputError: It is no receipt of an archive.
    """
    try:
        receipt = json.loads(data)
    except (ValueError, RecursionError):
        receipt = None
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise InputError(
            "That is no archive of bailee's: it has no receipt that can be read.",
            hint="An archive is a ZIP file with receipt.json in it.",
        )
    return receipt


def verify(receipt: dict[str, Any], vkey: str | None = None) -> Proven:
    """Verify a receipt offline.

    Args:
        receipt: Untrusted, from `parse`.
        vkey: The vault's public key as you know it. Without it the key in the receipt is used, and
            the last step says that it is the receipt's own word.

    Raises:
        ArchiveError: It does not say what its entry says.
        EvidenceError: A signature or a proof does not hold.
    """
    try:
        return _verify(receipt, vkey)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ArchiveError("a part of its receipt is missing or has another shape") from error


def _verify(receipt: dict[str, Any], vkey: str | None) -> Proven:
    said = vocabulary.parse(receipt["entry"].encode())
    if said["type"] != "export" or said["export"] != receipt["export"]:
        raise ArchiveError("its receipt is of something else")
    salt = bytes.fromhex(receipt["salt"])
    if len(salt) != SALT_BYTES:
        raise ArchiveError("the salt of its receipt has another length")
    verifier = parse_vkey(vkey or receipt["vkey"])
    checkpoint = open_checkpoint(receipt["checkpoint"].encode(), [verifier], verifier.name)
    hashes = tuple(base64.b64decode(each, validate=True) for each in receipt["proof"])
    proof = InclusionProof(index=receipt["index"], size=checkpoint.size, hashes=hashes)
    verify_entry(receipt["entry"].encode(), proof, checkpoint)
    whose = (
        "The signature is this house's."
        if vkey
        else "The signature is by the key in the archive: compare it with the house's own."
    )
    return Proven(
        steps=(
            f"The house says that it gave out {receipt['export']} on {iso(said['at'])}.",
            f"That is in its log, at place {receipt['index']} of {checkpoint.size}.",
            "The log is signed.",
            whose,
        ),
        at_ms=said["at"],
        statement=bytes.fromhex(said["statement"]),
        salt=salt,
        files=sum(said["artefacts"].values()),
    )
