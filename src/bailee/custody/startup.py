"""Before anything is served: which generation is this, and what has it not heard of yet?

An older copy of the folder learns here what was forgotten since: the ring from the backup beside
the root, the erasures since then from the journal. What a crash left half done is driven on.
"""

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from bailee.custody import cleanup, entries, hold, reassign, rotate
from bailee.custody.acts import replay
from bailee.custody.premises import Premises
from bailee.errors import (
    ReplicaUnreachableError,
    RootMissingError,
    UnavailableError,
    UnknownError,
)
from bailee.store.copies import read_copy, verify_ring
from bailee.store.database import Database
from bailee.store.roots import Root, RootStore, RootStores
from bailee.store.tables import RING_TABLES, SCHEMA_VERSION, state
from bailee.store.tables import hold as hold_table


def adopt_ring(database: Database, roots: RootStores, vault_id: bytes) -> bool:
    """Take the ring kept beside the root, if this folder is from before the last rotation.

    In one transaction: a crash leaves the old ring, and the next start takes the new one.

    Raises:
        RootMissingError: No root store has the root of this ring, nor a ring for its root.
        UnavailableError: The database is not there, or another vault's, or of another version.
    """
    age = generation, epoch = _age(database, vault_id)
    live = [root.generation for store in roots.stores for root in _live(store)]
    newer = sorted({each for each in live if each > generation}, reverse=True)
    # A rotation that died after it truncated the journals left both roots: what those records
    # forgot is in the newer ring alone.
    if generation in live and not (newer and roots.merge_journal().base_epoch > epoch):
        return False
    # A rotation that died early left a root on which no ring hangs: the one before it counts.
    if any(_take_ring(database, roots, each, age) for each in newer):
        return True
    if _age(database, vault_id) != age:  # another process rotated meanwhile: look again
        return adopt_ring(database, roots, vault_id)
    if not newer:
        raise RootMissingError(f"no root of generation {generation} in {_places(roots)}")
    raise RootMissingError(
        f"the root is of generation {newer[0]}, this folder of {generation}, and no ring of "
        f"generation {newer[0]} is kept in {_places(roots)}"
    )


def _take_ring(
    database: Database, roots: RootStores, generation: int, age: tuple[int, int]
) -> bool:
    try:
        path = roots.find_ring(generation)
    except UnknownError:
        return False
    verify_ring(path, roots.find(generation))
    return database.write(lambda connection: _adopt(connection, path, age))


def _adopt(connection: sa.Connection, path: Path, age: tuple[int, int]) -> bool:
    """The ring; and away with what the older catalogue still calls by name and has no key any more.

    Not if another process rotated since *age* was read: nothing it wrote may be taken back. And
    else the name of somebody erased would answer again, and what arrives late under it be taken.
    """
    now = sa.select(state.c.generation, state.c.epoch).with_for_update()
    if tuple(connection.execute(now).one()) != age:
        return False
    read_copy(path, connection, RING_TABLES)
    cleanup.drop_nameless(connection)
    return True


def _age(database: Database, vault_id: bytes) -> tuple[int, int]:
    """The generation of the ring in the database, and how many erasures it knows."""
    if not database.has_tables():
        raise UnavailableError(
            "The catalogue of this vault is not there.",
            hint="Bring its database back, or rebuild the vault: `bailee restore`.",
        )
    database.complete()
    row = database.read(lambda c: c.execute(sa.select(state)).one_or_none())
    if row is None or bytes(row.vault_id) != vault_id:
        raise UnavailableError(
            "The database belongs to another vault.", hint="Check `database` in vault.json."
        )
    if row.schema_version != SCHEMA_VERSION:
        raise UnavailableError(
            f"The database is of version {row.schema_version}; this bailee knows {SCHEMA_VERSION}.",
            hint="Open it with the bailee that wrote it.",
        )
    return int(row.generation), int(row.epoch)


def _live(store: RootStore) -> tuple[Root, ...]:
    try:
        return store.read().live
    except (ReplicaUnreachableError, RootMissingError):
        return ()


def _places(roots: RootStores) -> str:
    return ", ".join(store.place for store in roots.stores)


def recover(premises: Premises, *, adopted: bool) -> None:
    """Forget what the journal knows and this database does not, then finish what is open.

    Raises:
        JournalGapError: Erasures happened that no root store can name any more.
    """
    known = premises.roots.merge_journal()

    def work(connection: sa.Connection) -> int:
        if adopted:  # first: the ring may know of erasures that this log lost
            _tell_restore(connection, premises)
        return replay(connection, premises, known)

    replayed = premises.database.write(work)
    _bring_up_stores(premises)
    if adopted or replayed:
        cleanup.sweep(premises)
    resume(premises)


def _bring_up_stores(premises: Premises) -> None:
    """A store that is behind the database (itself from a backup) begins again at its epoch."""
    row = premises.database.read(lambda c: c.execute(sa.select(state)).one())
    epoch, generation = int(row.epoch), int(row.generation)
    premises.roots.clear_torn(generation)
    if premises.roots.merge_journal().epoch < epoch:
        premises.roots.truncate_all(epoch)
    premises.roots.heal()


def _tell_restore(connection: sa.Connection, premises: Premises) -> None:
    row = connection.execute(sa.select(state.c.generation, state.c.epoch)).one()
    entries.append(
        connection,
        premises,
        "restore",
        entries.VAULT,
        generation=row.generation,
        epoch=row.epoch,
    )


def resume(premises: Premises) -> None:
    """Drive on what a crash left open: holds, moves, erasures, a rotation."""
    if premises.database.read(_ungathered):
        premises.database.write(lambda connection: hold.gather(connection, premises, None))
    reassign.cut_moved(premises)
    cleanup.finish_open(premises)
    with suppress(UnavailableError):  # the content store is away: the next expiry deletes it
        cleanup.clear_expired(premises)
    if rotate.is_open(premises) and not premises.roots.unreachable():
        # What is away or full holds the rotation up, and the next one says so; not the vault.
        with suppress(UnavailableError), premises.database.exclusively("rotate"):
            if rotate.is_open(premises):
                rotate.complete(premises)


def _ungathered(connection: sa.Connection) -> bool:
    wanted = sa.select(hold_table.c.id).where(
        hold_table.c.gathered == 0, hold_table.c.lifted_ms.is_(None)
    )
    return connection.execute(wanted.limit(1)).one_or_none() is not None
