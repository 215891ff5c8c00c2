"""Preparing an archive in the background: list and hash, then lay out, then say that it is ready.

| step, a transaction each | a crash after it |
|---|---|
| 1. a few files are hashed, then their rows are added | those are not hashed again |
| 2. the place moves behind their recordings | the listing goes on there |
| 3. the layout is kept, what is gone is taken out, its owner is told | it is ready, and told once |

Nothing leaves, and so nothing is logged: what is read is hashed and let go of.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.custody.export import Exporting
from bailee.custody.export_list import Listed, is_within
from bailee.custody.export_proof import SALT_BYTES
from bailee.errors import BaileeError
from bailee.household.archive import rows
from bailee.household.archive.called import CalledNow
from bailee.household.archive.draft import Draft, Numbered, wide_for
from bailee.household.archive.folder import local
from bailee.household.archive.layout import Layout
from bailee.household.archive.rows import Item, Stored
from bailee.household.archive.texts import Head
from bailee.household.ground import Ground
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.types.export import ExportState, LeftOut, Omitted
from bailee.types.ids import PersonId

LEASE = "sweep-exports"
KEPT_MS = 7 * DAY_MS
"""How long one may be fetched after it is ready."""
_TOGETHER = 32
"""Files hashed between two transactions."""
_TOGETHER_BYTES = 64 << 20
_TOLD_EVERY_BYTES = 256 << 20


@dataclass(slots=True)
class _Missing:
    """Counts what is left out, and why."""

    omitted: list[Omitted] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, number: int | None, why: LeftOut, erasure_id: str | None = None) -> None:
        if number is not None:
            self.numbers.append(number)
        for at, each in enumerate(self.omitted):
            if (each.why, each.erasure_id) == (why, erasure_id):
                self.omitted[at] = replace(each, count=each.count + 1)
                return
        self.omitted.append(Omitted(why=why, erasure_id=erasure_id, count=1))


@dataclass(frozen=True, slots=True)
class Preparing:
    """Goes on with what is under way."""

    ground: Ground
    exporting: Exporting

    def work(self, go_on: Callable[[], bool]) -> int:
        """Go on with each that is under way, in turn, while *go_on*; how many became ready.

        One process at a time, under a lease. Idempotent.
        """
        desk, ready = self.ground.desk, 0
        with desk.exclusively(LEASE):
            for person_id, export_id in desk.read(lambda t: rows.ended(t, t.now_ms)):
                desk.write(lambda t, p=person_id, e=export_id: rows.drop(t, p, e))  # type: ignore[misc]
            failed: dict[PersonId, BaileeError] = {}
            while open_ := [each for each in desk.read(rows.preparing) if each not in failed]:
                for person_id in open_:
                    try:
                        ready += self._step(person_id)
                    except BaileeError as error:  # whose it is; the others go on
                        failed[person_id] = error
                    if not go_on():
                        return ready
            for first in failed.values():
                raise first
        return ready

    def _step(self, person_id: PersonId) -> bool:
        stored = self.find(person_id)
        if stored is None or stored.state is not ExportState.PREPARING:
            return False
        if stored.place is not None:
            self._list(stored)
            return False
        self.lay_out(stored)
        return True

    def find(self, person_id: str) -> Stored | None:
        """Somebody's, as it stands."""
        return self.ground.desk.read(lambda t: rows.find(t, person_id))

    # -- listing and hashing --------------------------------------------------------------

    def _list(self, stored: Stored) -> None:
        """The next recordings: their files, and then the place behind them."""
        desk = self.ground.desk
        batch = self.exporting.batch(stored.request.wanted, stored.place or "")
        ids = [each.artefact_id for each in batch.those]
        known = desk.read(lambda t: rows.listed(t, stored.id, ids))
        fresh = [each for each in batch.those if each.artefact_id not in known]
        while fresh:
            now, fresh = _some(fresh)
            hashed = self._hash(now, self._teller(stored))
            stored = desk.write(lambda t, s=stored, h=hashed: _add(t, s, h))  # type: ignore[misc]
        desk.write(lambda t: rows.change(t, stored, place=batch.next))

    def _teller(self, stored: Stored) -> Callable[[int], None]:
        """Lets its owner see that a long film goes on; what a crash had counted may count twice."""
        done = told = stored.done_bytes

        def tell(size: int) -> None:
            nonlocal done, told
            done += size
            if done - told >= _TOLD_EVERY_BYTES:
                told = done
                self.ground.desk.write(lambda t: rows.change(t, stored, done_bytes=done))

        return tell

    def _hash(
        self, those: list[Listed], tell: Callable[[int], None]
    ) -> list[tuple[Listed, bytes | None]]:
        """What was forgotten a moment ago is not listed."""
        found = self.exporting.digests([each.artefact_id for each in those], tell)
        return [(each, found[each.artefact_id]) for each in those if each.artefact_id in found]

    # -- laying out -----------------------------------------------------------------------

    def lay_out(self, stored: Stored) -> None:
        """Say what lies where, without what is gone by now; from then on it is ready."""
        missing = _Missing(omitted=list(stored.request.omitted))
        layout = self._layout(stored, missing)

        def keep(t: Transaction) -> None:
            first = stored.ready_ms is None
            request = replace(stored.request, omitted=tuple(missing.omitted))
            kept = rows.change(
                t,
                stored,
                state=ExportState.READY,
                ready_ms=t.now_ms if first else stored.ready_ms,
                ends_ms=t.now_ms + KEPT_MS if first else stored.ends_ms,
                told_until_ms=None,
                receipt=None,
                layout=rows.seal_layout(t, stored, layout),
                wanted=rows.seal_request(t, stored.person_id, stored.id, request),
            )
            if kept:
                rows.remove(t, stored.id, missing.numbers)
            if kept and first:
                queue(t, stored.account_id, stored.person_id, Template.EXPORT_READY)

        self.ground.desk.write(keep)

    def _layout(self, stored: Stored, missing: _Missing) -> Layout:
        called = CalledNow(self.ground.desk, stored.account_id)
        made_ms, salt = self.ground.desk.clock.now_ms(), secrets.token_bytes(SALT_BYTES)
        made = Draft(
            export_id=stored.id,
            head=head_of(stored, made_ms),
            made_ms=made_ms,
            wide=wide_for(stored.items, stored.done_bytes),
            salt=salt,
        ).lay_out(self._those(stored, missing), called, missing.omitted)
        return replace(made, names_mark=called.mark(made.ids, salt))

    def _those(self, stored: Stored, missing: _Missing) -> Iterator[Numbered]:
        """What is in it, oldest first; what is not any more goes into *missing*."""
        desk, allowed = self.ground.desk, stored.request.wanted.allowed

        def read(first: int, last: int) -> list[Item]:
            return desk.read(lambda t: rows.some(t, stored.id, first, last))

        for items in rows.pages(read, 0, stored.items):
            held = {
                str(each.artefact_id): each
                for each in self.exporting.held({each.artefact_id: each.digest for each in items})
            }
            gone = self.exporting.gone([i.artefact_id for i in items if i.artefact_id not in held])
            for item in items:
                if item.artefact_id in gone:
                    missing.add(item.number, LeftOut.FORGOTTEN, gone[item.artefact_id])
                elif item.digest is None:
                    missing.add(item.number, LeftOut.DAMAGED)
                elif not is_within(held[item.artefact_id].chosen, allowed):
                    missing.add(item.number, LeftOut.NOT_ALLOWED)
                else:
                    yield item.number, held[item.artefact_id]


def head_of(stored: Stored, made_ms: int) -> Head:
    """What all pages of its archive say."""
    request = stored.request
    return Head(
        language=request.language,
        sentence=request.sentence,
        zone=request.zone,
        made=local(made_ms, ZoneInfo(request.zone)),
    )


def _some(fresh: list[Listed]) -> tuple[list[Listed], list[Listed]]:
    """A few, or few bytes, of *fresh*, and the rest."""
    size = 0
    for many, each in enumerate(fresh):
        if many == _TOGETHER or (many and size + each.size_bytes > _TOGETHER_BYTES):
            return fresh[:many], fresh[many:]
        size += each.size_bytes
    return fresh, []


def _add(t: Transaction, stored: Stored, hashed: list[tuple[Listed, bytes | None]]) -> Stored:
    """Add their rows, unless it was given up meanwhile; as it stands then."""
    after = replace(
        stored,
        items=stored.items + len(hashed),
        done_bytes=stored.done_bytes + sum(each.size_bytes for each, _ in hashed),
    )
    if rows.change(t, stored, items=after.items, done_bytes=after.done_bytes):
        found = enumerate(hashed, stored.items)
        rows.add(t, stored, [Item(at, each.artefact_id, digest) for at, (each, digest) in found])
    return after
