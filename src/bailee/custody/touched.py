"""Whom a verb touches: a selection, a deposit, a move or a hold as questions for the gate.

Where no person is named everybody of the account is meant, now and later, and so each is asked
about: nobody's recordings go, or stay, without a decision about that person.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.custody import address
from bailee.custody.asking import NO_ACCOUNT, NO_CHANGES, Question
from bailee.custody.premises import Premises
from bailee.custody.view import why_missing
from bailee.errors import UnknownError
from bailee.store.database import AnyRow
from bailee.store.tables import artefact, derivation, device, person, recording, source
from bailee.types.decide import NOBODY_YET, Access, Principal, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId, parse_id
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Deposit
from bailee.types.selection import Selection
from bailee.types.span import MAX_MS, Span

_TOGETHER = 500

Part = tuple[PersonId | None, DeviceId | None]


@dataclass(slots=True, kw_only=True)
class _Parts:
    """Persons and devices of one account, each once, with the time all of theirs spans."""

    principal: Principal
    account_id: AccountId
    found: dict[tuple[Verb, Kind | None, PersonId | None, DeviceId | None], Span | None] = field(
        default_factory=dict
    )

    def add(self, verb: Verb, kind: Kind | None, part: Part, span: Span | None) -> None:
        key = (verb, kind, *part)
        known = self.found.get(key, span)
        if known is None or span is None:
            self.found[key] = None
            return
        self.found[key] = Span(
            begin_ms=min(known.begin_ms, span.begin_ms), end_ms=max(known.end_ms, span.end_ms)
        )

    def question(self, connection: sa.Connection) -> Question:
        changes = address.changes_of(connection, self.account_id)
        return Question(accesses=tuple(self.accesses()), changes=((self.account_id, changes),))

    def accesses(self) -> Iterator[Access]:
        for (verb, kind, person_id, device_id), span in self.found.items():
            yield Access(
                principal=self.principal,
                verb=verb,
                purpose=Purpose.OWNER_VIEW,
                account_id=self.account_id,
                kind=kind,
                person_id=person_id,
                device_id=device_id,
                span=span,
            )


# -- selections -----------------------------------------------------------------------------


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
    parts = _Parts(principal=principal, account_id=account_id)
    if selection.recordings:
        for row in _recordings(connection, account_id, selection.recordings):
            parts.add(verb, selection.kind, _part_of(row), _span_of(row))
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
    everybody = _everybody(connection, account_id)
    if is_whole(selection) or not everybody:
        yield None, device_id  # its name goes too, which is the account's
    for person_id in everybody:
        yield person_id, device_id


def _everybody(connection: sa.Connection, account_id: AccountId) -> list[PersonId]:
    mine = sa.select(person.c.id).where(person.c.account_id == account_id).order_by(person.c.id)
    return [PersonId(each) for each in connection.scalars(mine)]


def _span_asked(selection: Selection) -> Span | None:
    if selection.from_ms is None and selection.to_ms is None:
        return None
    begin_ms = selection.from_ms or 0
    end_ms = MAX_MS if selection.to_ms is None else selection.to_ms
    return Span(begin_ms=begin_ms, end_ms=end_ms)


def _recordings(
    connection: sa.Connection, account_id: AccountId, ids: Sequence[RecordingId]
) -> Iterator[AnyRow]:
    wanted = list(dict.fromkeys(RecordingId(parse_id(each, "rec")) for each in ids))
    for at in range(0, len(wanted), _TOGETHER):
        some = wanted[at : at + _TOGETHER]
        mine = sa.select(recording).where(
            recording.c.id.in_(some), recording.c.account_id == account_id
        )
        rows = {row.id: row for row in connection.execute(mine)}
        for each in some:
            if each not in rows:
                raise why_missing(connection, each, account_id)
            yield rows[each]


def _part_of(row: AnyRow) -> Part:
    return PersonId(row.person_id), DeviceId(row.device_id)


def _span_of(row: AnyRow) -> Span:
    return Span(begin_ms=row.begin_ms, end_ms=row.end_ms)


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
    (row,) = _recordings(connection, account_id, [recording_id])
    parts = _Parts(principal=principal, account_id=account_id)
    parts.add(Verb.REASSIGN, None, _part_of(row), _span_of(row))
    new_id = _person(connection, premises, account_id, person_name)
    parts.add(Verb.DEPOSIT, None, (new_id, DeviceId(row.device_id)), _span_of(row))
    return parts.question(connection)


def of_hold(connection: sa.Connection, row: AnyRow, principal: Principal) -> Question:
    """Everybody a standing hold covers. Who was erased meanwhile is nobody any more."""
    account_id = AccountId(row.account_id)
    parts = _Parts(principal=principal, account_id=account_id)
    everybody = _everybody(connection, account_id)
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
            _span_of(row),
        )
    return parts.question(connection)


# -- deposits -------------------------------------------------------------------------------


def of_deposits(
    connection: sa.Connection, premises: Premises, items: Sequence[Deposit], principal: Principal
) -> Question:
    """Everybody heard or seen in deposits, each once for a device and kind.

    Raises:
        UnknownError: A recording that something derives from is not there.
        GoneError: It is forgotten or has expired.
    """
    names = _Names(connection, premises)
    found: dict[AccountId, _Parts] = {}
    derived: dict[tuple[AccountId, Kind], list[RecordingId]] = {}
    for item in items:
        account_id = names.account(item.account, needed=bool(item.derived_from))
        parts = found.setdefault(account_id, _Parts(principal=principal, account_id=account_id))
        if item.derived_from:
            derived.setdefault((account_id, item.kind), []).extend(item.derived_from)
        if not item.derived_from or (item.person is not None and item.device is not None):
            span = _span_said(premises, item)
            for who in (item.person or "", *item.also):
                part = names.part(account_id, who, item.device or "")
                parts.add(Verb.DEPOSIT, item.kind, part, span)
    for (account_id, kind), ids in derived.items():
        for row in _recordings(connection, account_id, with_others(connection, ids)):
            found[account_id].add(Verb.DEPOSIT, kind, _part_of(row), _span_of(row))
    return Question(
        accesses=tuple(each for parts in found.values() for each in parts.accesses()),
        changes=tuple(
            (each, NO_CHANGES if each == NO_ACCOUNT else address.changes_of(connection, each))
            for each in found
        ),
    )


def _span_said(premises: Premises, item: Deposit) -> Span | None:
    if item.derived_from:
        return None
    begin_ms = min(item.captured_at_ms, premises.now_ms())
    return Span(begin_ms=begin_ms, end_ms=begin_ms + item.duration_ms)


class _Names:
    """Ids of the names in a batch, each looked up once."""

    def __init__(self, connection: sa.Connection, premises: Premises) -> None:
        self._connection, self._premises = connection, premises
        self._accounts: dict[str, AccountId] = {}
        self._persons: dict[tuple[AccountId, str], PersonId] = {}
        self._devices: dict[tuple[AccountId, str], DeviceId | None] = {}

    def account(self, name: str, *, needed: bool) -> AccountId:
        if name not in self._accounts:
            try:
                found = address.find_account(self._connection, self._premises, name)
            except UnknownError:
                if needed:
                    raise
                found = NO_ACCOUNT
            self._accounts[name] = found
        return self._accounts[name]

    def part(self, account_id: AccountId, who: str, what: str) -> Part:
        """Who is not there yet is `NOBODY_YET`; a device that is not is none."""
        whose = (self._connection, self._premises, account_id)
        if (account_id, who) not in self._persons:
            self._persons[account_id, who] = _person(*whose, who)
        if (account_id, what) not in self._devices:
            self._devices[account_id, what] = None
            with suppress(UnknownError):
                self._devices[account_id, what] = address.find_device(*whose, what)
        return self._persons[account_id, who], self._devices[account_id, what]


def _person(
    connection: sa.Connection, premises: Premises, account_id: AccountId, name: str
) -> PersonId:
    try:
        return address.find_person(connection, premises, account_id, name)
    except UnknownError:
        return NOBODY_YET


def with_others(connection: sa.Connection, ids: Iterable[RecordingId]) -> list[RecordingId]:
    """Each once, and the recordings of the others in it: what is made of a clip is theirs too."""
    wanted = list(dict.fromkeys(ids))
    other = source.alias("other")
    rows = connection.scalars(
        sa.select(other.c.recording_id)
        .select_from(
            source.join(artefact, artefact.c.id == source.c.artefact_id).join(
                other, other.c.artefact_id == source.c.artefact_id
            )
        )
        .where(
            source.c.recording_id.in_(wanted),
            ~sa.select(derivation.c.artefact_id)
            .where(derivation.c.artefact_id == artefact.c.id)
            .exists(),
        )
        .distinct()
        .order_by(other.c.recording_id)
    )
    return list(dict.fromkeys((*wanted, *map(RecordingId, rows))))
