"""Rotate: a new generation, after which no older copy of the ring opens what was forgotten.

Order (design §1, generations): new root on every root store → one transaction wraps the ring again
→ a fresh ring backup is written, read back and opened → journals are truncated → the old root is
destroyed on every store → entry. A crash before the transaction leaves a new root nobody uses; after
it, start-up goes on from the ring backup. At every step the root that opens the ring in use is on
every store.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.premises import Premises
from bailee.errors import ReplicaUnreachableError
from bailee.store import files
from bailee.store.copies import verify_ring, write_copy
from bailee.store.rewrap import rewrap
from bailee.store.roots import ROOT_BYTES
from bailee.store.tables import RING_TABLES, erasure, held, hold, place, shard, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """A finished rotation: its generation, how many shards got fresh keys, and when."""

    generation: int
    fresh: int
    at_ms: int
    unrecoverable: int
    """How many erasures became unrecoverable with it."""


def rotate(premises: Premises) -> Rotated:
    """Begin a new generation and end the old one.

    Raises:
        ReplicaUnreachableError: A root store is away. Nothing changed, or the rotation is open and
            goes on when it is back; no erasure is called unrecoverable meanwhile.
    """
    with premises.database.exclusively("rotate"):
        if is_open(premises):
            complete(premises)
        _require_all(premises)
        generation = premises.database.read(_generation)
        fresh = _renew(premises, generation + 1)
        return complete(premises, fresh=fresh)


def is_open(premises: Premises) -> bool:
    """Whether a rotation committed and has not been finished."""
    return bool(premises.database.read(lambda c: c.scalar(sa.select(state.c.rotation_open))))


def _generation(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(state.c.generation)).scalar_one())


def _require_all(premises: Premises) -> None:
    """Before the new root is made: whoever gets a fresh ring at the end must be there."""
    for away in premises.roots.unreachable():
        raise ReplicaUnreachableError(away, "it is not there")
    for folder in _backups(premises):
        if not folder.is_dir():
            raise ReplicaUnreachableError(str(folder), "the backup's folder is not there")
    premises.roots.heal()


def _backups(premises: Premises) -> list[Path]:
    return [
        Path(each)
        for each in premises.database.read(lambda c: c.scalars(sa.select(place.c.path)).all())
    ]


def _renew(premises: Premises, generation: int) -> int:
    """The new root on every store, then the transaction that hangs the ring on it."""
    old_root = premises.roots.find(generation - 1)
    new_root = secrets.token_bytes(ROOT_BYTES)
    # Left by a rotation that died before its transaction: nothing hangs on it.
    premises.roots.destroy_all(generation)
    premises.roots.write_all(generation, new_root)

    def work(connection: sa.Connection) -> int:
        connection.execute(sa.select(state.c.id).with_for_update())
        return rewrap(connection, old_root=old_root, generation=generation, new_root=new_root)

    return premises.database.write(work)


def complete(premises: Premises, *, fresh: int = 0) -> Rotated:
    """Everything after the transaction; may be repeated from any point of it."""
    generation = premises.database.read(_generation)
    root = premises.roots.find(generation)
    epoch = keep_ring(premises, generation, root)
    premises.roots.truncate_all(epoch)
    for old in _older(premises, generation):
        premises.roots.destroy_all(old)
    for away in premises.roots.clear_torn(generation):
        raise ReplicaUnreachableError(away, "it is not there")
    premises.roots.drop_rings_all(generation)
    return premises.database.write(
        lambda connection: _conclude(connection, premises, generation, fresh)
    )


def keep_ring(premises: Premises, generation: int, root: bytes) -> int:
    """Write a fresh ring backup to every place that gets one, and open it there; its epoch."""
    draft = premises.home / "ring.draft"
    premises.database.read(lambda c: write_copy(c, draft, RING_TABLES))
    try:
        epoch = verify_ring(draft, root)
        premises.roots.write_ring_all(generation, draft)
        for store in premises.roots.stores:
            verify_ring(store.ring_path(generation), root)
        for folder in _backups(premises):
            put_ring(draft, folder, generation)
            verify_ring(ring_in(folder, generation), root)
    finally:
        files.discard(draft)
    return epoch


def ring_in(folder: Path, generation: int) -> Path:
    """Where a backup keeps the ring of a generation."""
    return folder / f"ring-{generation}.sqlite"


def put_ring(draft: Path, folder: Path, generation: int) -> None:
    """A fresh ring beside a backup; older ones there are worthless and go."""
    if not folder.is_dir():
        raise ReplicaUnreachableError(str(folder), "the backup's folder is not there")
    fresh = ring_in(folder, generation)
    with files.on_disk(str(folder)):
        files.replace(fresh, files.chunks_of(draft))
        for older in folder.glob("ring-*.sqlite"):
            if older != fresh:
                files.remove(older)


def _older(premises: Premises, generation: int) -> list[int]:
    found = {root.generation for store in premises.roots.stores for root in store.read().live}
    return sorted(each for each in found if each < generation)


def _conclude(
    connection: sa.Connection, premises: Premises, generation: int, fresh: int
) -> Rotated:
    now_ms = premises.now_ms()
    said = {"generation": generation, "fresh": fresh, "at": now_ms}
    told = entries.append(connection, premises, "rotate", entries.VAULT, **said)
    ended = connection.execute(
        sa.update(erasure)
        .where(
            erasure.c.generation < generation, erasure.c.unrecoverable_ms.is_(None), ~_may_be_held()
        )
        .values(unrecoverable_ms=now_ms, rotate_entry=told)
    ).rowcount
    connection.execute(sa.update(state).values(rotation_open=0, rotated_ms=now_ms))
    return Rotated(generation=generation, fresh=fresh, at_ms=now_ms, unrecoverable=ended)


def _may_be_held() -> sa.ColumnElement[bool]:
    """SQL for “a hold's key still opens something of this erasure”: it is not unrecoverable yet."""
    standing = (
        sa.select(sa.literal(1))
        .select_from(held.join(hold, hold.c.id == held.c.hold_id))
        .where(hold.c.account_id == erasure.c.account_id)
        .exists()
    )
    return sa.or_(erasure.c.held > 0, sa.and_(erasure.c.finished_ms.is_(None), standing))


def lost_shards(connection: sa.Connection) -> int:
    """How many shards lost something since the last rotation."""
    wanted = sa.select(sa.func.count()).select_from(shard).where(shard.c.dirty == 1)
    return int(connection.execute(wanted).scalar_one())
