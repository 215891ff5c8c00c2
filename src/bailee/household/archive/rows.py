"""The rows of an export: what somebody asked for, sealed under them, and its files by number."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.household.archive.layout import Layout, dump, dump_omitted, load, load_omitted
from bailee.store.database import AnyRow
from bailee.store.household_tables import export, export_item
from bailee.types.export import ExportId, ExportState, Omitted, Wanted
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind

AT_ONCE = 500
ReadSome = Callable[[int, int], Sequence["Item"]]
_of_person = sa.select(export).where(export.c.person_id == sa.bindparam("person"))
_between = (
    sa.select(export_item.c.number, export_item.c.artefact_id, export_item.c.digest)
    .where(
        export_item.c.export_id == sa.bindparam("export"),
        export_item.c.number >= sa.bindparam("first"),
        export_item.c.number <= sa.bindparam("last"),
    )
    .order_by(export_item.c.number)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for: sealed under who asked, as the sentence has names in it.

    Attributes:
        sentence: In words.
        zone: By whose clock its days are.
        language: Of its pages.
        omitted: What was found to be missing since.
    """

    wanted: Wanted
    sentence: str
    zone: str
    language: str
    omitted: tuple[Omitted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A row of `export`, opened. See the table for each."""

    person_id: PersonId
    id: ExportId
    account_id: AccountId
    state: ExportState
    asked_ms: int
    ready_ms: int | None
    ends_ms: int
    fetched_ms: int | None
    place: str | None
    items: int
    done_bytes: int
    total_bytes: int
    told_until_ms: int | None
    request: Request
    layout: Layout | None
    receipt: bytes | None


@dataclass(frozen=True, slots=True)
class Item:
    """A file: its number, what it is, and its sealed digest."""

    number: int
    artefact_id: str
    digest: bytes | None


def begin(t: Transaction, stored: Stored) -> None:
    """Insert a fresh one, of a locked account."""
    t.connection.execute(
        sa.insert(export).values(
            person_id=stored.person_id,
            id=stored.id,
            account_id=stored.account_id,
            state=stored.state,
            asked_ms=stored.asked_ms,
            ends_ms=stored.ends_ms,
            place=stored.place,
            items=0,
            done_bytes=0,
            total_bytes=stored.total_bytes,
            wanted=seal_request(t, stored.person_id, stored.id, stored.request),
        )
    )


def find(t: Transaction, person_id: str) -> Stored | None:
    """Somebody's; None where there is none, or its key is gone."""
    row = t.connection.execute(_of_person, {"person": person_id}).one_or_none()
    if row is None:
        return None
    sealed = t.open(person_id, row.wanted, _context("wanted", row.id))
    return None if sealed is None else _stored(t, row, _request(json.loads(sealed)))


def _stored(t: Transaction, row: AnyRow, request: Request) -> Stored:
    layout = _opened(t, row, "layout")
    return Stored(
        person_id=PersonId(row.person_id),
        id=ExportId(row.id),
        account_id=AccountId(row.account_id),
        state=ExportState(row.state),
        asked_ms=row.asked_ms,
        ready_ms=row.ready_ms,
        ends_ms=row.ends_ms,
        fetched_ms=row.fetched_ms,
        place=row.place,
        items=row.items,
        done_bytes=row.done_bytes,
        total_bytes=row.total_bytes,
        told_until_ms=row.told_until_ms,
        request=request,
        layout=None if layout is None else load(layout),
        receipt=_opened(t, row, "receipt"),
    )


def _opened(t: Transaction, row: AnyRow, what: str) -> bytes | None:
    sealed = getattr(row, what)
    return None if sealed is None else t.open(row.person_id, sealed, _context(what, row.id))


def change(t: Transaction, stored: Stored, /, **values: Any) -> bool:
    """Set columns of it; False when it was given up meanwhile."""
    mine = sa.and_(export.c.person_id == stored.person_id, export.c.id == stored.id)
    return bool(t.connection.execute(sa.update(export).where(mine).values(**values)).rowcount)


def drop(t: Transaction, person_id: str, export_id: str) -> None:
    """Take it away, with its files."""
    mine = sa.and_(export.c.person_id == person_id, export.c.id == export_id)
    t.connection.execute(sa.delete(export).where(mine))
    t.connection.execute(sa.delete(export_item).where(export_item.c.export_id == export_id))


def ended(t: Transaction, now_ms: int) -> list[tuple[str, str]]:
    """Whose time is over: who asked, and its id."""
    rows = t.connection.execute(
        sa.select(export.c.person_id, export.c.id).where(export.c.ends_ms < now_ms)
    )
    return [(row.person_id, row.id) for row in rows]


def preparing(t: Transaction) -> list[PersonId]:
    """Whose is under way, the oldest first."""
    wanted = sa.select(export.c.person_id).where(export.c.state == ExportState.PREPARING)
    return [PersonId(each) for each in t.connection.scalars(wanted.order_by(export.c.asked_ms))]


# -- files ----------------------------------------------------------------------------------


def listed(t: Transaction, export_id: str, artefact_ids: Collection[str]) -> set[str]:
    """Which of them are in it already."""
    wanted = sa.select(export_item.c.artefact_id).where(
        export_item.c.export_id == export_id, export_item.c.artefact_id.in_(artefact_ids)
    )
    return set(t.connection.scalars(wanted))


def add(t: Transaction, stored: Stored, items: Sequence[Item]) -> None:
    """Insert files."""
    whose = {"account_id": stored.account_id, "person_id": stored.person_id}
    rows = [
        {
            "export_id": stored.id,
            "number": each.number,
            "artefact_id": each.artefact_id,
            "digest": each.digest,
            **whose,
        }
        for each in items
    ]
    if rows:
        t.connection.execute(sa.insert(export_item), rows)


def some(t: Transaction, export_id: str, first: int, last: int) -> list[Item]:
    """The next `AT_ONCE` files from the number *first* to *last*, both included."""
    asked = {"export": export_id, "first": first, "last": last}
    return [Item(*row) for row in t.connection.execute(_between, asked)]


def remove(t: Transaction, export_id: str, numbers: Sequence[int]) -> None:
    """Take files out of it."""
    for at in range(0, len(numbers), AT_ONCE):
        those = export_item.c.number.in_(numbers[at : at + AT_ONCE])
        t.connection.execute(
            sa.delete(export_item).where(export_item.c.export_id == export_id, those)
        )


# -- what is sealed -------------------------------------------------------------------------


def _context(what: str, export_id: str) -> str:
    return f"export/{what}/{export_id}"


def seal_layout(t: Transaction, stored: Stored, layout: Layout) -> bytes:
    """As the row has it."""
    return t.seal(stored.person_id, dump(layout), _context("layout", stored.id))


def seal_receipt(t: Transaction, stored: Stored, receipt: bytes) -> bytes:
    """The same."""
    return t.seal(stored.person_id, receipt, _context("receipt", stored.id))


def seal_request(t: Transaction, person_id: str, export_id: str, request: Request) -> bytes:
    """The same."""
    wanted = request.wanted
    said = {
        "sentence": request.sentence,
        "zone": request.zone,
        "language": request.language,
        "omitted": dump_omitted(request.omitted),
        "account": wanted.account_id,
        "allowed": {person: sorted(kinds) for person, kinds in wanted.allowed.items()},
        "recordings": list(wanted.recordings),
        "device": wanted.device_id,
        "kind": wanted.kind,
        "from_ms": wanted.from_ms,
        "begins_from_ms": wanted.begins_from_ms,
        "to_ms": wanted.to_ms,
    }
    return t.seal(person_id, json.dumps(said).encode(), _context("wanted", export_id))


def _request(said: Mapping[str, Any]) -> Request:
    wanted = Wanted(
        account_id=AccountId(said["account"]),
        allowed={
            PersonId(person): frozenset(Kind(kind) for kind in kinds)
            for person, kinds in said["allowed"].items()
        },
        recordings=tuple(RecordingId(each) for each in said["recordings"]),
        device_id=None if said["device"] is None else DeviceId(said["device"]),
        kind=None if said["kind"] is None else Kind(said["kind"]),
        from_ms=said["from_ms"],
        begins_from_ms=said["begins_from_ms"],
        to_ms=said["to_ms"],
    )
    return Request(
        wanted=wanted,
        sentence=said["sentence"],
        zone=said["zone"],
        language=said["language"],
        omitted=load_omitted(said["omitted"]),
    )


def pages(read: ReadSome, first: int, last: int) -> Iterator[Sequence[Item]]:
    """Every file between two numbers, `AT_ONCE` at a time; *read* is `some` of one export."""
    at = first
    while items := read(at, last):
        yield items
        at = items[-1].number + 1
