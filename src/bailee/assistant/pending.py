"""A question that the assistant asked, while it waits for its answer: in memory, for 30 seconds."""

from dataclasses import dataclass, field, replace
from threading import Lock

from bailee.assistant.command import Command
from bailee.assistant.deletion import Deletion
from bailee.assistant.utterance import Utterance
from bailee.types.endpoint import Endpoint

EXPIRES_MS = 30_000
HEARING_MS = 15_000
"""How long an answer that was begun in time may take to be heard: until then nobody gives up."""
_LATE_MS = 120_000
"""A yes that comes later than that is to something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """It was asked which half of the day is meant.

    Attributes:
        command: `Command.is_half_open`.
        is_sure: Two opinions agreed on it.
    """

    command: Command
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """It was asked whether to keep nothing more of what is said here."""


About = Deletion | Half | Stop
"""What a question is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, and what was said so far to bring it about.

    Attributes:
        about: What a yes would do, or what half of a day is missing of.
        endpoint: Where it was asked, and of whom: nobody else's yes counts.
        asked_ms: When; milliseconds since the epoch, UTC.
        text: Its words, to ask it again.
        held: The requests themselves. They go once it is done, and are kept like anything else that
            was said once it is not.
    """

    about: About
    endpoint: Endpoint
    asked_ms: int
    text: str = field(repr=False)
    held: tuple[Utterance, ...] = ()

    def has_lapsed(self, at_ms: int, *, patience_ms: int = 0) -> bool:
        """Whether somebody who began to speak at *at_ms* came too late to answer it.

        A clock that was set back is no reason to wait any longer.
        """
        return not 0 <= at_ms - self.asked_ms <= EXPIRES_MS + patience_ms

    def holding(self, said: Utterance) -> "Question":
        """The same with *said* held too."""
        return replace(self, held=(*self.held, said))


class Pending:
    """The one question that may be open at an endpoint. Safe for threads: one answer takes it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._question: Question | None = None
        self._lapsed_ms: int | None = None

    def put(self, question: Question) -> tuple[Utterance, ...]:
        """Ask *question*. Returns what was held for another one that was asked meanwhile."""
        with self._lock:
            before, self._question = self._question, question
            self._lapsed_ms = None
        return () if before is None else before.held

    def take(self) -> Question | None:
        """The open question, which is open no more."""
        with self._lock:
            found, self._question = self._question, None
        return found

    def take_lapsed(self, at_ms: int, *, patience_ms: int = 0) -> Question | None:
        """The same, if its time is over, and *patience_ms* with it."""
        with self._lock:
            found = self._question
            if found is None or not found.has_lapsed(at_ms, patience_ms=patience_ms):
                return None
            self._question, self._lapsed_ms = None, found.asked_ms + EXPIRES_MS
        return found

    def forgive(self, at_ms: int) -> bool:
        """Whether an answer at *at_ms* came just too late for a question; told once."""
        with self._lock:
            lapsed_ms, self._lapsed_ms = self._lapsed_ms, None
        return lapsed_ms is not None and 0 <= at_ms - lapsed_ms <= _LATE_MS
