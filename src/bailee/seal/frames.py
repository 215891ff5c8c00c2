"""Frames: sealed pieces of any length, one after the other, while more is yet to come.

AES-256-GCM with a random nonce of 96 bits each: safe for 2**32 frames of one key, and, unlike a
counter, safe where a frame is cut off and another one written in its place. A frame is told what it
is part of (its *context*), so that it opens in its own place alone.

``length of the plaintext (u32) ‖ nonce (12) ‖ ciphertext ‖ tag (16)``
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.errors import EvidenceError

FRAME_HEADER = 16
"""Bytes that say how long a frame is, and its nonce."""
_LENGTH = 4
_TAG = 16


class FrameError(EvidenceError):
    """A frame does not open."""

    def __init__(self) -> None:
        super().__init__(
            "A sealed frame does not verify: it was damaged, cut or exchanged.",
            hint="What it belongs to was not taken into custody yet: send it again.",
        )


def framed_size(size: int) -> int:
    """How many bytes a frame of *size* bytes of plaintext takes."""
    return FRAME_HEADER + size + _TAG


def seal_frame(key: bytes, plain: bytes, context: bytes) -> bytes:
    """One frame. Requires ``len(plain) < 2**32``."""
    head = len(plain).to_bytes(_LENGTH, "big")
    nonce = secrets.token_bytes(FRAME_HEADER - _LENGTH)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, context + head)


def frame_length(header: bytes) -> int:
    """How many bytes a frame takes in all, by its first FRAME_HEADER bytes (untrusted).

    Raises:
        FrameError: There are fewer.
    """
    if len(header) != FRAME_HEADER:
        raise FrameError
    return framed_size(int.from_bytes(header[:_LENGTH], "big"))


def open_frame(key: bytes, frame: bytes, context: bytes) -> bytes:
    """What `seal_frame` sealed.

    Raises:
        FrameError: *frame* (untrusted) was changed, or sealed with another key or context.
    """
    if len(frame) < framed_size(0) or len(frame) != frame_length(frame[:FRAME_HEADER]):
        raise FrameError
    try:
        nonce, sealed = frame[_LENGTH:FRAME_HEADER], frame[FRAME_HEADER:]
        return AESGCM(key).decrypt(nonce, sealed, context + frame[:_LENGTH])
    except InvalidTag as error:
        raise FrameError from error
