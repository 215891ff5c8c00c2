"""All root stores of a vault as one: a primary and its replicas."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bailee.errors import (
    BaileeError,
    ConflictError,
    EvidenceError,
    InputError,
    ReplicaUnreachableError,
    RootMissingError,
    UnknownError,
)
from bailee.store.roots.contract import Journal, JournalRecord, RootStore, Slots

T = TypeVar("T")


class RootStores:
    """The primary root store first, then its replicas.

    Roots and rings must reach every store, and wait, loudly, for one that is away. An erasure must
    not wait: its journal record goes to every store that can be reached, and `heal` brings the
    others up to date when they return.
    """

    def __init__(self, stores: Sequence[RootStore]) -> None:
        """Requires at least one store."""
        if not stores:
            raise InputError("A vault needs a root store.")
        self.stores = tuple(stores)
        # Threads, so that writing to all costs the sync of the slowest and not their sum.
        self._pool = ThreadPoolExecutor(len(stores), thread_name_prefix="root-store")

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown()

    def unreachable(self) -> tuple[str, ...]:
        """The places that cannot be read now."""
        answers = self._each(lambda store: store.identity())
        return tuple(place for place, answer in answers if _is_away(answer))

    def write_all(self, generation: int, root: bytes, *, over: int | None = None) -> None:
        """Put a new root on every store; none is written while one is away.

        A crash leaves it on some; repeat the call, or destroy it on all.

        Raises:
            ReplicaUnreachableError: Names the store that is away.
        """
        self._all(lambda store: store.identity())
        self._all(lambda store: store.write(generation, root, over=over))

    def destroy_all(self, generation: int) -> None:
        """Destroy a root on every store that can be reached, then say whether that was all.

        Raises:
            ReplicaUnreachableError: Names the store that may still hold it. Repeat when it is back.
        """
        self._all(lambda store: store.destroy(generation))

    def clear_torn(self, present: int) -> tuple[str, ...]:
        """End what a cut write or destruction left of a root, where the *present* one is whole.

        A store whose own present root is torn keeps it: that is damage, and told by `fsck`.
        Returns the places that could not be reached; repeat it when they are back.
        """
        return self._reachable(lambda store: _clear_torn(store, present))

    def find(self, generation: int) -> bytes:
        """The root of *generation*, from the first store that holds it.

        Raises:
            RootMissingError: None does.
        """
        for store in self.stores:
            try:
                root = store.read().find(generation)
            except (ReplicaUnreachableError, RootMissingError):
                continue
            if root is not None:
                return root.key
        places = ", ".join(store.place for store in self.stores)
        raise RootMissingError(f"no root of generation {generation} in {places}")

    def append_all(self, record: JournalRecord) -> tuple[str, ...]:
        """Add an erasure to every store that can be reached; the places that missed it.

        A store that fell behind is healed first. A crash leaves the record on some: it is in the
        merged journal then, and the erasure happens at the next start.

        Raises:
            ReplicaUnreachableError: No store took it.
            ConflictError: The epoch is not the next one.
        """
        return self._reachable(lambda store: self._append(store, record))

    def newest_epoch(self) -> int:
        """The highest epoch any reachable store knows; cheap, however long the journal is.

        Raises:
            ReplicaUnreachableError: No store can be read.
        """
        answers = self._each(lambda store: store.journal_epoch())
        _raise_unless_away(answers)
        known = [epoch for _, epoch in answers if isinstance(epoch, int)]
        if not known:
            raise next(error for _, error in answers if isinstance(error, BaileeError))
        return max(known)

    def merge_journal(self) -> Journal:
        """What all reachable stores know together: up to the highest epoch, without a gap.

        Its base is as low as the records reach, so that an older ring can be brought up to date.

        Raises:
            EvidenceError: Two stores disagree about an erasure, or one is damaged.
            ReplicaUnreachableError: No store can be read.
        """
        answers = self._each(lambda store: store.journal_read())
        _raise_unless_away(answers)
        known = [journal for _, journal in answers if isinstance(journal, Journal)]
        if not known:
            raise next(error for _, error in answers if isinstance(error, BaileeError))
        return _merge(known)

    def heal(self) -> tuple[str, ...]:
        """Bring the journal of every reachable store up to date; the places that were behind."""
        merged = self.merge_journal()
        behind: list[str] = []

        def one(store: RootStore) -> None:
            if _bring_up(store, merged):
                behind.append(store.place)

        self._reachable(one)
        return tuple(sorted(behind))

    def truncate_all(self, base_epoch: int) -> tuple[str, ...]:
        """Truncate every journal that can be reached; the places that missed it, which is safe."""
        return self._reachable(lambda store: store.journal_truncate(base_epoch))

    def write_ring_all(self, generation: int, source: Path) -> None:
        """Keep a ring backup in every store. Raises `ReplicaUnreachableError` if one is away."""
        self._all(lambda store: store.write_ring(generation, source))

    def drop_rings_all(self, keep: int) -> tuple[str, ...]:
        """Delete older ring backups where that can be done; the places that missed it."""
        return self._reachable(lambda store: store.drop_rings(keep))

    def find_ring(self, generation: int) -> Path:
        """A ring backup of *generation*. Raises `UnknownError` if no reachable store has one."""
        for store in self.stores:
            try:
                return store.ring_path(generation)
            except (ReplicaUnreachableError, RootMissingError, UnknownError):
                continue
        raise UnknownError(
            f"No root store keeps a ring of generation {generation}.",
            hint="Attach the root store that does, or restore from a backup.",
        )

    def _append(self, store: RootStore, record: JournalRecord) -> None:
        try:
            store.journal_append(record)
        except ConflictError:
            if store.journal_read().epoch >= record.epoch:
                raise
            _bring_up(store, self._merged_for_healing())
            store.journal_append(record)

    def _merged_for_healing(self) -> Journal:
        """`merge_journal` without the threads, which are busy with the appends that need it."""
        answers = [(store.place, _attempt(store.journal_read)) for store in self.stores]
        _raise_unless_away(answers)
        return _merge([journal for _, journal in answers if isinstance(journal, Journal)])

    def _each(self, act: Callable[[RootStore], T]) -> list[tuple[str, T | BaileeError]]:
        """What each store answered, or why it did not; all at once."""
        answers = self._pool.map(lambda store: _attempt(lambda: act(store)), self.stores)
        return [(store.place, answer) for store, answer in zip(self.stores, answers, strict=True)]

    def _all(self, act: Callable[[RootStore], object]) -> None:
        """Do it on every store, also when one fails; then raise what the first failure was."""
        for _, answer in self._each(act):
            if isinstance(answer, BaileeError):
                raise answer

    def _reachable(self, act: Callable[[RootStore], object]) -> tuple[str, ...]:
        """Do it on every store that answers, at least one; the places that did not."""
        answers = self._each(act)
        _raise_unless_away(answers)
        missed = tuple(place for place, answer in answers if _is_away(answer))
        if len(missed) == len(answers):
            raise next(answer for _, answer in answers if isinstance(answer, BaileeError))
        return missed


def _clear_torn(store: RootStore, present: int) -> None:
    slots = _attempt(store.read)
    if isinstance(slots, Slots) and slots.torn and slots.find(present) is not None:
        store.destroy(present + 1)  # which is not there: torn slots go with it


def _attempt(act: Callable[[], T]) -> T | BaileeError:
    try:
        return act()
    except BaileeError as error:
        return error


def _is_away(answer: object) -> bool:
    return isinstance(answer, ReplicaUnreachableError)


def _raise_unless_away(answers: Sequence[tuple[str, object]]) -> None:
    """A store that is away is expected; any other failure is not."""
    for _, answer in answers:
        if isinstance(answer, BaileeError) and not _is_away(answer):
            raise answer


def _merge(journals: Sequence[Journal]) -> Journal:
    """Requires at least one. The union of the records, from the newest down to the first gap.

    A gap lies only at or below some store's base: what is in it is in that base's ring backup.
    """
    records: dict[int, JournalRecord] = {}
    for journal in journals:
        for record in journal.records:
            if records.setdefault(record.epoch, record) != record:
                raise EvidenceError(
                    f"The root stores disagree about erasure {record.epoch}.",
                    hint="One of them was written by another copy of this vault: detach it.",
                )
    newest = max(journal.epoch for journal in journals)
    base = newest
    while base in records:
        base -= 1
    return Journal(base, tuple(records[epoch] for epoch in range(base + 1, newest + 1)))


def _bring_up(store: RootStore, merged: Journal) -> bool:
    """Give *store* what it lacks; whether it lacked anything. Repeatable after a crash."""
    epoch = store.journal_read().epoch
    if epoch < merged.base_epoch:
        # Nobody has the records in between, and the ring backup at that base has their effect.
        store.journal_truncate(merged.base_epoch)
    for record in merged.records:
        if record.epoch > epoch:
            store.journal_append(record)
    return epoch < merged.epoch
