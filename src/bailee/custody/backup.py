"""Backup: content, catalogue, ledger and a ring that stays fresh.

Order: ledger → drafts of catalogue and ring of one moment → contents → catalogue, ring → manifest. A
crash leaves an earlier backup that still holds, or none, or the new one; contents erased meanwhile
are not needed any more. The folder is remembered: each rotation puts a fresh
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
from bailee.store.copies import contents_in, contents_of, verify_ring, write_copy
from bailee.store.rooms import KEPT_TABLES
from bailee.store.tables import RING_TABLES, place, state

MANIFEST = "backup.json"
CATALOG = "catalog.copy.sqlite"
CONTENT = "content"
LEDGER = "ledger"
FORMAT = "bailee-backup/v1"
_STEP = 1 << 20
_CUT_SHORT = ("ring-", "ring.", "catalog.", f"{CONFIG}.", f"{MANIFEST}.")
"""How names begin that a first backup may leave when it is cut short."""


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
        catalog, ring = directory / "catalog.draft", directory / "ring.draft"
        generation = _draft_rows(premises, catalog, ring)
        copied, wanted = _copy_contents(premises, directory, progress)
        _place_rows(directory, catalog, ring, generation)
        _drop_contents(directory, wanted)
        with files.on_disk(str(directory)):
            files.replace(directory / CONFIG, files.chunks_of(premises.home / CONFIG))
            manifest = {
                "format": FORMAT,
                "vault_id": config.vault_id,
                "generation": generation,
                "at_ms": premises.now_ms(),
            }
            files.replace(directory / MANIFEST, [json.dumps(manifest).encode()])
    return BackedUp(copied=copied, contents=len(wanted), entries=size, generation=generation)


def _require_ours(directory: Path, config: Config) -> None:
    manifest = directory / MANIFEST
    if manifest.exists():
        if json.loads(manifest.read_text())["vault_id"] != config.vault_id:
            raise ConflictError(f"{directory} is the backup of another vault.")
        return
    ours = {CONTENT, LEDGER, CATALOG, CONFIG}
    if directory.exists() and any(
        each.name not in ours and not each.name.startswith(_CUT_SHORT)
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


def places(premises: Premises) -> tuple[Path, ...]:
    """The folders that get fresh rings at each rotation."""
    wanted = sa.select(place.c.path).order_by(place.c.path)
    return tuple(Path(each) for each in premises.database.read(lambda c: c.scalars(wanted).all()))


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


def _draft_rows(premises: Premises, catalog: Path, ring: Path) -> int:
    """Ring and catalogue of one moment; opened before they count."""

    def work(connection: sa.Connection) -> int:
        write_copy(connection, ring, RING_TABLES)
        write_copy(connection, catalog, KEPT_TABLES)
        return int(connection.execute(sa.select(state.c.generation)).scalar_one())

    generation = premises.database.read(work)
    verify_ring(ring, premises.roots.find(generation))
    return generation


def _place_rows(directory: Path, catalog: Path, ring: Path, generation: int) -> None:
    """Only now that the contents it refers to are durable, the catalogue takes its name."""
    with files.on_disk(str(directory)):
        files.replace(directory / CATALOG, files.chunks_of(catalog))
    # A crash here: the catalogue is newer than the ring beside it, which the journal makes up for.
    rotate.put_ring(ring, directory, generation)
    files.discard(catalog)
    files.discard(ring)


def _copy_contents(
    premises: Premises, directory: Path, progress: Progress
) -> tuple[int, frozenset[str]]:
    """Copy each content that is referred to and not there; how many, and which are referred to.

    One that the catalogue beside it does not know was left by a backup cut short: copied anew.
    """
    target = open_content(str(directory / CONTENT))
    try:
        there = {key for key, _ in target.keys()}  # noqa: SIM118 - a store, not a mapping
        whole = contents_of(directory / CATALOG) if (directory / CATALOG).exists() else set()
        target.delete(sorted(there - whole))
        wanted = premises.database.read(contents_in)
        fresh = sorted(wanted - (there & whole))
        for number, key in enumerate(fresh):
            with suppress(UnknownError):  # erased while the backup ran: not needed any more
                target.put(key, blocks(premises.content, key))
            progress(number + 1, len(fresh))
    finally:
        target.close()
    return len(fresh), frozenset(wanted)


def _drop_contents(directory: Path, wanted: frozenset[str]) -> None:
    """What the catalogue of now does not refer to was forgotten; a crash before leaves it."""
    target = open_content(str(directory / CONTENT))
    try:
        there = {key for key, _ in target.keys()}  # noqa: SIM118 - a store, not a mapping
        target.delete(sorted(there - wanted))
    finally:
        target.close()


def blocks(store: ContentStore, key: str) -> Iterator[bytes]:
    """A sealed content, a mebibyte at a time, to be copied as it is."""
    size = store.size(key)
    if size is None:
        raise UnknownError("That content is gone.", hint="It was erased while it was copied.")
    for at in range(0, size, _STEP):
        yield store.read(key, at, min(_STEP, size - at))
