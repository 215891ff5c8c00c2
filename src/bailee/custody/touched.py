"""Whom a selection, a move or a hold touches, as a question for the gate.

Where no person is named everybody of the account is meant, now and later, and so each is asked
about: nobody's recordings go, or stay, without a decision about that person.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from bailee.custody import address
from bailee.custody.asking import Question
from bailee.custody.parts import Part, Parts, part_of, person_or_nobody, recordings, span_of
from bailee.custody.premises import Premises
from bailee.store.database import AnyRow
from bailee.store.tables import device, person
from bailee.types.decide import Principal, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.selection import Selection
from bailee.types.span import MAX_MS, Span


def is_whole(selection: Selection) -> bool:
    """Whether erasing it takes a person, a device or the account as a whole, name and all."""
    ranged = selection.from_ms is not None or selection.to_ms is not None
    both = selection.person is not None and selection.device is not None
    return not (ranged or both or selection.recordings or selection.kind is not None)


def of_selection(
    connection: sa.Connection,
    premises: Premises,
    selection: Selection,
    verb: Verb,
    principal: Principal,
    *,
    lock: bool = False,
) -> Question:
    """Everybody a selection touches.

    Raises:
        InputError: It does not say one clear thing.
        UnknownError: No account, person, device or recording like that.
        GoneError: A recording picked by id is gone already.
    """
    selection.check()
    account_id = address.find_account(connection, premises, selection.account, lock=lock)
    parts = Parts(principal=principal, account_id=account_id)
    if selection.recordings:
        for row in recordings(connection, account_id, selection.recordings):
            parts.add(verb, selection.kind, part_of(row), span_of(row))
    else:
        span = _span_asked(selection)
        for part in _named(connection, premises, account_id, selection):
            parts.add(verb, selection.kind, part, span)
    return parts.question(connection)


def _named(
    connection: sa.Connection, premises: Premises, account_id: AccountId, selection: Selection
) -> Iterator[Part]:
    device_id = None
    if selection.device is not None:
        device_id = address.find_device(connection, premises, account_id, selection.device)
    if selection.person is not None:
        yield address.find_person(connection, premises, account_id, selection.person), device_id
        return
    everybody = everybody_of(connection, account_id)
    if is_whole(selection) or not everybody:
        yield None, device_id  # its name goes too, which is the account's
    for person_id in everybody:
        yield person_id, device_id


def everybody_of(connection: sa.Connection, account_id: AccountId) -> list[PersonId]:
    """Every person of an account."""
    mine = sa.select(person.c.id).where(person.c.account_id == account_id).order_by(person.c.id)
    return [PersonId(each) for each in connection.scalars(mine)]


def _span_asked(selection: Selection) -> Span | None:
    if selection.from_ms is None and selection.to_ms is None:
        return None
    begin_ms = selection.from_ms or 0
    end_ms = MAX_MS if selection.to_ms is None else selection.to_ms
    return Span(begin_ms=begin_ms, end_ms=end_ms)


# -- a move, a hold -------------------------------------------------------------------------


def of_move(
    connection: sa.Connection,
    premises: Premises,
    account_name: str,
    recording_id: RecordingId,
    person_name: str,
    principal: Principal,
    *,
    lock: bool = False,
) -> Question:
    """Who gives a recording away, and who gets it.

    Raises:
        UnknownError: No such account or recording.
        GoneError: It is forgotten or has expired.
    """
    account_id = address.find_account(connection, premises, account_name, lock=lock)
    (row,) = recordings(connection, account_id, [recording_id])
    parts = Parts(principal=principal, account_id=account_id)
    parts.add(Verb.REASSIGN, None, part_of(row), span_of(row))
    new_id = person_or_nobody(connection, premises, account_id, person_name)
    parts.add(Verb.DEPOSIT, None, (new_id, DeviceId(row.device_id)), span_of(row))
    return parts.question(connection)


def of_hold(connection: sa.Connection, row: AnyRow, principal: Principal) -> Question:
    """Everybody a standing hold covers. Who was erased meanwhile is nobody any more."""
    account_id = AccountId(row.account_id)
    parts = Parts(principal=principal, account_id=account_id)
    everybody = everybody_of(connection, account_id)
    persons: list[PersonId | None] = [
        each for each in everybody if row.person_id in {None, each}
    ] or [None]
    known = sa.select(device.c.id).where(device.c.id == row.device_id)
    device_id = connection.scalar(known)
    for person_id in persons:
        kind = None if row.kind is None else Kind(row.kind)
        parts.add(
            Verb.HOLD,
            kind,
            (person_id, None if device_id is None else DeviceId(device_id)),
            span_of(row),
        )
    return parts.question(connection)
