"""Bytes through the door without touching a disk: a body read by a worker, an answer that flows.

An answer whose source ends early is broken off, never ended as if it were whole: its length was
said at the start, and the server closes the connection.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import RawIOBase
from itertools import chain
from threading import BoundedSemaphore

import anyio.from_thread
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from bailee.api.problems import LARGE, SLOW, UNAVAILABLE, ProblemError

COMING_IN = 24
"""Bodies that may come in at once. Each keeps one of the server's forty workers for as long as its
client takes; the others stay free, so that slow ones hold up nobody but each other."""
_room = BoundedSemaphore(COMING_IN)
_WHOLE_BYTES = 1 << 20
"""Answers up to this size are opened whole: what is wrong with one is then still a problem."""


class BodyFile(RawIOBase):
    """A request's body as a file, for the worker thread that the server runs a route's work in.

    Each read waits for the client, and nothing is kept but what came and was not read yet.
    """

    def __init__(self, request: Request, *, most_bytes: int) -> None:
        super().__init__()
        self._pieces: AsyncIterator[bytes] = aiter(request.stream())
        self._left = b""
        self._ended = False
        self._room = most_bytes

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes, fewer only at the end; all of them without a size.

        Raises:
            ProblemError: It is longer than it may be, or broke off.
        """
        found = [self._left]
        length = len(self._left)
        while not self._ended and (size < 0 or length < size):
            piece = anyio.from_thread.run(self._next)
            found.append(piece)
            length += len(piece)
        whole = b"".join(found)
        cut = length if size < 0 else min(size, length)
        self._left = whole[cut:]
        return whole[:cut]

    async def _next(self) -> bytes:
        try:
            piece = await anext(self._pieces, b"")
        except ClientDisconnect:
            raise ProblemError(SLOW, "The request broke off.") from None
        self._ended = not piece
        self._room -= len(piece)
        if self._room < 0:
            raise too_large()
        return piece


@contextmanager
def coming_in() -> Iterator[None]:
    """Keep a worker while a body comes in. Raises `ProblemError` when too many do."""
    if not _room.acquire(blocking=False):
        raise ProblemError(
            UNAVAILABLE,
            "Too many recordings are coming in at once.",
            hint="Send it again in a moment, or by a resumable upload.",
        )
    try:
        yield
    finally:
        _room.release()


def too_large() -> ProblemError:
    """For a body beyond what one request may bring."""
    return ProblemError(LARGE)


def require_room(request: Request, most_bytes: int) -> int | None:
    """What the client says the body's length is; None where it does not.

    Raises:
        ProblemError: It is longer than *most_bytes*.
    """
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdecimal()):
        return None
    if len(told) > 18 or int(told) > most_bytes:
        raise too_large()
    return int(told)


def flow(stretches: Iterator[bytes], length: int, headers: dict[str, str], status: int) -> Response:
    """An answer of exactly *length* bytes, opened as it flows."""
    told = {**headers, "Content-Length": str(length)}
    if length <= _WHOLE_BYTES:
        return Response(b"".join(stretches), status_code=status, headers=told)
    first = next(stretches)  # what is wrong from the start is still a problem
    return StreamingResponse(chain((first,), stretches), status_code=status, headers=told)
