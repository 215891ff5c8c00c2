"""Lookers: everybody who looked, and how often; “nobody else” is their number (R-23).

“How many others looked?” has an exact answer: every entry of the time asked for is read, since each
release had its own before the first byte left.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bailee.custody.desk import Transaction
from bailee.errors import InputError
from bailee.household.choosing import no_household, no_person
from bailee.household.ground import Ground
from bailee.household.history import TYPES
from bailee.household.knowing import Knowing
from bailee.household.reader import addresses, newest_first, reader_of
from bailee.household.tags import Tags
from bailee.store.database import AnyRow
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.history import Looker, Sort, Who, WhoSort
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.purpose import Purpose
from bailee.types.span import Span

_MOST_SLOTS = 400
_REFUSAL = "refusal"
_OPENED = tuple(each for each in TYPES[Sort.LOOKED] if each != _REFUSAL)
_ONESELF = frozenset({WhoSort.YOU, WhoSort.DEVICE})
"""Who asks for what is their own; a device opens nothing but what is read aloud there."""
_COPIES = frozenset({Purpose.EXPORT, Purpose.LEGAL_PROCESS})


@dataclass(slots=True)
class _Count:
    opened: list[int]
    refused: list[int]
    copies: int = 0
    last_ms: int | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Lookers:
    """Counts who looked."""

    ground: Ground

    def between(
        self, principal: Principal, account_id: AccountId, edges: Sequence[int]
    ) -> tuple[Looker, ...]:
        """Everybody who looked, or was refused, in each stretch between two of *edges*.

        You first, then who opened most. Who is gone counts as one: nobody can tell them apart.
        Whoever does not keep house is told what `History` shows them, and no more.

        Args:
            principal: Who asks.
            account_id: Whose household.
            edges: Milliseconds since the epoch, ascending: one more than there are stretches.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: The edges are none.
            UnknownError: They do not belong to the household, or there is none.
        """
        if not 1 < len(edges) <= _MOST_SLOTS or list(edges) != sorted(edges):
            raise InputError(f"That is counted in 1 to {_MOST_SLOTS - 1} stretches, in order.")
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        everything = knowing.administers(principal, account_id)

        def work(t: Transaction) -> tuple[Looker, ...]:
            tags = Tags(t, account_id, principal)
            reader = reader_of(t, account_id, principal, tags, everything=everything)
            rows = newest_first(t, account_id, TYPES[Sort.LOOKED], within=(edges[0], edges[-1]))
            told = ((row, json.loads(row.body)) for row in rows)
            return _counted(tags, ((row, body) for row, body in told if reader.sees(body)), edges)

        return self.ground.desk.read(work)

    def others(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        within: Span,
        *,
        device_id: DeviceId | None = None,
    ) -> tuple[Looker, ...]:
        """Everybody but *person_id* who opened something of theirs *within* a time, most first.

        What was read aloud to them is their own looking. With *device_id*, of what was recorded
        there alone.

        Raises:
            UnknownError: *principal* may not know of what is recorded of them.
        """
        if not Knowing(self.ground).of_person(principal, account_id, person_id):
            raise no_person()

        def work(t: Transaction) -> tuple[Looker, ...]:
            themselves = Principal(kind=PrincipalKind.PERSON, id=person_id)
            tags = Tags(t, account_id, themselves)
            mine = tags.of(person_id)
            there = None if device_id is None else tags.called(device_id)
            edges = (within.begin_ms, within.end_ms + 1)
            rows = newest_first(t, account_id, _OPENED, within=edges)
            told = ((row, json.loads(row.body)) for row in rows)
            about = ((row, body) for row, body in told if _is_about(body, mine, there))
            return _counted(tags, about, edges)

        found = self.ground.desk.read(work)
        return tuple(each for each in found if each.who.sort not in _ONESELF)


def _is_about(body: Mapping[str, Any], person: str, device: str | None) -> bool:
    """Whether something was opened that is somebody's, recorded with *device* where one is said."""
    return any(each[0] == person and device in {None, each[1]} for each in addresses(body))


def _counted(
    tags: Tags, rows: Iterator[tuple[AnyRow, Mapping[str, Any]]], edges: Sequence[int]
) -> tuple[Looker, ...]:
    found: dict[Who, _Count] = {}
    slots = len(edges) - 1
    for row, body in rows:
        who = tags.asker(body.get("principal"))
        if who is None:  # a refusal that nobody in particular met: a late upload
            continue
        count = found.setdefault(who, _Count([0] * slots, [0] * slots))
        slot = bisect_right(edges, row.at_ms) - 1
        if row.type == _REFUSAL:
            count.refused[slot] += 1
            continue
        count.opened[slot] += 1
        count.copies += body.get("purpose") in _COPIES
        count.last_ms = max(row.at_ms, count.last_ms or 0)
    order = sorted(
        found.items(),
        key=lambda each: (each[0].sort is not WhoSort.YOU, -sum(each[1].opened), each[0].name),
    )
    return tuple(
        Looker(
            who=who,
            opened=tuple(count.opened),
            refused=tuple(count.refused),
            copies=count.copies,
            last_ms=count.last_ms,
        )
        for who, count in order
    )
