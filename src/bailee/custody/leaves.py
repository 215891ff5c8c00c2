"""Finding a leaf for something new, or refusing what comes too late (design §1)."""

from collections.abc import Iterable

import sqlalchemy as sa

from bailee.clock import iso
from bailee.custody import address
from bailee.custody.address import Address
from bailee.custody.keys import KeyFinder
from bailee.errors import ConflictError, LateArrivalError
from bailee.keytree import Interval, first_leaf_of, moment_of
from bailee.store.ring import Ring
from bailee.types.ids import StreamId
from bailee.types.span import Span

_LEAVES_PER_MS = 1 << 16


class Lateness:
    """What was forgotten, as one transaction sees it: looked up once a stream and kind.

    In the transaction of the deposit, so that no erasure slips between question and answer.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._gone: dict[tuple[Address, str], list[Span]] = {}

    def refuse(self, where: Address, kind: str, span: Span) -> None:
        """Raise `LateArrivalError` if *span* touches what was forgotten for *where* and *kind*.

        *kind* is "" for a recording.
        """
        if (where, kind) not in self._gone:
            self._gone[where, kind] = address.touching(self._connection, where, kind)
        early = where.begins_ms and span.begin_ms <= where.begins_ms
        if early or any(span.overlaps(gone) for gone in self._gone[where, kind]):
            raise LateArrivalError(f"a recording of {iso(span.begin_ms)}")


class Allocator:
    """Hands out leaves inside one transaction, each once."""

    def __init__(
        self, connection: sa.Connection, finder: KeyFinder, moments: Iterable[int]
    ) -> None:
        """Take the milliseconds that will be asked for; others may be asked for all the same."""
        self._connection = connection
        self._finder = finder
        self._firsts = sorted({first_leaf_of(each) for each in moments})
        self._begun: dict[StreamId, set[int]] = {}
        self._taken: dict[tuple[StreamId, int], int] = {}
        self._looked: set[tuple[StreamId, int]] = set()

    def next_leaf(self, table: sa.Table, stream_id: StreamId, at_ms: int) -> int:
        """The lowest live leaf of a millisecond that nothing in `recording` or `artefact` uses.

        The unique index on (stream, leaf) makes two deposits at once retry.

        Raises:
            LateArrivalError: No leaf of that millisecond is alive.
            ConflictError: All 65,536 are in use.
        """
        first = first_leaf_of(at_ms)
        taken = self._taken.get((stream_id, at_ms))
        if taken is None and not self._is_begun(table, stream_id, first):
            leaf = first
        else:
            leaf = self._after(table, stream_id, first, taken)
        self._taken[stream_id, at_ms] = leaf
        return leaf

    def _is_begun(self, table: sa.Table, stream_id: StreamId, first: int) -> bool:
        """Whether the first leaf of a millisecond is used or dead: the others must be looked at."""
        if stream_id not in self._begun:
            self._begun[stream_id] = set(
                self._connection.scalars(
                    sa.select(table.c.leaf).where(
                        table.c.stream_id == stream_id, table.c.leaf.in_(self._firsts)
                    )
                )
            )
        known = first in self._begun[stream_id] or first not in self._firsts
        return known or self._finder.leaf((stream_id, first)) is None

    def _after(self, table: sa.Table, stream_id: StreamId, first: int, taken: int | None) -> int:
        """The lowest live leaf above those in use; those below are in use, or punctured."""
        last = first + _LEAVES_PER_MS - 1
        used = taken
        if (stream_id, first) not in self._looked:
            self._looked.add((stream_id, first))
            highest = self._connection.scalar(
                sa.select(sa.func.max(table.c.leaf, type_=table.c.leaf.type)).where(
                    table.c.stream_id == stream_id, table.c.leaf.between(first, last)
                )
            )
            used = max((each for each in (taken, highest) if each is not None), default=None)
        leaf = first if used is None else used + 1
        at_ms = moment_of(first)
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
