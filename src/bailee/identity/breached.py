"""Passwords that are known to have leaked, looked up by prefix without loading any list.

A list is a text file of ``SHA1:count`` lines in upper-case hexadecimal, sorted: the form in which
Have I Been Pwned publishes its corpus. Only the first five digits steer the search; what lies under
them is read through and compared, so that even the pattern of disk reads tells no more than the
service's own k-anonymity interface would. SHA-1 names entries here; it protects nothing.
"""

from collections.abc import Iterator
from hashlib import sha1
from importlib.resources import as_file, files
from pathlib import Path
from typing import BinaryIO, Protocol

_PREFIX = 5
_HEX = 40
_LONGEST_LINE = 64


class Breached(Protocol):
    """Answers whether a password is known to have leaked."""

    def __call__(self, password: str) -> bool: ...


class BreachedFile:
    """One sorted list on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, password: str) -> bool:
        """Whether the list holds *password*. Raises `OSError` when it cannot be read."""
        digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as file:
            return sum(line[:_HEX] == digest for line in _under(file, digest[:_PREFIX])) > 0


class BreachedLists:
    """The bundled list, and a larger one if the deployment has it."""

    def __init__(self, more: Path | None = None) -> None:
        self._more = BreachedFile(more) if more else None

    def __call__(self, password: str) -> bool:
        with as_file(files("bailee.identity") / "data" / "common.sha1") as bundled:
            if BreachedFile(bundled)(password):
                return True
        return self._more is not None and self._more(password)


def _under(file: BinaryIO, prefix: bytes) -> Iterator[bytes]:
    """The lines that begin with *prefix*."""
    file.seek(_begin(file, prefix))
    while (line := file.readline(_LONGEST_LINE))[:_PREFIX] == prefix:
        yield line


def _begin(file: BinaryIO, prefix: bytes) -> int:
    """The offset of the first line not below *prefix*, by bisection over bytes.

    Invariant: a line that begins before `low` is below the prefix; one that begins at or after
    `high` is not.
    """
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start = _line_from(file, middle)
        if start >= high:
            high = middle
        elif file.readline(_LONGEST_LINE)[:_PREFIX] < prefix:
            low = file.tell()
        else:
            high = middle
    return _line_from(file, low)


def _line_from(file: BinaryIO, offset: int) -> int:
    """Where the first line begins at or after *offset*; the file stands there."""
    if offset == 0:
        file.seek(0)
        return 0
    file.seek(offset - 1)
    file.readline(_LONGEST_LINE)
    return file.tell()
