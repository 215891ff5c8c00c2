"""What is held: lists and single recordings (R-13). A forgotten row is as good as gone at once."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody import address, labels
from bailee.custody.keys import KeyFinder, Lock
from bailee.custody.premises import Premises
from bailee.errors import BaileeError, GoneError, InputError, UnknownError
from bailee.seal import open_small, unwrap
from bailee.store.database import AnyRow
from bailee.store.ring import covered
from bailee.store.tables import (
    artefact,
    derivation,
    erasure,
    recording,
    source,
    stream,
    tombstone,
)
from bailee.types.ids import (
    AccountId,
    ArtefactId,
    DeviceId,
    PersonId,
    RecordingId,
    StreamId,
    parse_id,
)
from bailee.types.kind import Kind
from bailee.types.query import Page, Query
from bailee.types.recording import Artefact, Recording

_MOST = 1000


def page(premises: Premises, query: Query) -> Page:
    """One page of recordings that can still be opened, oldest first unless *query* says otherwise.

    Raises:
        InputError: The filters contradict each other, or `after` is none of ours.
        UnknownError: No account, person or device of that name.
    """
    if not 1 <= query.limit <= _MOST:
        raise InputError(f"A page holds 1 to {_MOST} recordings.")
    return premises.database.read(lambda connection: _page(connection, premises, query))


def show(premises: Premises, recording_id: str) -> Recording:
    """One recording with what is held of it.

    Raises:
        GoneError: It was forgotten or has expired; with the erasure whose receipt says so.
        UnknownError: It was never here.
    """
    parse_id(recording_id, "rec")

    def work(connection: sa.Connection) -> Recording:
        alive = sa.select(recording).where(
            recording.c.id == recording_id, living(premises, kind=None)
        )
        row = connection.execute(alive).one_or_none()
        if row is None:
            raise why_missing(connection, recording_id)
        return _Shown(connection, premises).recordings([row])[0]

    return premises.database.read(work)


def why_missing(
    connection: sa.Connection, opaque_id: str, account_id: str | None = None
) -> BaileeError:
    """The error to raise for a recording or artefact that cannot be had: gone, or unknown.

    With *account_id*, another account's is unknown: who may not see it may not learn of it.
    """
    unknown = UnknownError(f"There is no {opaque_id} here.", hint="See `bailee list`.")
    row = connection.execute(sa.select(tombstone).where(tombstone.c.id == opaque_id)).one_or_none()
    if row is not None:
        if account_id not in {None, row.account_id}:
            return unknown
        return GoneError(opaque_id, erasure_id=row.erasure_id, since=iso(row.at_ms))
    table = recording if opaque_id.startswith("rec_") else artefact
    owner = connection.scalar(sa.select(table.c.account_id).where(table.c.id == opaque_id))
    if owner is None or account_id not in {None, owner}:
        return unknown
    latest = connection.execute(
        sa.select(erasure.c.id, erasure.c.requested_ms)
        .where(
            erasure.c.account_id == owner,
            sa.or_(erasure.c.finished_ms.is_(None), erasure.c.held > 0),
        )
        .order_by(erasure.c.requested_ms.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        return GoneError(opaque_id, erasure_id=None, since="today")
    return GoneError(opaque_id, erasure_id=latest.id, since=iso(latest.requested_ms))


def living(premises: Premises, *, kind: Kind | None) -> sa.ColumnElement[bool]:
    """SQL for “the recording's leaf is live, and so is an artefact made of it (of *kind*)”."""
    some = (
        sa.select(sa.literal(1))
        .select_from(source.join(artefact, artefact.c.id == source.c.artefact_id))
        .where(source.c.recording_id == recording.c.id, *living_artefact(premises))
    )
    if kind is not None:
        some = some.where(artefact.c.kind == kind)
    return sa.and_(covered(recording.c.stream_id, recording.c.leaf), some.exists())


def living_artefact(premises: Premises) -> tuple[sa.ColumnElement[bool], ...]:
    """SQL for “this artefact may still be opened”, but for what its sources add."""
    return (
        artefact.c.due_day >= premises.today(),
        covered(artefact.c.stream_id, artefact.c.leaf),
    )


def _page(connection: sa.Connection, premises: Premises, query: Query) -> Page:
    begin, known = recording.c.begin_ms, recording.c.id
    wanted = sa.select(recording).where(*filters(connection, premises, query))
    wanted = wanted.where(living(premises, kind=query.kind))
    if query.after:
        here = sa.tuple_(*(sa.literal(each) for each in _parse_after(query.after)))
        place = sa.tuple_(begin, known)
        wanted = wanted.where(place < here if query.newest_first else place > here)
    order = (begin.desc(), known.desc()) if query.newest_first else (begin, known)
    ordered = wanted.order_by(*order).limit(query.limit + 1)
    rows = connection.execute(ordered).all()
    shown = _Shown(connection, premises).recordings(rows[: query.limit])
    more = len(rows) > query.limit
    return Page(recordings=tuple(shown), next=place_in_list(shown[-1]) if more else "")


def place_in_list(recording: Recording) -> str:
    """What `Query.after` calls it: the list goes on with the one behind it."""
    return f"{recording.begin_ms}.{recording.id}"


def filters(
    connection: sa.Connection, premises: Premises, query: Query
) -> list[sa.ColumnElement[bool]]:
    """The conditions of *query* on recordings, but for its kind."""
    found: list[sa.ColumnElement[bool]] = []
    account_id = None
    if query.account is not None:
        account_id = address.find_account(connection, premises, query.account)
        found.append(recording.c.account_id == account_id)
        if query.person is not None:
            who = address.find_person(connection, premises, account_id, query.person)
            found.append(recording.c.person_id == who)
        if query.device is not None:
            what = address.find_device(connection, premises, account_id, query.device)
            found.append(recording.c.device_id == what)
    elif query.person is not None or query.device is not None:
        raise InputError("Persons and devices belong to an account.", hint="Give --account too.")
    if query.person_ids is not None:
        found.append(recording.c.person_id.in_(query.person_ids))
    if query.from_ms is not None:
        # None is longer than the longest: what begins earlier than that need not be looked at.
        longest = sa.select(sa.func.coalesce(sa.func.max(stream.c.longest_ms), 0)).where(
            stream.c.account_id == account_id if account_id else sa.true()
        )
        found.append(recording.c.begin_ms >= query.from_ms - longest.scalar_subquery())
        found.append(recording.c.end_ms >= query.from_ms)
    if query.begins_from_ms is not None:
        found.append(recording.c.begin_ms >= query.begins_from_ms)
    if query.to_ms is not None:
        found.append(recording.c.begin_ms <= query.to_ms)
    return found


def _parse_after(text: str) -> tuple[int, str]:
    begin, _, after_id = text.partition(".")
    if not begin.isdecimal() or len(begin) > 15:
        raise InputError("That is no place in the list.", hint="Take `next` from the page before.")
    return int(begin), parse_id(after_id, "rec")


class _Shown:
    """Rows made readable: names and descriptions opened, each once."""

    def __init__(self, connection: sa.Connection, premises: Premises) -> None:
        self._connection = connection
        self._premises = premises
        self._finder = KeyFinder(connection, premises.ring)
        self._names: dict[labels.Named, str] = {}

    def _name(self, account_id: str, person_id: str = "", device_id: str = "") -> str:
        whose = labels.Named(account_id=account_id, person_id=person_id, device_id=device_id)
        if whose not in self._names:
            self._names[whose] = labels.read(self._connection, self._premises, whose)
        return self._names[whose]

    def recordings(self, rows: Sequence[AnyRow]) -> list[Recording]:
        of_recording = self._artefacts([row.id for row in rows])
        return [
            Recording(
                id=RecordingId(row.id),
                account_id=AccountId(row.account_id),
                person_id=PersonId(row.person_id),
                device_id=DeviceId(row.device_id),
                account=self._name(row.account_id),
                person=self._name(row.account_id, row.person_id),
                device=self._name(row.account_id, device_id=row.device_id),
                begin_ms=row.begin_ms,
                end_ms=row.end_ms,
                artefacts=tuple(of_recording.get(row.id, ())),
            )
            for row in rows
        ]

    def _artefacts(self, recording_ids: Sequence[str]) -> dict[str, list[Artefact]]:
        mine = sa.select(source.c.artefact_id).where(source.c.recording_id.in_(recording_ids))
        rows = self._connection.execute(
            sa.select(artefact).where(artefact.c.id.in_(mine), *living_artefact(self._premises))
        ).all()
        ids = [row.id for row in rows]
        places = self._by_artefact(
            sa.select(source).where(source.c.artefact_id.in_(ids)).order_by(source.c.position)
        )
        parents = self._by_artefact(sa.select(derivation).where(derivation.c.artefact_id.in_(ids)))
        found: dict[str, list[Artefact]] = {}
        for row in sorted(rows, key=lambda row: (row.leaf, row.kind)):
            shown = self._artefact(row, places[row.id], parents.get(row.id, []))
            if shown is not None:
                for each in places[row.id]:
                    found.setdefault(each.recording_id, []).append(shown)
        return found

    def _by_artefact(self, query: sa.Select[*tuple[Any, ...]]) -> dict[str, list[AnyRow]]:
        found: dict[str, list[AnyRow]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.artefact_id, []).append(row)
        return found

    def _artefact(
        self, row: AnyRow, places: Sequence[AnyRow], parents: Sequence[AnyRow]
    ) -> Artefact | None:
        """The artefact; None when a recording it comes from is forgotten."""
        kek = self._finder.kek(lock_of(row, places))
        if kek is None:
            return None
        said = json.loads(open_small(unwrap(kek, row.wrapped_dek), row.description))
        return Artefact(
            id=ArtefactId(row.id),
            kind=Kind(row.kind),
            size_bytes=row.size_bytes,
            kept_until_day=row.due_day,
            name=said["name"],
            details=said["details"],
            sources=tuple(RecordingId(each.recording_id) for each in places),
            derived_from=tuple(ArtefactId(each.from_artefact_id) for each in parents),
        )


def lock_of(row: AnyRow, places: Sequence[AnyRow], *, day: int | None = None) -> Lock:
    """What must be alive for the artefact of a catalogue row, and its rows of sources, to open."""
    return Lock(
        artefact_id=ArtefactId(row.id),
        kind=Kind(row.kind),
        day=row.wrapped_day if day is None else day,
        own=(StreamId(row.stream_id), row.leaf),
        sources=tuple((StreamId(each.stream_id), each.leaf) for each in places),
    )


def sources_of(connection: sa.Connection, artefact_id: str) -> Sequence[AnyRow]:
    """The rows of `source` of an artefact, in order."""
    return connection.execute(
        sa.select(source).where(source.c.artefact_id == artefact_id).order_by(source.c.position)
    ).all()
