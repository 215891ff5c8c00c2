"""The publisher: numbers the outbox, integrates it into the log, signs (design §2).

One at a time over all processes. First the numbers are committed, then the tiles and the checkpoint
are written: a crash in between leaves numbered entries that the next call integrates again, at the
same places, to the same tree.
"""

import sqlalchemy as sa

from bailee.custody.premises import Premises
from bailee.errors import EvidenceError
from bailee.store.tables import entry

_AT_ONCE = 2000


def publish(premises: Premises) -> int:
    """Bring the log up to the outbox; the log's size."""
    with premises.database.exclusively("publish"):
        _adopt(premises)
        while premises.database.write(_number):
            pass
        size = premises.log.head().size
        while rows := _numbered_from(premises, size):
            size = premises.log.integrate(size, rows).size
        return size


def _number(connection: sa.Connection) -> int:
    """Give the next entries their places, in the order of their rows; how many."""
    taken = connection.execute(sa.select(sa.func.max(entry.c.log_index))).scalar_one()
    first = 0 if taken is None else taken + 1
    waiting = connection.scalars(
        sa.select(entry.c.id)
        .where(entry.c.log_index.is_(None))
        .order_by(entry.c.id)
        .limit(_AT_ONCE)
    ).all()
    if waiting:
        connection.execute(
            sa.update(entry)
            .where(entry.c.id == sa.bindparam("row"))
            .values(log_index=sa.bindparam("place")),
            [{"row": row, "place": first + at} for at, row in enumerate(waiting)],
        )
    return len(waiting)


def _numbered_from(premises: Premises, size: int) -> list[bytes]:
    wanted = (
        sa.select(entry.c.log_index, entry.c.body)
        .where(entry.c.log_index >= size, entry.c.log_index < size + _AT_ONCE)
        .order_by(entry.c.log_index)
    )
    rows = premises.database.read(lambda connection: connection.execute(wanted).all())
    if [row.log_index for row in rows] != list(range(size, size + len(rows))):
        raise EvidenceError(
            "The outbox has lost an entry that the ledger still needs.",
            hint="Restore the ledger's folder or the database from the same backup.",
        )
    return [row.body for row in rows]


def _adopt(premises: Premises) -> None:
    """An older database beside a newer log (a restore) takes over what the log already says.

    An entry still unnumbered here that the log has is the same event and gets its number.
    """
    size = premises.log.head().size
    known = premises.database.read(
        lambda c: c.execute(sa.select(sa.func.max(entry.c.log_index))).scalar_one()
    )
    first = 0 if known is None else known + 1
    if first < size:
        premises.database.write(lambda connection: _take_over(connection, premises, first, size))


def _take_over(connection: sa.Connection, premises: Premises, first: int, size: int) -> None:
    waiting = {
        row.body: row.id
        for row in connection.execute(
            sa.select(entry.c.id, entry.c.body).where(entry.c.log_index.is_(None))
        )
    }
    for index in range(first, size):
        body = premises.log.entry(index)
        if body in waiting:
            row = waiting.pop(body)
            connection.execute(sa.update(entry).where(entry.c.id == row).values(log_index=index))
        else:
            connection.execute(
                sa.insert(entry).values(account_id="", at_ms=0, body=body, log_index=index)
            )
