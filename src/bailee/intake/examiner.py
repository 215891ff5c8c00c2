"""The near end of the room without doors: starts it, asks it, and ends it when it hangs."""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading

from bailee.errors import UnavailableError
from bailee.intake.form import Form

ANSWER_S = 30.0
"""Longer than any honest look, which reads for `source.READ_S` at most."""


class Examiner:
    """One helper process, started when first needed, kept for the next file, never shared.

    Threads take turns. A process forked from this one starts a helper of its own.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._pid = 0
        self._helper: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def ask(self, fd: int, form: Form) -> dict[str, object] | None:
        """What `media.Media` says of the file *fd*; None if nothing in it can be played.

        A helper that crashes, runs out of memory or hangs is ended; its file cannot be played.

        Raises:
            UnavailableError: No helper can be started here.
        """
        with self._turn:
            line = self._ready()
            try:
                socket.send_fds(line, [form.encode()], [fd])
                answer = _line_from(line)
            except OSError:
                answer = None
            except BaseException:
                self._end()  # its answer, if it still comes, is to no question of the next file
                raise
            if answer is None:
                self._end()
            return json.loads(answer) if answer else None

    def close(self) -> None:
        with self._turn:
            self._end()

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
            command = [sys.executable, "-P", "-m", "bailee.intake.examine", str(far.fileno())]
            self._helper = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        near.settimeout(ANSWER_S)
        self._line, self._pid = near, os.getpid()
        if not _line_from(near):
            self._end()
            raise UnavailableError(
                "The helper that looks into recordings does not start.",
                hint="Check that `python -c 'import av'` works, and that 1 GiB of memory is left.",
            )

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._helper is not None and self._pid == os.getpid():
            self._helper.kill()
            self._helper.wait()
        self._line = self._helper = None


def _line_from(line: socket.socket) -> bytes | None:
    """One line without its end; None when the other side is gone or silent."""
    answer = bytearray()
    while not answer.endswith(b"\n"):
        if not (part := line.recv(4096)):
            return None
        answer += part
    return bytes(answer[:-1])


EXAMINER = Examiner()
atexit.register(EXAMINER.close)
