"""Whom a deposit touches, as a question for the gate: everybody who is heard or seen in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody import address
from bailee.custody.asking import NO_ACCOUNT, NO_CHANGES, Question
from bailee.custody.parts import Part, Parts, part_of, person_or_nobody, recordings, span_of
from bailee.custody.premises import Premises
from bailee.custody.ruled import days_to_keep, rules_of
from bailee.errors import UnknownError
from bailee.rules.keep_for import Where
from bailee.store.tables import artefact, derivation, source
from bailee.types.decide import Principal, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.keep_for import KeepRule
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought(Question):
    """The question of deposits, and for how many days the household's rules let each be kept.

    The rules hold for as long as `changes` do: whoever changes one counts a change.
    """

    days: tuple[int, ...]


def of_deposits(
    connection: sa.Connection, premises: Premises, items: Sequence[Deposit], principal: Principal
) -> Brought:
    """Everybody heard or seen in deposits, each once for a device and kind.

    Raises:
        UnknownError: A recording that something derives from is not there.
        GoneError: It is forgotten or has expired.
    """
    names = _Names(connection, premises)
    found: dict[AccountId, Parts] = {}
    derived: dict[tuple[AccountId, Kind], list[RecordingId]] = {}
    for item in items:
        account_id = names.account(item.account, needed=bool(item.derived_from))
        parts = found.setdefault(account_id, Parts(principal=principal, account_id=account_id))
        if item.derived_from:
            derived.setdefault((account_id, item.kind), []).extend(item.derived_from)
        if not item.derived_from or (item.person is not None and item.device is not None):
            span = _span_said(premises, item)
            for who in (item.person or "", *item.also):
                part = names.part(account_id, who, item.device or "")
                parts.add(Verb.DEPOSIT, item.kind, part, span)
    for (account_id, kind), ids in derived.items():
        for row in recordings(connection, account_id, with_others(connection, ids)):
            found[account_id].add(Verb.DEPOSIT, kind, part_of(row), span_of(row))
    rules = {each: rules_of(connection, each) for each in found}
    return Brought(
        accesses=tuple(each for parts in found.values() for each in parts.accesses()),
        changes=tuple(
            (each, NO_CHANGES if each == NO_ACCOUNT else address.changes_of(connection, each))
            for each in found
        ),
        days=tuple(_days(connection, premises, names, rules, item) for item in items),
    )


def _days(
    connection: sa.Connection,
    premises: Premises,
    names: "_Names",
    rules: Mapping[AccountId, Sequence[KeepRule]],
    item: Deposit,
) -> int:
    account_id = names.account(item.account, needed=bool(item.derived_from))
    mine = rules[account_id]
    # Most households have none: then nobody has to be looked up for them.
    wheres = _wheres(connection, names, account_id, item) if mine else ()
    return days_to_keep(premises, mine, item.kind, wheres, item.keep_days)


def _wheres(
    connection: sa.Connection, names: "_Names", account_id: AccountId, item: Deposit
) -> Iterator[Where]:
    """Everybody it is of, and on what: those of its sources too."""
    if not item.derived_from or (item.person is not None and item.device is not None):
        for who in (item.person or "", *item.also):
            person_id, device_id = names.part(account_id, who, item.device or "")
            yield person_id or "", device_id or ""
    if item.derived_from:
        for row in recordings(connection, account_id, with_others(connection, item.derived_from)):
            yield row.person_id, row.device_id


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
            self._persons[account_id, who] = person_or_nobody(*whose, who)
        if (account_id, what) not in self._devices:
            self._devices[account_id, what] = None
            with suppress(UnknownError):
                self._devices[account_id, what] = address.find_device(*whose, what)
        return self._persons[account_id, who], self._devices[account_id, what]


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
