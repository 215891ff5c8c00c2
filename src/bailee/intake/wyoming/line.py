"""A connection that one thread waits on: `wire` for those who have no event loop."""

import socket
import time

from bailee.errors import InputError, UnavailableError
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.events import Event

_READ_BYTES = 64 * 1024


class Line:
    """Events out and in, over a blocking socket. Owns the socket."""

    def __init__(self, line: socket.socket, patience_s: float) -> None:
        """Requires that *line* is connected. *patience_s*: for one event, either way."""
        self._line = line
        self._patience_s = patience_s
        self._read = bytearray()

    def write(self, *events: Event) -> None:
        """Send them.

        Raises:
            UnavailableError: The peer is gone, or takes nothing.
        """
        self._line.settimeout(self._patience_s)
        try:
            self._line.sendall(b"".join(codec.encode(event) for event in events))
        except OSError:
            raise UnavailableError(_GONE) from None

    def read(self) -> Event:
        """The next event.

        Raises:
            UnavailableError: The peer is gone, says nothing for too long, or no Wyoming.
        """
        until_s = time.monotonic() + self._patience_s
        try:
            head = codec.parse_head(self._line_of_json(until_s))
            block = self._bytes(head.data_bytes, until_s)
            payload = self._bytes(head.payload_bytes, until_s)
            return codec.join(head, block, payload)
        except InputError:
            raise UnavailableError("The recogniser does not speak Wyoming.") from None
        except OSError:
            raise UnavailableError(_GONE) from None

    def close(self) -> None:
        """Hang up. Never raises."""
        self._line.close()

    def _line_of_json(self, until_s: float) -> bytes:
        looked = 0
        while (end := self._read.find(b"\n", looked)) < 0:
            looked = len(self._read)
            if looked > codec.HEADER_BYTES:
                raise InputError("Refused: a line that does not end.")
            self._more(until_s)
        return self._bytes(end + 1, until_s)

    def _bytes(self, size_bytes: int, until_s: float) -> bytes:
        while len(self._read) < size_bytes:
            self._more(until_s)
        part = bytes(self._read[:size_bytes])
        del self._read[:size_bytes]
        return part

    def _more(self, until_s: float) -> None:
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._line.settimeout(left_s)
        part = self._line.recv(_READ_BYTES)
        if not part:
            raise ConnectionError
        self._read += part


_GONE = "The recogniser hangs, or is gone."
