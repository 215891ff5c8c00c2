"""Content in a local folder: one file a key."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bailee.errors import UnknownError
from bailee.store import files
from bailee.store.content.contract import (
    check_key,
    check_range,
    is_key,
    missing,
    taken,
    too_short,
)
from bailee.store.content.group import GroupSync

_FAN_OUT_CHARACTERS = 2


class FolderContent:
    """A `ContentStore` in a folder: ``art_…xy`` lies in ``xy/art_…xy``.

    The end of a key is random and so spreads files over about a thousand folders. A file is
    created once, at its final name, and never renamed: a crash before `put` returns leaves an
    orphan there, which `fsck` collects, and there are no temporary files to tell apart from it.

    Durability is one syncfs(2) shared by everyone who waits, where Linux and the file system keep
    its promise; elsewhere each file and its folder are synced one by one.
    """

    def __init__(self, path: Path, *, share_syncs: bool = True) -> None:
        """Open the folder, and make it, durably, where it is missing.

        *share_syncs* off syncs each file by itself even where sharing works: for a disk that other
        programs keep busy with writes of their own.
        """
        self._path = path.absolute()
        self._lock = threading.Lock()
        with files.on_disk(self.url):
            files.make_folders(self._path)
            # Whoever made these folders may have died before the sync; after it they are durable.
            self._folders = {entry.name for entry in self._path.iterdir() if entry.is_dir()}
            files.sync_folder(self._path)
            self._fd = files.open_folder(self._path)
        shared = share_syncs and files.can_sync_filesystem(self._fd)
        self._group = GroupSync(self._fd, self.url) if shared else None

    @property
    def url(self) -> str:
        return self._path.as_uri()

    def put(self, key: str, chunks: Iterable[bytes]) -> int:
        ticket = self._begin()
        with self._all_or_nothing() as made:
            written = self._write(key, chunks, made)
            self._settle({path.parent for path in made}, ticket)
        return written

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        ticket = self._begin()
        with self._all_or_nothing() as made:
            for key, content in items:
                self._write(key, [content], made)
            self._settle({path.parent for path in made}, ticket)

    def read(self, key: str, offset: int, length: int) -> bytes:
        check_range(offset, length)
        with files.on_disk(self.url), self._reading(key) as fd:
            data = files.read_at(fd, length, offset)
            size = files.size_of(fd)
        if size < offset + length:
            raise too_short(key, self.url, wanted=offset + length, found=size)
        return data

    def size(self, key: str) -> int | None:
        try:
            with files.on_disk(self.url), self._reading(key) as fd:
                return files.size_of(fd)
        except UnknownError:
            return None

    def delete(self, keys: Sequence[str]) -> None:
        paths = [self._file(key) for key in keys]
        ticket = self._begin()
        with files.on_disk(self.url):
            # A crash anywhere here leaves each file there or gone; the caller repeats the call.
            for path in paths:
                files.remove(path)
            # Also for files that were missing: whoever removed them may not have synced yet.
            self._settle({path.parent for path in paths if path.parent.is_dir()}, ticket)

    def keys(self) -> Iterator[tuple[str, int]]:
        for folder in sorted(self._path.iterdir()):
            for path in folder.iterdir() if folder.is_dir() else ():
                if is_key(path.name) and self._file(path.name) == path:
                    size = self.size(path.name)
                    if size is not None:  # deleted since it was listed
                        yield path.name, size

    def close(self) -> None:
        with self._lock:
            if self._fd >= 0:
                files.close(self._fd)
                self._fd = -1

    def _file(self, key: str) -> Path:
        return self._path / check_key(key)[-_FAN_OUT_CHARACTERS:] / key

    @contextmanager
    def _reading(self, key: str) -> Iterator[int]:
        try:
            fd = files.open_existing(self._file(key))
        except FileNotFoundError:
            if not self._path.is_dir():  # the whole store is away: nothing is known to be missing
                raise
            raise missing(key, self.url) from None
        try:
            yield fd
        finally:
            files.close(fd)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[list[Path]]:
        """Collects what the block made; if it raises, none of that remains."""
        made: list[Path] = []
        try:
            yield made
        except BaseException:
            for path in made:
                files.discard(path)
            raise

    def _write(self, key: str, chunks: Iterable[bytes], made: list[Path]) -> int:
        """Write one file, and where nobody syncs for us, its bytes' own sync; its length."""
        path = self._file(key)
        with files.on_disk(self.url):
            self._make_room(path.parent)
            try:
                fd = files.create(path)
            except FileExistsError:
                raise taken(key, self.url) from None
        made.append(path)
        try:
            return self._fill(fd, chunks)
        finally:
            files.close(fd)

    def _fill(self, fd: int, chunks: Iterable[bytes]) -> int:
        written = 0
        for chunk in chunks:  # outside `on_disk`: the caller's own errors stay the caller's
            with files.on_disk(self.url):
                files.write(fd, chunk)
            written += len(chunk)
        if self._group is None:
            with files.on_disk(self.url):
                files.sync_file(fd)
        return written

    def _make_room(self, folder: Path) -> None:
        """Make the folder of a file. Durable on return, or with the shared sync."""
        if folder.name in self._folders:
            return
        with self._lock:
            files.make_folder(folder)
            if self._group is None:
                files.sync_folder(self._path)
            # Only now: another writer who finds it here relies on it.
            self._folders.add(folder.name)

    def _begin(self) -> int:
        return self._group.begin() if self._group else 0

    def _settle(self, folders: set[Path], ticket: int) -> None:
        """Return when everything since `_begin` is durable: the acknowledgement."""
        if self._group:
            self._group.wait(ticket)
            return
        with files.on_disk(self.url):
            for folder in folders:
                files.sync_folder(folder)
