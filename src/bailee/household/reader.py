"""Reading the ledger's entries of a household: which there are, and for whom each one is (R-23).

Whoever keeps house reads all of them; everybody else what is about them or their ward, and what they
did themselves.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.household.guardians import is_guardian
from bailee.household.tags import Address, Tags
from bailee.rules.places import unpack
from bailee.store.database import AnyRow
from bailee.store.household_tables import membership
from bailee.store.tables import entry, person
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.history import Only
from bailee.types.kind import Kind
from bailee.types.role import Role

PEOPLE = ("person", "guardian", "subject")
"""Fields of an entry that hold a person's tag."""
_AT_ONCE = 200
_older = (
    sa.select(entry.c.id, entry.c.type, entry.c.at_ms, entry.c.body)
    .where(
        entry.c.account_id == sa.bindparam("account"),
        entry.c.type == sa.bindparam("type"),
        entry.c.id < sa.bindparam("before"),
        entry.c.at_ms >= sa.bindparam("from_ms"),
        entry.c.at_ms < sa.bindparam("to_ms"),
    )
    .order_by(entry.c.id.desc())
    .limit(_AT_ONCE)
)
EVER = (0, (1 << 63) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and what is theirs.

    Attributes:
        everything: They keep house.
        people: The tags of themselves and their wards.
        asker: How the ledger calls them as one who asks.
        since_ms: A guest is shown nothing of what was recorded before.
    """

    everything: bool
    people: frozenset[str]
    asker: str
    since_ms: int

    def sees(self, body: Mapping[str, Any]) -> bool:
        """Whether an entry is for them."""
        if self.everything or body.get("principal") == self.asker:
            return True
        about = {body.get(each) for each in PEOPLE} | {scope_of(body).get("person")}
        mine = (each[0] in self.people and each[2] >= self.since_ms for each in addresses(body))
        return bool(about & self.people) or any(mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """`Only` in the ledger's words: tags, "" for nobody; None leaves a filter out."""

    by: str | None
    person: str | None
    device: str | None
    kind: Kind | None

    def lets(self, body: Mapping[str, Any]) -> bool:
        """Whether an entry is one of those that are asked for."""
        if self.by is not None and body.get("principal") != self.by:
            return False
        if self.kind is not None and self.kind not in _kinds(body):
            return False
        if self.person is not None and self.person not in _whose(body):
            return False
        return self.device is None or self.device in _recorders(body)


def reader_of(
    t: Transaction, account_id: str, principal: Principal, tags: Tags, *, everything: bool
) -> Reader:
    """What of the history is theirs. A device or a link made something, and has nobody's past."""
    mine: set[str] = set()
    since_ms = 0
    if principal.kind is PrincipalKind.PERSON and not everything:
        everybody = t.connection.scalars(
            sa.select(person.c.id).where(person.c.account_id == account_id)
        )
        wards = {each for each in everybody if is_guardian(t, each, principal.id)}
        mine = {tags.of(each) for each in {*wards, principal.id}}
        stay = sa.select(membership.c.since_ms).where(
            membership.c.person_id == principal.id, membership.c.role == Role.GUEST
        )
        since_ms = t.connection.scalar(stay) or 0
    return Reader(
        everything=everything,
        people=frozenset(mine),
        asker=t.principal(account_id, principal),
        since_ms=since_ms,
    )


def newest_first(
    t: Transaction,
    account_id: str,
    types: Collection[str],
    before: int = EVER[1],
    within: tuple[int, int] = EVER,
) -> Iterator[AnyRow]:
    """Entries of *types*, one look-up of the index for each type and few hundred rows.

    Those from the first millisecond of *within* on, and before its second.
    """
    return heapq.merge(
        *(_of_type(t, account_id, each, before, within) for each in types),
        key=lambda row: -row.id,
    )


def _of_type(
    t: Transaction, account_id: str, type_: str, before: int, within: tuple[int, int]
) -> Iterator[AnyRow]:
    begins, ends = within
    while True:
        asked = {
            "account": account_id,
            "type": type_,
            "before": before,
            "from_ms": begins,
            "to_ms": ends,
        }
        rows = t.connection.execute(_older, asked).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].id


def sieve_of(t: Transaction, account_id: str, tags: Tags, only: Only) -> Sieve:
    def called(opaque_id: str | None) -> str | None:
        return None if opaque_id is None else tags.called(opaque_id)

    return Sieve(
        by=None if only.by is None else t.principal(account_id, only.by),
        person=called(only.person_id),
        device=called(only.device_id),
        kind=only.kind,
    )


def _kinds(body: Mapping[str, Any]) -> Collection[str]:
    """Every kind an entry is about."""
    own = {body.get("kind"), scope_of(body).get("kind")} - {None}
    return {*own, *(body.get("artefacts") or ())}


def _whose(body: Mapping[str, Any]) -> Collection[str]:
    """The tags of everybody an entry is about."""
    own = {body.get(each) for each in PEOPLE} | {scope_of(body).get("person")}
    return {*(own - {None}), *(each[0] for each in addresses(body))}


def _recorders(body: Mapping[str, Any]) -> Collection[str]:
    """The same of devices."""
    own = {body.get("device"), scope_of(body).get("device")} - {None}
    return {*own, *(each[1] for each in addresses(body))}


def scope_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An erasure's: who, on what, from when to when. A consent's is a word, and says none of it."""
    scope = body.get("scope")
    return scope if isinstance(scope, dict) else {}


def addresses(body: Mapping[str, Any]) -> list[Address]:
    """Every address an entry has; of what was opened or taken in, its recordings before its own."""
    if opened := opened_by(body):
        return opened
    own = [body[each] for each in ("address", "old", "new") if body.get(each)]
    return [*(body.get("sources") or body.get("addresses") or body.get("parts") or ()), *own]


def opened_by(body: Mapping[str, Any]) -> list[Address]:
    """The recordings that one page, or one step of a search, opened."""
    return list(unpack(body["sources"])) if body["type"] == "releases" else []
