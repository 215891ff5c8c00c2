"""Wrapping the ring again under a new root: the part of a rotation that is one transaction."""

import sqlalchemy as sa

from bailee.seal import new_key, unwrap, wrap
from bailee.store.database import AnyRow
from bailee.store.tables import node, secret, shard, state, stream


def rewrap(connection: sa.Connection, *, old_root: bytes, generation: int, new_root: bytes) -> int:
    """Hang every shard on *new_root*; how many got a fresh key.

    Shards that lost anything since the last rotation get a fresh key and their rows are wrapped
    again: an old copy of those rows then opens with nothing that still exists. The others keep
    their key, wrapped again. The new root is never wrapped under an old one. All shard rows are
    locked, so nobody writes nodes meanwhile.

    Raises:
        UnwrapError: A row does not open with what it should; nothing changed.
    """
    rows = connection.execute(sa.select(shard).order_by(shard.c.id).with_for_update()).all()
    renewed: list[dict[str, object]] = []
    fresh = 0
    for row in rows:
        key = unwrap(old_root, row.wrapped_key)
        if row.dirty:
            key, fresh = _renew(connection, row, key), fresh + 1
        renewed.append({"shard": row.id, "wrapped": wrap(new_root, key)})
    if renewed:
        connection.execute(
            sa.update(shard)
            .where(shard.c.id == sa.bindparam("shard"))
            .values(wrapped_key=sa.bindparam("wrapped"), generation=generation, dirty=0),
            renewed,
        )
    connection.execute(sa.update(state).values(generation=generation, rotation_open=1))
    return fresh


def _renew(connection: sa.Connection, row: AnyRow, old_key: bytes) -> bytes:
    """Give one shard a fresh key and wrap everything under it again."""
    key = new_key()
    nodes = connection.execute(
        sa.select(node.c.stream_id, node.c.begin, node.c.wrapped_key).where(
            node.c.stream_id.in_(sa.select(stream.c.id).where(stream.c.shard_id == row.id))
        )
    ).all()
    if nodes:
        connection.execute(
            sa.update(node)
            .where(
                node.c.stream_id == sa.bindparam("stream"), node.c.begin == sa.bindparam("first")
            )
            .values(wrapped_key=sa.bindparam("wrapped")),
            [
                {
                    "stream": each.stream_id,
                    "first": each.begin,
                    "wrapped": wrap(key, unwrap(old_key, each.wrapped_key)),
                }
                for each in nodes
            ],
        )
    secrets = connection.execute(
        sa.select(secret.c.id, secret.c.wrapped_key).where(secret.c.shard_id == row.id)
    ).all()
    if secrets:
        connection.execute(
            sa.update(secret)
            .where(secret.c.id == sa.bindparam("secret"))
            .values(wrapped_key=sa.bindparam("wrapped")),
            [
                {"secret": each.id, "wrapped": wrap(key, unwrap(old_key, each.wrapped_key))}
                for each in secrets
            ],
        )
    return key
