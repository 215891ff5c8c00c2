"""Backup: content, catalogue, ledger and a ring that stays fresh.

Order: ledger → catalogue and ring of one moment → contents → manifest. A crash leaves an earlier
backup whose manifest still holds, or none; contents erased meanwhile are not needed any more. The folder is remembered: each rotation puts a fresh
ring there, since the one before opens nothing any more.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bailee.custody import entries, rotate
from bailee.custody.config import CONFIG, Config
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.custody.publish import publish
from bailee.errors import ConflictError, UnknownError
from bailee.store import files
from bailee.store.content import ContentStore, open_content
from bailee.store.copies import verify_ring, write_copy
from bailee.store.tables import CATALOG_TABLES, RING_TABLES, artefact, place, state

MANIFEST = "backup.json"
CATALOG = "catalog.copy.sqlite"
CONTENT = "content"
LEDGER = "ledger"
FORMAT = "bailee-backup/v1"
_STEP = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup did: contents copied now, all contents there, entries of the ledger."""

    copied: int
    contents: int
    entries: int
    generation: int


def backup(
    premises: Premises, config: Config, directory: Path, *, progress: Progress = no_progress
) -> BackedUp:
    """Copy the vault to *directory*; contents that are there already are not copied again.

    Raises:
        ConflictError: The folder holds something else, or another vault's backup.
        UnavailableError: It cannot be written.
    """
    directory = directory.absolute()
    _require_ours(directory, config)
    with files.on_disk(str(directory)):
        files.make_folders(directory)
    premises.database.write(lambda connection: _remember(connection, premises, directory))
    publish(premises)
    with premises.database.exclusively("rotate"):
        size = premises.log.export(directory / LEDGER).size
        generation = _copy_rows(premises, directory)
        copied, total = _copy_contents(premises, directory, progress)
        with files.on_disk(str(directory)):
            files.replace(directory / CONFIG, files.chunks_of(premises.home / CONFIG))
            manifest = {
                "format": FORMAT,
                "vault_id": config.vault_id,
                "generation": generation,
                "at_ms": premises.now_ms(),
            }
            files.replace(directory / MANIFEST, [json.dumps(manifest).encode()])
    return BackedUp(copied=copied, contents=total, entries=size, generation=generation)


def _require_ours(directory: Path, config: Config) -> None:
    manifest = directory / MANIFEST
    if manifest.exists():
        if json.loads(manifest.read_text())["vault_id"] != config.vault_id:
            raise ConflictError(f"{directory} is the backup of another vault.")
        return
    ours = {CONTENT, LEDGER, CATALOG, CONFIG}
    if directory.exists() and any(
        each.name not in ours and not each.name.startswith(("ring-", "catalog."))
        for each in directory.iterdir()
    ):
        raise ConflictError(
            f"{directory} is not empty, and what is in it is no backup.",
            hint="Choose an empty folder.",
        )


def _remember(connection: sa.Connection, premises: Premises, directory: Path) -> None:
    known = sa.select(place.c.path).where(place.c.path == str(directory))
    if connection.execute(known).one_or_none() is None:
        connection.execute(sa.insert(place).values(path=str(directory)))
    generation = connection.execute(sa.select(state.c.generation)).scalar_one()
    entries.append(connection, premises, "backup", entries.VAULT, generation=generation)


def forget_place(premises: Premises, directory: Path) -> None:
    """Stop putting fresh rings into a backup's folder: it becomes worthless at the next rotation.

    Raises:
        UnknownError: It is no backup of this vault.
    """

    def work(connection: sa.Connection) -> int:
        gone = sa.delete(place).where(place.c.path == str(directory.absolute()))
        if not connection.execute(gone).rowcount:
            return 0
        stores = len(premises.roots.stores)
        return entries.append(connection, premises, "detach", entries.VAULT, stores=stores)

    if not premises.database.write(work):
        raise UnknownError(f"{directory} is no backup that gets fresh rings.")


def _copy_rows(premises: Premises, directory: Path) -> int:
    """Ring and catalogue of one moment; opened before they count."""
    catalog, ring = directory / "catalog.draft", directory / "ring.draft"

    def work(connection: sa.Connection) -> int:
        write_copy(connection, ring, RING_TABLES)
        write_copy(connection, catalog, CATALOG_TABLES)
        return int(connection.execute(sa.select(state.c.generation)).scalar_one())

    generation = premises.database.read(work)
    verify_ring(ring, premises.roots.find(generation))
    with files.on_disk(str(directory)):
        files.replace(directory / CATALOG, files.chunks_of(catalog))
    # A crash here: the catalogue is newer than the ring beside it, which the journal makes up for.
    rotate.put_ring(ring, directory, generation)
    files.discard(catalog)
    files.discard(ring)
    return generation


def _copy_contents(premises: Premises, directory: Path, progress: Progress) -> tuple[int, int]:
    """Copy each content that is referred to and not there; delete what nobody refers to."""
    target = open_content(str(directory / CONTENT))
    try:
        there = {key for key, _ in target.keys()}  # noqa: SIM118 - a store, not a mapping
        wanted = premises.database.read(
            lambda c: set(
                c.scalars(
                    sa.select(artefact.c.content_key).where(artefact.c.content_key.is_not(None))
                )
            )
        )
        fresh = sorted(key for key in wanted - there if key is not None)
        for number, key in enumerate(fresh):
            with suppress(UnknownError):  # erased while the backup ran: not needed any more
                target.put(key, blocks(premises.content, key))
            progress(number + 1, len(fresh))
        target.delete(sorted(there - wanted))
    finally:
        target.close()
    return len(fresh), len(wanted)


def blocks(store: ContentStore, key: str) -> Iterator[bytes]:
    """A sealed content, a mebibyte at a time, to be copied as it is."""
    size = store.size(key) or 0
    for at in range(0, size, _STEP):
        yield store.read(key, at, min(_STEP, size - at))
