"""Restore: a vault rebuilt from a backup, on this machine or a new one.

The catalogue is as old as the backup; the ring is the fresh one its folder got at the last rotation,
or the one beside the root; the journal says what was forgotten since. So a restore brings back
everything that lives and nothing that was forgotten. `vault.json` is written last: a crash before
it leaves a folder that is no vault, and the restore is begun again in an empty one.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bailee.custody import cleanup
from bailee.custody.backup import CATALOG, CONTENT, FORMAT, LEDGER, MANIFEST, blocks
from bailee.custody.config import Config, read_config, write_config
from bailee.custody.found import content_url, open_database, refuse_password, refuse_used
from bailee.errors import ConflictError, InputError, RootMissingError
from bailee.store import files
from bailee.store.content import open_content
from bailee.store.copies import read_copy
from bailee.store.rooms import KEPT_TABLES
from bailee.store.tables import RING_TABLES


def restore(
    directory: Path,
    home: Path,
    *,
    root_stores: Sequence[Path] = (),
    database: str | None = None,
    content: str | None = None,
) -> Config:
    """Rebuild the vault of the backup in *directory* in the empty folder *home*.

    Args:
        directory: A backup made by `backup`.
        home: Empty, or not there yet.
        root_stores: Where the vault's roots are now; as configured by default.
        database: As in `Vault.create`.
        content: As in `Vault.create`.

    Raises:
        InputError: *directory* is no backup.
        ConflictError: *home* is not empty.
        RootMissingError: The backup keeps no ring.
    """
    refuse_password(database)
    config = _read(directory)
    if home.exists() and any(home.iterdir()):
        raise ConflictError(f"{home} is not empty.", hint="Restore into an empty folder.")
    config = replace(
        config,
        database=database or "catalog.sqlite",
        content=content or "content",
        root_stores=tuple(str(each.absolute()) for each in root_stores) or config.root_stores,
    )
    with files.on_disk(str(home)):
        files.make_folders(home)
    opened = open_database(home, config)
    try:
        refuse_used(opened)
        opened.create()
        opened.write(lambda connection: _fill(connection, directory))
    finally:
        opened.close()
    _copy_contents(directory, home, config)
    shutil.copytree(directory / LEDGER, home / LEDGER)
    write_config(home, config)
    return config


def _read(directory: Path) -> Config:
    manifest = directory / MANIFEST
    if not manifest.is_file() or json.loads(manifest.read_text()).get("format") != FORMAT:
        raise InputError(
            f"{directory} is no backup of bailee's, or one that was not finished.",
            hint="A backup holds backup.json, which is written last.",
        )
    return read_config(directory)


def _fill(connection: sa.Connection, directory: Path) -> None:
    """Ring and catalogue, from their copies, in one transaction."""
    read_copy(directory / CATALOG, connection, KEPT_TABLES)
    rings = sorted(
        directory.glob("ring-*.sqlite"), key=lambda path: int(path.stem.partition("-")[2])
    )
    if not rings:
        raise RootMissingError(f"{directory} keeps no ring")
    read_copy(rings[-1], connection, RING_TABLES)
    # The catalogue may be older than the ring: whoever has no key any more was erased since.
    cleanup.drop_nameless(connection)


def _copy_contents(directory: Path, home: Path, config: Config) -> None:
    """Contents go to the store of the new vault; one that has them already is left as it is."""
    source, target = open_content(str(directory / CONTENT)), open_content(content_url(home, config))
    try:
        there = {key for key, _ in target.keys()}  # noqa: SIM118 - a store, not a mapping
        for key, _ in source.keys():  # noqa: SIM118 - a store, not a mapping
            if key not in there:
                target.put(key, blocks(source, key))
    finally:
        source.close()
        target.close()
