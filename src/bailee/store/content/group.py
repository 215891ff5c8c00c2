"""Many writers, one sync."""

import threading

from bailee.errors import UnavailableError
from bailee.store import files


class GroupSync:
    """Shares one syncfs(2) among all threads that wait for their writes to be durable.

    The first waiter leads and syncs for everyone who came before it began; whoever comes during a
    sync waits for the next one, since the running sync may have passed their bytes by. Alone, a
    writer pays one sync; among sixteen, about a seventh of one (docs/benchmarks.md).

    A failed sync tells once that *some* write in the file system was lost, not whose. So it fails
    every writer who had begun: `begin` before the first byte, and `wait` compares.
    """

    def __init__(self, folder_fd: int, place: str) -> None:
        self._fd = folder_fd
        self._place = place
        self._turn = threading.Condition()
        self._begun = 0
        self._done = 0
        self._running = False
        self._failures = 0

    def begin(self) -> int:
        """A ticket, taken before the first byte is written."""
        with self._turn:
            return self._failures

    def wait(self, ticket: int) -> None:
        """Return when everything this thread wrote since `begin` is durable.

        Raises:
            UnavailableError: A sync failed meanwhile; these writes may be lost.
        """
        with self._turn:
            mine = self._begun + 1
            while self._done < mine:
                if self._running:
                    self._turn.wait()
                else:
                    self._lead()
            if self._failures != ticket:
                raise UnavailableError(
                    f"{self._place} did not keep what was written to it.",
                    hint="Check the disk's health and space, then repeat; nothing acknowledged "
                    "earlier was lost.",
                )

    def _lead(self) -> None:
        """Sync for everyone who waits. Called, and returns, with the lock held."""
        self._running = True
        self._begun += 1
        leading = self._begun
        failed = True
        self._turn.release()
        try:
            files.sync_filesystem(self._fd)
            failed = False
        except OSError:
            pass  # counted below, and raised in every writer it concerns
        finally:
            self._turn.acquire()
            self._failures += failed
            self._done = leading
            self._running = False
            self._turn.notify_all()
