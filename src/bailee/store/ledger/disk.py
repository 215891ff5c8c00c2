"""Writing files so that they are whole, and still there after the power went."""

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_FEW = 2
_TOGETHER = 16


class Disk:
    """Places whole files under one folder. One writer at a time.

    New bytes go to ``.new/0``, ``.new/1`` …, are synced, and are then renamed to where they
    belong. A crash leaves leftovers in ``.new``; nothing there is ever read, and the next write
    begins by truncating them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settled: set[Path] = set()

    def place(self, files: Mapping[Path, bytes]) -> None:
        """Write each file, sync it, rename it into place. `settle` makes the names durable."""
        new = self._folder / ".new"
        self._make(new)
        drafts = [new / str(n) for n in range(len(files))]
        # A crash up to here: bytes under no name that is read; the call is repeated.
        _write_synced(drafts, list(files.values()))
        for path in files:
            self._make(path.parent)
        for draft, path in zip(drafts, files, strict=True):
            # A crash here: some names are there, each with synced bytes; the call is repeated.
            draft.replace(path)

    def settle(self, paths: Iterable[Path]) -> None:
        """Sync the folders that hold *paths*, so that their names survive power loss.

        Also for files found in place: a run that was killed may have renamed them and no more.
        The way down to a folder is synced once in this object's life, afterwards only the folder.
        """
        folders: set[Path] = set()
        for path in paths:
            folders.update((path.parent, *self._unsettled(path.parent)))
        _sync_folders(sorted(folders))
        self._settled.update(folders)

    def drop(self, folder: Path) -> None:
        """Remove a folder of files that nobody needs any more. What stays, stays harmlessly."""
        self._settled.discard(folder)
        with contextlib.suppress(OSError):
            # A crash here: some are left; dropping the folder again removes the rest.
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            if folder != self._folder:
                self._make(folder.parent)
            folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)

    def _unsettled(self, folder: Path) -> Iterable[Path]:
        """The folders up to the ledger's own parent whose entries may not be durable yet."""
        while folder not in self._settled and folder != self._folder.parent:
            folder = folder.parent
            yield folder


def _write_synced(paths: Sequence[Path], contents: Sequence[bytes]) -> None:
    """Write files and sync them through the descriptors that wrote, which see every error."""
    with contextlib.ExitStack() as opened:
        descriptors: list[int] = []
        for path, data in zip(paths, contents, strict=True):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
            opened.callback(os.close, descriptor)
            descriptors.append(descriptor)
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
        _sync(descriptors)


def _sync_folders(folders: Sequence[Path]) -> None:
    with contextlib.ExitStack() as opened:
        descriptors: list[int] = []
        for folder in folders:
            descriptors.append(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
            opened.callback(os.close, descriptors[-1])
        _sync(descriptors)


def _sync(descriptors: Sequence[int]) -> None:
    """Sync all; a few in turn, many at once, since a slow disk then serves them together."""
    if len(descriptors) <= _FEW:
        for descriptor in descriptors:
            os.fsync(descriptor)
        return
    with ThreadPoolExecutor(min(_TOGETHER, len(descriptors))) as pool:
        for _ in pool.map(os.fsync, descriptors):
            pass
