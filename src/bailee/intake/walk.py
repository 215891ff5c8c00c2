"""The files under what was named."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bailee.errors import InputError


class Walk(Iterator[Path]):
    """Files one by one, a folder's in the order of their names, each once.

    What is named is taken, whatever it is, through a link too; `probe` judges it. Within a named
    folder, what is hidden (its name begins with a dot), links, and what is neither file nor
    folder are left out: a link within the tree leads to what is met anyway, and one out of it to
    what nobody named.

    Attributes:
        skipped: How many entries were left out so far.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        """Raises `InputError` at once if one of *paths* is not there."""
        self.skipped = 0
        named = list(paths)
        for path in named:
            if not os.path.lexists(path):
                raise InputError("There is no such file or folder.", hint="Check the paths.")
        self._folders = {path.resolve() for path in named if path.is_dir()}
        self._files = self._named(named)

    def __next__(self) -> Path:
        """Raises `InputError` at a folder that may not be read: a gap would go unnoticed."""
        return next(self._files)

    def _named(self, named: list[Path]) -> Iterator[Path]:
        seen: set[Path] = set()
        for path in named:
            real = path.resolve()
            if real in seen or self._covered(real):
                continue
            seen.add(real)
            yield from self._below(path) if path.is_dir() else (path,)

    def _covered(self, real: Path) -> bool:
        """Whether another named folder leads here by itself."""
        for folder in self._folders.intersection(real.parents):
            if not any(part.startswith(".") for part in real.relative_to(folder).parts):
                return True
        return False

    def _below(self, folder: Path) -> Iterator[Path]:
        for entry in _entries(folder):
            if entry.name.startswith(".") or entry.is_symlink():
                self.skipped += 1
            elif entry.is_dir(follow_symlinks=False):
                yield from self._below(folder / entry.name)
            elif entry.is_file(follow_symlinks=False):
                yield folder / entry.name
            else:
                self.skipped += 1


def walk(paths: Iterable[Path]) -> Walk:
    """The files of *paths*, and of the folders among them: see `Walk`."""
    return Walk(paths)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(
            f"A folder below what was named cannot be read: {error.strerror}.",
            hint="Give yourself leave to read it, or name the folders beside it.",
        ) from error
