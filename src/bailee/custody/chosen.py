"""What a release is about, in the words of the gate: one artefact, and all whom it is of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.asking import Question
from bailee.custody.premises import Premises
from bailee.keytree import moment_of
from bailee.store.database import AnyRow
from bailee.store.ring import covered
from bailee.store.tables import account, artefact, recording, source
from bailee.types.decide import Access, Principal, verb_of_release
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import CAPTURED, Kind
from bailee.types.purpose import Purpose
from bailee.types.span import Span

# Built once: building and keying a statement costs more than running it.
_changes = sa.select(account.c.changes).where(account.c.id == artefact.c.account_id)
alive = sa.select(artefact, _changes.scalar_subquery().label("changes")).where(
    artefact.c.due_day >= sa.bindparam("today"), covered(artefact.c.stream_id, artefact.c.leaf)
)
"""Artefacts that may still be opened, but for what their sources add; with their account's changes."""
_alive_among = alive.where(artefact.c.id.in_(sa.bindparam("ids", expanding=True)))
_places_of = (
    sa.select(
        source.c.artefact_id,
        source.c.recording_id,
        source.c.stream_id,
        source.c.leaf,
        recording.c.end_ms,
    )
    .select_from(source.outerjoin(recording, recording.c.id == source.c.recording_id))
    .where(source.c.artefact_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(source.c.artefact_id, source.c.position)
)
_theirs = source.alias("theirs")
_shown = (
    sa.select(source.c.artefact_id, artefact.c.kind)
    .distinct()
    .select_from(
        source.join(_theirs, _theirs.c.recording_id == source.c.recording_id).join(
            artefact, artefact.c.id == _theirs.c.artefact_id
        )
    )
    .where(
        source.c.artefact_id.in_(sa.bindparam("ids", expanding=True)),
        artefact.c.kind.in_(sorted(CAPTURED)),
        artefact.c.due_day >= sa.bindparam("today"),
        covered(artefact.c.stream_id, artefact.c.leaf),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Question):
    """One artefact: its catalogue row, and its rows of sources in order."""

    row: AnyRow
    places: tuple[AnyRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and what for."""

    principal: Principal
    purpose: Purpose


def choose(
    connection: sa.Connection, premises: Premises, ids: Sequence[str], asking: Asking
) -> list[Chosen]:
    """Those artefacts among *ids* that may still be opened, in that order; three statements."""
    return chosen(connection, premises, _among(connection, premises, ids), asking)


def _among(connection: sa.Connection, premises: Premises, ids: Sequence[str]) -> list[AnyRow]:
    asked = {"ids": list(ids), "today": premises.today()}
    rows = {row.id: row for row in connection.execute(_alive_among, asked)}
    return [rows[each] for each in dict.fromkeys(ids) if each in rows]


def chosen(
    connection: sa.Connection, premises: Premises, rows: Sequence[AnyRow], asking: Asking
) -> list[Chosen]:
    """The question about each of *rows* of `alive`."""
    ids = [row.id for row in rows]
    places: dict[str, list[AnyRow]] = {}
    for each in connection.execute(_places_of, {"ids": ids}):
        places.setdefault(each.artefact_id, []).append(each)
    shown = _kinds_shown(connection, premises, rows)
    found = []
    for row in rows:
        of = tuple(places.get(row.id, ()))
        kinds = (Kind(row.kind), *shown.get(row.id, ()))
        accesses = tuple(_accesses(connection, premises, row, of, kinds, asking))
        changes = ((AccountId(row.account_id), row.changes),)
        found.append(Chosen(row=row, places=of, accesses=accesses, changes=changes))
    return found


def _kinds_shown(
    connection: sa.Connection, premises: Premises, rows: Sequence[AnyRow]
) -> dict[str, list[Kind]]:
    """What thumbnails are of, and so are asked for as, too: a film, a picture, the sound itself.

    Whoever may not open those is not shown them in small either.
    """
    pictures = [row.id for row in rows if row.kind == Kind.THUMBNAIL]
    found: dict[str, list[Kind]] = {}
    if pictures:
        asked = {"ids": pictures, "today": premises.today()}
        for row in connection.execute(_shown.order_by(artefact.c.kind), asked):
            found.setdefault(row.artefact_id, []).append(Kind(row.kind))
    return found


def _accesses(
    connection: sa.Connection,
    premises: Premises,
    row: AnyRow,
    places: Sequence[AnyRow],
    kinds: Sequence[Kind],
    asking: Asking,
) -> Iterable[Access]:
    """One for each of those it is of, and each kind it is asked for as; its own kind first."""
    subjects = _subjects(connection, premises, row, places)
    for kind in kinds:
        for (person_id, device_id), span in subjects.items():
            yield Access(
                principal=asking.principal,
                verb=verb_of_release(kind, asking.purpose),
                purpose=asking.purpose,
                account_id=AccountId(row.account_id),
                kind=kind,
                artefact_id=ArtefactId(row.id),
                person_id=PersonId(person_id) if person_id else None,
                device_id=DeviceId(device_id) if device_id else None,
                span=span,
            )


def _subjects(
    connection: sa.Connection, premises: Premises, row: AnyRow, places: Sequence[AnyRow]
) -> dict[tuple[str, str], Span]:
    """Whose it is, on what, and when: its own stream first, then every recording it is made of."""
    begin_ms = moment_of(row.leaf)
    found = {
        entries.parts_of(connection, premises, row.stream_id): Span(
            begin_ms=begin_ms, end_ms=begin_ms
        )
    }
    for each in places:
        parts = entries.parts_of(connection, premises, each.stream_id)
        begin_ms = moment_of(each.leaf)
        known = found.get(parts, Span(begin_ms=begin_ms, end_ms=begin_ms))
        found[parts] = Span(
            begin_ms=min(known.begin_ms, begin_ms),
            end_ms=max(known.end_ms, begin_ms, each.end_ms or begin_ms),
        )
    return found
