"""A root store in a folder: the default, and every `--root-replica`."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from bailee.errors import (
    ConflictError,
    EvidenceError,
    InputError,
    ReplicaUnreachableError,
    RootMissingError,
    UnknownError,
)
from bailee.store import files
from bailee.store.roots import journal, slots
from bailee.store.roots.contract import (
    ROOT_BYTES,
    VAULT_ID_BYTES,
    Journal,
    JournalRecord,
    Root,
    Slots,
)

_RING = re.compile(r"ring-(0|[1-9][0-9]{0,18})")
_ROOT_FILE = "root"
_JOURNAL_FILE = "journal"


class FileRootStore:
    """A `RootStore` in a folder of its own: ``root``, ``journal`` and ``ring-<generation>``.

    Writers of one file, in any process, take turns by a lock on it. Limits: on flash, and on file
    systems that write copies (Btrfs, ZFS), the old bytes of a slot may stay in cells or blocks that
    only a laboratory or root on that machine reads; keep root stores on a disk without either.
    """

    def __init__(self, path: Path, vault_id: bytes | None = None) -> None:
        """Name the folder. Nothing is read yet, so that an absent replica can be named too.

        *vault_id*, if given, is the only vault whose store is accepted.
        """
        self._path = path.absolute()
        self._vault_id = vault_id
        self._confirmed: bytes | None = None
        self._tail: journal.Tail | None = None
        self._tail_of: tuple[int, int] | None = None
        self._turn = threading.Lock()

    @classmethod
    def create(cls, path: Path, vault_id: bytes) -> Self:
        """Make an empty root store, durably; one that never held anything may be made again.

        A crash leaves an empty store, or part of one, over which `create` may be repeated.

        Raises:
            ConflictError: The folder holds a root, or the journal of a vault.
            ReplicaUnreachableError: The folder cannot be made or written.
        """
        if len(vault_id) != VAULT_ID_BYTES:
            raise InputError(f"A vault's id has {VAULT_ID_BYTES} bytes.")
        store = cls(path, vault_id)
        with store._reached():
            files.make_folders(store._path)
            store._refuse_if_used()
            for name, form in ((_JOURNAL_FILE, journal.form), (_ROOT_FILE, slots.form)):
                with store._made(name) as fd:
                    form(fd, vault_id)
            files.sync_folder(store._path)
        return store

    @property
    def place(self) -> str:
        return str(self._path)

    def identity(self) -> bytes:
        with self._root_file() as (_, vault_id):
            return vault_id

    def read(self) -> Slots:
        with self._root_file() as (fd, vault_id):
            found = slots.read_slots(fd, vault_id)
        if len(found.torn) == 2:
            raise RootMissingError(f"both slots of {self.place} are torn")
        return found

    def write(self, generation: int, root: bytes, *, over: int | None = None) -> None:
        if len(root) != ROOT_BYTES:
            raise InputError(f"A root has {ROOT_BYTES} bytes.")
        with self._root_file(write=True) as (fd, vault_id):
            slots.write_slot(fd, vault_id, Root(generation=generation, key=root), over)

    def destroy(self, generation: int) -> None:
        with self._root_file(write=True) as (fd, vault_id):
            slots.destroy_slot(fd, vault_id, generation)

    def journal_append(self, record: JournalRecord) -> None:
        vault_id = self._vault()
        with self._turn, self._file(_JOURNAL_FILE, write=True) as fd:
            tail = self._tail_now(fd, vault_id)
            self._tail, self._tail_of = journal.append(fd, tail, record), files.same_file(fd)

    def journal_epoch(self) -> int:
        vault_id = self._vault()
        with self._turn, self._file(_JOURNAL_FILE) as fd:
            self._tail, self._tail_of = self._tail_now(fd, vault_id), files.same_file(fd)
            return self._tail.epoch

    def _tail_now(self, fd: int, vault_id: bytes) -> journal.Tail:
        """Read on from where the last reading ended, if that was this very file.

        Another process may have truncated the journal, or another disk lie here now.
        """
        known = self._tail if files.same_file(fd) == self._tail_of else None
        return journal.tail_of(fd, vault_id, known)

    def journal_read(self) -> Journal:
        vault_id = self._vault()
        with self._file(_JOURNAL_FILE) as fd:
            return journal.read_journal(fd, vault_id)

    def journal_truncate(self, base_epoch: int) -> None:
        vault_id = self._vault()
        with self._turn, self._file(_JOURNAL_FILE, write=True) as fd:
            journal.truncate(fd, vault_id, base_epoch)

    def write_ring(self, generation: int, source: Path) -> None:
        self._vault()
        with self._reached():
            files.replace(self._ring_file(generation), files.chunks_of(source))

    def ring_path(self, generation: int) -> Path:
        self._vault()
        path = self._ring_file(generation)
        with self._reached():
            if not path.is_file():
                self._path.stat()  # a store that is away is not one without a ring
                raise UnknownError(
                    f"{self.place} keeps no ring of generation {generation}.",
                    hint="Name another root store, or restore from a backup.",
                )
        return path

    def ring_generations(self) -> tuple[int, ...]:
        self._vault()
        with self._reached():
            found = [_RING.fullmatch(path.name) for path in self._path.iterdir()]
        return tuple(sorted(int(match[1]) for match in found if match))

    def drop_rings(self, keep: int) -> None:
        self._vault()
        with self._reached():
            # A crash in between leaves older rings, which no root opens; repeat the call.
            for path in self._path.glob("ring-*"):
                if path != self._ring_file(keep):
                    files.remove(path)
            files.sync_folder(self._path)

    def _ring_file(self, generation: int) -> Path:
        return self._path / f"ring-{generation}"

    def _vault(self) -> bytes:
        """The vault's id, read once. The journal's own header is checked at every use."""
        if self._confirmed is None:
            self._confirmed = self.identity()
        return self._confirmed

    @contextmanager
    def _root_file(self, *, write: bool = False) -> Iterator[tuple[int, bytes]]:
        """The file ``root``, locked, and the id of its vault."""
        with self._file(_ROOT_FILE, write=write) as fd:
            vault_id = slots.vault_of(fd)
            if vault_id is None:
                raise RootMissingError(f"{self.place} holds no root store that verifies")
            if self._vault_id not in {None, vault_id}:
                raise InputError(
                    f"{self.place} is the root store of another vault.",
                    hint="Name this vault's own root store with `--root-store`.",
                )
            yield fd, vault_id

    @contextmanager
    def _file(self, name: str, *, write: bool = False) -> Iterator[int]:
        with self._reached(), files.opened(self._path / name, write=write) as fd:
            files.lock(fd, alone=write)
            yield fd

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """A missing folder and an ailing disk are the same to a rotation: it waits for them."""
        try:
            yield
        except OSError as error:
            raise ReplicaUnreachableError(self.place, error.strerror or str(error)) from error

    @contextmanager
    def _made(self, name: str) -> Iterator[int]:
        """A new file, or the one that an earlier `create` left half made."""
        try:
            fd = files.create(self._path / name)
        except FileExistsError:
            fd = files.open_existing(self._path / name, write=True)
        try:
            yield fd
        finally:
            files.close(fd)

    def _refuse_if_used(self) -> None:
        if not (self._path / _ROOT_FILE).exists():
            return
        with files.opened(self._path / _ROOT_FILE) as fd:
            vault_id = slots.vault_of(fd)
            used = vault_id is not None and slots.read_slots(fd, vault_id) != Slots((), ())
        if used or (vault_id is not None and self._remembers(vault_id)):
            raise ConflictError(
                f"{self.place} is a vault's root store already.",
                hint="Choose an empty folder; a root store is never made anew over another.",
            )

    def _remembers(self, vault_id: bytes) -> bool:
        """Whether the journal was ever used; one that a crash left half made was not."""
        try:
            with files.opened(self._path / _JOURNAL_FILE) as fd:
                return journal.read_journal(fd, vault_id) != Journal(base_epoch=0, records=())
        except (FileNotFoundError, EvidenceError):
            return False
