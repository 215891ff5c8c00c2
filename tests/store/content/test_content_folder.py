"""What only a folder of content can do wrong."""

import errno
import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from bailee.errors import UnavailableError, UnknownError
from bailee.store import files
from bailee.store.content import FolderContent
from bailee.store.content.group import GroupSync
from store.power.faults import failing

KEY = "art_abcdefghijklmnop"


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """The system itself refuses to write past *size_bytes* in any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("share_syncs", [True, False])
def test_a_disk_that_ends_midway_leaves_nothing(tmp_path: Path, share_syncs: bool) -> None:
    """The system refuses the second chunk: nothing remains, what was there stays, retry works."""
    store = FolderContent(tmp_path, share_syncs=share_syncs)
    store.put("art_first222222222", [b"kept"])
    with largest_file(100_000), pytest.raises(UnavailableError) as refused:
        store.put(KEY, [b"x" * 65536] * 4)
    assert "space" in refused.value.hint
    assert dict(store.keys()) == {"art_first222222222": 4}
    assert store.put(KEY, [b"x" * 65536] * 4) == 262_144
    assert store.read("art_first222222222", 0, 4) == b"kept"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_every_failing_call_of_a_group_leaves_all_or_nothing(tmp_path: Path, code: int) -> None:
    """Whichever call the disk refuses, and for whatever reason, there is a hint and no half."""
    items = [(f"art_{letter * 16}", letter.encode()) for letter in "abc"]
    nth, struck = 0, True
    while struck:
        store = FolderContent(tmp_path / str(nth))
        refused = None
        with failing(nth, code) as fault:
            try:
                store.put_many(items)
            except UnavailableError as error:
                refused = error
        assert fault.struck == (refused is not None)
        assert refused is None or refused.hint
        assert len(list(store.keys())) == (0 if fault.struck else 3)
        nth, struck = nth + 1, fault.struck
    assert nth > 6


def test_a_failed_shared_sync_fails_everyone_who_had_begun(tmp_path: Path) -> None:
    """A failed sync reports once that something was lost, so nobody in flight may be told yes."""
    group = GroupSync(os.open(tmp_path, os.O_RDONLY), "here")
    early, late = group.begin(), group.begin()
    lost = mock.patch.object(files, "sync_filesystem", side_effect=OSError(errno.EIO, "lost"))
    with lost, pytest.raises(UnavailableError):
        group.wait(early)
    with pytest.raises(UnavailableError):
        group.wait(late)
    group.wait(group.begin())


def test_sixteen_writers_share_syncs(tmp_path: Path) -> None:
    """While one sync runs, everyone else's writes gather for the next: two syncs serve them all."""
    entered, leave = threading.Event(), threading.Event()
    syncs: list[int] = []

    def sync(fd: int) -> None:
        syncs.append(fd)
        entered.set()
        leave.wait()

    group = GroupSync(os.open(tmp_path, os.O_RDONLY), "here")
    begun = threading.Semaphore(0)

    class Counting(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            begun.release()
            return super().wait(timeout)

    group._turn = Counting()
    with mock.patch.object(files, "sync_filesystem", sync):
        writers = [threading.Thread(target=lambda: group.wait(0)) for _ in range(16)]
        writers[0].start()
        entered.wait()
        for writer in writers[1:]:
            writer.start()
        for _ in writers[1:]:
            begun.acquire()
        leave.set()
        for writer in writers:
            writer.join()
    assert len(syncs) == 2


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    """Files are 0600 and folders 0700, whatever the umask allows."""
    before = os.umask(0)
    try:
        store = FolderContent(tmp_path / "deep" / "content")
        store.put(KEY, [b"x"])
    finally:
        os.umask(before)
    for path in (tmp_path / "deep").rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """A key replaced by a link to another file does not open that file."""
    store = FolderContent(tmp_path / "content")
    store.put(KEY, [b"x"])
    (tmp_path / "secret").write_bytes(b"secret")
    file = tmp_path / "content" / KEY[-2:] / KEY
    file.unlink()
    file.symlink_to(tmp_path / "secret")
    with pytest.raises(UnavailableError):
        store.read(KEY, 0, 6)


def test_other_files_in_the_folder_are_not_keys(tmp_path: Path) -> None:
    """A stray file, and a key in the wrong folder, are not listed."""
    store = FolderContent(tmp_path)
    store.put(KEY, [b"x"])
    (tmp_path / KEY[-2:] / "notes.txt").write_text("stray")
    (tmp_path / KEY[-2:] / "art_2222222222222222").write_text("stray")
    (tmp_path / "art_3333333333333333").write_text("stray")
    assert list(store.keys()) == [(KEY, 1)]


def test_a_folder_that_went_away_is_not_missing_content(tmp_path: Path) -> None:
    """A store whose folder is gone says that it cannot be used, not that a recording is gone."""
    store = FolderContent(tmp_path / "content")
    store.put(KEY, [b"x"])
    (tmp_path / "content").rename(tmp_path / "away")
    with pytest.raises(UnavailableError):
        store.read(KEY, 0, 1)
    with pytest.raises(UnavailableError):
        store.size(KEY)
    (tmp_path / "away").rename(tmp_path / "content")
    with pytest.raises(UnknownError):
        store.read("art_2222222222222222", 0, 1)
