"""Small personal values, sealed under a key of whom they are about (`SealFor`).

The key is HKDF of the owner's secret in the ring: when the owner is erased the secret goes, and
with the next rotation no older copy opens any of it.
"""

import hmac
import secrets
from hashlib import sha256

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bailee.custody.address import NAMES_SECRET
from bailee.custody.premises import Premises
from bailee.errors import EvidenceError, UnknownError

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SALT = sha256(b"bailee/sealed/v1/salt").digest()


class OwnerSeal:
    """AES-256-GCM with a random nonce of 96 bits: safe for 2**32 values of one owner."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def seal(self, connection: sa.Connection, owner_id: str, plain: bytes, context: bytes) -> bytes:
        """Seal *plain* so that it opens for the same owner and *context* alone.

        Raises:
            UnknownError: The owner has no key: never made, or erased.
        """
        key = self._key(connection, owner_id)
        if key is None:
            raise UnknownError("They are not here, or not any more.")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, plain, _bound(owner_id, context))
        return _VERSION + nonce + sealed

    def open(
        self, connection: sa.Connection, owner_id: str, sealed: bytes, context: bytes
    ) -> bytes | None:
        """What was sealed; None when the owner's key is gone.

        Raises:
            EvidenceError: The bytes were changed, or belong to another owner or context.
        """
        key = self._key(connection, owner_id)
        if key is None:
            return None
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(rest) < _TAG_BYTES:
            raise _changed()
        try:
            return AESGCM(key).decrypt(nonce, rest, _bound(owner_id, context))
        except InvalidTag as error:
            raise _changed() from error

    def index(self, connection: sa.Connection, what: str, text: str) -> bytes:
        """The keyed hash (32 bytes) by which *text* is found again among values of sort *what*."""
        assert "\0" not in what
        if self._premises.names_key is None:
            self._premises.names_key = self._premises.ring.secret(connection, NAMES_SECRET)
        key = self._premises.names_key
        assert key is not None, "made by init"
        # Names of accounts are indexed under the same key; none of their sorts begins like this.
        return hmac.digest(key, f"index/v1\0{what}\0{text}".encode(), "sha256")

    def _key(self, connection: sa.Connection, owner_id: str) -> bytes | None:
        secret = self._premises.ring.secret(connection, owner_id)
        if secret is None:
            return None
        info = b"bailee/sealed/v1|" + owner_id.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=info).derive(secret)


def _changed() -> EvidenceError:
    return EvidenceError(
        "A sealed value does not open: it was changed, or put in another's place.",
        hint="Run `bailee fsck`, then restore from a backup.",
    )


def _bound(owner_id: str, context: bytes) -> bytes:
    return b"|".join((b"bailee/sealed/v1", owner_id.encode(), context))
