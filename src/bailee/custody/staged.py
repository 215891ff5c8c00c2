"""The file of one upload: sealed frames, one after the other, added at its end.

Whoever has it open holds its lock, over every process of this machine, and lets go of it however
they end. How much of it counts is said by the upload's row, not by the file: what a crash left
behind that is cut off by who opens it next.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from bailee.custody.upload_errors import NoRoomError, UploadBusyError
from bailee.seal.frames import FRAME_HEADER, FrameError, frame_length, open_frame, seal_frame
from bailee.store import files

FRAME_BYTES = 1 << 20
"""Plaintext of a frame at most."""


class Staged:
    """An open, locked file of frames. Close it, or use it in a `with`."""

    def __init__(self, path: Path, fd: int, upload_id: str) -> None:
        """Use `lock`."""
        self._path = path
        self._fd = fd
        self._context = f"bailee/upload/v1|{upload_id}|".encode()
        self.end = 0
        """Where the next frame goes; set by `cut`."""

    @classmethod
    def lock(cls, folder: Path, upload_id: str) -> Self:
        """Open the file, made durably where it is missing, for this caller alone.

        Raises:
            UploadBusyError: Somebody else has it open.
            NoRoomError: The disk is full.
        """
        path = folder / upload_id
        with room_at(folder):
            fd = _open_or_make(path)
        if not files.try_lock(fd):
            files.close(fd)
            raise UploadBusyError
        return cls(path, fd, upload_id)

    def cut(self, staged_bytes: int) -> None:
        """Let the file end at *staged_bytes*: what is behind was never acknowledged.

        Raises:
            FrameError: It is shorter than that: what was acknowledged is lost.
        """
        with room_at(self._path.parent):
            size = files.size_of(self._fd)
            if size < staged_bytes:
                raise FrameError
            if size > staged_bytes:
                files.cut(self._fd, staged_bytes)
        self.end = staged_bytes

    def add(self, key: bytes, plain: bytes, offset: int) -> None:
        """Seal *plain* as the frame at *offset*. Not durable, and not counted, until `sync`."""
        frame = seal_frame(key, plain, self._context + str(offset).encode())
        with room_at(self._path.parent):
            files.write_at(self._fd, frame, self.end)
        self.end += len(frame)

    def sync(self) -> None:
        """Make all that was added durable."""
        with room_at(self._path.parent):
            files.sync_data(self._fd)

    def read(self, key: bytes, size: int) -> BinaryIO:
        """The plaintext, *size* bytes, as a file that is opened a frame at a time.

        Its `read` raises `FrameError` where a frame does not open, or the frames make another size.
        """
        raw = _Opened(self._frames(key, size))
        return cast("BinaryIO", io.BufferedReader(raw, buffer_size=FRAME_BYTES))

    def _frames(self, key: bytes, size: int) -> Iterator[bytes]:
        at = offset = 0
        while at < self.end:
            length = frame_length(files.read_at(self._fd, FRAME_HEADER, at))
            frame = files.read_at(self._fd, length, at) if length <= self.end - at else b""
            plain = open_frame(key, frame, self._context + str(offset).encode())
            yield plain
            at, offset = at + length, offset + len(plain)
        if offset != size:
            raise FrameError

    def remove(self) -> None:
        """Take the file away. A crash before: the sweep does it, nobody can open it any more."""
        files.discard(self._path)

    def close(self) -> None:
        if self._fd >= 0:
            files.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_or_make(path: Path) -> int:
    try:
        return files.open_existing(path, write=True)
    except FileNotFoundError:
        files.make_folders(path.parent)
    try:
        fd = files.create(path)
    except FileExistsError:  # made by another request a moment ago
        return files.open_existing(path, write=True)
    # Before a byte of it is acknowledged; a crash before this leaves an upload that begins at 0.
    files.sync_folder(path.parent)
    return fd


@contextmanager
def room_at(folder: Path) -> Iterator[None]:
    """Say `NoRoomError` where the disk is full, `UnavailableError` for what else is wrong with it."""
    try:
        yield
    except OSError as error:
        if files.is_full(error):
            raise NoRoomError from error
        raise files.refusal(error, str(folder)) from error


class _Opened(io.RawIOBase):
    """Frames, once they are open, as a file that is read from its beginning to its end."""

    def __init__(self, frames: Iterator[bytes]) -> None:
        super().__init__()
        self._frames = frames
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            frame = next(self._frames, None)
            if frame is None:
                return 0
            self._left = memoryview(frame)
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
