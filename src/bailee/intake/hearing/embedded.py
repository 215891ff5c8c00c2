"""The engine within: pocketsphinx, twice, in processes of bailee's own that write to no disk."""

import atexit
import contextlib
import os
from collections.abc import Iterable

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing.commands import Commands, learn
from bailee.intake.hearing.english import LANGUAGE, engine_name
from bailee.intake.hearing.pool import Pool
from bailee.intake.hearing.seat import MOST_WAITING_BYTES, Seat, gone
from bailee.intake.hearing.wire import Say
from bailee.types.hearing import Heard

PATIENCE_S = 30.0
MOST_PROCESSES = 4


class Embedded:
    """An `Engine` for English. One process hears one utterance; the next waits in memory."""

    is_own = True

    def __init__(
        self,
        sentences: Iterable[str] = (),
        *,
        processes: int = 0,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Start nothing yet.

        Args:
            sentences: What commands are, written out.
            processes: At most so many; 0 for one a processor, `MOST_PROCESSES` at most. Each takes
                about 150 MB.
            patience_s: How long one may give no sign of life, and how long an utterance that is
                over waits for one to be free.

        Raises:
            UnavailableError: pocketsphinx is not installed.
        """
        self._commands = learn(sentences)
        self.name = engine_name()
        self.languages = (LANGUAGE,)
        self._patience_s = patience_s
        self._pool = Pool(processes or min(MOST_PROCESSES, os.cpu_count() or 1), patience_s)
        atexit.register(self._pool.close)

    @property
    def unknown_words(self) -> tuple[str, ...]:
        """Words of the sentences that it cannot hear: unusual names, as a rule."""
        return self._commands.unknown

    def learn(self, sentences: Iterable[str]) -> None:
        """Know these commands from the next utterance on, and no others."""
        self._commands = learn(sentences)

    def listen(self, language: str) -> "Utterance":
        """As `Engine.listen`."""
        if language not in self.languages:
            raise InputError(
                f"The embedded recogniser does not understand “{language}”.",
                hint="It understands English; for other languages, name another engine.",
            )
        return Utterance(self._pool, self._commands, self.name, self._patience_s)

    def warm(self) -> None:
        """Start one process ahead of the first utterance. Raises as `Hearing.end`."""
        hearing = self.listen(LANGUAGE)
        hearing.end()

    def pids(self) -> tuple[int, ...]:
        """Of its processes that run."""
        return self._pool.pids()

    def close(self) -> None:
        """End its processes; the next utterance starts one."""
        self._pool.close()


class Utterance:
    """A `Hearing`: it holds a process as soon as one is free, and until it ends."""

    def __init__(self, pool: Pool, commands: Commands, engine: str, patience_s: float) -> None:
        self._pool = pool
        self._commands = commands
        self._engine = engine
        self._patience_s = patience_s
        self._waiting = bytearray()
        self._seat: Seat | None = None
        self._sit(0.0)

    def feed(self, pcm: bytes) -> None:
        """As `Hearing.feed`; it never waits for a recogniser."""
        seat = self._seat or self._sit(0.0)
        if seat is not None:
            self._tried(seat, Say.FEED, pcm)
            return
        self._waiting += pcm
        if len(self._waiting) > MOST_WAITING_BYTES:
            self.drop()
            raise gone("is busy")

    def end(self) -> Heard:
        """As `Hearing.end`."""
        seat = self._seat or self._sit(self._patience_s)
        if seat is None:
            self.drop()
            raise gone("is busy")
        self._tried(seat, Say.END)
        try:
            text, command, fits = seat.finish().decode().split("\n")
        finally:
            self._leave()
        command = self._commands.whole(command)
        text = command if command and fits else text
        return Heard(text=text, command=command, engine=self._engine)

    def drop(self) -> None:
        """As `Hearing.drop`."""
        self._waiting.clear()
        if self._seat is not None:
            with contextlib.suppress(UnavailableError):
                self._seat.say(Say.DROP)
            self._leave()

    def _sit(self, wait_s: float) -> Seat | None:
        """Take a seat, and feed it what waited."""
        seat = self._pool.take(wait_s)
        if seat is not None:
            self._seat = seat
            try:
                seat.ready(self._commands)
            except BaseException:
                self._leave()
                raise
            waiting, self._waiting = bytes(self._waiting), bytearray()
            if waiting:
                self._tried(seat, Say.FEED, waiting)
        return seat

    def _tried(self, seat: Seat, kind: Say, payload: bytes = b"") -> None:
        try:
            seat.say(kind, payload)
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._seat is not None:
            self._pool.give(self._seat)
            self._seat = None
