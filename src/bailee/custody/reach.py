"""Which catalogue rows an erasure's acts reach, as SQL, and how many they are."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bailee.custody.acts import (
    Act,
    CutDays,
    CutLeaves,
    CutRuns,
    CutSpan,
    Drop,
    LiftHold,
    dropped_streams,
    streams_of,
)
from bailee.custody.hold import is_held
from bailee.custody.premises import Premises
from bailee.custody.scope import Scope
from bailee.custody.view import living_artefact
from bailee.keytree import leaf_interval
from bailee.store.ring import covered
from bailee.store.tables import artefact, recording, source
from bailee.types.erasure import Plan
from bailee.types.kind import Kind
from bailee.types.span import Span


def reached(acts: Sequence[Act], table: sa.Table) -> sa.ColumnElement[bool]:
    """SQL for “the leaf of this row of `recording` or `artefact` is one of those cut”.

    A stream is of recordings or of a kind, so an act fits the rows of one table and not the other.
    """
    return sa.or_(sa.false(), *(_reached(act, table) for act in acts))


def _reached(act: Act, table: sa.Table) -> sa.ColumnElement[bool]:
    match act:
        case CutSpan():
            gone = leaf_interval(Span(begin_ms=act.begin_ms, end_ms=act.end_ms))
            return sa.and_(
                table.c.stream_id.in_(streams_of(act)), table.c.leaf.between(gone.begin, gone.last)
            )
        case Drop():
            return table.c.stream_id.in_(dropped_streams(act))
        case CutLeaves():
            # One list, not one condition each: SQLite nests those, a thousand deep at most.
            return sa.tuple_(table.c.stream_id, table.c.leaf).in_(act.leaves)
        case CutRuns():
            return _in_runs(act.runs, table)
        case CutDays() | LiftHold():
            return sa.false()


def _in_runs(runs: Sequence[tuple[int, int, int]], table: sa.Table) -> sa.ColumnElement[bool]:
    leaves: dict[int, list[sa.ColumnElement[bool]]] = {}
    for stream, first, last in runs:
        leaves.setdefault(stream, []).append(table.c.leaf.between(first, last))
    return sa.or_(
        sa.false(),
        *(
            sa.and_(table.c.stream_id == stream, sa.or_(*conditions))
            for stream, conditions in leaves.items()
        ),
    )


def artefacts_of_recordings(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Ids of the artefacts made of any recording that fits."""
    return (
        sa.select(source.c.artefact_id)
        .select_from(recording.join(source, source.c.recording_id == recording.c.id))
        .where(condition)
    )


def count(connection: sa.Connection, premises: Premises, scope: Scope, sentence: str) -> Plan:
    """Count what the acts of *scope* would make go, as things stand."""
    live = covered(recording.c.stream_id, recording.c.leaf)
    whole = sa.and_(reached(scope.acts, recording), live)
    some = (
        sa.select(sa.literal(1))
        .select_from(source.join(artefact, artefact.c.id == source.c.artefact_id))
        .where(source.c.recording_id == recording.c.id, *living_artefact(premises))
        .exists()
    )
    summary = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.min(recording.c.begin_ms),
            sa.func.max(recording.c.end_ms),
        ).where(whole, some)
    ).one()
    going = sa.and_(
        artefact.c.kind != Kind.LABEL,
        sa.or_(artefact.c.id.in_(artefacts_of_recordings(whole)), reached(scope.acts, artefact)),
        *living_artefact(premises),
    )
    kinds = connection.execute(
        sa.select(artefact.c.kind, sa.func.count()).where(going).group_by(artefact.c.kind)
    ).all()
    held = connection.scalar(
        sa.select(sa.func.count()).select_from(artefact).where(going, is_held())
    )
    return Plan(
        sentence=sentence,
        recordings=summary[0],
        artefacts={Kind(kind): many for kind, many in sorted(kinds)},
        begin_ms=summary[1],
        end_ms=summary[2],
        reaching_in=scope.reaching_in,
        held=held or 0,
        names=bool(scope.whole),
    )
