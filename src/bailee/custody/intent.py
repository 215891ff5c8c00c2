"""From what an upload says it will be, in opaque ids, to a deposit, and to the key of its bytes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import BinaryIO

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bailee.custody import address, labels
from bailee.custody.brought import with_others
from bailee.custody.leaves import Lateness
from bailee.custody.premises import Premises
from bailee.errors import UnknownError
from bailee.seal.frames import open_frame, seal_frame
from bailee.store.tables import recording
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from bailee.types.span import Span
from bailee.types.upload import Intended

_SALT = sha256(b"bailee/upload/v1/salt").digest()


# -- whose it is, and the key that hangs on all of them -------------------------------------


def others_of(connection: sa.Connection, intended: Intended) -> list[str]:
    """Everybody an upload is about besides the person it names: also those of its sources."""
    made_from = with_others(connection, intended.derived_from)
    sources = sa.select(recording.c.person_id).where(recording.c.id.in_(made_from))
    found = {*intended.also, *connection.scalars(sources)}
    return sorted(found - {"", intended.person_id})


def key_of(
    connection: sa.Connection, premises: Premises, upload_id: str, whose: Iterable[str]
) -> bytes | None:
    """The key of an upload's bytes; None once it ended, or any of *whose* was erased.

    It is of secrets in the ring alone: with the first of them goes the key, and with the next
    rotation no older copy makes it either.
    """
    owners = sorted(set(whose) - {""})
    secrets = [premises.ring.secret(connection, each) for each in (upload_id, *owners)]
    parts = [each for each in secrets if each is not None]
    if len(parts) < len(secrets):
        return None
    info = f"bailee/upload/v1|{upload_id}|{len(owners)}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=info).derive(b"".join(parts))


# -- kept in its row -------------------------------------------------------------------------


def _context(upload_id: str) -> bytes:
    return f"bailee/upload/v1|{upload_id}|intended".encode()


def seal(key: bytes, upload_id: str, intended: Intended, metadata: str) -> bytes:
    """What it is to become, and what the depositor's program said, sealed."""
    plain = json.dumps({"intended": asdict(intended), "metadata": metadata}).encode()
    return seal_frame(key, plain, _context(upload_id))


def opened(key: bytes, upload_id: str, sealed: bytes) -> tuple[Intended, str]:
    """What `seal` sealed. Raises `FrameError`."""
    said = json.loads(open_frame(key, sealed, _context(upload_id)))
    fields = said["intended"]
    fields["kind"] = Kind(fields["kind"])
    fields["also"] = tuple(fields["also"])
    fields["derived_from"] = tuple(fields["derived_from"])
    return Intended(**fields), said["metadata"]


# -- as a deposit ----------------------------------------------------------------------------


def item_of(
    connection: sa.Connection,
    premises: Premises,
    intended: Intended,
    content: bytes | BinaryIO = b"",
) -> Deposit:
    """The deposit that it is, with names for ids, each looked up again by that name.

    Raises:
        UnknownError: Somebody or something it names is not of the household, or not any more.
    """
    names = _Names(connection, premises, intended.account_id)
    person_id, device_id = intended.person_id, intended.device_id
    return Deposit(
        account=names.account(),
        kind=intended.kind,
        content=content,
        person=None if person_id is None else names.person(person_id),
        device=None if device_id is None else names.device(device_id),
        also=tuple(names.person(each) for each in intended.also),
        captured_at_ms=intended.captured_at_ms,
        duration_ms=intended.duration_ms,
        keep_days=intended.keep_days,
        derived_from=intended.derived_from,
        name=intended.name,
        details=intended.details,
    )


class _Names:
    """Names that lead back to the very ids they are of.

    Whoever was erased leads nowhere, and so does a name that has expired: an upload must never
    make somebody new in their place.
    """

    def __init__(
        self, connection: sa.Connection, premises: Premises, account_id: AccountId
    ) -> None:
        self._whose = connection, premises
        self._account_id = account_id

    def account(self) -> str:
        name = self._read()
        if address.find_account(*self._whose, name) != self._account_id:
            raise UnknownError("There is no such household.")
        return name

    def person(self, person_id: PersonId) -> str:
        name = self._read(person_id=person_id)
        if address.find_person(*self._whose, self._account_id, name) != person_id:
            raise UnknownError("There is no such person in the household.")
        return name

    def device(self, device_id: DeviceId) -> str:
        name = self._read(device_id=device_id)
        if address.find_device(*self._whose, self._account_id, name) != device_id:
            raise UnknownError("There is no such device in the household.")
        return name

    def _read(self, *, person_id: str = "", device_id: str = "") -> str:
        named = labels.Named(account_id=self._account_id, person_id=person_id, device_id=device_id)
        return labels.read(*self._whose, named)


def refuse_late(connection: sa.Connection, premises: Premises, item: Deposit) -> None:
    """Say now what the deposit would say at its end: nobody sends ten gibibytes in vain.

    Raises:
        LateArrivalError: It touches what was forgotten.
        UnknownError: A recording it derives from is not there.
    """
    if item.derived_from:
        _require_sources(connection, item.derived_from)
        return
    begin_ms = min(item.captured_at_ms, premises.now_ms())
    span = Span(begin_ms=begin_ms, end_ms=begin_ms + item.duration_ms)
    lateness = Lateness(connection)
    for who in (item.person or "", *item.also):
        where = address.find(connection, premises, item.account, who, item.device or "")
        if where is None:
            raise UnknownError("There is no such person or device in the household.")
        lateness.refuse(where, "", span)
        lateness.refuse(where, item.kind, span)


def _require_sources(connection: sa.Connection, ids: Sequence[RecordingId]) -> None:
    known = set(connection.scalars(sa.select(recording.c.id).where(recording.c.id.in_(ids))))
    if not known.issuperset(ids):
        raise UnknownError("A recording this is made from is not here any more.")
