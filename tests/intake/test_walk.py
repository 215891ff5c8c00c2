"""Which files a deposit of folders means."""

import os
from pathlib import Path

import pytest

from bailee.errors import InputError
from bailee.intake.walk import walk


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """b/2, b/10, a, c/deep/x, hidden things, links and a pipe."""
    root = tmp_path / "tree"
    for name in ("b/2", "b/10", "a", "c/deep/x", ".hidden", ".folder/y", "c/.z"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "outside").write_text("outside")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe")
    return root


def _names(root: Path, paths: list[Path]) -> list[str]:
    return [path.relative_to(root).as_posix() for path in walk(paths)]


def test_a_folder_is_walked_in_order(tree: Path) -> None:
    """Files below it, by name, the same each time: that is what makes a deposit resume."""
    assert _names(tree, [tree]) == ["a", "b/10", "b/2", "c/deep/x"]


def test_what_is_left_out_is_counted(tree: Path) -> None:
    """Hidden entries, links (one of them a loop) and a pipe."""
    walked = walk([tree])
    assert len(list(walked)) == 4
    assert walked.skipped == 6


def test_what_is_named_is_taken(tree: Path) -> None:
    """Named on purpose: a hidden file, a link, a pipe; whether it is a recording, `probe` says."""
    named = [tree / ".hidden", tree / "out", tree / "pipe"]
    assert list(walk(named)) == named


def test_each_file_once(tree: Path) -> None:
    """However often it is named, by itself or by a folder above it."""
    named = [tree / "b", tree / "b" / "2", tree / "a", tree / "a", tree]
    assert sorted(_names(tree, named)) == ["a", "b/10", "b/2", "c/deep/x"]
    assert _names(tree, [tree, tree / ".folder"])[-1] == ".folder/y"


def test_what_is_not_there_is_refused_before_the_first_file(tree: Path) -> None:
    """A mistyped path stops the deposit before anything is stored."""
    with pytest.raises(InputError, match="no such file or folder"):
        walk([tree, tree / "typo"])


def test_a_folder_that_cannot_be_read_is_not_passed_over(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gap that nobody is told of would be taken for a complete deposit."""
    real = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError, match="cannot be read"):
        list(walk([tree]))


def test_nothing_named(tmp_path: Path) -> None:
    """No paths, no files; an empty folder, none either."""
    assert list(walk([])) == []
    assert list(walk([tmp_path])) == []
