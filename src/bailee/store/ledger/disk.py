"""Putting many whole files under one folder, durably, without waiting for each in turn."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bailee.store import files

_TOGETHER = 16


class Disk:
    """One writer at a time. A crash leaves some of the files whole, and drafts that none reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settled: set[Path] = set()

    def place(self, contents: Mapping[Path, bytes]) -> None:
        """Put each file in place, over any older one: atomic for each, durable for all."""
        self._settle(contents)
        if len(contents) == 1:
            for path, data in contents.items():
                files.replace(path, [data])
            return
        # Side by side: the syncs wait together, and a journalling file system serves them at once.
        with ThreadPoolExecutor(min(_TOGETHER, len(contents) or 1)) as pool:
            for _ in pool.map(lambda item: files.replace(item[0], [item[1]]), contents.items()):
                pass

    def keep(self, paths: Collection[Path]) -> None:
        """Make the names of files that were found in place durable.

        Whoever put them there may have died after the rename and before the folder's sync; the
        bytes were synced before they had the name.
        """
        self._settle(paths)
        for folder in {path.parent for path in paths}:
            files.sync_folder(folder)

    def drop(self, folder: Path) -> None:
        """Remove a folder of files that nobody needs any more. What stays, stays harmlessly."""
        self._settled.discard(folder)
        with suppress(OSError):
            # A crash here: some are left; dropping the folder again removes the rest.
            for path in folder.iterdir():
                files.discard(path)
            folder.rmdir()

    def _settle(self, paths: Collection[Path]) -> None:
        """Make the folders of *paths* and all above them durable, each once in this object's life."""
        for folder in {path.parent for path in paths} - self._settled:
            self._settle_way(folder)

    def _settle_way(self, folder: Path) -> None:
        if folder != self._folder and folder.parent not in self._settled:
            self._settle_way(folder.parent)
        files.make_folders(folder)
        for draft in folder.glob("*.tmp-*"):
            files.discard(draft)  # of a run that was killed
        self._settled.add(folder)
