"""The protocol on the wire: HTTP/1.1 as uvicorn speaks it, with an end to its patience.

uvicorn waits for ever for the rest of a head, for a reader of an answer, and for a body that nobody
wants any more. Here each has its time, then the connection ends: a socket costs an attacker
something again. What is refused on the wire is a problem document too.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bailee.api import problems
from bailee.api.gatehouse import Receive, Scope, Send
from bailee.api.problems import MALFORMED, MEDIA_TYPE, SLOW, UNAVAILABLE, ProblemError, Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a connection may take, in seconds, and how many there may be.

    Attributes:
        head_s: From when a request is awaited to the end of its head.
        reader_s: Without a byte being taken of an answer.
        rest_s: For the rest of a body that was answered before its end.
        connections: Beyond so many, each new request is told to come later.
    """

    head_s: float = 20
    reader_s: float = 60
    rest_s: float = 10
    connections: int = 512


def patient(patience: Patience) -> type[asyncio.Protocol]:
    """The protocol with that much patience."""
    return type("Patient", (_Patient,), {"patience": patience})


class _Patient(H11Protocol):
    patience: ClassVar[Patience]
    _watch: asyncio.TimerHandle | None = None
    _stage: tuple[str, int] = ("", 0)
    _since: float = 0.0
    _heads: int = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        if len(self.connections) > self.patience.connections:
            self.app = _busy
        self._stage, self._since = self._now_at(), self.loop.time()
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Await the next head from now on."""
        self._heads += 1
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP. *msg* is the library's own and is not told."""
        del msg
        self._refuse(MALFORMED)

    # -- watching ---------------------------------------------------------------------------

    def _look_again(self) -> None:
        shortest = min(self.patience.head_s, self.patience.reader_s, self.patience.rest_s)
        self._watch = self.loop.call_later(min(5.0, shortest / 4), self._look)

    def _look(self) -> None:
        stage, now = self._now_at(), self.loop.time()
        if stage != self._stage:
            self._stage, self._since = stage, now
        elif now - self._since > self._limit(stage[0]):
            self._give_up(stage[0])
            return
        self._look_again()

    def _now_at(self) -> tuple[str, int]:
        """What is waited for, and how far that came; where the server works, nothing is."""
        unread = self.transport.get_write_buffer_size()
        if unread:
            return "reader", unread
        if self.conn.their_state is h11.IDLE:
            return "head", self._heads  # bytes that drip in are no progress: it counts as a whole
        return ("rest" if self.cycle.response_complete else "work"), self._heads

    def _limit(self, stage: str) -> float:
        limits = {
            "head": self.patience.head_s,
            "reader": self.patience.reader_s,
            "rest": self.patience.rest_s,
        }
        return limits.get(stage, float("inf"))

    def _give_up(self, stage: str) -> None:
        if stage == "head" and self.conn.trailing_data[0] and not self.transport.is_closing():
            self._refuse(SLOW)
            self._look_again()  # whoever does not read that either is cut off
        else:
            self.transport.abort()

    def _refuse(self, sort: Sort) -> None:
        """Answer on the wire, before there is a request, and close."""
        body = json.dumps(problems.problem(sort, f"{sort.title}.")).encode()
        headers = [
            ("content-type", MEDIA_TYPE),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            ("connection", "close"),
        ]
        head = h11.Response(status_code=sort.status, headers=headers, reason=b"")
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    """The application while there are too many connections."""
    error = ProblemError(UNAVAILABLE, "Too many are connected just now.", hint="Come back later.")
    error.headers |= {"Retry-After": "5", "Connection": "close"}
    await problems.answer(error)(scope, receive, send)
