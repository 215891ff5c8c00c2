"""What every root store promises: it keeps the root keys, and can make them not exist."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ROOT_BYTES = 32
VAULT_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Root:
    """The key that wraps a generation's shard keys."""

    generation: int
    """0 … 2**63 - 1."""
    key: bytes
    """ROOT_BYTES bytes. Secret."""

    def __repr__(self) -> str:
        """The generation alone: a key never reaches a log."""
        return f"Root(generation={self.generation})"


@dataclass(frozen=True, slots=True)
class Slots:
    """What the two slots hold."""

    live: tuple[Root, ...]
    """At most two, the newest generation first."""
    torn: tuple[int, ...]
    """Slots (0, 1) whose bytes do not verify: a write that a crash cut short, or a bad disk."""

    def find(self, generation: int) -> Root | None:
        """The root of *generation*, if it is here."""
        return next((root for root in self.live if root.generation == generation), None)


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One erasure, written before it is committed."""

    epoch: int
    """Consecutive within a vault, from 1."""
    payload: bytes
    """The caller's; opaque here. Holds no keys."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The erasures that the ring backup beside it may not know."""

    base_epoch: int
    """Everything up to here is in that ring backup."""
    records: tuple[JournalRecord, ...]
    """Epochs base_epoch + 1, base_epoch + 2 … without a gap."""

    @property
    def epoch(self) -> int:
        """The newest epoch known here."""
        return self.base_epoch + len(self.records)


class RootStore(Protocol):
    """Two slots for roots, the erasure journal, and backups of the ring, outside the data folder.

    *Durability.* Whatever a method returned from survives a power cut; `destroy` and `write` have
    also read back what the disk holds.
    *Ordering.* Calls take effect in the order in which they return.
    *Concurrency.* `journal_append` may be called from any thread and process; the other writing
    methods belong to the one rotation or start-up that runs at a time.
    *Idempotence and retry.* Every method may be repeated with the same arguments.
    *Crash.* Stated beside each method. None of them ever leaves fewer roots than the last one that
    returned, `destroy` apart.

    Every method raises `ReplicaUnreachableError` when the place cannot be read or written, and
    `InputError` when it belongs to another vault.
    """

    @property
    def place(self) -> str:
        """Where this is, as the operator named it."""
        ...

    def identity(self) -> bytes:
        """The vault's id, VAULT_ID_BYTES bytes."""
        ...

    def read(self) -> Slots:
        """What the slots hold. A torn slot reads as empty and is reported.

        Raises:
            RootMissingError: Both slots are torn.
        """
        ...

    def write(self, generation: int, root: bytes, *, over: int | None = None) -> None:
        """Put a new root into the free slot, in place.

        A crash leaves that slot as it was, torn, or written; the other is never touched. Two live
        roots leave no free slot: which of them is in use is known to the ring's database alone, so
        the caller destroys the other first, or names it by *over*.

        Requires ``len(root) == ROOT_BYTES``.

        Raises:
            ConflictError: No slot is free; or the generation is there with another root.
            EvidenceError: The disk does not give back what was written.
        """
        ...

    def destroy(self, generation: int) -> None:
        """Overwrite that root in place, so that the place holds its bytes nowhere.

        Torn slots, which may hold part of one, go with it. A crash leaves the root, a torn slot or
        an empty one: repeat the call. Nothing to destroy is fine.

        Raises:
            EvidenceError: The disk does not give back what was written over it.
        """
        ...

    def journal_append(self, record: JournalRecord) -> None:
        """Add one record, with one sync. Appending a record that is there changes nothing.

        A crash leaves it there or not; a torn one is not there, and the next append covers it.

        Raises:
            ConflictError: The epoch is not the next one, or was used for another payload.
        """
        ...

    def journal_epoch(self) -> int:
        """The newest epoch here, without reading again what was read before."""
        ...

    def journal_read(self) -> Journal:
        """Everything after the base.

        Raises:
            EvidenceError: The journal is damaged in its middle, or both headers are.
        """
        ...

    def journal_truncate(self, base_epoch: int) -> None:
        """Forget the records up to *base_epoch*, which may lie beyond the newest one known here.

        A crash leaves the old base or the new one; the records after it survive either way.
        A base below the present one changes nothing.
        """
        ...

    def write_ring(self, generation: int, source: Path) -> None:
        """Keep a copy of a ring backup. A crash leaves the older copy, if any, or the new one."""
        ...

    def ring_path(self, generation: int) -> Path:
        """Where the copy for *generation* is.

        Raises:
            UnknownError: There is none.
        """
        ...

    def ring_generations(self) -> tuple[int, ...]:
        """The generations that have a ring backup here, ascending."""
        ...

    def drop_rings(self, keep: int) -> None:
        """Delete every ring backup but that of generation *keep*. A crash leaves some of them."""
        ...
