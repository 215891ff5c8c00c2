"""Holding: how much there is of each kind, from the catalogue alone; nothing is opened (R-13)."""

from collections.abc import Mapping

import sqlalchemy as sa

from bailee.custody.premises import Premises
from bailee.custody.view import filters, living_artefact
from bailee.store.ring import uncovered
from bailee.store.tables import artefact, recording, source
from bailee.types.kind import Kind
from bailee.types.query import Query


def holding(premises: Premises, query: Query) -> Mapping[Kind, int]:
    """How many artefacts of each kind the recordings of *query* have that can still be opened.

    Its order and page do not matter. What is made of several recordings counts once, and only while
    all of them are there.

    Raises:
        InputError: The filters contradict each other.
        UnknownError: No account, person or device of that name.
    """
    return premises.database.read(lambda connection: _count(connection, premises, query))


def _count(connection: sa.Connection, premises: Premises, query: Query) -> Mapping[Kind, int]:
    mine = (
        sa.select(source.c.artefact_id)
        .select_from(source.join(recording, recording.c.id == source.c.recording_id))
        .where(*filters(connection, premises, query))
    )
    other, whole = source.alias(), recording.alias()
    lost = (
        sa.select(sa.literal(1))
        .select_from(other.join(whole, whole.c.id == other.c.recording_id))
        .where(other.c.artefact_id == artefact.c.id)
        .where(uncovered(whole.c.stream_id, whole.c.leaf))
    )
    wanted = (
        sa.select(artefact.c.kind, sa.func.count().label("many"))
        .where(artefact.c.id.in_(mine), *living_artefact(premises), ~lost.exists())
        .group_by(artefact.c.kind)
    )
    if query.kind is not None:
        wanted = wanted.where(artefact.c.kind == query.kind)
    return {Kind(row.kind): row.many for row in connection.execute(wanted)}
