"""The near end of the room without doors: asks it, and ends it when it hangs."""

import atexit
import json
import socket
import threading

from bailee.intake.form import Form
from bailee.intake.helper import Helper

ANSWER_S = 30.0
"""Longer than any honest look, which reads for `source.READ_S` at most."""


class Examiner:
    """One helper, never shared: threads take turns."""

    def __init__(self, patience_s: float = ANSWER_S) -> None:
        self.patience_s = patience_s
        self._turn = threading.Lock()
        self._helper = Helper(
            "bailee.intake.examine",
            does="looks into recordings",
            hint="Check that `python -c 'import av'` works, and that 1 GiB of memory is left.",
        )

    def ask(self, fd: int, form: Form) -> dict[str, object] | None:
        """What `media.Media` says of the file *fd*; None if nothing in it can be played.

        A helper that crashes, runs out of memory or hangs is ended; its file cannot be played.

        Raises:
            UnavailableError: No helper can be started here.
        """
        with self._turn:
            try:
                with self._helper.asked() as line:
                    line.settimeout(self.patience_s)
                    socket.send_fds(line, [form.encode()], [fd])
                    answer = _line_from(line)
            except OSError:
                return None
        return json.loads(answer) if answer else None

    def close(self) -> None:
        """End the helper; the next question starts another."""
        with self._turn:
            self._helper.end()


def _line_from(line: socket.socket) -> bytes:
    """One line without its end. Raises `ConnectionError` where the other side is gone."""
    answer = bytearray()
    while not answer.endswith(b"\n"):
        if not (part := line.recv(4096)):
            raise ConnectionError
        answer += part
    return bytes(answer[:-1])


EXAMINER = Examiner()
atexit.register(EXAMINER.close)
