"""A process that dies at one of its writes: everything it would have written after it is not."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import sqlalchemy as sa
from sqlalchemy import event

from bailee.custody.vault import Vault
from bailee.store import files


class DiedError(BaseException):
    """It is dead: nobody may catch this and go on."""


class Death:
    """Counts writes: each changing call of `bailee.store.files`, and both sides of each commit.

    At the *nth*, from 0, `strike` is called: it raises, or ends the process for good. A dead
    process writes nothing more, so every later write strikes again.
    """

    CALLS = frozenset(
        {"open", "write", "pwrite", "ftruncate", "fsync", "fdatasync", "rename", "unlink", "mkdir"}
    )

    def __init__(self, nth: int, strike: Callable[[], None]) -> None:
        self.left = nth
        self._strike = strike

    @property
    def struck(self) -> bool:
        return self.left < 0

    def tick(self) -> None:
        """A write is about to happen."""
        self.left -= 1
        if self.left < 0:
            self._strike()

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.CALLS:
            return real

        def call(*args: Any) -> Any:
            if name != "open" or args[1] & os.O_CREAT:
                self.tick()
            return real(*args)

        return call


def die() -> None:
    """Strike as an exception: quick, and close enough to kill -9 for most."""
    raise DiedError


class _InTurn:
    """The pool of root stores without its threads: a death strikes at the same write each time."""

    def map(self, act: Callable[[Any], Any], stores: Any) -> list[Any]:
        return [act(each) for each in stores]


@contextmanager
def dying(vault: Vault, nth: int, strike: Callable[[], None] = die) -> Iterator[Death]:
    """Let whatever *vault* does inside the block die at its *nth* write."""
    death = Death(nth, strike)
    engine = vault._premises.database._writer

    def before_commit(connection: sa.Connection) -> None:
        death.tick()

    event.listen(engine, "commit", before_commit)
    real_write = vault._premises.database.write

    def write(work: Callable[[sa.Connection], Any]) -> Any:
        done = real_write(work)
        death.tick()  # it is durable, and nobody is told
        return done

    syncfs = files._syncfs

    def sync(fd: int) -> int:
        death.tick()
        return syncfs(fd)

    try:
        with (
            mock.patch.object(files, "os", death),
            mock.patch.object(files, "_syncfs", sync),
            mock.patch.object(vault._premises.database, "write", write),
            mock.patch.object(vault._premises.roots, "_pool", _InTurn()),
        ):
            yield death
    finally:
        event.remove(engine, "commit", before_commit)


def abandon(vault: Vault) -> None:
    """What the system does for a dead process: let go of files, locks and connections."""
    with suppress(BaseException):
        vault._premises.content.close()
    vault._premises.roots.close()
    vault._premises.database.close()
