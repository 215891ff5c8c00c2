"""What every store of sealed bytes promises."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from bailee.errors import ConflictError, EvidenceError, InputError, UnknownError

_KEY = re.compile(r"[a-z2-7_]{8,64}")


class ContentStore(Protocol):
    """Sealed bytes under opaque keys: written once, read in ranges, deleted.

    *Durability.* What `put`, `put_many` and `delete` returned from survives a power cut.
    *Ordering.* None between keys; a caller who needs one waits for the first call to return.
    *Concurrency.* Every method may be called from any number of threads and processes. A key may
    be read once its `put` has returned; until then a reader may see part of it, and `keys` may
    name it. Callers who put at once share syncs.
    *Idempotence and retry.* A key is never overwritten: a second `put` raises `ConflictError`, also
    one that repeats a `put` whose outcome is unknown (take a fresh key). `delete` may be repeated
    at will. Reads may be retried.
    *Crash.* Before `put` returns, a crash leaves nothing, or an orphan: some bytes under a key that
    no catalogue row names, sealed under a key that was never kept; `fsck` finds it by `keys` and
    deletes it. Before `delete` returns, a crash leaves each key there or gone; repeat it.

    Keys match ``[a-z2-7_]{8,64}``; anything else raises `InputError` before any path is made of
    it. Every method raises `UnavailableError` when the store cannot be reached, is full or failing.
    """

    @property
    def url(self) -> str:
        """Where this is, in words fit for a log: no credentials."""
        ...

    def put(self, key: str, chunks: Iterable[bytes]) -> int:
        """Store the concatenated chunks under a fresh key; the number of bytes, durable on return.

        Holds a bounded number of chunks in memory. On any exception, the iterable's own included,
        nothing remains under the key (a server that stopped answering may keep an orphan).

        Raises:
            ConflictError: The key is taken; what it holds is untouched.
        """
        ...

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        """Store many small contents with one sync: all of them, or on any exception none.

        Raises:
            ConflictError: A key is taken.
        """
        ...

    def read(self, key: str, offset: int, length: int) -> bytes:
        """Exactly *length* bytes from *offset*. Requires ``offset >= 0`` and ``length >= 0``.

        Raises:
            UnknownError: Nothing is stored under the key.
            EvidenceError: It ends before ``offset + length``.
        """
        ...

    def size(self, key: str) -> int | None:
        """The bytes stored under the key, or None if nothing is."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Delete each key, durably; one that is missing is fine."""
        ...

    def keys(self) -> Iterator[tuple[str, int]]:
        """Every key and its size in bytes, in no order, for `fsck`. Unfinished puts included."""
        ...

    def close(self) -> None:
        """Let go of what is open. Nothing is lost by not calling it."""
        ...


def check_key(key: str) -> str:
    """Return *key* if it has the shape of one.

    Raises:
        InputError: It has not, so no path is made of it.
    """
    if not _KEY.fullmatch(key):
        raise InputError(
            "A content key has 8 to 64 of the characters a-z, 2-7 and _.",
            hint="Keys are made by bailee; this one was not.",
        )
    return key


def is_key(name: str) -> bool:
    """Whether a name found in a store is one of ours."""
    return _KEY.fullmatch(name) is not None


def check_range(offset: int, length: int) -> None:
    """Refuse a range that begins before the start or has less than no length."""
    if offset < 0 or length < 0:
        raise InputError("A range of content begins at 0 or later and is not negative.")


def taken(key: str, url: str) -> ConflictError:
    """The answer to a second `put`."""
    return ConflictError(
        f"{key} is already stored in {url}; content is never overwritten.",
        hint="Use a fresh key; `bailee fsck` removes what no recording names.",
    )


def missing(key: str, url: str) -> UnknownError:
    """The answer to a read of nothing."""
    return UnknownError(
        f"{url} holds nothing under {key}.",
        hint="If it should, `bailee fsck` tells what else is missing.",
    )


def too_short(key: str, url: str, *, wanted: int, found: int) -> EvidenceError:
    """The answer to a read beyond the end; both figures in bytes from the beginning."""
    return EvidenceError(
        f"{key} in {url} ends at byte {found}, before byte {wanted}: it was cut or replaced.",
        hint="Restore it from a backup of the content, then run `bailee fsck`.",
    )
