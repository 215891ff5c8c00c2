"""A file to look into: regular, opened once, read within bounds."""

import os
import stat
import time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from bailee.errors import InputError

READ_BYTES = 1 << 29
"""The most that looking at one file may read, in all."""
READ_S = 10.0
"""The longest that looking at one file may go on reading, in seconds."""


class Source:
    """An open regular file. Everything is read by offset, so nobody's position moves.

    Attributes:
        fd: Open for reading; closed with the source.
        size_bytes: When it was opened.
        modified_ms: Milliseconds since the Unix epoch.
    """

    def __init__(self, path: Path) -> None:
        """Open *path*; a link is followed, since it was named on purpose.

        Raises:
            InputError: It is not there, not a regular file, not readable, or empty.
        """
        # Looked at before it is opened: opening a device or a pipe may already do something, or
        # wait. Looked at again through the descriptor: it may have been exchanged in between.
        try:
            _require_regular(os.stat(path))  # noqa: PTH116  # beside os.open and os.fstat
            self.fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise _unopened(error) from error
        try:
            found = os.fstat(self.fd)
            _require_regular(found)
            _require_bytes(found)
        except BaseException:
            os.close(self.fd)
            raise
        self.size_bytes = found.st_size
        self.modified_ms = found.st_mtime_ns // 1_000_000

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.fd)


class ReadSeek(Protocol):
    """What a media library reads from: bytes, and nothing with a name."""

    def read(self, size: int) -> bytes: ...

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int: ...

    def tell(self) -> int: ...


class Reader:
    """A file of bounded patience: past `READ_BYTES` or `READ_S` it reads as if it ended.

    It has no name and no way to another file: PyAV is given this, never a path.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._at = 0
        self._left_bytes = READ_BYTES
        self._until = time.monotonic() + READ_S
        self.spent = False

    def read(self, size: int) -> bytes:
        """At most *size* bytes; empty at the end, or once patience is spent."""
        self.spent = self.spent or self._left_bytes < size or time.monotonic() > self._until
        data = b"" if self.spent else os.pread(self._fd, size, self._at)
        self._at += len(data)
        self._left_bytes -= len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._fd).st_size}
        self._at = max(0, base[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at


def _require_regular(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise InputError("This is a folder, not a file.", hint="Deposit the files in it.")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(
            "This is a pipe, a socket or a device, not a file.",
            hint="Record it to a file first, then deposit that.",
        )


def _require_bytes(found: os.stat_result) -> None:
    if found.st_size == 0:
        raise InputError("This file is empty.", hint="Leave it out, or copy it again.")


def _unopened(error: OSError | ValueError) -> InputError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError("There is no such file.", hint="Check the path; it may have moved.")
    if isinstance(error, PermissionError):
        return InputError("This file may not be read.", hint="Give yourself leave to read it.")
    reason = error.strerror if isinstance(error, OSError) else "its path holds what no path may"
    return InputError(f"This file cannot be opened: {reason}.", hint="Check the path and the disk.")
