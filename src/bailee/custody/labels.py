"""Names: artefacts like any other, sealed under the stream of whom they name, dying with it.

A name lives a month longer than the last thing held under it, so that a deposit a day does not
wrap it again each day; then it expires as everything does.
"""

import json
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from bailee.custody.keys import KeyFinder, Lock
from bailee.custody.premises import Premises
from bailee.errors import EvidenceError
from bailee.keytree import first_leaf_of
from bailee.seal import new_key, open_small, seal_small, seal_stream, unwrap, wrap
from bailee.store.database import AnyRow
from bailee.store.ring import StreamAddress
from bailee.store.tables import artefact, stream
from bailee.types.ids import ArtefactId, StreamId, new_artefact_id
from bailee.types.kind import Kind

SLACK_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account (no person, no device), a person, or a device."""

    account_id: str
    person_id: str
    device_id: str

    @property
    def stream(self) -> StreamAddress:
        return StreamAddress(
            account_id=self.account_id,
            person_id=self.person_id,
            device_id=self.device_id,
            kind=Kind.LABEL,
        )


_columns = (
    artefact.c.id,
    artefact.c.stream_id,
    artefact.c.leaf,
    artefact.c.wrapped_day,
    artefact.c.wrapped_dek,
    artefact.c.description,
)


def _row(connection: sa.Connection, whose: Named) -> AnyRow | None:
    return connection.execute(
        sa.select(*_columns)
        .join(stream, stream.c.id == artefact.c.stream_id)
        .where(
            stream.c.account_id == whose.account_id,
            stream.c.person_id == whose.person_id,
            stream.c.device_id == whose.device_id,
            stream.c.kind == Kind.LABEL,
        )
    ).one_or_none()


def write(
    connection: sa.Connection, premises: Premises, whose: Named, name: str, *, until_day: int
) -> None:
    """Seal *name* under a stream of its own, in the caller's transaction."""
    stream_id = _stream(connection, premises, whose)
    lock = Lock(
        artefact_id=new_artefact_id(),
        kind=Kind.LABEL,
        day=until_day + SLACK_DAYS,
        own=(stream_id, first_leaf_of(premises.now_ms())),
        sources=(),
    )
    kek = KeyFinder(connection, premises.ring).kek(lock)
    assert kek is not None, "a fresh stream is alive, and so is a day to come"
    dek = new_key()
    connection.execute(
        sa.insert(artefact).values(
            id=lock.artefact_id,
            account_id=whose.account_id,
            kind=Kind.LABEL,
            stream_id=stream_id,
            leaf=lock.own[1],
            deposited_day=premises.today(),
            wrapped_day=lock.day,
            due_day=lock.day,
            size_bytes=0,
            wrapped_dek=wrap(kek, dek),
            description=seal_small(dek, json.dumps({"name": name}).encode()),
            sealed=b"".join(seal_stream(dek, ())),
        )
    )


def _stream(connection: sa.Connection, premises: Premises, whose: Named) -> StreamId:
    """Its stream: made with the name, and still there when the name has expired meanwhile."""
    found = connection.scalar(
        sa.select(stream.c.id).where(
            stream.c.account_id == whose.account_id,
            stream.c.person_id == whose.person_id,
            stream.c.device_id == whose.device_id,
            stream.c.kind == Kind.LABEL,
        )
    )
    if found is not None:
        return StreamId(found)
    return premises.ring.make_stream(connection, whose.stream, whose.account_id)


def _open(connection: sa.Connection, premises: Premises, row: AnyRow) -> bytes:
    lock = Lock(
        artefact_id=ArtefactId(row.id),
        kind=Kind.LABEL,
        day=row.wrapped_day,
        own=(StreamId(row.stream_id), row.leaf),
        sources=(),
    )
    kek = KeyFinder(connection, premises.ring).kek(lock)
    if kek is None:
        raise EvidenceError("A name has outlived its keys.", hint="Run `bailee fsck`.")
    return unwrap(kek, row.wrapped_dek)


def read(connection: sa.Connection, premises: Premises, whose: Named) -> str:
    """The name of an account, person or device; its opaque id when the name has expired."""
    row = _row(connection, whose)
    if row is None or row.wrapped_day < premises.today():
        return whose.person_id or whose.device_id or whose.account_id
    dek = _open(connection, premises, row)
    return str(json.loads(open_small(dek, row.description))["name"])


def extend(connection: sa.Connection, premises: Premises, whose: Named, *, until_day: int) -> bool:
    """Let a name live at least as long as what is held under it: wrap again when it would not.

    False when the name has expired: only who knows it can `write` it again.
    """
    row = _row(connection, whose)
    if row is None or row.wrapped_day < premises.today():
        return False
    if row.wrapped_day >= until_day:
        return True
    dek = _open(connection, premises, row)
    lock = Lock(
        artefact_id=ArtefactId(row.id),
        kind=Kind.LABEL,
        day=until_day + SLACK_DAYS,
        own=(StreamId(row.stream_id), row.leaf),
        sources=(),
    )
    kek = KeyFinder(connection, premises.ring).kek(lock)
    assert kek is not None, "it was open a line ago, and a day to come is alive"
    connection.execute(
        sa.update(artefact)
        .where(artefact.c.id == row.id, artefact.c.wrapped_dek == row.wrapped_dek)
        .values(wrapped_day=lock.day, due_day=lock.day, wrapped_dek=wrap(kek, dek))
    )
    return True


class _Placed(Protocol):
    """Whatever has an account, a person and a device."""

    @property
    def account_id(self) -> str: ...
    @property
    def person_id(self) -> str: ...
    @property
    def device_id(self) -> str: ...


def extend_all(
    connection: sa.Connection, premises: Premises, where: _Placed, *, until_day: int
) -> None:
    """`extend` the names of the account, the person and the device of *where*."""
    for whose in _all(where):
        extend(connection, premises, whose, until_day=until_day)


def renew_all(
    connection: sa.Connection,
    premises: Premises,
    where: _Placed,
    names: tuple[str, str, str],
    *,
    until_day: int,
) -> None:
    """The same, by who knows the *names* of account, person and device: expired ones come back."""
    for whose, name in zip(_all(where), names, strict=True):
        renew(connection, premises, whose, name, until_day=until_day)


def renew(
    connection: sa.Connection, premises: Premises, whose: Named, name: str, *, until_day: int
) -> None:
    """`extend` one name, or write it again where it had expired."""
    if not extend(connection, premises, whose, until_day=until_day):
        _drop_row(connection, whose)
        write(connection, premises, whose, name, until_day=until_day)


def rewrite(
    connection: sa.Connection, premises: Premises, whose: Named, name: str, *, until_day: int
) -> None:
    """Put another name in its place, which lives at least as long."""
    row = _row(connection, whose)
    lasts = until_day if row is None else max(until_day, row.wrapped_day - SLACK_DAYS)
    _drop_row(connection, whose)
    write(connection, premises, whose, name, until_day=lasts)


def _all(where: _Placed) -> tuple[Named, Named, Named]:
    return (
        Named(account_id=where.account_id, person_id="", device_id=""),
        Named(account_id=where.account_id, person_id=where.person_id, device_id=""),
        Named(account_id=where.account_id, person_id="", device_id=where.device_id),
    )


def _drop_row(connection: sa.Connection, whose: Named) -> None:
    """Take away the row of a name that is about to be written anew."""
    row = _row(connection, whose)
    if row is not None:
        connection.execute(sa.delete(artefact).where(artefact.c.id == row.id))
