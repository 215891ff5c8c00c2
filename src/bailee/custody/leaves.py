"""Finding a leaf for something new, or refusing what comes too late (design §1)."""

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody import address
from bailee.custody.address import Address
from bailee.custody.keys import KeyFinder
from bailee.errors import ConflictError, LateArrivalError
from bailee.keytree import Interval, first_leaf_of
from bailee.store.ring import Ring
from bailee.types.ids import StreamId
from bailee.types.span import Span

_LEAVES_PER_MS = 1 << 16


def refuse_if_late(connection: sa.Connection, where: Address, kind: str, span: Span) -> None:
    """Raise `LateArrivalError` if *span* touches what was forgotten for *where* and *kind*.

    *kind* is "" for a recording. In the transaction of the deposit, so that no erasure slips
    between the question and the answer.
    """
    shown = f"a recording of {iso(span.begin_ms)}"
    if where.begins_ms and span.begin_ms <= where.begins_ms:
        raise LateArrivalError(shown)
    for row in connection.execute(address.touching(where, kind)):
        if span.overlaps(Span(begin_ms=row.begin_ms, end_ms=row.end_ms)):
            raise LateArrivalError(shown)


class Allocator:
    """Hands out leaves inside one transaction, each once."""

    def __init__(self, connection: sa.Connection, finder: KeyFinder) -> None:
        self._connection = connection
        self._finder = finder
        self._taken: dict[tuple[StreamId, int], int] = {}

    def next_leaf(self, table: sa.Table, stream_id: StreamId, at_ms: int) -> int:
        """The lowest live leaf of a millisecond above those in use in `recording` or `artefact`.

        Leaves below the highest in use are in use or punctured, so it is the lowest unused live
        one. The unique index on (stream, leaf) makes two deposits at once retry.

        Raises:
            LateArrivalError: No leaf of that millisecond is alive.
            ConflictError: All 65,536 are in use.
        """
        first = first_leaf_of(at_ms)
        last = first + _LEAVES_PER_MS - 1
        used = self._taken.get((stream_id, at_ms))
        if used is None:
            used = self._connection.scalar(
                sa.select(sa.func.max(table.c.leaf, type_=table.c.leaf.type)).where(
                    table.c.stream_id == stream_id, table.c.leaf.between(first, last)
                )
            )
        leaf = self._lowest_live(stream_id, first if used is None else used + 1, last, at_ms)
        self._taken[stream_id, at_ms] = leaf
        return leaf

    def _lowest_live(self, stream_id: StreamId, leaf: int, last: int, at_ms: int) -> int:
        if leaf > last:
            raise ConflictError(
                f"65,536 recordings already begin at {iso(at_ms)}.",
                hint="Give each its own capture time.",
            )
        if self._finder.leaf((stream_id, leaf)) is not None:
            return leaf
        runs = Ring.live_runs(self._connection, stream_id, Interval(leaf, last))
        if not runs:
            raise LateArrivalError(f"a recording of {iso(at_ms)}")
        return runs[0].begin
