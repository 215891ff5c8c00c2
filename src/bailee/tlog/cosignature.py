"""Cosignatures: a witness says when it saw a log, and that the log had only grown.

C2SP tlog-cosignature, the Ed25519 form (c2sp.org/tlog-cosignature).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bailee.tlog.checkpoint import parse_checkpoint
from bailee.tlog.key import (
    SignatureError,
    encode_vkey,
    key_id,
    parse_vkey,
    require_name,
    verify_ed25519,
)
from bailee.tlog.note import add_signature, parse_note, verified_signatures

COSIGNATURE_V1 = 0x04
"""The signature type of a timestamped Ed25519 cosignature."""

MAX_TIMESTAMP_S = 2**63 - 1
_TIMESTAMP_SIZE = 8


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's public key under its name."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, COSIGNATURE_V1, self.public_key)

    @property
    def vkey(self) -> str:
        return encode_vkey(self.name, COSIGNATURE_V1, self.public_key)

    def verify(self, text: bytes, signature: bytes) -> None:
        """Verify a timestamped signature over a checkpoint's text, or raise SignatureError."""
        timestamp_s = _timestamp(self.name, signature)
        message = _message(timestamp_s, text)
        verify_ed25519(self.name, self.public_key, message, signature[_TIMESTAMP_SIZE:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A verified statement.

    Attributes:
        witness: The name of the key.
        timestamp_s: Seconds since the Unix epoch, by the witness's clock.
    """

    witness: str
    timestamp_s: int


class Cosigner:
    """A witness's private key under its name, signing at one stated time."""

    def __init__(self, name: str, private_key: Ed25519PrivateKey, *, timestamp_s: int) -> None:
        require_name(name)
        assert 0 <= timestamp_s <= MAX_TIMESTAMP_S
        self.name = name
        self._private_key = private_key
        self._timestamp_s = timestamp_s

    @property
    def witness(self) -> Witness:
        return Witness(self.name, self._private_key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        return self.witness.key_id

    def sign(self, text: bytes) -> bytes:
        stamp = self._timestamp_s.to_bytes(_TIMESTAMP_SIZE, "big")
        return stamp + self._private_key.sign(_message(self._timestamp_s, text))


def parse_witness(vkey: str) -> Witness:
    """Read a witness's vkey.

    Raises:
        KeyTextError: It is malformed, or a key of another type.
    """
    verifier = parse_vkey(vkey, COSIGNATURE_V1)
    return Witness(verifier.name, verifier.public_key)


def cosign(checkpoint: bytes, cosigner: Cosigner) -> bytes:
    """A signed checkpoint with a cosignature under it.

    The caller has verified the log's signature, and that the log only grew since it last looked:
    that is what the cosignature says.

    Raises:
        NoteError: The bytes are not a signed note, or have no room.
        CheckpointError: The note is no checkpoint.
    """
    parse_checkpoint(parse_note(checkpoint).text)
    return add_signature(checkpoint, cosigner)


def cosignatures(checkpoint: bytes, witnesses: Iterable[Witness]) -> tuple[Cosignature, ...]:
    """What *witnesses* say under a checkpoint. Others' lines, the log's too, are passed over.

    Raises:
        NoteError: The bytes are not a signed note.
        CheckpointError: The note is no checkpoint.
        SignatureError: A known witness's cosignature is wrong.
    """
    note = parse_note(checkpoint)
    parse_checkpoint(note.text)
    return tuple(
        Cosignature(witness=each.name, timestamp_s=_timestamp(each.name, each.signature))
        for each in verified_signatures(note, witnesses)
    )


def _timestamp(name: str, signature: bytes) -> int:
    timestamp_s = int.from_bytes(signature[:_TIMESTAMP_SIZE], "big")
    if len(signature) <= _TIMESTAMP_SIZE or timestamp_s > MAX_TIMESTAMP_S:
        raise SignatureError(f"the cosignature by {name} has no valid time")
    return timestamp_s


def _message(timestamp_s: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % timestamp_s + text
