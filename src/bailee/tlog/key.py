"""Keys that sign notes, and vkeys, the text they are handed round as (C2SP signed-note)."""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bailee.errors import EvidenceError, InputError

ED25519 = 0x01
"""The signature type of plain Ed25519 over a note's text."""

KEY_ID_SIZE = 4
PUBLIC_KEY_SIZE = 32

_KEY_ID = re.compile(r"[0-9a-f]{8}")


class KeyTextError(InputError):
    """A name or vkey is not well formed."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"That is not a verifier key: {evidence}.",
            hint="It reads NAME+8 hex digits+base64; copy it whole, in one line.",
        )


class SignatureError(EvidenceError):
    """A known key's signature is missing or does not verify."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"The signed note is not to be believed: {evidence}.",
            hint="It was changed, or another key signed it: compare the vkey and another copy.",
        )


class NoteVerifier(Protocol):
    """Whoever can judge one kind of signature line by one key."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes:
        """KEY_ID_SIZE bytes; with the name it tells which lines are this key's."""

    def verify(self, text: bytes, signature: bytes) -> None:
        """Verify *signature* (without key id) over a note's text, or raise SignatureError."""


class NoteSigner(Protocol):
    """Whoever can add one signature line."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes: ...

    def sign(self, text: bytes) -> bytes:
        """The signature over a note's text, without key id."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """An Ed25519 public key under a name."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, ED25519, self.public_key)

    @property
    def vkey(self) -> str:
        return encode_vkey(self.name, ED25519, self.public_key)

    def verify(self, text: bytes, signature: bytes) -> None:
        verify_ed25519(self.name, self.public_key, text, signature)


class Signer:
    """An Ed25519 private key under a name. Its text form is the vkey of `verifier`; see there."""

    def __init__(self, name: str, private_key: Ed25519PrivateKey) -> None:
        require_name(name)
        self.name = name
        self._private_key = private_key

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "Signer":
        """The key that a 32-byte seed gives (RFC 8032 §5.1.5)."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._private_key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        return self.verifier.key_id

    def sign(self, text: bytes) -> bytes:
        return self._private_key.sign(text)


def key_id(name: str, algorithm: int, public_key: bytes) -> bytes:
    """SHA-256(name ‖ newline ‖ algorithm ‖ public key), the first KEY_ID_SIZE bytes."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public_key).digest()[:KEY_ID_SIZE]


def encode_vkey(name: str, algorithm: int, public_key: bytes) -> str:
    """``name+hex(key id)+base64(algorithm ‖ public key)``."""
    material = base64.b64encode(bytes([algorithm]) + public_key).decode()
    return f"{name}+{key_id(name, algorithm, public_key).hex()}+{material}"


def parse_vkey(text: str, algorithm: int = ED25519) -> Verifier:
    """Read the vkey of an Ed25519 key whose signatures are of type *algorithm*.

    Raises:
        KeyTextError: It is malformed, of another type, or its parts do not belong together.
    """
    name, _, rest = text.partition("+")
    shown_id, _, encoded = rest.partition("+")
    require_name(name)
    if not _KEY_ID.fullmatch(shown_id):
        raise KeyTextError("the key id is not 8 hex digits")
    material = decode_base64(encoded)
    if material is None or len(material) != 1 + PUBLIC_KEY_SIZE or material[0] != algorithm:
        raise KeyTextError(f"it does not hold an Ed25519 key of type {algorithm}")
    if key_id(name, algorithm, material[1:]).hex() != shown_id:
        raise KeyTextError("the key id is not that of this name and key")
    return Verifier(name, material[1:])


def require_name(name: str) -> None:
    """Raise KeyTextError unless *name* may name a key: no spaces, plus or control characters."""
    if not is_name(name):
        raise KeyTextError("a key's name is empty or holds a space, a plus or a control character")


def is_name(name: str) -> bool:
    """Whether *name* may name a key."""
    return name != "" and not any(c.isspace() or c == "+" or c < " " for c in name)


def decode_base64(text: str) -> bytes | None:
    """The bytes of canonical standard base64 (RFC 4648 §4, §3.5), or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def verify_ed25519(name: str, public_key: bytes, message: bytes, signature: bytes) -> None:
    """Verify an Ed25519 signature (RFC 8032), or raise SignatureError naming the key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise SignatureError(f"the signature by {name} does not verify") from None
