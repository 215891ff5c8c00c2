"""What the room where previews are drawn and its near end say to each other, over one socket.

The near end sends a question: what to draw, of how many bytes. The room asks for
stretches of it, each answered by its bytes, and then sends what it drew, or nothing. All numbers
are big-endian.
"""

import os
import socket
import struct

from bailee.intake.line import received

QUESTION = struct.Struct(">BQ")
"""What to draw (`WAVE` or `PICTURE`), and how many bytes there are."""
WANTED = struct.Struct(">BQI")
"""`READ`, from where, how many; or `DRAWN`, 0, how many bytes follow."""
LENGTH = struct.Struct(">I")
WAVE, PICTURE = 0, 1
READ, DRAWN = 0, 1
MOST_DRAWN = 1 << 20
READ_BYTES = 1 << 26
"""The most that is read of one recording: sixteen minutes of sound as a CD has it."""
_AT_ONCE = 1 << 17


class Lent:
    """A recording as the room reads it: by asking for it; past `READ_BYTES` it seems to end."""

    def __init__(self, line: socket.socket, size_bytes: int) -> None:
        self._line = line
        self._size = size_bytes
        self._at = 0
        self._left = READ_BYTES
        self._held = (0, b"")

    def read(self, size: int) -> bytes:
        """At most *size* bytes; empty at the end."""
        begin, held = self._held
        if not begin <= self._at < begin + len(held):
            begin, held = self._held = self._at, self._ask()
        data = held[self._at - begin :][:size]
        self._at += len(data)
        return data

    def _ask(self) -> bytes:
        count = min(_AT_ONCE, self._size - self._at, self._left)
        if count <= 0:
            return b""
        self._left -= count
        self._line.sendall(WANTED.pack(READ, self._at, count))
        return received(self._line, *LENGTH.unpack(received(self._line, LENGTH.size)))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at
