"""Writing files so that they survive a power cut.

The only caller of the system's write, sync, rename and unlink for files of bailee's own making.

Every function here is one step whose order matters. Nothing is durable until a sync says so: bytes
after `sync_data` or `sync_file` of the file, a name after `sync_folder` of its folder, and all of
it after `sync_filesystem`. A test records these calls and rebuilds what a power cut may leave
between any two of them, so no store may go round this file.

Everything raises `OSError` as the system gave it, unless its docstring says otherwise; `refusal`
and `on_disk` turn that into words.
"""

import ctypes
import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bailee.errors import UnavailableError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
COPY_CHUNK_BYTES = 1 << 20

_SYNCFS_REPORTS_ERRORS_SINCE = (5, 8)
# statfs(2): ext2/3/4, XFS, Btrfs, F2FS, tmpfs. On FUSE and some network file systems syncfs
# returns 0 although the far side was never asked to sync, so only these are believed.
_SYNCFS_IS_TRUE_ON = {0xEF53, 0x58465342, 0x9123683E, 0xF2F52010, 0x01021994}
_FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "the file is larger than the system allows",
}


def refusal(error: OSError, place: str) -> UnavailableError:
    """The operating system's refusal in our words; *place* is a path or URL, never content."""
    full = _FULL.get(error.errno or 0)
    if full:
        return UnavailableError(
            f"Nothing was stored in {place}: {full}.",
            hint="Free some space or enlarge the disk, then repeat; nothing stored before was lost.",
        )
    return UnavailableError(
        f"{place} cannot be used: {error.strerror or error}.",
        hint="Check that the disk is mounted, healthy and writable by this user, then repeat.",
    )


def is_full(error: OSError) -> bool:
    """Whether the system refused for want of room."""
    return error.errno in _FULL


@contextmanager
def on_disk(place: str) -> Iterator[None]:
    """Raise `UnavailableError` instead of `OSError` inside the block."""
    try:
        yield
    except OSError as error:
        raise refusal(error, place) from error


def create(path: Path) -> int:
    """A descriptor for a new, empty file, mode 0600. `FileExistsError` if the name is taken.

    A crash leaves the file, or not, empty or in part: the name is durable after `sync_folder`.
    """
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)


def open_existing(path: Path, *, write: bool = False) -> int:
    """A descriptor for a file that exists; a symbolic link is refused."""
    way = os.O_RDWR if write else os.O_RDONLY
    return os.open(path, way | os.O_CLOEXEC | os.O_NOFOLLOW)


def close(fd: int) -> None:
    os.close(fd)


@contextmanager
def opened(path: Path, *, write: bool = False) -> Iterator[int]:
    """`open_existing`, closed at the end of the block."""
    fd = open_existing(path, write=write)
    try:
        yield fd
    finally:
        close(fd)


def same_file(fd: int) -> tuple[int, int]:
    """What tells this file from any other on the machine: its device and inode."""
    facts = os.fstat(fd)
    return facts.st_dev, facts.st_ino


def lock(fd: int, *, alone: bool) -> None:
    """Wait until nobody writes the file, nor reads it if *alone*; ends when it is closed."""
    fcntl.flock(fd, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


def try_lock(fd: int) -> bool:
    """Lock the file for writing if nobody else has; whether it worked. Ends when it is closed."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write(fd: int, data: bytes) -> None:
    """Append all of *data* at the descriptor's place. A crash leaves any part of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def write_at(fd: int, data: bytes, offset: int) -> None:
    """Put all of *data* at *offset*, in place. A crash leaves the old bytes, the new, or a mix."""
    view = memoryview(data)
    while view:
        done = os.pwrite(fd, view, offset)
        view, offset = view[done:], offset + done


def read_at(fd: int, length: int, offset: int) -> bytes:
    """Up to *length* bytes from *offset*; fewer only where the file ends."""
    parts: list[bytes] = []
    while length > 0 and (part := os.pread(fd, length, offset)):
        parts.append(part)
        length, offset = length - len(part), offset + len(part)
    return b"".join(parts)


def read_back(fd: int, length: int, offset: int) -> bytes:
    """`read_at`, after asking the system to forget its own clean copy, so that the disk answers."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    return read_at(fd, length, offset)


def room_at(path: Path) -> int:
    """How many bytes this user may still write to the disk of *path*."""
    facts = os.statvfs(path)
    return facts.f_bavail * facts.f_frsize


def size_of(fd: int) -> int:
    """The file's length in bytes."""
    return os.fstat(fd).st_size


def cut(fd: int, length: int) -> None:
    """End the file at *length*. A crash leaves the old end or the new."""
    os.ftruncate(fd, length)


def sync_data(fd: int) -> None:
    """Make the file's bytes and length durable (its name is not: `sync_folder`)."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def sync_file(fd: int) -> None:
    """Make the file's bytes and attributes durable (its name is not: `sync_folder`)."""
    os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Make every name made, changed or removed in the folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    except OSError as error:
        # Some file systems have no sync of a folder and say EINVAL: their names are synced with
        # the file, or by nothing at all, and no other call would do better.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(fd)


def open_folder(path: Path) -> int:
    """A descriptor to keep for `sync_filesystem`: it reports each failed write since it opened."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def can_sync_filesystem(fd: int) -> bool:
    """Whether `sync_filesystem` is durable, and says so when it is not, where *fd* lies."""
    libc = ctypes.CDLL(None)
    release = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    if not hasattr(libc, "syncfs") or release < _SYNCFS_REPORTS_ERRORS_SINCE:
        return False
    facts = ctypes.create_string_buffer(512)
    if libc.fstatfs(fd, facts) != 0:
        return False
    return ctypes.c_long.from_buffer(facts).value in _SYNCFS_IS_TRUE_ON


def sync_filesystem(fd: int) -> None:
    """Make everything written so far in the file system of *fd* durable: Linux syncfs(2).

    One call for any number of files and folders. It also pays for whatever else is unwritten on
    that disk, which is the price of sharing.
    """
    if _syncfs(fd) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _syncfs(fd: int) -> int:
    result: int = ctypes.CDLL(None, use_errno=True).syncfs(fd)
    return result


def make_folder(path: Path) -> bool:
    """Make one folder, mode 0700; tell whether it was missing. Durable after its parent's sync."""
    try:
        os.mkdir(path, FOLDER_MODE)  # noqa: PTH102 the system call is what is recorded
    except FileExistsError:
        return False
    return True


def make_folders(path: Path) -> None:
    """Make *path* and what is missing above it, durably, from the top down.

    A crash leaves some of them, empty; the next call makes the rest. The parent is synced even
    where the folder was there, since whoever made it may have died before its own sync.
    """
    missing = [folder for folder in [path, *path.parents] if not folder.is_dir()]
    for folder in reversed(missing):
        make_folder(folder)
        sync_folder(folder.parent)
    if not missing and path.parent != path:
        sync_folder(path.parent)


def remove(path: Path) -> bool:
    """Take a name away; whether it was there. Durable after `sync_folder`."""
    try:
        os.unlink(path)  # noqa: PTH108 the system call is what is recorded
    except FileNotFoundError:
        return False
    return True


def discard(path: Path) -> None:
    """Take away what was never acknowledged, as far as the disk lets us. A crash leaves it."""
    with suppress(OSError):
        remove(path)


def replace(path: Path, chunks: Iterable[bytes]) -> int:
    """Put a whole file under *path* at once, durably, over any older one; bytes written.

    A crash leaves the old file or the new, never a mix, and perhaps a `*.tmp-…` beside it. Never
    for keys: the old bytes stay on the disk.
    """
    temporary = path.with_name(f"{path.name}.tmp-{secrets.token_hex(8)}")
    fd = create(temporary)
    try:
        written = _fill(fd, chunks)
        # Before the rename: else the name could outlive a crash that the bytes do not.
        sync_file(fd)
        os.rename(temporary, path)  # noqa: PTH104 the system call is what is recorded
        sync_folder(path.parent)
    except BaseException:
        discard(temporary)
        raise
    finally:
        close(fd)
    return written


def _fill(fd: int, chunks: Iterable[bytes]) -> int:
    written = 0
    for chunk in chunks:
        write(fd, chunk)
        written += len(chunk)
    return written


def chunks_of(path: Path, chunk_bytes: int = COPY_CHUNK_BYTES) -> Iterator[bytes]:
    """The bytes of a file, a chunk at a time."""
    with opened(path) as fd:
        offset = 0
        while chunk := read_at(fd, chunk_bytes, offset):
            yield chunk
            offset += len(chunk)
