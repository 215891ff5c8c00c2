"""History: who looked, and what else happened, from the ledger's own entries (R-23).

Newest first, a page at a time. Whoever keeps house sees all of it; everybody else what is about
them or their ward, and what they did themselves. An entry names nobody: who is forgotten is
“somebody who is gone”, and what is forgotten “something that was forgotten”.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bailee.custody.desk import Transaction
from bailee.errors import InputError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.household.reader import (
    EVER,
    PEOPLE,
    Reader,
    Sieve,
    addresses,
    newest_first,
    opened_by,
    reader_of,
    sieve_of,
)
from bailee.household.tags import Address, Tags
from bailee.rules.places import unpack
from bailee.store.database import AnyRow
from bailee.types.decide import Principal
from bailee.types.history import Event, HistoryPage, Only, Sort
from bailee.types.ids import AccountId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

TYPES: Mapping[Sort, tuple[str, ...]] = {
    Sort.LOOKED: ("release", "releases", "export", "refusal"),
    Sort.FORGOTTEN: ("erase", "erased"),
    Sort.KEPT: ("retain", "keep", "reassign", "hold", "lift"),
    Sort.TAKEN_IN: ("deposit", "deposits", "answered"),
    Sort.CONSENT: ("consent", "shown"),
    Sort.PEOPLE: ("household", "person", "member", "grant", "guardian", "link"),
    Sort.DEVICES: ("device", "endpoint"),
    Sort.SIGN_IN: ("sign-in",),
}
_SORT_OF = {type_: sort for sort, types in TYPES.items() for type_ in types}
_ALL = Only()
_MOST = 1000
_READ = 5_000
"""How many entries a page reads at most to find those that somebody may see."""
_THINGS = 50
"""How many things of one event are told; its details say how many there were."""
_UNTOLD = frozenset(
    {
        *("v", "type", "at", "account", "kind", "purpose", "policy", "principal"),
        *("address", "addresses", "sources", "old", "new"),
        *("scope", "statement", "root", "epoch", "parts"),
    }
)


@dataclass(frozen=True, slots=True)
class History:
    """Reads what the ledger says of a household. *words* says what each policy does, by its id."""

    ground: Ground
    words: Mapping[str, str]

    def page(
        self,
        principal: Principal,
        account_id: AccountId,
        *,
        sorts: Collection[Sort] = (Sort.LOOKED,),
        only: Only = _ALL,
        limit: int = 100,
        after: str = "",
    ) -> HistoryPage:
        """One page, newest first.

        Args:
            principal: Who asks.
            account_id: Whose household.
            sorts: Which sorts of events.
            only: Those alone. Who is not of the household has done nothing in it.
            limit: 1 … 1000 events.
            after: The `next` of the page before; "" for the newest.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: The limit, the sorts or *after* are none.
            UnknownError: They do not belong to the household, or there is none.
        """
        if not 1 <= limit <= _MOST or not sorts:
            raise InputError(f"A page holds 1 to {_MOST} events, of one sort at least.")
        before = _parse_after(after)
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        everything = knowing.administers(principal, account_id)
        types = [each for sort in sorted(set(sorts)) for each in TYPES[sort]]

        def work(t: Transaction) -> HistoryPage:
            tags = Tags(t, account_id, principal)
            reader = reader_of(t, account_id, principal, tags, everything=everything)
            sieve = sieve_of(t, account_id, tags, only)
            within = (only.from_ms or 0, EVER[1] if only.to_ms is None else only.to_ms)
            rows, next_ = _pick(
                newest_first(t, account_id, types, before, within), reader, limit, sieve
            )
            return HistoryPage(events=self._told(tags, rows), next=next_)

        return self.ground.desk.read(work)

    def _told(self, tags: Tags, rows: list[tuple[AnyRow, dict[str, Any]]]) -> tuple[Event, ...]:
        things = tags.things(each for _, body in rows for each in _shown(body))
        return tuple(
            Event(
                number=row.id,
                at_ms=row.at_ms,
                sort=_SORT_OF[row.type],
                type=row.type,
                who=tags.asker(body.get("principal")),
                kind=Kind(body["kind"]) if body.get("kind") else None,
                things=tuple(things[tuple(each)] for each in _shown(body)),
                purpose=Purpose(body["purpose"]) if body.get("purpose") else None,
                policy=body.get("policy") or "",
                why=self.words.get(body.get("policy") or "", ""),
                details=_details(tags, body),
            )
            for row, body in rows
        )


def _pick(
    rows: Iterator[AnyRow], reader: Reader, limit: int, sieve: Sieve
) -> tuple[list[tuple[AnyRow, dict[str, Any]]], str]:
    """Those of *rows* that are for *reader*, and where the next page begins."""
    found: list[tuple[AnyRow, dict[str, Any]]] = []
    last = 0
    for number, row in enumerate(rows):
        if len(found) == limit or number == _READ:
            return found, str(last)
        body = json.loads(row.body)
        last = row.id
        if sieve.lets(body) and reader.sees(body):
            found.append((row, body))
    return found, ""


def _shown(body: Mapping[str, Any]) -> list[Address]:
    """The addresses of recordings among them: an artefact's own is only its place beside one.

    An archive names none: it says from when to when, and how many.
    """
    if body["type"] == "export":
        return []
    return (opened_by(body) or body.get("sources") or addresses(body))[:_THINGS]


def _details(tags: Tags, body: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of an entry, with ids for tags."""
    told = {name: value for name, value in body.items() if name not in _UNTOLD}
    if scope := body.get("scope"):
        # A consent's scope is a word; an erasure's is who, on what, from when to when.
        told |= scope if isinstance(scope, dict) else {"scope": scope}
    if opened := opened_by(body):
        told["artefacts"] = {
            kind: sum(1 for _ in unpack(places)) for kind, places in body["artefacts"].items()
        }
    if len(_shown(body)) < (count := len(opened or body.get("addresses") or ())):
        told["things"] = count
    people = {name: tags.id_of(told[name]) for name in (*PEOPLE, "device") if name in told}
    return told | people


def _parse_after(text: str) -> int:
    if not text:
        return (1 << 63) - 1
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise InputError("That is no place in it.", hint="Take `next` from the page before.")
    return int(text)
