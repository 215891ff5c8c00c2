"""Writing entries into the outbox, in the transaction of what they tell (design §2)."""

import hmac
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from bailee.custody.premises import Premises
from bailee.keytree import moment_of
from bailee.rules import entries as vocabulary
from bailee.store.tables import entry, stream

VAULT = ""
"""The account id of entries that are the vault's own."""

_insert = sa.insert(entry).returning(entry.c.id)


def tag(connection: sa.Connection, premises: Premises, opaque_id: str) -> str:
    """The tag of an account, person or device in the ledger: 32 hex digits.

    Made with a key of its own; once that key is dropped and the ring rotated, nobody can tell
    whose entries they were, only that they belong together.
    """
    if not opaque_id:
        return ""
    known = premises.tags.get(opaque_id)
    if known is None:
        key = premises.ring.secret(connection, opaque_id)
        if key is None:
            return _erased_tag(opaque_id)
        known = hmac.digest(key, b"bailee/tag/v1", "sha256")[:16].hex()
        premises.tags[opaque_id] = known
    return known


def principal_tag(
    connection: sa.Connection, premises: Premises, account_id: str, principal: str
) -> str:
    """Who asked, as the ledger says it: the same tag for the same one in the same account."""
    key = premises.ring.secret(connection, account_id)
    if key is None:
        return _erased_tag(account_id)
    return hmac.digest(key, f"bailee/principal/v1/{principal}".encode(), "sha256")[:16].hex()


def _erased_tag(opaque_id: str) -> str:
    """For what lost its key between two transactions: belongs to nobody any more."""
    return sha256(f"bailee/erased/v1/{opaque_id}".encode()).hexdigest()[:32]


def parts_of(connection: sa.Connection, premises: Premises, stream_id: int) -> tuple[str, str]:
    """The person and the device of a stream; an empty id where it has none."""
    parts = premises.stream_parts.get(stream_id)
    if parts is None:
        row = connection.execute(
            sa.select(stream.c.person_id, stream.c.device_id).where(stream.c.id == stream_id)
        ).one_or_none()
        # Its stream is gone once its person, device or account is erased and cleaned up after.
        parts = ("", "") if row is None else (row.person_id, row.device_id)
        if row is not None:
            premises.stream_parts[stream_id] = parts
    return parts


def address(
    connection: sa.Connection,
    premises: Premises,
    stream_id: int,
    leaf: int,
    *,
    end_ms: int | None = None,
) -> list[str | int]:
    """An address as entries write it: person and device tag, begin, end, sequence."""
    parts = parts_of(connection, premises, stream_id)
    begin_ms = moment_of(leaf)
    return [
        tag(connection, premises, parts[0]),
        tag(connection, premises, parts[1]),
        begin_ms,
        max(begin_ms, begin_ms if end_ms is None else end_ms),
        leaf & 0xFFFF,
    ]


def scope(
    connection: sa.Connection,
    premises: Premises,
    *,
    person_id: str | None,
    device_id: str | None,
    kind: str | None,
    begin_ms: int,
    end_ms: int,
) -> dict[str, str | int | None]:
    """A scope as entries write it; null where everything is meant."""
    return {
        "person": None if person_id is None else tag(connection, premises, person_id),
        "device": None if device_id is None else tag(connection, premises, device_id),
        "kind": kind,
        "begin": begin_ms,
        "end": end_ms,
    }


def append(
    connection: sa.Connection, premises: Premises, type_: str, account_id: str, /, **fields: Any
) -> int:
    """Put an entry into the outbox; its row's id. Durable with the transaction, or not at all.

    A field `at` is the moment it tells of, where a row beside it tells the same; now, otherwise.
    """
    at_ms = fields.pop("at", None) or premises.now_ms()
    body = vocabulary.encode({"v": vocabulary.VERSION, "type": type_, "at": at_ms, **fields})
    values = {"account_id": account_id, "type": type_, "at_ms": at_ms, "body": body}
    return int(connection.execute(_insert, values).scalar_one())
