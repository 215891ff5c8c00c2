"""A process that dies, or a disk that goes, at one call of the operating system or of the database."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from bailee.store import files
from bailee.store.database import Database
from store.power.faults import Faulty


class Killed(BaseException):
    """The process is no more."""


class Interrupter:
    """Counts the steps that change something, and does *act* before the *nth*, from 0.

    A step is a call of `bailee.store.files` that changes something, or a transaction: before it,
    and after its commit.
    """

    def __init__(self, nth: int, act: Callable[[], None]) -> None:
        self.steps = 0
        self._nth = nth
        self._act = act
        self._turn = threading.Lock()

    def step(self) -> None:
        with self._turn:
            now, self.steps = self.steps, self.steps + 1
        if now == self._nth:
            self._act()

    def syncfs(self, fd: int) -> int:
        self.step()
        os.fsync(fd)
        return 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in Faulty.CALLS:
            return real

        def call(*args: Any) -> Any:
            self.step()
            return real(*args)

        return call


class Dying(Interrupter):
    """Dies before the *nth* step: neither that nor any later one happens."""

    def __init__(self, nth: int) -> None:
        super().__init__(nth, lambda: None)

    def step(self) -> None:
        super().step()
        if self.steps > self._nth:
            raise Killed


@contextmanager
def interrupted(by: Interrupter) -> Iterator[None]:
    """Route every changing step through *by*."""
    write = Database.write

    def writing(self: Database, work: Any) -> Any:
        by.step()
        done = write(self, work)
        by.step()
        return done

    with (
        mock.patch.object(files, "os", by),
        mock.patch.object(files, "_syncfs", by.syncfs),
        mock.patch.object(Database, "write", writing),
    ):
        yield
