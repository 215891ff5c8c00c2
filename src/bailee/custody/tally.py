"""Tally: how many recordings begin when, from the catalogue alone; nothing is opened (R-13)."""

import sqlalchemy as sa

from bailee.custody.premises import Premises
from bailee.custody.view import filters, living
from bailee.store.tables import recording
from bailee.types.density import Tally
from bailee.types.ids import DeviceId, PersonId
from bailee.types.query import Query


def tally(
    premises: Premises, query: Query, begin_ms: int, end_ms: int, width_ms: int
) -> tuple[Tally, ...]:
    """Those of *query* that begin in ``begin_ms … end_ms`` (half-open), in slots of *width_ms*.

    One statement, of one row for each person, device and slot that has any.

    Raises:
        InputError: The filters contradict each other.
        UnknownError: No account, person or device of that name.
    """
    return premises.database.read(lambda c: _tally(c, premises, query, begin_ms, end_ms, width_ms))


def _tally(
    connection: sa.Connection,
    premises: Premises,
    query: Query,
    begin_ms: int,
    end_ms: int,
    width_ms: int,
) -> tuple[Tally, ...]:
    slot = (recording.c.begin_ms - begin_ms).op("/", return_type=sa.BigInteger())(width_ms)
    numbered = (
        sa.select(
            recording.c.person_id, recording.c.device_id, recording.c.begin_ms, slot.label("slot")
        )
        .where(*filters(connection, premises, query))
        .where(recording.c.begin_ms >= begin_ms, recording.c.begin_ms < end_ms)
        .where(living(premises, kind=query.kind))
        .subquery()
    )
    of = (numbered.c.person_id, numbered.c.device_id, numbered.c.slot)
    rows = connection.execute(
        sa.select(
            *of,
            sa.func.count().label("many"),
            sa.func.min(numbered.c.begin_ms).label("first_ms"),
            sa.func.max(numbered.c.begin_ms).label("last_ms"),
        )
        .group_by(*of)
        .order_by(numbered.c.slot)
    )
    return tuple(
        Tally(
            person_id=PersonId(row.person_id),
            device_id=DeviceId(row.device_id),
            slot=row.slot,
            count=row.many,
            first_ms=row.first_ms,
            last_ms=row.last_ms,
        )
        for row in rows
    )
