"""The operating system, refusing one call of `bailee.store.files`."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from bailee.store import files


class Faulty:
    """The operating system, refusing one call that changes something: the *nth*, from 0.

    With *though_done* the call takes effect first: a failure of which the caller cannot know
    whether it was one.
    """

    CALLS = frozenset(
        {"open", "write", "pwrite", "ftruncate", "fsync", "fdatasync", "rename", "unlink", "mkdir"}
    )

    def __init__(self, nth: int, code: int = errno.EIO, *, though_done: bool = False) -> None:
        self._left = nth
        self._code = code
        self._though_done = though_done
        self.struck = False

    def _act(self, name: str, real: Any, *args: Any) -> Any:
        self._left -= 1
        if self._left != -1:
            return real(*args)
        self.struck = True
        if self._though_done:
            done = real(*args)
            if name == "open":
                os.close(done)
        raise OSError(self._code, os.strerror(self._code))

    def syncfs(self, fd: int) -> int:
        try:
            self._act("syncfs", os.fsync, fd)
        except OSError as error:
            ctypes.set_errno(error.errno or 0)
            return -1
        return 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.CALLS:
            return real
        return lambda *args: self._act(name, real, *args)


@contextmanager
def failing(nth: int, code: int = errno.EIO, *, though_done: bool = False) -> Iterator[Faulty]:
    """Let the *nth* changing call of `bailee.store.files` fail; `struck` tells if there was one."""
    faulty = Faulty(nth, code, though_done=though_done)
    with (
        mock.patch.object(files, "os", faulty),
        mock.patch.object(files, "_syncfs", faulty.syncfs),
    ):
        yield faulty
