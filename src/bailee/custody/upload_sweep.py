"""The sweep over uploads: what nothing came to, what can never be deposited, what a crash left."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bailee.custody import intent
from bailee.custody.premises import Premises
from bailee.custody.upload_rows import IS_OPEN, UploadRows
from bailee.errors import BaileeError, UnavailableError
from bailee.store import files
from bailee.store.database import AnyRow
from bailee.store.tables import secret
from bailee.store.upload_tables import upload

_SECRETS = sa.select(secret.c.id, secret.c.shard_id).where(secret.c.id.startswith("upl_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One moment of the database."""

    open: tuple[AnyRow, ...]
    secrets: tuple[AnyRow, ...]


def sweep(premises: Premises, rows: UploadRows, folder: Path) -> int:
    """How many uploads, rows and files went. Idempotent; any process may do it at any time.

    A file is only ever made for a row that is there: one that was listed before the rows were
    read, and is none of theirs, is nobody's.
    """
    there = _files(folder)
    seen = premises.database.read(_look)
    now_ms = premises.now_ms()
    over = [
        row
        for row in seen.open
        if row.expires_ms <= now_ms or _is_hopeless(premises, rows, folder, row)
    ]
    ended = {row.id for row in over if rows.end(row)}
    alive = {row.id for row in seen.open} - ended
    gone = premises.database.write(
        partial(_clear, premises=premises, seen=seen, alive=alive, now_ms=now_ms)
    )
    left = there - alive
    for name in left:
        files.discard(folder / name)
    return len(ended) + gone + len(left)


def _files(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    return {each.name for each in folder.iterdir() if each.name.startswith("upl_")}


def _look(connection: sa.Connection) -> _Seen:
    rows = connection.execute(sa.select(upload).where(IS_OPEN)).all()
    return _Seen(open=tuple(rows), secrets=tuple(connection.execute(_SECRETS)))


def _clear(
    connection: sa.Connection,
    *,
    premises: Premises,
    seen: _Seen,
    alive: Iterable[str],
    now_ms: int,
) -> int:
    """Rows of what ended long ago; secrets whose row went with somebody who was erased."""
    known = set(alive)
    lost = [
        premises.ring.drop_secrets(connection, each.shard_id, [each.id])
        for each in seen.secrets
        if each.id not in known
    ]
    old = sa.delete(upload).where(sa.not_(IS_OPEN), upload.c.expires_ms <= now_ms)
    return lost.count(True) + connection.execute(old).rowcount


def _is_hopeless(premises: Premises, rows: UploadRows, folder: Path, row: AnyRow) -> bool:
    """Whether it can never be deposited: its keys or bytes are gone, or its time is forgotten."""
    if _size_of(folder / row.id) < row.staged_bytes:
        return True
    try:
        premises.database.read(partial(_require_hope, premises=premises, rows=rows, row=row))
    except UnavailableError:
        return False
    except BaileeError:
        return True
    return False


def _require_hope(
    connection: sa.Connection, *, premises: Premises, rows: UploadRows, row: AnyRow
) -> None:
    key = rows.key(connection, row)
    if key is None:
        raise BaileeError("Its key is gone.")
    intended, _ = intent.opened(key, row.id, row.intended)
    item = intent.item_of(connection, premises, intended)
    intent.refuse_late(connection, premises, item)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
