"""Fetching an archive: what still stands is given out, everything else laid out anew first.

Order: is all of it still there, called the same, and theirs to take → the entry, durable → bytes,
each stretch asked for anew. Fetched again within a day, or gone on with after a break, it is the
same archive, of which the ledger says until when it may be fetched. A crash after the entry leaves
one that says too much.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bailee.clock import DAY_MS, to_datetime
from bailee.custody.desk import Transaction
from bailee.custody.export import Exporting, ForgottenMeanwhileError, Watch
from bailee.custody.export_list import Allowed
from bailee.custody.export_read import Held
from bailee.errors import ConflictError, EvidenceError, GoneError
from bailee.household.archive import rows
from bailee.household.archive.called import CalledNow
from bailee.household.archive.folder import Folder, folder_of
from bailee.household.archive.layout import Day, Layout
from bailee.household.archive.pieces import ShiftedError
from bailee.household.archive.preparing import Preparing, head_of
from bailee.household.archive.rows import Item, Stored
from bailee.household.archive.whole import Whole
from bailee.household.ground import Ground
from bailee.store.household_tables import export_item
from bailee.types.decide import Principal
from bailee.types.export import ExportState
from bailee.types.ids import PersonId
from bailee.types.kind import Kind

_TOLD_MS = DAY_MS
"""How long one entry stands for fetching one and the same archive."""
_WHILE_ONE_WAITS = 2000
"""So many files are laid out anew while somebody waits; more in the background."""
_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An archive that may flow.

    Attributes:
        tag: Another one for other bytes.
        name: What to call the file.
        stretches: Bytes ``begin … end``, half-open. They break off when something in it is
            forgotten meanwhile, or may not be taken away any more.
    """

    size_bytes: int
    tag: str
    name: str
    stretches: Callable[[int, int], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Fetching:
    """Gives archives out."""

    ground: Ground
    exporting: Exporting
    preparing: Preparing

    def open(self, principal: Principal, stored: Stored) -> Fetched:
        """See `Exports.fetch`."""
        for _ in range(_TRIES):
            layout = _require_ready(stored)
            epoch = self.exporting.epoch()
            no = self.exporting.refused(principal, stored.account_id, layout.contents)
            if not self._stands(stored, layout):  # who is gone is refused, too: ask again after it
                stored = self._anew(stored, layout, stored.request.wanted.allowed)
                continue
            if no:
                stored = self._anew(stored, layout, self._left(principal, stored, layout, no))
                continue
            try:
                receipt = self._tell(principal, stored, layout, epoch)
            except ForgottenMeanwhileError:
                continue
            return self._fetched(principal, stored, layout, receipt)
        raise _not_now()

    # -- does it still stand --------------------------------------------------------------

    def _left(
        self,
        principal: Principal,
        stored: Stored,
        layout: Layout,
        no: frozenset[tuple[PersonId, Kind]],
    ) -> Allowed:
        """What is left of what they may take away.

        Raises:
            DeniedError: Nothing is; it is in the ledger.
        """
        if no >= {(each.person_id, each.kind) for each in layout.contents.whose}:
            self.exporting.require(principal, stored.account_id, layout.contents)
        return {
            who: frozenset(kind for kind in kinds if (who, kind) not in no)
            for who, kinds in stored.request.wanted.allowed.items()
        }

    def _stands(self, stored: Stored, layout: Layout) -> bool:
        """Whether everybody is called what they were, and all of it is there."""
        called = CalledNow(self.ground.desk, stored.account_id)
        if called.mark(layout.ids, layout.salt) != layout.names_mark:
            return False
        return all(
            self.exporting.still_there([each.artefact_id for each in items])
            for items in rows.pages(self.reader(stored), 0, stored.items)
        )

    def _anew(self, stored: Stored, layout: Layout, allowed: Allowed) -> Stored:
        """Lay it out anew, now if it is small.

        Raises:
            ConflictError: It is not small: it is done in the background.
        """
        wanted = replace(stored.request.wanted, allowed=allowed)
        request = replace(stored.request, wanted=wanted)
        again = replace(stored, state=ExportState.PREPARING, request=request)

        def work(t: Transaction) -> None:
            sealed = rows.seal_request(t, stored.person_id, stored.id, request)
            rows.change(t, stored, state=ExportState.PREPARING, wanted=sealed)

        self.ground.desk.write(work)
        # A crash here: the sweep lays it out.
        if layout.files > _WHILE_ONE_WAITS:
            raise _not_now()
        self.preparing.lay_out(again)
        found = self.preparing.find(stored.person_id)
        if found is None:
            raise _not_now()
        return found

    # -- the entry ------------------------------------------------------------------------

    def _tell(self, principal: Principal, stored: Stored, layout: Layout, epoch: int) -> bytes:
        """The receipt, once the ledger says that it is given out."""
        now_ms = self.ground.desk.clock.now_ms()
        if stored.receipt is not None and now_ms <= (stored.told_until_ms or 0):
            self.exporting.require(principal, stored.account_id, layout.contents)
            self.ground.desk.write(lambda t: rows.change(t, stored, fetched_ms=now_ms))
            return stored.receipt
        until_ms = min(now_ms + _TOLD_MS, stored.ends_ms)
        entry_id = self.exporting.enter(
            principal, stored.account_id, stored.id, layout.contents, until_ms, epoch=epoch
        )
        made = self.exporting.receipt(entry_id, stored.id, layout.salt)
        receipt = (json.dumps(made, indent=1) + "\n").encode()

        def work(t: Transaction) -> None:
            sealed = rows.seal_receipt(t, stored, receipt)
            said: dict[str, Any] = {"fetched_ms": now_ms, "told_until_ms": until_ms}
            rows.change(t, stored, receipt=sealed, **said)

        self.ground.desk.write(work)
        return receipt

    # -- the bytes ------------------------------------------------------------------------

    def _fetched(
        self, principal: Principal, stored: Stored, layout: Layout, receipt: bytes
    ) -> Fetched:
        watch = self.exporting.watch(principal, stored.account_id, layout.contents)
        flowing = _Flowing(self, stored, layout, watch)
        whole = Whole(
            export_id=stored.id,
            head=head_of(stored, layout.made_ms),
            layout=layout,
            receipt=receipt,
            folder=flowing.folder,
            flow=flowing.flow,
        )
        made = to_datetime(layout.made_ms)
        return Fetched(
            size_bytes=whole.size_bytes,
            tag=f"{stored.id}.{json.loads(receipt)['index']}",
            name=f"bailee {made:%Y-%m-%d}.zip",
            stretches=lambda begin, end: self._honest(stored, whole.stretches(begin, end)),
        )

    def _honest(self, stored: Stored, stretches: Iterator[bytes]) -> Iterator[bytes]:
        """Where it breaks off because it is not what it was, have it laid out anew."""
        try:
            yield from stretches
        except (GoneError, ShiftedError):
            again = ExportState.PREPARING
            self.ground.desk.write(lambda t: rows.change(t, stored, state=again))
            raise

    def reader(self, stored: Stored) -> Callable[[int, int], list[Item]]:
        """Reads its files by their numbers."""
        return lambda first, last: self.ground.desk.read(
            lambda t: rows.some(t, stored.id, first, last)
        )


class _Flowing:
    """One archive that flows: its folders read anew, each file's bytes watched. Of one thread."""

    def __init__(self, fetching: Fetching, stored: Stored, layout: Layout, watch: Watch) -> None:
        self._fetching, self._stored, self._watch = fetching, stored, watch
        self._head = head_of(stored, layout.made_ms)
        self._called = CalledNow(fetching.ground.desk, stored.account_id)
        self._moves = watch.moves

    def folder(self, day: Day) -> Folder:
        """A day's folder, as it is held now. Raises `ShiftedError` where something is gone."""
        self._watch.still()
        self._moves = self._watch.moves  # before it is read: what moves from here on is asked for
        fetching, found = self._fetching, list[Held]()
        for items in rows.pages(fetching.reader(self._stored), day.first, day.last):
            held = fetching.exporting.held({each.artefact_id: each.digest for each in items})
            if len(held) != len(items):
                raise ShiftedError
            found += held
        return folder_of(day.date, found, self._head, self._called)

    def flow(self, held: Held, begin: int, end: int) -> Iterator[bytes]:
        """The bytes of a file, while they may be read."""
        try:
            yield from self._watch.watched(held, self._moves, held.read(begin, end))
        except EvidenceError:
            self._watch.require_there(held.artefact_id)
            self._fetching.ground.desk.write(lambda t: _mark_damaged(t, self._stored, held))
            raise ShiftedError from None


def _mark_damaged(t: Transaction, stored: Stored, held: Held) -> None:
    """From now on it is left out, and that is said."""
    mine = sa.and_(
        export_item.c.export_id == stored.id, export_item.c.artefact_id == held.artefact_id
    )
    t.connection.execute(sa.update(export_item).where(mine).values(digest=None))


def _require_ready(stored: Stored) -> Layout:
    if stored.state is not ExportState.READY or stored.layout is None:
        raise ConflictError(
            "The archive is still being put together.", hint="You are told when it is ready."
        )
    if not stored.layout.files:
        raise ConflictError(
            "Nothing is left in the archive: all of it was forgotten since you asked for it.",
            hint="Give it up, and ask for another.",
        )
    return stored.layout


def _not_now() -> ConflictError:
    return ConflictError(
        "Something in the archive was forgotten, or is called otherwise: it is put together anew.",
        hint="Fetch it again in a moment.",
    )
