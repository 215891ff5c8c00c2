"""Deposit: seal, store, record.

Order of writes: content → one transaction that re-reads node, day and forgotten intervals, and
writes the catalogue's rows with the outbox entry → acknowledge. A crash before the commit leaves at
most a content nobody refers to: an orphan that `fsck` collects. After it, everything is there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import BinaryIO

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody import address
from bailee.custody.asking import (
    NO_ACCOUNT,
    Answer,
    attempt,
    refuse,
    require,
)
from bailee.custody.brought import Brought, of_deposits
from bailee.custody.owner import OWNER
from bailee.custody.premises import Premises
from bailee.custody.record import SKEW_MS, Batch, Sealed
from bailee.errors import (
    BaileeError,
    InputError,
    LateArrivalError,
    UnavailableError,
    UnkeptError,
    UnknownError,
)
from bailee.rules.retention import keep_days
from bailee.seal import CHUNK_SIZE, new_key, seal_stream
from bailee.types.decide import Access, Principal, Verb
from bailee.types.ids import new_artefact_id
from bailee.types.keep_for import DONT_KEEP
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Deposit, Deposited
from bailee.types.span import MAX_MS

INLINE_SIZE = 4096
"""Contents up to this many bytes are kept sealed in their catalogue row: one sync instead of two."""
TOGETHER = 500
"""How many deposits share a transaction at most."""
_LAST_MS = 253_402_300_799_999
"""The end of the year 9999, the last one that can be written as a date."""

Beside = Callable[[sa.Connection, Deposited], None]
"""Writes rows of its own in the transaction of a deposit: both are durable, or neither is."""


def deposit(
    premises: Premises,
    item: Deposit,
    *,
    principal: Principal = OWNER,
    beside: Beside | None = None,
) -> Deposited:
    """Take one artefact into custody; durable, with its entry, when this returns.

    What *beside* raises undoes the deposit.

    Raises:
        InputError: A name, kind, time or retention is none that bailee takes.
        DeniedError: The decision was no, about anybody in it; it is in the ledger.
        LateArrivalError: It touches a forgotten stretch; the refusal is logged.
        UnkeptError: Its household chose not to keep that; the refusal is logged.
        UnknownError: A recording it derives from is not there.
        UnavailableError: Nothing could be stored, for instance because the disk is full.
    """
    return _deposit_batch(premises, [item], principal, beside)[0]


def deposit_many(
    premises: Premises, items: Sequence[Deposit], *, principal: Principal = OWNER
) -> list[Deposited]:
    """Take several artefacts into custody, a few hundred a transaction.

    Each transaction is whole or not there; on an error those before it stay, and the error says so
    by its own deposit. Raises what `deposit` raises.
    """
    done: list[Deposited] = []
    for at in range(0, len(items), TOGETHER):
        done += _deposit_batch(premises, items[at : at + TOGETHER], principal)
    return done


def _deposit_batch(
    premises: Premises,
    items: Sequence[Deposit],
    principal: Principal,
    beside: Beside | None = None,
) -> list[Deposited]:
    for item in items:
        check(premises, item)
    answer = require(premises, _look(premises, items, principal))  # before a byte is read
    require_kept(premises, items, answer)
    sealed: list[Sealed] = []
    try:
        sealed.extend(_seal(premises, item) for item in items)
        _store_together(premises, sealed)
        return _record_together(premises, items, sealed, answer, beside)
    except UnavailableError:
        raise  # it may have been stored all the same: an orphan, if it is one, is fsck's
    except BaileeError:
        premises.content.delete([each.content_key for each in sealed if each.content_key])
        raise


def _look(
    premises: Premises, items: Sequence[Deposit], principal: Principal
) -> Callable[[sa.Connection], Brought]:
    return partial(of_deposits, premises=premises, items=items, principal=principal)


def require_kept(premises: Premises, items: Sequence[Deposit], answer: Answer[Brought]) -> None:
    """Refuse, before anything of it is stored, what its household chose not to keep.

    Raises:
        UnkeptError: One of them is; the refusal is logged.
    """
    for item, days in zip(items, answer.question.days, strict=True):
        if days == DONT_KEEP:
            log_refused(premises, item, answer.question.accesses[0].principal, why="unkept")
            raise UnkeptError(item.kind)


def check(premises: Premises, item: Deposit) -> None:
    """At the door: say what is wrong before anything is stored."""
    if item.kind is Kind.LABEL:
        raise InputError("Names are kept with whom they name; they cannot be deposited.")
    keep_days(premises.policy, item.kind, item.keep_days)
    if item.derived_from:
        if item.also:
            raise InputError("What is made from recordings is of whom those are of.")
        return
    if item.person is None or item.device is None:
        raise InputError(
            "A recording needs a person and a device.", hint="Give --person and --device."
        )
    address.clean_name(item.account, "an account")
    now_ms = premises.now_ms()
    if item.captured_at_ms > now_ms + SKEW_MS:
        raise InputError(
            f"It says it was captured on {iso(min(item.captured_at_ms, _LAST_MS))}, which is yet to come.",
            hint="Set the device's clock right, or give --captured-at.",
        )
    if item.captured_at_ms < 1 or not 0 <= item.duration_ms <= MAX_MS - now_ms:
        raise InputError("Its capture time or duration is none.", hint="Give --captured-at.")


def _seal(premises: Premises, item: Deposit) -> Sealed:
    """Seal under a fresh DEK; small contents in memory, others into the content store."""
    artefact_id, dek = new_artefact_id(), new_key()
    if isinstance(item.content, bytes) and len(item.content) <= CHUNK_SIZE:
        return Sealed(
            artefact_id=artefact_id,
            dek=dek,
            size_bytes=len(item.content),
            sealed=b"".join(seal_stream(dek, (item.content,))),
        )
    counted = _Counted(item.content)
    premises.content.put(artefact_id, seal_stream(dek, counted))
    return Sealed(
        artefact_id=artefact_id, dek=dek, size_bytes=counted.size_bytes, content_key=artefact_id
    )


class _Counted:
    """The blocks of a content, and how many bytes went by."""

    def __init__(self, content: bytes | BinaryIO) -> None:
        self._content = content
        self.size_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._content, bytes):
            self.size_bytes = len(self._content)
            yield self._content
            return
        while block := self._content.read(16 * CHUNK_SIZE):
            self.size_bytes += len(block)
            yield block


def _store_together(premises: Premises, sealed: Sequence[Sealed]) -> None:
    """Put what is too large for a row into the content store, sharing its syncs."""
    large = [each for each in sealed if each.sealed is not None and each.size_bytes > INLINE_SIZE]
    if large:
        premises.content.put_many(
            [(each.artefact_id, each.sealed) for each in large if each.sealed is not None]
        )
    for each in large:
        each.content_key, each.sealed = each.artefact_id, None


def _record_together(
    premises: Premises,
    items: Sequence[Deposit],
    sealed: Sequence[Sealed],
    answer: Answer[Brought],
    beside: Beside | None,
) -> list[Deposited]:
    """The one transaction: a crash before its commit leaves orphans, after it an acknowledgement."""
    refused: list[Deposit] = []
    principal = answer.question.accesses[0].principal

    def work(connection: sa.Connection, answer: Answer[Brought]) -> tuple[Batch, list[Deposited]]:
        batch = Batch(connection, premises, items, dict(answer.question.changes))
        for item, seal, days in zip(items, sealed, answer.question.days, strict=True):
            try:
                batch.add(item, seal, days)
            except (LateArrivalError, UnkeptError):
                refused.append(item)
                raise
        done = batch.write()
        if beside is not None:
            for each in done:
                beside(connection, each)
        return batch, done

    try:
        look = _look(premises, items, principal)
        batch, done = attempt(premises, look, work, answer=answer)
    except (LateArrivalError, UnkeptError) as error:
        why = "late" if isinstance(error, LateArrivalError) else "unkept"
        log_refused(premises, refused[-1], principal, why=why)
        raise
    batch.remember()
    return done


def log_refused(premises: Premises, item: Deposit, principal: Principal, *, why: str) -> None:
    """A refused deposit, “late” or “unkept”, leaves its entry, in a transaction of its own.

    Whose account was erased has none: the entry is the vault's then, and names nobody.
    """

    def work(connection: sa.Connection) -> None:
        account_id = NO_ACCOUNT
        with suppress(UnknownError):
            account_id = address.find_account(connection, premises, item.account)
        access = Access(
            principal=principal,
            verb=Verb.DEPOSIT,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
            kind=item.kind,
        )
        refuse(connection, premises, access, why=why, policy=None)

    premises.database.write(work)
