"""What an archive is of: counted, and listed page by page, oldest first. Nothing is opened here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.chosen import Asking, Chosen, choose
from bailee.custody.premises import Premises
from bailee.custody.view import living_artefact
from bailee.store.ring import covered, uncovered
from bailee.store.tables import artefact, recording, source
from bailee.types.decide import OPERATOR
from bailee.types.export import Size, Wanted
from bailee.types.ids import PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

Allowed = Mapping[PersonId, frozenset[Kind]]
_ORDER = {kind: place for place, kind in enumerate(Kind)}
_AT_ONCE = 100
_UNASKED = Asking(principal=OPERATOR, purpose=Purpose.EXPORT)
"""Whose it is, is looked up in the words of the gate; nobody is asked anything here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One artefact that belongs into an archive."""

    artefact_id: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of them, in order; `next` is where the next one begins, None after the last."""

    those: tuple[Listed, ...]
    next: str | None


def count(premises: Premises, wanted: Wanted) -> Size:
    """How much there is of it, now; what is of two people counts as soon as one of them is asked for."""

    def work(connection: sa.Connection) -> Size:
        theirs = [
            (person, kind) for person, kinds in wanted.allowed.items() for kind in sorted(kinds)
        ]
        fitting = (
            *_fitting(wanted),
            *_of_kind(premises, wanted),
            sa.tuple_(recording.c.person_id, artefact.c.kind).in_(theirs),
        )
        columns = (artefact.c.id, artefact.c.kind, artefact.c.size_bytes)
        of = sa.select(*columns).distinct().select_from(_joined()).where(*fitting).subquery()
        rows = connection.execute(
            sa.select(of.c.kind, sa.func.count(), sa.func.sum(of.c.size_bytes)).group_by(of.c.kind)
        ).all()
        many = sa.select(sa.func.count(recording.c.id.distinct())).select_from(_joined())
        return Size(
            recordings=connection.scalar(many.where(*fitting)) or 0,
            artefacts={Kind(kind): many for kind, many, _ in sorted(rows)},
            size_bytes=sum(int(size) for _, _, size in rows),
        )

    return premises.database.read(work)


def batch(premises: Premises, wanted: Wanted, after: str) -> Batch:
    """The artefacts of the next recordings after *after*, "" for the first; each of them once a batch.

    What is made of several recordings comes with the first, and again with others further on.
    """
    return premises.database.read(lambda connection: _batch(connection, premises, wanted, after))


def _batch(connection: sa.Connection, premises: Premises, wanted: Wanted, after: str) -> Batch:
    place = sa.tuple_(recording.c.begin_ms, recording.c.id)
    query = (
        sa.select(recording.c.begin_ms, recording.c.id)
        .where(*_fitting(wanted))
        .order_by(recording.c.begin_ms, recording.c.id)
        .limit(_AT_ONCE)
    )
    if after:
        begin, _, known = after.partition(".")
        query = query.where(place > sa.tuple_(sa.literal(int(begin)), sa.literal(known)))
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    at = {recording_id: number for number, recording_id in enumerate(ids)}
    made = connection.execute(
        sa.select(source.c.recording_id, artefact.c.id, artefact.c.kind, artefact.c.leaf)
        .select_from(source.join(artefact, artefact.c.id == source.c.artefact_id))
        .where(source.c.recording_id.in_(ids), *_of_kind(premises, wanted))
    ).all()
    ordered = sorted(
        made, key=lambda row: (at[row.recording_id], _ORDER[Kind(row.kind)], row.leaf, row.id)
    )
    found = choose(connection, premises, [row.id for row in ordered], _UNASKED)
    last = rows[-1] if len(rows) == _AT_ONCE else None
    return Batch(
        those=tuple(
            Listed(artefact_id=each.row.id, size_bytes=each.row.size_bytes)
            for each in found
            if is_within(each, wanted.allowed)
        ),
        next=None if last is None else f"{last.begin_ms}.{last.id}",
    )


def is_within(each: Chosen, allowed: Allowed) -> bool:
    """Whether all whom it is of, as whatever it is asked for, are among *allowed*."""
    return all(
        access.kind in allowed.get(access.person_id or PersonId(""), frozenset())
        for access in each.accesses
    )


def still_there(premises: Premises, artefact_ids: Sequence[str]) -> bool:
    """Whether every one of them may still be opened; no key is looked at."""

    def work(connection: sa.Connection) -> bool:
        gone = uncovered(source.c.stream_id, source.c.leaf)
        halved = sa.select(sa.literal(1)).where(source.c.artefact_id == artefact.c.id, gone)
        found = connection.scalar(
            sa.select(sa.func.count())
            .select_from(artefact)
            .where(artefact.c.id.in_(artefact_ids), *living_artefact(premises), ~halved.exists())
        )
        return found == len(artefact_ids)

    return premises.database.read(work)


def _joined() -> sa.FromClause:
    return recording.join(source, source.c.recording_id == recording.c.id).join(
        artefact, artefact.c.id == source.c.artefact_id
    )


def _of_kind(premises: Premises, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [*living_artefact(premises), artefact.c.kind != Kind.LABEL]
    return found if wanted.kind is None else [*found, artefact.c.kind == wanted.kind]


def _fitting(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The recordings that are asked for, as far as they are there."""
    found = [
        recording.c.account_id == wanted.account_id,
        recording.c.person_id.in_(sorted(wanted.allowed)),
        recording.c.begin_ms <= wanted.to_ms,
        covered(recording.c.stream_id, recording.c.leaf),
    ]
    if wanted.recordings:
        found.append(recording.c.id.in_(wanted.recordings))
    if wanted.device_id is not None:
        found.append(recording.c.device_id == wanted.device_id)
    if wanted.from_ms is not None:
        found.append(recording.c.end_ms >= wanted.from_ms)
    if wanted.begins_from_ms is not None:
        found.append(recording.c.begin_ms >= wanted.begins_from_ms)
    return found
