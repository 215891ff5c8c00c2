"""What is no file to look into is refused with a sentence and a hint, before it is opened."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.errors import InputError
from bailee.intake.probe import probe


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, with a short path (a socket's is limited)."""
    folder = Path(tempfile.mkdtemp(prefix="intake"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _refused(path: Path, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        probe(path)
    assert caught.value.hint
    assert path.name not in str(caught.value)  # a file's name may be private (errors.py)


def test_empty(tmp_path: Path) -> None:
    """A file without a byte is no recording."""
    path = tmp_path / "ana-diary"
    path.touch()
    _refused(path, "empty")


def test_a_folder(tmp_path: Path) -> None:
    """A folder is not a file."""
    (tmp_path / "ana-diary").mkdir()
    _refused(tmp_path / "ana-diary", "folder")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    """Opening a pipe that nobody writes to would wait for ever."""
    os.mkfifo(tmp_path / "ana-diary")
    _refused(tmp_path / "ana-diary", "pipe, a socket or a device")


def test_a_socket(open_folder: Path) -> None:
    """A socket is not a file."""
    path = open_folder / "ana-diary"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(path))
        _refused(path, "pipe, a socket or a device")


def test_an_endless_device() -> None:
    """A device that never ends is not read."""
    _refused(Path("/dev/zero"), "pipe, a socket or a device")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Nothing is there, nor below a file."""
    (tmp_path / "file").write_text("hello")
    _refused(tmp_path / "ana-diary", "no such file")
    _refused(tmp_path / "file" / "ana-diary", "no such file")


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    """A link is followed, since it was named; where it leads nowhere, nothing is there."""
    (tmp_path / "ana-diary").symlink_to(tmp_path / "gone")
    _refused(tmp_path / "ana-diary", "no such file")


def test_a_file_that_vanishes_between_look_and_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there a moment ago: still one clear refusal."""
    path = tmp_path / "ana-diary"
    path.write_text("hello")
    real = os.open

    def open_late(target: Path, flags: int) -> int:
        path.unlink()
        return real(target, flags)

    monkeypatch.setattr(os, "open", open_late)
    _refused(path, "no such file")


def test_a_file_that_may_not_be_read(open_folder: Path) -> None:
    """Permission is asked of the system, and its no is passed on."""
    path = open_folder / "ana-diary"
    path.write_text("hello")
    path.chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)  # root may read everything
    try:
        _refused(path, "may not be read")
    finally:
        os.seteuid(before)


def test_a_path_that_no_system_takes(tmp_path: Path) -> None:
    """A path with a NUL, and one too long, are refused like any other."""
    _refused(tmp_path / "ana\0diary", "cannot be opened")
    _refused(tmp_path / ("a" * 5000), "cannot be opened")
