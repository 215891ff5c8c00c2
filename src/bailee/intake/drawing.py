"""The near end of the room where previews are drawn: lends to it, and ends it when it hangs."""

import atexit
import socket
import threading
import time

from bailee.intake.helper import Helper
from bailee.intake.lent import (
    DRAWN,
    LENGTH,
    MOST_DRAWN,
    PICTURE,
    QUESTION,
    READ_BYTES,
    WANTED,
    WAVE,
)
from bailee.intake.line import received
from bailee.types import preview
from bailee.types.kind import Kind
from bailee.types.preview import NO_PREVIEW, Drawn, Readable

PATIENCE_S = 10.0
"""The longest that one preview may take."""
_SHOWN = {Kind.AUDIO: (WAVE, preview.WAVEFORM)}
_PICTURE = (PICTURE, preview.PICTURE)


class Drawing:
    """A `Draw`. Threads take turns at one helper, so that drawing takes one processor at most."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()
        self._helper = Helper(
            "bailee.intake.draw",
            does="draws previews",
            hint="Check that `python -c 'import av'` works, and that 1 GiB of memory is left.",
        )

    def __call__(self, source: Readable, kind: Kind) -> Drawn:
        """Draw *source*; a helper that crashes, runs out of memory or hangs is ended.

        Raises:
            UnavailableError: No helper can be started here.
            Whatever reading *source* raises.
        """
        what, media_type = _SHOWN.get(kind, _PICTURE)
        with self._turn:
            try:
                with self._helper.asked() as line:
                    content = self._asked(line, source, what)
            except OSError:
                return NO_PREVIEW
        return Drawn(media_type=media_type, content=content) if content else NO_PREVIEW

    def close(self) -> None:
        """End the helper; the next call starts another."""
        with self._turn:
            self._helper.end()

    def _asked(self, line: socket.socket, source: Readable, what: int) -> bytes:
        until = time.monotonic() + self._patience_s
        left = READ_BYTES
        line.sendall(QUESTION.pack(what, source.size_bytes))
        while True:
            line.settimeout(max(0.001, until - time.monotonic()))
            said, begin, count = WANTED.unpack(received(line, WANTED.size))
            if said == DRAWN:
                return received(line, min(count, MOST_DRAWN))
            # What it asks for is as untrusted as what it was lent.
            left -= count
            if left < 0 or time.monotonic() > until:
                raise TimeoutError
            end = min(begin + count, source.size_bytes)
            data = source.read(min(begin, end), end)
            line.sendall(LENGTH.pack(len(data)) + data)


DRAWING = Drawing()
atexit.register(DRAWING.close)
