"""The line between a helper process and its near end: what either says on it, whoever they are."""

import socket

READY = b"ready\n"
"""What a helper says first, once it is shut in and can be asked."""


def received(line: socket.socket, count: int) -> bytes:
    """Exactly *count* bytes. Raises `ConnectionError` where the other side is gone."""
    parts = bytearray()
    while len(parts) < count:
        if not (part := line.recv(count - len(parts))):
            raise ConnectionError
        parts += part
    return bytes(parts)
