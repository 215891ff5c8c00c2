"""The ring: every live key, wrapped under its shard's key, and those under the root.

**Contract.** All functions take the connection of a transaction begun by `Database` and change
nothing outside it; a crash before its commit leaves the ring as it was. Nodes of a stream are
disjoint and ordered by where they begin, so the node over a leaf is one look-up. A node, its
stream and its shard are read in *one* statement: a rotation that commits between two statements
must not be seen by halves. Whoever writes nodes or secrets of a shard locks the shard's row
(`lock_shard`), which the rotation locks too. Whatever loses a key marks its shard dirty in the same
transaction.

Keys live in memory only inside a call, but for shard keys, which are remembered by their wrapped
bytes: a row that moved is a row that misses.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.errors import EvidenceError
from bailee.keytree import Interval, Node, derive_leaf, puncture, root_node
from bailee.seal import new_key, unwrap, wrap
from bailee.store.tables import node, secret, shard, state, stream
from bailee.types.ids import StreamId, new_stream_id

VAULT_SHARD = "vault"
DAYS_STREAM = StreamId(0)
"""The tree of days: the one stream that belongs to no account."""
TIME_HEIGHT = 64
DAYS_HEIGHT = 16
_REMEMBERED = 8192

_node_over = (
    sa.select(
        node.c.begin,
        node.c.last,
        node.c.span_bits,
        node.c.wrapped_key,
        shard.c.generation,
        shard.c.wrapped_key.label("shard_key"),
    )
    .select_from(
        node.join(stream, stream.c.id == node.c.stream_id).join(
            shard, shard.c.id == stream.c.shard_id
        )
    )
    .where(node.c.stream_id == sa.bindparam("stream"), node.c.begin <= sa.bindparam("leaf"))
    .order_by(node.c.begin.desc())
    .limit(1)
)
_secret = (
    sa.select(secret.c.wrapped_key, shard.c.generation, shard.c.wrapped_key.label("shard_key"))
    .select_from(secret.join(shard, shard.c.id == secret.c.shard_id))
    .where(secret.c.id == sa.bindparam("id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAddress:
    """Whose keys a tree holds. Empty strings where a part does not apply.

    `kind` is "" for the tree of recordings and a `Kind` for the tree beside it.
    """

    account_id: str
    person_id: str
    device_id: str
    kind: str


class Ring:
    """Live keys, read and cut inside a transaction."""

    def __init__(self, root_of: Callable[[int], bytes]) -> None:
        """Take how to find the root of a generation; it raises `RootMissingError`."""
        self._root_of = root_of
        self._shard_keys: OrderedDict[bytes, bytes] = OrderedDict()

    # -- shards ---------------------------------------------------------------------------

    def _open_shard(self, generation: int, wrapped: bytes) -> bytes:
        key = self._shard_keys.get(wrapped)
        if key is None:
            key = unwrap(self._root_of(generation), wrapped)
            self._shard_keys[wrapped] = key
            if len(self._shard_keys) > _REMEMBERED:
                self._shard_keys.popitem(last=False)
        return key

    def make_shard(self, connection: sa.Connection, shard_id: str) -> bytes:
        """A fresh shard under the present root; its key."""
        generation = connection.execute(
            sa.select(state.c.generation).with_for_update(read=True)
        ).scalar_one()
        key = new_key()
        connection.execute(
            sa.insert(shard).values(
                id=shard_id,
                generation=generation,
                dirty=0,
                wrapped_key=wrap(self._root_of(generation), key),
            )
        )
        return key

    def lock_shard(self, connection: sa.Connection, shard_id: str) -> bytes:
        """The key of a shard, its row locked against rotation until the transaction ends."""
        row = connection.execute(
            sa.select(shard.c.generation, shard.c.wrapped_key)
            .where(shard.c.id == shard_id)
            .with_for_update(read=True)
        ).one_or_none()
        if row is None:
            raise _no_shard()
        return self._open_shard(row.generation, row.wrapped_key)

    @staticmethod
    def mark_dirty(connection: sa.Connection, shard_id: str) -> None:
        """Say that keys of a shard were lost: the next rotation gives it a fresh key."""
        lost = sa.update(shard).where(shard.c.id == shard_id, shard.c.dirty == 0)
        connection.execute(lost.values(dirty=1))

    # -- secrets --------------------------------------------------------------------------

    def put_secret(self, connection: sa.Connection, secret_id: str, shard_id: str) -> bytes:
        """Make and keep a fresh random key of 32 bytes named *secret_id*."""
        key = new_key()
        self.keep_secret(connection, secret_id, shard_id, key)
        return key

    def keep_secret(
        self, connection: sa.Connection, secret_id: str, shard_id: str, key: bytes
    ) -> None:
        """Keep *key* (32 bytes) as *secret_id*."""
        wrapped = wrap(self.lock_shard(connection, shard_id), key)
        connection.execute(
            sa.insert(secret).values(id=secret_id, shard_id=shard_id, wrapped_key=wrapped)
        )

    def secret(self, connection: sa.Connection, secret_id: str) -> bytes | None:
        """The key named *secret_id*; None when it was never made or is gone."""
        row = connection.execute(_secret, {"id": secret_id}).one_or_none()
        if row is None:
            return None
        return unwrap(self._open_shard(row.generation, row.shard_key), row.wrapped_key)

    def drop_secrets(
        self, connection: sa.Connection, shard_id: str, secret_ids: Sequence[str]
    ) -> bool:
        """Forget keys of one shard by name; whether there was one. Idempotent."""
        mine = sa.and_(secret.c.shard_id == shard_id, secret.c.id.in_(secret_ids))
        return self._lose(connection, shard_id, sa.delete(secret).where(mine))

    def _lose(self, connection: sa.Connection, shard_id: str, gone: sa.Delete) -> bool:
        lost = connection.execute(gone).rowcount > 0
        if lost:
            self.mark_dirty(connection, shard_id)
        return lost

    # -- streams and their nodes ----------------------------------------------------------

    def make_stream(
        self,
        connection: sa.Connection,
        address: StreamAddress,
        shard_id: str,
        *,
        height: int = TIME_HEIGHT,
        stream_id: StreamId | None = None,
    ) -> StreamId:
        """A fresh tree of keys. The account's row must be locked (design §1, generations)."""
        stream_id = new_stream_id() if stream_id is None else stream_id
        key = self.lock_shard(connection, shard_id)
        connection.execute(
            sa.insert(stream).values(
                id=stream_id,
                shard_id=shard_id,
                account_id=address.account_id,
                person_id=address.person_id,
                device_id=address.device_id,
                kind=address.kind,
                longest_ms=0,
            )
        )
        self._insert(connection, stream_id, key, [root_node(new_key(), height)])
        return stream_id

    @staticmethod
    def _insert(
        connection: sa.Connection, stream_id: StreamId, shard_key: bytes, nodes: Sequence[Node]
    ) -> None:
        if nodes:
            connection.execute(
                sa.insert(node),
                [
                    {
                        "stream_id": stream_id,
                        "begin": each.begin,
                        "last": each.last,
                        "span_bits": each.span_bits,
                        "wrapped_key": wrap(shard_key, each.key),
                    }
                    for each in nodes
                ],
            )

    def node_over(self, connection: sa.Connection, stream_id: StreamId, leaf: int) -> Node | None:
        """The live node over *leaf*; None when it was punctured, or the stream dropped."""
        row = connection.execute(_node_over, {"stream": stream_id, "leaf": leaf}).one_or_none()
        if row is None or row.last < leaf:
            return None
        shard_key = self._open_shard(row.generation, row.shard_key)
        return Node(row.begin, row.span_bits, unwrap(shard_key, row.wrapped_key))

    def leaf_key(self, connection: sa.Connection, stream_id: StreamId, leaf: int) -> bytes | None:
        """The key of *leaf*; None when it is forgotten."""
        over = self.node_over(connection, stream_id, leaf)
        return None if over is None else derive_leaf(over, leaf)

    @staticmethod
    def is_live(connection: sa.Connection, stream_id: StreamId, leaf: int) -> bool:
        """Whether *leaf* can still be derived, without opening a key."""
        row = connection.execute(_node_over, {"stream": stream_id, "leaf": leaf}).one_or_none()
        return row is not None and row.last >= leaf

    @staticmethod
    def live_runs(
        connection: sa.Connection, stream_id: StreamId, within: Interval
    ) -> list[Interval]:
        """The runs of live leaves inside *within*, in order."""
        rows = connection.execute(
            sa.select(node.c.begin, node.c.last)
            .where(
                node.c.stream_id == stream_id,
                node.c.begin <= within.last,
                node.c.last >= within.begin,
            )
            .order_by(node.c.begin)
        )
        return [Interval(max(r.begin, within.begin), min(r.last, within.last)) for r in rows]

    def cut(self, connection: sa.Connection, stream_id: StreamId, gone: Interval) -> bool:
        """Puncture *gone* out of a stream; whether anything live was in it. Idempotent.

        Deletes the rows that touch it and inserts those that cover the rest: at most 64 for one
        leaf, 128 for a run, however many recordings there are.
        """
        touches = sa.and_(
            node.c.stream_id == stream_id,
            node.c.begin <= gone.last,
            node.c.begin >= self._first_touching(connection, stream_id, gone.begin),
        )
        rows = connection.execute(
            sa.select(node.c.begin, node.c.last, node.c.span_bits, node.c.wrapped_key).where(
                touches, sa.or_(node.c.begin < gone.begin, node.c.last > gone.last)
            )
        ).all()
        edges = [row for row in rows if row.last >= gone.begin]
        shard_id = connection.execute(
            sa.select(stream.c.shard_id).where(stream.c.id == stream_id)
        ).scalar_one_or_none()
        if shard_id is None:
            return False
        shard_key = self.lock_shard(connection, shard_id)
        left: list[Node] = []
        for row in edges:
            whole = Node(row.begin, row.span_bits, unwrap(shard_key, row.wrapped_key))
            left += puncture(whole, gone)
        lost = connection.execute(
            sa.delete(node).where(touches, node.c.last >= gone.begin)
        ).rowcount
        self._insert(connection, stream_id, shard_key, left)
        if lost:
            self.mark_dirty(connection, shard_id)
        return lost > 0

    @staticmethod
    def _first_touching(connection: sa.Connection, stream_id: StreamId, begin: int) -> int:
        """Where the node that could hold *begin* begins: nodes are disjoint, so only one could."""
        found = connection.execute(
            sa.select(node.c.begin)
            .where(node.c.stream_id == stream_id, node.c.begin <= begin)
            .order_by(node.c.begin.desc())
            .limit(1)
        ).scalar_one_or_none()
        return begin if found is None else int(found)

    def drop_streams(
        self, connection: sa.Connection, shard_id: str, stream_ids: Sequence[StreamId]
    ) -> bool:
        """Forget every key of streams of one shard; whether there was one. Idempotent.

        Their rows stay until the catalogue's clean-up is done, so that what hung on them is found.
        """
        gone = sa.delete(node).where(node.c.stream_id.in_(stream_ids))
        return self._lose(connection, shard_id, gone)


def _no_shard() -> EvidenceError:
    return EvidenceError(
        "A shard of the ring is missing.", hint="Run `bailee fsck`, then restore from a backup."
    )


def _last_over(
    stream_id: sa.ColumnElement[int], leaf: sa.ColumnElement[int]
) -> sa.ScalarSelect[int]:
    return (
        sa.select(node.c.last)
        .where(node.c.stream_id == stream_id, node.c.begin <= leaf)
        .order_by(node.c.begin.desc())
        .limit(1)
        .scalar_subquery()
    )


def covered(
    stream_id: sa.ColumnElement[int], leaf: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """SQL for “this leaf is live”: one look-up a row, for lists."""
    return _last_over(stream_id, leaf) >= leaf


def uncovered(
    stream_id: sa.ColumnElement[int], leaf: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """SQL for “this leaf is forgotten”, for clean-up."""
    return sa.func.coalesce(_last_over(stream_id, leaf) < leaf, sa.true())
