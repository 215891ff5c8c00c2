"""The near end of one recognising process: what waits for it, and that it is still alive."""

import select
import socket
import time

from bailee.errors import UnavailableError
from bailee.intake.hearing.commands import Commands
from bailee.intake.hearing.wire import HEAD, Answer, Say, frame
from bailee.intake.helper import Helper

LONGEST_S = 120
MOST_WAITING_BYTES = LONGEST_S * 32_000
"""Of sound that no recogniser took yet, for one utterance."""
MOST_BACKLOG_BYTES = 2 * MOST_WAITING_BYTES
"""The same with a language model before it."""
_READ_BYTES = 1 << 16
_NOTHING = (Answer.DONE, b"")


def gone(why: str) -> UnavailableError:
    return UnavailableError(f"The recogniser {why}.", hint="Say it again; it was started anew.")


class Seat:
    """One process, for one utterance at a time. Not safe for threads.

    Nothing here waits but `finish` and, when a process has to be started, `ready`. After
    `UnavailableError` the process was ended, and `ready` starts another.
    """

    def __init__(self, patience_s: float) -> None:
        """Start nothing yet.

        Args:
            patience_s: How long the process may give no sign of life while it is asked something.
        """
        self._patience_s = patience_s
        self._helper = Helper(
            "bailee.intake.hearing.recognise",
            does="recognises speech",
            hint="Check that `python -c 'import pocketsphinx'` works, and that 1 GiB of memory is "
            "left.",
        )
        self._line: socket.socket | None = None
        self._knows: Commands | None = None
        self._to_send = bytearray()
        self._came = bytearray()
        self._owed = 0
        self._sign_at = 0.0
        self._last = _NOTHING

    @property
    def pid(self) -> int | None:
        """Its process; None where none runs."""
        return self._helper.pid

    @property
    def owed(self) -> int:
        """How many frames it has not answered yet, as far as was read."""
        return self._owed

    def ready(self, commands: Commands) -> None:
        """Have a process that knows *commands*; one that loads them may be asked at once.

        Raises:
            UnavailableError: None can be started here.
        """
        if self._knows is not commands:
            self.end()
        line = self._helper.line()
        if line is not self._line:
            self._forget()
            line.setblocking(False)
            self._line, self._knows = line, commands
            self.say(Say.MODEL, commands.language_model)
            self.say(Say.WORDS, commands.dictionary)

    def say(self, kind: Say, payload: bytes = b"") -> None:
        """Ask it something, as soon as it takes it.

        Raises:
            UnavailableError: It is gone, or gave no sign of life for too long.
        """
        if not self._owed:
            self._sign_at = time.monotonic()
        self._to_send += frame(kind, payload)
        self._owed += 1
        self.look()

    def look(self) -> None:
        """Send what it takes and read what it says, without waiting. Raises as `say`."""
        try:
            self._send()
            self._read()
        except OSError as error:
            self.end()
            raise gone("is gone") from error
        if self._owed and time.monotonic() - self._sign_at > self._patience_s:
            self.end()
            raise gone("hangs")
        if len(self._to_send) > MOST_BACKLOG_BYTES:
            self.end()
            raise gone("is too slow for so much sound")

    def finish(self) -> tuple[Answer, bytes]:
        """Wait until it has answered all, and take the last of it. Raises as `say`."""
        while self._owed:
            self._wait()
            self.look()
        last, self._last = self._last, _NOTHING
        return last

    def end(self) -> None:
        """End its process, whatever it does."""
        self._helper.end()
        self._line = self._knows = None
        self._forget()

    def _forget(self) -> None:
        self._to_send.clear()
        self._came.clear()
        self._owed, self._last = 0, _NOTHING

    def _send(self) -> None:
        assert self._line is not None
        while self._to_send:
            try:
                sent = self._line.send(memoryview(self._to_send)[:_READ_BYTES])
            except BlockingIOError:
                return
            del self._to_send[:sent]

    def _read(self) -> None:
        assert self._line is not None
        while True:
            try:
                came = self._line.recv(_READ_BYTES)
            except BlockingIOError:
                return
            if not came:
                raise ConnectionError
            self._came += came
            self._take()

    def _take(self) -> None:
        """The whole frames of what came. What the process says is not trusted to be right."""
        while len(self._came) >= HEAD.size:
            kind, count = HEAD.unpack_from(self._came)
            if count > _READ_BYTES or not self._owed:
                raise ConnectionError
            if len(self._came) < HEAD.size + count:
                return
            self._last = _answer(kind), bytes(self._came[HEAD.size : HEAD.size + count])
            del self._came[: HEAD.size + count]
            self._owed -= 1
            self._sign_at = time.monotonic()

    def _wait(self) -> None:
        """Until it says something or takes something, or its time is over."""
        assert self._line is not None
        left_s = max(0.0, self._sign_at + self._patience_s - time.monotonic())
        sends = [self._line] if self._to_send else []
        select.select([self._line], sends, [], left_s + 0.001)


def _answer(kind: int) -> Answer:
    try:
        return Answer(kind)
    except ValueError as error:
        raise ConnectionError from error
