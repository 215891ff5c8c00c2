"""Every state of a folder that a power cut may leave.

`record` watches the one module that writes, `bailee.store.files`, and logs what it asks of the
operating system; `crash_states` then rebuilds, for each moment in that log, what the disk may hold.
The model is POSIX without any file system's kindnesses:

- written bytes may be lost, each write by itself, until a sync of that file; a write may be torn at
  any 512-byte sector, either half surviving;
- a name made, renamed or removed may be lost, each by itself, until a sync of its *folder* (a sync
  of the file does not count); a rename within a folder happens or does not;
- syncfs settles everything.

```python
with record(home) as trace:
    store.put(key, [content])
    trace.note(("stored", key))
for state in crash_states(trace, tmp_path):
    judge(state.path, state.notes)
```
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path
from typing import Any
from unittest import mock

from bailee.store import files

SECTOR_BYTES = 512
_ALL_SUBSETS_UP_TO = 5
_TEARS_PER_WRITE = 4


@dataclass(frozen=True)
class Write:
    """Bytes at an offset of a file; pending until the file is synced."""

    node: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """A new length of a file; pending until the file is synced."""

    node: int
    length: int


@dataclass(frozen=True)
class Name:
    """A name in the folder *node*: made for *target*, or removed where that is None.

    *was* is the name that a rename takes away at the same instant.
    """

    node: int
    name: str
    target: int | None
    was: str | None = None


@dataclass(frozen=True)
class Sync:
    """Everything before this to the file or folder *node*, or to any where None, is durable."""

    node: int | None


@dataclass(frozen=True)
class Keep:
    """A file that another program (a database) keeps durable by itself, as it stands now."""

    name: str
    data: bytes | None


@dataclass(frozen=True)
class Note:
    """Something the program under test said at this moment: an acknowledgement, say."""

    value: Any


Step = Write | Cut | Name | Sync | Keep | Note


@dataclass
class Tree:
    """Files and folders by number; 0 is the folder that was watched."""

    files: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {0: {}})

    def copy(self) -> "Tree":
        return Tree(dict(self.files), {node: dict(names) for node, names in self.folders.items()})

    def apply(self, step: Step) -> None:
        if isinstance(step, Write):
            old = self.files.get(step.node, b"").ljust(step.offset, b"\0")
            self.files[step.node] = (
                old[: step.offset] + step.data + old[step.offset + len(step.data) :]
            )
        elif isinstance(step, Cut):
            old = self.files.get(step.node, b"")
            self.files[step.node] = old[: step.length].ljust(step.length, b"\0")
        elif isinstance(step, Name):
            names = self.folders.setdefault(step.node, {})
            if step.was is not None:
                names.pop(step.was, None)
            if step.target is None:
                names.pop(step.name, None)
            else:
                names[step.name] = step.target
        elif isinstance(step, Keep):
            self._keep(step)

    def _keep(self, step: Keep) -> None:
        *above, name = Path(step.name).parts
        node = 0
        for part in above:
            if part not in self.folders[node]:
                return  # the crash took its folder
            node = self.folders[node][part]
        self.folders[node].pop(name, None)
        if step.data is not None:
            # Numbered below zero: never a file that the recorder numbered.
            fresh = min([0, *self.files]) - 1
            self.files[fresh] = step.data
            self.folders[node][name] = fresh

    def walk(self, node: int = 0, under: Path = Path()) -> Iterator[tuple[Path, bytes | None]]:
        """What can be reached: folders with None, files with their bytes."""
        for name, child in sorted(self.folders[node].items()):
            if child in self.folders:
                yield under / name, None
                yield from self.walk(child, under / name)
            else:
                yield under / name, self.files.get(child, b"")


class Trace:
    """What was asked of the operating system, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.start = Tree()
        self.steps: list[Step] = []
        self._names: dict[Path, int] = {root: 0}
        self._fds: dict[int, int] = {}
        self._places: dict[int, int] = {}
        self._fresh = 1
        self._turn = threading.RLock()
        self._load(root, 0)

    def note(self, value: Any) -> None:
        """Remember that the program under test acknowledged something just now."""
        with self._turn:
            self.steps.append(Note(value))

    def keep(self, path: Path) -> None:
        """Take the file as its own program left it: durable from here on, whole."""
        with self._turn:
            data = path.read_bytes() if path.exists() else None
            self.steps.append(Keep(str(path.relative_to(self.root)), data))

    def _load(self, folder: Path, node: int) -> None:
        for path in sorted(folder.iterdir()):
            child = self._number(path)
            self.start.folders[node][path.name] = child
            if path.is_dir():
                self.start.folders[child] = {}
                self._load(path, child)
            else:
                self.start.files[child] = path.read_bytes()

    def _number(self, path: Path) -> int:
        self._names[path] = self._fresh
        self._fresh += 1
        return self._names[path]

    # What follows is called in place of the functions of `os`.

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        path = Path(path)
        with self._turn:
            fd = os.open(path, flags, mode)
            if flags & os.O_CREAT and path.parent in self._names:
                if path not in self._names:
                    node = self._number(path)
                    self.steps.append(Name(self._names[path.parent], path.name, node))
                assert not flags & os.O_TRUNC, "the model knows no truncating open"
            if path in self._names:
                self._fds[fd] = self._names[path]
                self._places[fd] = 0
            return fd

    def close(self, fd: int) -> None:
        with self._turn:
            self._fds.pop(fd, None)
            os.close(fd)

    def write(self, fd: int, data: bytes) -> int:
        with self._turn:
            done = os.write(fd, data)
            if fd in self._fds:
                self.steps.append(Write(self._fds[fd], self._places[fd], bytes(data[:done])))
                self._places[fd] += done
            return done

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        with self._turn:
            done = os.pwrite(fd, data, offset)
            if fd in self._fds:
                self.steps.append(Write(self._fds[fd], offset, bytes(data[:done])))
            return done

    def ftruncate(self, fd: int, length: int) -> None:
        with self._turn:
            os.ftruncate(fd, length)
            if fd in self._fds:
                self.steps.append(Cut(self._fds[fd], length))

    def fsync(self, fd: int) -> None:
        with self._turn:
            os.fsync(fd)
            if fd in self._fds:
                self.steps.append(Sync(self._fds[fd]))

    def fdatasync(self, fd: int) -> None:
        self.fsync(fd)

    def syncfs(self, fd: int) -> int:
        with self._turn:
            self.steps.append(Sync(None))
            return 0

    def mkdir(self, path: Path, mode: int = 0o777) -> None:
        path = Path(path)
        with self._turn:
            os.mkdir(path, mode)  # noqa: PTH102 in place of the function of `os`
            if path.parent in self._names:
                node = self._number(path)
                self.steps.append(Name(self._names[path.parent], path.name, node))
                self.start.folders[node] = {}

    def rename(self, source: Path, target: Path) -> None:
        source, target = Path(source), Path(target)
        assert source.parent == target.parent, "the model knows renames within a folder"
        with self._turn:
            os.rename(source, target)  # noqa: PTH104 in place of the function of `os`
            if source in self._names:
                node = self._names[target] = self._names.pop(source)
                self.steps.append(
                    Name(self._names[target.parent], target.name, node, was=source.name)
                )

    def unlink(self, path: Path) -> None:
        path = Path(path)
        with self._turn:
            os.unlink(path)  # noqa: PTH108 in place of the function of `os`
            if self._names.pop(path, None) is not None:
                self.steps.append(Name(self._names[path.parent], path.name, None))

    def __getattr__(self, name: str) -> Any:
        """Everything that changes nothing is the operating system's own."""
        return getattr(os, name)


@dataclass(frozen=True)
class CrashState:
    """One state that a power cut may leave."""

    path: Path
    """The watched folder, rebuilt; removed when the next state is asked for."""
    notes: tuple[Any, ...]
    """What had been noted before the cut."""
    story: str
    """Where the power went, and what survived of what was pending."""


@contextmanager
def record(root: Path) -> Iterator[Trace]:
    """Watch what `bailee.store.files` does under *root*, an existing folder taken as durable."""
    trace = Trace(root)
    with (
        mock.patch.object(files, "os", trace),
        mock.patch.object(files, "_syncfs", trace.syncfs),
    ):
        yield trace


def crash_states(trace: Trace, base: Path) -> Iterator[CrashState]:
    """Every distinct state, at every step: all subsets of up to five pending steps, and of more
    than that none, all, each alone, all but each, and each beginning; then torn writes.
    """
    seen: set[tuple[bytes, int]] = set()
    for moment in range(len(trace.steps) + 1):
        settled, pending = _split(trace.steps[:moment])
        notes = tuple(step.value for step in trace.steps[:moment] if isinstance(step, Note))
        for story, chosen in _survivors(pending):
            tree = trace.start.copy()
            for _, step in sorted([*settled, *chosen], key=lambda numbered: numbered[0]):
                tree.apply(step)
            mark = (_digest(tree), len(notes))
            if mark not in seen:
                seen.add(mark)
                path = _build(tree, base / f"state-{len(seen)}")
                yield CrashState(path, notes, f"after step {moment}: {story}")
                shutil.rmtree(path)


Numbered = tuple[int, Step]
"""A step and its place in the trace."""


def _split(steps: Sequence[Step]) -> tuple[list[Numbered], list[Numbered]]:
    """What a sync has settled, and what is pending."""
    settled: list[Numbered] = []
    pending: list[Numbered] = []
    for number, step in enumerate(steps):
        if isinstance(step, Keep):
            settled.append((number, step))
        elif isinstance(step, Sync):
            done = [it for it in pending if step.node in {None, _node(it[1])}]
            settled += done
            pending = [it for it in pending if it not in done]
        elif not isinstance(step, Note):
            pending.append((number, step))
    return settled, pending


def _node(step: Step) -> int | None:
    return step.node if isinstance(step, Write | Cut | Name) else None


def _survivors(
    pending: list[Numbered],
) -> Iterator[tuple[str, list[Numbered]]]:
    """What of the pending steps reached the disk."""
    for chosen in _subsets(pending):
        yield f"survived {[number for number, _ in chosen]} of {len(pending)}", chosen
    for number, step in pending:
        others = [it for it in pending if it[0] != number]
        for part in _tears(step):
            yield f"{number} torn at {part.offset}, alone", [(number, part)]
            yield f"{number} torn at {part.offset}, with all", [*others, (number, part)]


def _subsets(pending: list[Numbered]) -> Iterator[list[Numbered]]:
    if len(pending) <= _ALL_SUBSETS_UP_TO:
        sizes = range(len(pending) + 1)
        yield from map(list, chain.from_iterable(combinations(pending, n) for n in sizes))
        return
    yield []
    yield pending
    for place in range(len(pending)):
        yield [pending[place]]
        yield pending[:place] + pending[place + 1 :]
        yield pending[:place]


def _tears(step: Step) -> Iterator[Write]:
    """The write up to a sector's edge, and from it: the first edges, the middle and the last."""
    if not isinstance(step, Write):
        return
    first = SECTOR_BYTES - step.offset % SECTOR_BYTES
    edges = list(range(first, len(step.data), SECTOR_BYTES))
    picked = {*edges[: _TEARS_PER_WRITE - 2], *edges[-1:], *edges[len(edges) // 2 :][:1]}
    for edge in sorted(picked):
        yield Write(step.node, step.offset, step.data[:edge])
        yield Write(step.node, step.offset + edge, step.data[edge:])


def _digest(tree: Tree) -> bytes:
    state = hashlib.sha256()
    for path, data in tree.walk():
        kind = b"folder" if data is None else hashlib.sha256(data).digest()
        state.update(f"{path}\0".encode() + kind)
    return state.digest()


def _build(tree: Tree, path: Path) -> Path:
    path.mkdir(parents=True)
    for name, data in tree.walk():
        if data is None:
            (path / name).mkdir(mode=files.FOLDER_MODE)
        else:
            (path / name).write_bytes(data)
            (path / name).chmod(files.FILE_MODE)
    return path
