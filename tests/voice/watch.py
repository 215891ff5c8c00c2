"""Everything that a program and its children do to files, as the kernel saw it (strace)."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_OPEN = ("open", "openat", "openat2", "creat")
_WRITE = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
_UNSEEN = ("sendfile", "splice", "copy_file_range", "mmap", "truncate", "ftruncate", "fallocate")
_NAME = (
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("mkdir", "mkdirat", "mknod", "mknodat"),
)
_MOST = 1 << 22
_LINE = re.compile(r"(?P<at>\d+\.\d+) (?P<call>\w+)\((?P<rest>.*)\) += (?P<result>.*)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FILE = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?")
_BYTE = re.compile(r"\\x([0-9a-f]{2})")
_MARK = "/marked/"
_IN_MEMORY = re.compile(r"/proc/|/dev/(?!shm)|/memfd:|[^/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One thing done to the names or the bytes of files: never in /proc, /dev or bare memory.

    Attributes:
        at_s: When; of one clock for all processes.
        call: The system call: ``open`` for every one that opens to write or makes a file.
        path: Which file, or the new name of one; ``/…/name`` where that is relative.
        data: What was written; None where that cannot be seen.
    """

    at_s: float
    call: str
    path: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, in the order of time.

    Attributes:
        marks: When the program called `mark`, by its words.
    """

    touches: tuple[Touch, ...]
    marks: dict[str, float]

    def after(self, mark: str) -> "Seen":
        """Only what came later than that."""
        begin_s = self.marks[mark]
        return Seen(tuple(each for each in self.touches if each.at_s > begin_s), self.marks)

    def before(self, mark: str) -> "Seen":
        """Only what came earlier than that."""
        end_s = self.marks[mark]
        return Seen(tuple(each for each in self.touches if each.at_s < end_s), self.marks)

    def paths(self, *calls: str) -> set[str]:
        """Whatever was touched, or touched so."""
        return {each.path for each in self.touches if not calls or each.call in calls}

    def written(self) -> dict[str, bytes]:
        """All that was written to each file."""
        found: dict[str, bytes] = {}
        for each in self.touches:
            found[each.path] = found.get(each.path, b"") + (each.data or b"")
        return found

    def holders(self, needles: Iterable[bytes]) -> set[str]:
        """Files to which one of *needles* was written, in small letters or not."""
        wanted = [each.lower() for each in needles]
        return {
            path
            for path, data in self.written().items()
            if any(each in lower for lower in [data.lower()] for each in wanted)
        }


def mark(name: str) -> None:
    """Leave a mark in the trace of this process; nothing else comes of it."""
    with suppress(FileNotFoundError):
        Path(_MARK, name).open("rb").close()


@contextmanager
def watching(
    command: list[str], folder: Path, **popen: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* until it ends, at the latest when its input does; `seen_in` reads what it did.

    Args:
        command: With its whole path: no shell, and no shim, runs it.
        folder: For the trace; made here.
        popen: As `subprocess.Popen`.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    folder.mkdir()
    calls = ",".join((*_OPEN, *_WRITE, *_UNSEEN, *_NAME))
    follow = [strace, "-ff", "-y", "-qq", "-ttt", "--seccomp-bpf", "-e", f"trace={calls}"]
    shown = ["-e", "signal=none", "-s", str(_MOST), "-xx", "-o", str(folder / "trace"), "--"]
    process = subprocess.Popen([*follow, *shown, *command], **popen)  # type: ignore[call-overload]
    with process:
        yield process


def seen_in(folder: Path) -> Seen:
    """What `watching` saw."""
    lines = [line for each in folder.iterdir() for line in each.read_text().splitlines()]
    assert lines, "nothing was traced"
    touches: list[Touch] = []
    marks: dict[str, float] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        if (marked := _marked(match)) is not None:
            marks[marked] = float(match["at"])
        elif not match["result"].startswith("-1"):
            touches += _touched(match)
    return Seen(tuple(sorted(touches, key=lambda each: each.at_s)), marks)


def _marked(match: re.Match[str]) -> str | None:
    texts = _texts(match["rest"])
    if match["call"] == "openat" and texts and texts[0].startswith(_MARK.encode()):
        return texts[0].decode().removeprefix(_MARK)
    return None


def _touched(match: re.Match[str]) -> Iterator[Touch]:
    call, rest = match["call"], match["rest"]
    at_s = float(match["at"])
    if call in _OPEN:
        if re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)", rest) or call == "creat":
            yield from _kept(Touch(at_s=at_s, call="open", path=_files(match["result"])[0]))
    elif call in _NAME:
        name = _texts(rest)[-1].decode()
        path = name if name.startswith("/") else f"/…/{name}"
        yield from _kept(Touch(at_s=at_s, call=call, path=path))
    elif call in _WRITE:
        data = b"".join(_texts(rest))
        yield from _kept(Touch(at_s=at_s, call=call, path=_files(rest)[0], data=data))
    elif call != "mmap" or ("PROT_WRITE" in rest and "MAP_SHARED" in rest):
        for path in _files(rest) or [text.decode() for text in _texts(rest)]:
            yield from _kept(Touch(at_s=at_s, call=call, path=path))


def _kept(touch: Touch) -> Iterator[Touch]:
    if not _IN_MEMORY.match(touch.path):
        yield touch


def _texts(rest: str) -> list[bytes]:
    found = _TEXT.findall(rest)
    assert not any(cut for _, cut in found), "a write was longer than what is shown of it"
    return [_bytes(text) for text, _ in found]


def _files(rest: str) -> list[str]:
    return [_bytes(text).decode() for text in _FILE.findall(rest)]


def _bytes(text: str) -> bytes:
    return bytes(int(each, 16) for each in _BYTE.findall(text))
