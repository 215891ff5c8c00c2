"""Bytes in order, of which any stretch can be had without the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bailee.errors import ConflictError


class ShiftedError(ConflictError):
    """What an archive is put together from is not what it was laid out by."""

    def __init__(self) -> None:
        super().__init__(
            "The archive broke off: something in it was forgotten, or was called otherwise.",
            hint="It is put together anew: fetch it again in a moment.",
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """*size* bytes; `read` yields those from *begin* to *end*, half-open, and no others."""

    size: int
    read: Callable[[int, int], Iterator[bytes]]


def piece_of(data: bytes) -> Piece:
    """What is in memory already."""

    def read(begin: int, end: int) -> Iterator[bytes]:
        yield data[begin:end]

    return Piece(len(data), read)


def lazy_piece(size: int, make: Callable[[], Iterable[Piece]]) -> Piece:
    """Pieces that are made when one of them is wanted; *size* bytes in all."""

    def read(begin: int, end: int) -> Iterator[bytes]:
        yield from cut(make(), begin, end)

    return Piece(size, read)


def drained(size: int, make: Callable[[], Iterable[bytes]]) -> Piece:
    """What can only be made from its beginning: what is before *begin* is let go of."""

    def read(begin: int, end: int) -> Iterator[bytes]:
        at = 0
        for data in make():
            part = data[max(begin - at, 0) : max(end - at, 0)]
            at += len(data)
            if part:
                yield part
            if at >= end:
                return

    return Piece(size, read)


def cut(pieces: Iterable[Piece], begin: int, end: int) -> Iterator[bytes]:
    """Bytes ``begin … end`` of *pieces* in a row; one that lies outside is not asked for.

    Requires ``0 <= begin <= end <=`` the sum of their sizes.

    Raises:
        ShiftedError: A piece has fewer or more bytes than it says: what was yielded is no whole.
    """
    at = 0
    for piece in pieces:
        if at >= end:
            return
        first, last = max(begin - at, 0), min(end - at, piece.size)
        at += piece.size
        if first < last:
            yield from _exactly(piece.read(first, last), last - first)
    if at < end:
        raise ShiftedError


def _exactly(data: Iterator[bytes], size: int) -> Iterator[bytes]:
    left = size
    for each in data:
        left -= len(each)
        if left < 0:
            raise ShiftedError
        yield each
    if left:
        raise ShiftedError
