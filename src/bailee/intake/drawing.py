"""The near end of the room where previews are drawn: starts it, lends to it, ends it when it hangs."""

import atexit
import os
import socket
import subprocess
import sys
import threading
import time

from bailee.errors import UnavailableError
from bailee.intake.examine import READY
from bailee.intake.lent import (
    DRAWN,
    LENGTH,
    MOST_DRAWN,
    PICTURE,
    QUESTION,
    READ_BYTES,
    WANTED,
    WAVE,
    received,
)
from bailee.types import preview
from bailee.types.kind import Kind
from bailee.types.preview import NO_PREVIEW, Drawn, Readable

PATIENCE_S = 10.0
"""The longest that one preview may take."""
START_S = 30.0
_SHOWN = {Kind.AUDIO: (WAVE, preview.WAVEFORM)}
_PICTURE = (PICTURE, preview.PICTURE)


class Drawing:
    """A `Draw`: one helper process, started when first needed, kept for the next recording.

    Threads take turns, so that drawing takes one processor at most. A process forked from this one
    starts a helper of its own.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()
        self._pid = 0
        self._helper: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def __call__(self, source: Readable, kind: Kind) -> Drawn:
        """Draw *source*; a helper that crashes, runs out of memory or hangs is ended.

        Raises:
            UnavailableError: No helper can be started here.
            Whatever reading *source* raises.
        """
        what, media_type = _SHOWN.get(kind, _PICTURE)
        with self._turn:
            line = self._ready()
            try:
                content = self._asked(line, source, what)
            except OSError:
                content = b""
                self._end()
            except BaseException:
                self._end()  # its answer, if it still comes, is to no question of the next one
                raise
        return Drawn(media_type=media_type, content=content) if content else NO_PREVIEW

    def close(self) -> None:
        """End the helper; the next call starts another."""
        with self._turn:
            self._end()

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

    def _ready(self) -> socket.socket:
        alive = self._helper is not None and self._helper.poll() is None
        if self._line is None or not alive or self._pid != os.getpid():
            self._end()
            self._start()
        assert self._line is not None
        return self._line

    def _start(self) -> None:
        near, far = socket.socketpair()
        with far:
            # -P: never import from the current folder, which may hold strangers' files.
            command = [sys.executable, "-P", "-m", "bailee.intake.draw", str(far.fileno())]
            self._helper = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        near.settimeout(START_S)
        self._line, self._pid = near, os.getpid()
        try:
            received(near, len(READY))
        except OSError as error:
            self._end()
            raise UnavailableError(
                "The helper that draws previews does not start.",
                hint="Check that `python -c 'import av'` works, and that 1 GiB of memory is left.",
            ) from error

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._helper is not None and self._pid == os.getpid():
            self._helper.kill()
            self._helper.wait()
        self._line = self._helper = None


DRAWING = Drawing()
atexit.register(DRAWING.close)
