"""Keys under keys: AES-256 key wrap (RFC 3394)."""

import secrets

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from bailee.errors import EvidenceError

KEY_SIZE = 32
WRAPPED_SIZE = 40


class UnwrapError(EvidenceError):
    """A wrapped key does not open with the key at hand."""

    def __init__(self) -> None:
        super().__init__(
            "A wrapped key does not open with the key it was wrapped under.",
            hint="The row is damaged, or belongs to an older generation. Run `bailee fsck`.",
        )


def new_key() -> bytes:
    """KEY_SIZE fresh random bytes."""
    return secrets.token_bytes(KEY_SIZE)


def wrap(kek: bytes, key: bytes) -> bytes:
    """*key* under *kek*, both KEY_SIZE; WRAPPED_SIZE bytes, the same for the same input."""
    return aes_key_wrap(kek, key)


def unwrap(kek: bytes, wrapped: bytes) -> bytes:
    """The key that `wrap` wrapped.

    Raises:
        UnwrapError: *wrapped* (untrusted) was changed, or wrapped under another key.
    """
    if len(wrapped) != WRAPPED_SIZE:
        raise UnwrapError
    try:
        return aes_key_unwrap(kek, wrapped)
    except InvalidUnwrap as error:
        raise UnwrapError from error
