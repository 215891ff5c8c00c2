"""Opaque tokens: 256 random bits for their holder, a hash of them for us."""

import hmac
import secrets
from hashlib import sha256


def new_token() -> str:
    """43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored. A fast hash is right here: 256 random bits leave nothing to guess."""
    return sha256(b"bailee/token/v1/" + token.encode("utf-8", "surrogatepass")).digest()


def csrf_of(token: str) -> str:
    """The form token bound to a session's token; it changes with it and is stored nowhere."""
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"bailee/csrf/v1", "sha256").hex()


def is_csrf(token: str, given: str) -> bool:
    """Whether *given* (untrusted) is the form token of the session with *token*."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "surrogatepass"))
