"""A helper process and its life: started when first needed, kept for the next task, ended."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bailee.errors import UnavailableError
from bailee.intake.line import READY, received

START_S = 30.0


class Helper:
    """One process that runs a module of ours, at the far end of a socket.

    It is run as ``python -P -m MODULE FD`` and says `READY` on the socket FD before anything else.
    Its standard streams lead nowhere. Not safe for threads: whoever owns it lets one at a time
    come near. A process forked from this one starts a helper of its own.
    """

    def __init__(self, module: str, *, does: str, hint: str, start_s: float = START_S) -> None:
        """Start nothing yet.

        Args:
            module: Its dotted name.
            does: What it is for, as people are told when it cannot be started: "draws previews".
            hint: What they can do then.
            start_s: The longest that it may take until it is ready.
        """
        self._module = module
        self._does = does
        self._hint = hint
        self._start_s = start_s
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The helper's process; None where none was started, or it was ended."""
        return self._process.pid if self._process else None

    def line(self) -> socket.socket:
        """The near end of its socket; another one, if the helper had to be started anew.

        The caller sets the socket's patience. After `OSError` on it, or an answer that was not
        waited for, the caller must `end` the helper: see `asked`.

        Raises:
            UnavailableError: No helper can be started here.
        """
        alive = self._process is not None and self._process.poll() is None
        if self._line is not None and alive and self._owner == os.getpid():
            return self._line
        self.end()
        return self._start()

    @contextmanager
    def asked(self) -> Iterator[socket.socket]:
        """Its line, for one question; whatever is raised meanwhile ends the helper.

        Its answer, if it still came, would be to no question of the next one.

        Raises:
            UnavailableError: No helper can be started here.
        """
        line = self.line()
        try:
            yield line
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill it, whatever it does; `line` starts another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _start(self) -> socket.socket:
        try:
            near, far = socket.socketpair()
            near.settimeout(self._start_s)
            self._line, self._owner = near, os.getpid()
            with far:
                self._process = self._run(far.fileno())
            received(near, len(READY))
        except OSError as error:
            self.end()
            raise UnavailableError(
                f"The helper that {self._does} does not start.", hint=self._hint
            ) from error
        return near

    def _run(self, far: int) -> subprocess.Popen[bytes]:
        # -P: never import from the current folder, which may hold strangers' files.
        command = [sys.executable, "-P", "-m", self._module, str(far)]
        return subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command,
            pass_fds=[far],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
