"""From the user's words to opaque ids and streams: accounts, persons, devices."""

import hmac
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody import labels
from bailee.custody.premises import Premises
from bailee.errors import InputError, UnknownError
from bailee.keytree import leaf_interval
from bailee.store.database import AnyRow, RetryTransaction
from bailee.store.ring import StreamAddress
from bailee.store.tables import account, device, erased_name, forgotten, person, stream
from bailee.types.ids import (
    AccountId,
    DeviceId,
    PersonId,
    StreamId,
    new_account_id,
    new_device_id,
    new_person_id,
)
from bailee.types.span import Span

NAMES_SECRET = "names"  # noqa: S105 - the secret's id, not the secret
_LONGEST_NAME = 200

# Built once: building and keying a statement costs more than running it.
_changes_of = sa.select(account.c.changes).where(account.c.id == sa.bindparam("id"))
_named = sa.select(account.c.id, account.c.begins_ms).where(
    account.c.lookup == sa.bindparam("lookup")
)
_named_locked = _named.with_for_update()
_named_shared = _named.with_for_update(read=True)
_part_named = {
    table: sa.select(table.c.id, table.c.begins_ms).where(
        table.c.account_id == sa.bindparam("account"), table.c.lookup == sa.bindparam("lookup")
    )
    for table in (person, device)
}
_touching = sa.select(forgotten.c.begin_ms, forgotten.c.end_ms).where(
    forgotten.c.account_id == sa.bindparam("account"),
    sa.or_(forgotten.c.person_id.is_(None), forgotten.c.person_id == sa.bindparam("person")),
    sa.or_(forgotten.c.device_id.is_(None), forgotten.c.device_id == sa.bindparam("device")),
)
_touching_recordings = _touching.where(forgotten.c.kind.is_(None))
_touching_kind = _touching.where(forgotten.c.kind == sa.bindparam("kind"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a recording belongs, and since when its parts take anything (milliseconds)."""

    account_id: AccountId
    person_id: PersonId
    device_id: DeviceId
    begins_ms: int


def clean_name(text: str, what: str) -> str:
    """A name as it is shown: NFC, trimmed, on one line.

    Raises:
        InputError: It is empty, too long, or holds control characters.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > _LONGEST_NAME or any(unicodedata.category(c) == "Cc" for c in name):
        raise InputError(
            f"That is no name for {what}.", hint=f"Use 1 to {_LONGEST_NAME} characters on one line."
        )
    return name


def _lookup(key: bytes, what: str, name: str) -> bytes:
    """A keyed index of a name, the same for “Leo” and “leo”; dies with its key."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return hmac.digest(key, f"{what}\0{folded}".encode(), "sha256")


def part_lookup(
    connection: sa.Connection, premises: Premises, account_id: str, what: str, name: str
) -> bytes:
    """How a person or device of a locked account is found by its clean name; 32 bytes."""
    key = premises.ring.secret(connection, account_id)
    assert key is not None, "the account's row is locked, so its key lives"
    return _lookup(key, what, name)


def account_lookup(connection: sa.Connection, premises: Premises, name: str) -> bytes:
    return _lookup(_names_key(connection, premises), "account", name)


def _names_key(connection: sa.Connection, premises: Premises) -> bytes:
    if premises.names_key is None:
        premises.names_key = premises.ring.secret(connection, NAMES_SECRET)
    assert premises.names_key is not None, "made by init"
    return premises.names_key


def derived_key(connection: sa.Connection, premises: Premises, use: str) -> bytes:
    """A key for notes that are not in custody; see `Vault.derived_key`."""
    return hmac.digest(_names_key(connection, premises), f"use\0{use}".encode(), "sha256")


def find_account(
    connection: sa.Connection, premises: Premises, name: str, *, lock: bool = False
) -> AccountId:
    """The account the user calls *name*; with *lock*, its row locked as an erasure locks it.

    Raises:
        UnknownError: There is none.
    """
    lookup = account_lookup(connection, premises, clean_name(name, "an account"))
    found = connection.scalar(_named_locked if lock else _named, {"lookup": lookup})
    if found is None:
        raise UnknownError("There is no account of that name.", hint="See `bailee list`.")
    return AccountId(found)


def _find_part(
    connection: sa.Connection, premises: Premises, account_id: str, table: sa.Table, name: str
) -> AnyRow | None:
    key = premises.ring.secret(connection, account_id)
    if key is None:
        return None
    lookup = _lookup(key, table.name, clean_name(name, f"a {table.name}"))
    named = {"account": account_id, "lookup": lookup}
    return connection.execute(_part_named[table], named).one_or_none()


def find_person(
    connection: sa.Connection, premises: Premises, account_id: AccountId, name: str
) -> PersonId:
    """The person the user calls *name* in an account. Raises `UnknownError` if there is none."""
    row = _find_part(connection, premises, account_id, person, name)
    if row is None:
        raise UnknownError("There is no person of that name in the account.")
    return PersonId(row.id)


def find_device(
    connection: sa.Connection, premises: Premises, account_id: AccountId, name: str
) -> DeviceId:
    """The device the user calls *name* in an account. Raises `UnknownError` if there is none."""
    row = _find_part(connection, premises, account_id, device, name)
    if row is None:
        raise UnknownError("There is no device of that name in the account.")
    return DeviceId(row.id)


def find(
    connection: sa.Connection, premises: Premises, account_name: str, who: str, what: str
) -> Address | None:
    """The address of three names that are all known, sharing the account's lock; None else."""
    lookup = account_lookup(connection, premises, clean_name(account_name, "an account"))
    row = connection.execute(_named_shared, {"lookup": lookup}).one_or_none()
    if row is None:
        return None
    # Looked up under the lock: whoever erases a person or device locks the account first.
    whose = _find_part(connection, premises, row.id, person, who)
    which = _find_part(connection, premises, row.id, device, what)
    if whose is None or which is None:
        return None
    return Address(
        account_id=AccountId(row.id),
        person_id=PersonId(whose.id),
        device_id=DeviceId(which.id),
        begins_ms=max(row.begins_ms, whose.begins_ms, which.begins_ms),
    )


def make(
    connection: sa.Connection,
    premises: Premises,
    account_name: str,
    who: str,
    what: str,
    *,
    until_day: int,
) -> Address:
    """The address of three names, each made where it is not known yet.

    One transaction: a crash leaves none of it. What bears the name of something erased begins at
    that erasure (design §1, late arrivals).
    """
    shown = clean_name(account_name, "an account")
    account_id, begins_ms = _make_account(connection, premises, shown, until_day)
    if not lock_account(connection, account_id):
        raise RetryTransaction  # erased a moment ago: its name begins anew
    person_id, person_begins = _make_part(
        connection, premises, account_id, person, new_person_id(), who, until_day
    )
    device_id, device_begins = _make_part(
        connection, premises, account_id, device, new_device_id(), what, until_day
    )
    return Address(
        account_id=account_id,
        person_id=PersonId(person_id),
        device_id=DeviceId(device_id),
        begins_ms=max(begins_ms, person_begins, device_begins),
    )


def make_person(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    name: str,
    *,
    until_day: int,
) -> tuple[str, int]:
    """The person of that name, made if there is none; id and since when. Holds the account's lock."""
    return _make_part(connection, premises, account_id, person, new_person_id(), name, until_day)


def make_account(
    connection: sa.Connection, premises: Premises, name: str, *, until_day: int
) -> AccountId:
    """The account of that name, made if there is none."""
    return _make_account(connection, premises, clean_name(name, "an account"), until_day)[0]


def make_device(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    name: str,
    *,
    until_day: int,
) -> DeviceId:
    """The device of that name, made if there is none. Holds the account's lock."""
    fresh = new_device_id()
    made, _ = _make_part(connection, premises, account_id, device, fresh, name, until_day)
    return DeviceId(made)


def lock_account(connection: sa.Connection, account_id: str) -> bool:
    """Lock an account's row against deposits and erasures; False when it is gone."""
    row = connection.execute(
        sa.select(account.c.id).where(account.c.id == account_id).with_for_update()
    ).one_or_none()
    return row is not None


def note_change(connection: sa.Connection, account_id: str) -> bool:
    """Lock an account and count a change to what decisions about it rest on; False when gone."""
    mine = sa.update(account).where(account.c.id == account_id)
    return connection.execute(mine.values(changes=account.c.changes + 1)).rowcount > 0


def changes_of(connection: sa.Connection, account_id: str) -> int | None:
    """How often an account has changed; None when it is gone."""
    return connection.scalar(_changes_of, {"id": account_id})


def begins(connection: sa.Connection, scope: str, lookup: bytes) -> int:
    """Up to when whoever takes that name takes nothing; 0 for a name that was nobody's."""
    erased = connection.scalar(
        sa.select(erased_name.c.erased_ms).where(
            erased_name.c.scope == scope, erased_name.c.lookup == lookup
        )
    )
    return 0 if erased is None else int(erased)


def _make_account(
    connection: sa.Connection, premises: Premises, name: str, until_day: int
) -> tuple[AccountId, int]:
    lookup = account_lookup(connection, premises, name)
    row = connection.execute(_named, {"lookup": lookup}).one_or_none()
    if row is not None:
        return AccountId(row.id), row.begins_ms
    account_id, begins_ms = new_account_id(), begins(connection, "", lookup)
    premises.ring.make_shard(connection, account_id)
    premises.ring.put_secret(connection, account_id, account_id)
    connection.execute(
        sa.insert(account).values(id=account_id, lookup=lookup, begins_ms=begins_ms, changes=0)
    )
    whose = labels.Named(account_id=account_id, person_id="", device_id="")
    labels.write(connection, premises, whose, name, until_day=until_day)
    return account_id, begins_ms


def _make_part(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    table: sa.Table,
    fresh_id: str,
    text: str,
    until_day: int,
) -> tuple[str, int]:
    name = clean_name(text, f"a {table.name}")
    found = _find_part(connection, premises, account_id, table, name)
    if found is not None:
        return found.id, found.begins_ms
    lookup = part_lookup(connection, premises, account_id, table.name, name)
    begins_ms = begins(connection, account_id, lookup)
    premises.ring.put_secret(connection, fresh_id, account_id)
    connection.execute(
        sa.insert(table).values(
            id=fresh_id, account_id=account_id, lookup=lookup, begins_ms=begins_ms
        )
    )
    is_person = table is person
    whose = labels.Named(
        account_id=account_id,
        person_id=fresh_id if is_person else "",
        device_id="" if is_person else fresh_id,
    )
    labels.write(connection, premises, whose, name, until_day=until_day)
    return fresh_id, begins_ms


def stream_of(connection: sa.Connection, premises: Premises, where: Address, kind: str) -> StreamId:
    """The stream of an address, made where it is not there yet, already punctured.

    A stream that begins late begins without what was forgotten before it began. The caller holds
    the account's lock, or shares it and retries with it when a stream must be made.
    """
    wanted = StreamAddress(
        account_id=where.account_id,
        person_id=where.person_id,
        device_id=where.device_id,
        kind=kind,
    )
    found = find_stream(connection, wanted)
    if found is not None:
        return found
    lock_account(connection, where.account_id)
    stream_id = premises.ring.make_stream(connection, wanted, where.account_id)
    if where.begins_ms:
        before = Span(begin_ms=0, end_ms=where.begins_ms)
        premises.ring.cut(connection, stream_id, leaf_interval(before))
    for gone in touching(connection, where, kind):
        premises.ring.cut(connection, stream_id, leaf_interval(gone))
    return stream_id


def find_stream(connection: sa.Connection, wanted: StreamAddress) -> StreamId | None:
    found = connection.scalar(
        sa.select(stream.c.id).where(
            stream.c.account_id == wanted.account_id,
            stream.c.person_id == wanted.person_id,
            stream.c.device_id == wanted.device_id,
            stream.c.kind == wanted.kind,
        )
    )
    return None if found is None else StreamId(found)


def touching(connection: sa.Connection, where: Address, kind: str) -> list[Span]:
    """The forgotten intervals that reach a stream: of its kind if it is one beside the tree."""
    asked = {"account": where.account_id, "person": where.person_id, "device": where.device_id}
    rows = (
        connection.execute(_touching_recordings, asked)
        if kind == ""
        else connection.execute(_touching_kind, {**asked, "kind": kind})
    )
    return [Span(begin_ms=row.begin_ms, end_ms=row.end_ms) for row in rows]
