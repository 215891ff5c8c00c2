"""Founding a vault: every part made empty, in an order that a crash cannot leave half alive."""

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bailee.clock import Clock, day_of
from bailee.custody.address import NAMES_SECRET
from bailee.custody.config import CONFIG, Config, write_config
from bailee.errors import ConflictError, InputError, RootMissingError
from bailee.keytree import Interval
from bailee.rules import entries as vocabulary
from bailee.store import files
from bailee.store.content import open_content
from bailee.store.database import Database
from bailee.store.ring import DAYS_HEIGHT, DAYS_STREAM, VAULT_SHARD, Ring, StreamAddress
from bailee.store.roots import ROOT_BYTES, VAULT_ID_BYTES, FileRootStore, RootStores
from bailee.store.tables import SCHEMA_VERSION, entry, state
from bailee.tlog import Signer

LEDGER_SECRET = "ledger"  # noqa: S105 - the secret's id, not the secret
_BEGUN = "founding.json"
_FIRST = 1
"""The first generation."""


def found(
    home: Path,
    clock: Clock,
    *,
    root_stores: Sequence[Path],
    database: str | None = None,
    content: str | None = None,
) -> Config:
    """Make an empty vault in *home*; its configuration, written last.

    A crash before that leaves `founding.json`, by which the next call clears the ground and begins
    anew: nothing could have been deposited yet.

    Raises:
        ConflictError: There is a vault, or something else, in the folder or a root store.
        InputError: The database or content URL is none, or holds a password.
    """
    refuse_password(database)
    _clear(home)
    vault_id = secrets.token_bytes(VAULT_ID_BYTES)
    config = Config(
        vault_id=vault_id.hex(),
        database=database or "catalog.sqlite",
        content=content or "content",
        root_stores=tuple(str(path.absolute()) for path in root_stores),
        vkey="",
    )
    with files.on_disk(str(home)):
        files.make_folders(home)
        begun = {
            "vault_id": config.vault_id,
            "root_stores": config.root_stores,
            "database": config.database,
        }
        files.replace(home / _BEGUN, [json.dumps(begun).encode()])
    stores = RootStores([FileRootStore.create(Path(each), vault_id) for each in config.root_stores])
    opened = open_database(home, config)
    try:
        root = secrets.token_bytes(ROOT_BYTES)
        stores.write_all(_FIRST, root)
        refuse_used(opened)
        opened.create()
        seed = opened.write(lambda connection: _fill(connection, clock, vault_id, root))
        open_content(content_url(home, config)).close()
    finally:
        opened.close()
        stores.close()
    config = replace(config, vkey=Signer.from_seed(config.origin, seed).verifier.vkey)
    write_config(home, config)
    files.remove(home / _BEGUN)
    return config


def _clear(home: Path) -> None:
    if (home / CONFIG).exists():
        raise ConflictError(f"There is a vault in {home} already.", hint="Choose another folder.")
    # A founding cut short before it could say so left nothing else.
    for draft in home.glob(f"{_BEGUN}.tmp-*"):
        files.discard(draft)
    if not home.exists() or not any(home.iterdir()):
        return
    if not (home / _BEGUN).exists():
        raise ConflictError(
            f"{home} is not empty, and what is in it is no vault.", hint="Choose an empty folder."
        )
    begun = json.loads((home / _BEGUN).read_text())
    for place in map(Path, begun["root_stores"]):
        if place.is_dir() and _is_of(place, bytes.fromhex(begun["vault_id"])):
            shutil.rmtree(place)
    _clear_server(begun["database"], bytes.fromhex(begun["vault_id"]))
    for each in home.iterdir():
        if each.name != _BEGUN:
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def _clear_server(url: str, vault_id: bytes) -> None:
    """Take away the tables that a founding cut short left on a database server."""
    if "://" in url:
        database = Database(url)
        try:
            if vault_in(database) == vault_id:
                database.drop()
        finally:
            database.close()


def vault_in(database: Database) -> bytes | None:
    """The id of the vault a database holds; None when it holds none."""
    if not database.has_tables():
        return None
    found_id = database.read(lambda c: c.scalar(sa.select(state.c.vault_id)))
    return None if found_id is None else bytes(found_id)


def _is_of(place: Path, vault_id: bytes) -> bool:
    """Whether it was made by that founding; half made, it is made again where it is."""
    root = place / "root"
    try:
        return not root.exists() or FileRootStore(place, vault_id).identity() == vault_id
    except RootMissingError:
        return False


def refuse_password(url: str | None) -> None:
    """`vault.json` holds no secrets, and the URL is kept there."""
    if url and "://" in url and sa.make_url(url).password:
        raise InputError(
            "That database URL holds a password, which would be kept in the clear.",
            hint="Leave it out, and give it by PGPASSWORD or in ~/.pgpass (libpq's ways).",
        )


def refuse_used(database: Database) -> None:
    """Raise `ConflictError` when a vault lives in the database already."""
    if vault_in(database) is not None:
        raise ConflictError(
            "That database holds a vault already.", hint="Give an empty database of its own."
        )


def open_database(home: Path, config: Config) -> Database:
    """The database a configuration names; a bare path lies inside the folder."""
    return Database(config.database if "://" in config.database else str(home / config.database))


def content_url(home: Path, config: Config) -> str:
    """The content store a configuration names; a bare path lies inside the folder."""
    return config.content if "://" in config.content else str(home / config.content)


def _fill(connection: sa.Connection, clock: Clock, vault_id: bytes, root: bytes) -> bytes:
    """State, the vault's shard and secrets, and the tree of days without the past; the log's seed."""
    ring = Ring(lambda _generation: root)
    today = day_of(clock.now_ms())
    connection.execute(
        sa.insert(state).values(
            id=1,
            schema_version=SCHEMA_VERSION,
            vault_id=vault_id,
            generation=_FIRST,
            epoch=0,
            expired_before=today,
            rotated_ms=clock.now_ms(),
            rotation_open=1,  # until the first ring backup is kept
        )
    )
    _tell(connection, clock.now_ms(), today)
    ring.make_shard(connection, VAULT_SHARD)
    days = StreamAddress(account_id="", person_id="", device_id="", kind="days")
    ring.make_stream(connection, days, VAULT_SHARD, height=DAYS_HEIGHT, stream_id=DAYS_STREAM)
    ring.cut(connection, DAYS_STREAM, Interval(0, today - 1))
    ring.put_secret(connection, NAMES_SECRET, VAULT_SHARD)
    return ring.put_secret(connection, LEDGER_SECRET, VAULT_SHARD)


def _tell(connection: sa.Connection, now_ms: int, today: int) -> None:
    """The first entry of the ledger."""
    said = {"generation": _FIRST, "expired_before": today}
    body = vocabulary.encode({"v": vocabulary.VERSION, "type": "init", "at": now_ms, **said})
    connection.execute(sa.insert(entry).values(account_id="", at_ms=now_ms, body=body))
