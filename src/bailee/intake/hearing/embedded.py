"""The engine within: pocketsphinx, twice, in processes of bailee's own that write to no disk."""

import atexit
import contextlib
import os
from collections.abc import Iterable, Iterator

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing.commands import Commands, learn
from bailee.intake.hearing.english import LANGUAGE, engine_name
from bailee.intake.hearing.pool import Pool
from bailee.intake.hearing.seat import MOST_WAITING_BYTES, Seat, gone
from bailee.intake.hearing.wire import Answer, Say
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
        self._is_over = False
        with self._ending_on_failure():
            self._sit(0.0)

    def feed(self, pcm: bytes) -> None:
        """As `Hearing.feed`; it never waits for a recogniser."""
        with self._ending_on_failure():
            if (seat := self._sit(0.0)) is not None:
                seat.say(Say.FEED, pcm)
                return
            self._waiting += pcm
            if len(self._waiting) > MOST_WAITING_BYTES:
                raise gone("is busy")

    def behind(self) -> int:
        """How many stretches of sound a recogniser took and has not heard yet. Raises as `feed`."""
        with self._ending_on_failure():
            if (seat := self._sit(0.0)) is None:
                return 0
            seat.look()
            return seat.owed

    def end(self) -> Heard:
        """As `Hearing.end`. Of two ears that heard the same, one says nothing if it is contested."""
        with self._ending_on_failure():
            if (seat := self._sit(self._patience_s)) is None:
                raise gone("is busy")
            seat.say(Say.END)
            text, *guesses = seat.finish()[1].decode().split("\n")
            if command := self._commands.taken(guesses):
                seat.say(Say.CONTEST, command.encode())
                is_contested = seat.finish()[0] is Answer.CONTESTED
                if is_contested and self._commands.knows(text):
                    command = ""
            else:
                seat.say(Say.DROP)
        self._leave()
        return Heard(text=text, command=command, engine=self._engine)

    def drop(self) -> None:
        """As `Hearing.drop`."""
        if self._seat is not None:
            with contextlib.suppress(UnavailableError):
                self._seat.say(Say.DROP)
        self._leave()

    def _sit(self, wait_s: float) -> Seat | None:
        """Its seat, fed with what waited for it; None where there is none yet."""
        if self._is_over:
            raise gone("gave this utterance up")
        if self._seat is None:
            self._seat = self._pool.take(wait_s)
            if self._seat is not None:
                self._seat.ready(self._commands)
                if self._waiting:
                    self._seat.say(Say.FEED, bytes(self._waiting))
                    self._waiting.clear()
        return self._seat

    @contextlib.contextmanager
    def _ending_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        self._is_over = True
        self._waiting.clear()
        if self._seat is not None:
            self._pool.give(self._seat)
            self._seat = None
