"""Forgetting, as people ask for it: what would go, the moment, what became of it, the receipt.

All of it is custody's; here are the ids, who may know of an erasure, and the words kept for its
receipt (R-12, R-13, R-15, R-16).
"""

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.custody.erase import Asked
from bailee.custody.vault import Vault
from bailee.errors import InputError, UnknownError
from bailee.household import wording
from bailee.household.choosing import no_household, selection_of
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing, is_asker
from bailee.household.tags import Tags
from bailee.store.database import AnyRow
from bailee.store.tables import entry, erasure
from bailee.types.choice import Choice
from bailee.types.decide import Principal
from bailee.types.erasure import Erasure, Plan
from bailee.types.history import Who
from bailee.types.ids import AccountId, ErasureId, parse_id

_MOST = 1000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An erasure whose moment has come.

    `receipt` proves the moment already. Who had themselves forgotten gets it here or never: nobody
    is left to ask for it, and the words died with them.
    """

    erasure: Erasure
    receipt: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePage:
    """Erasures, newest first; `next` is "" on the last page."""

    erasures: tuple[Erasure, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the ledger says of an asking, whose words may be gone.

    Attributes:
        who: As far as it can still be told.
        picked: When each recording began that was picked by itself, oldest first.
    """

    who: Who | None
    picked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Erasures:
    """Forgets, and shows what was forgotten."""

    ground: Ground
    vault: Vault

    def plan(self, principal: Principal, account_id: AccountId, choice: Choice) -> Plan:
        """What forgetting *choice* would touch, counted; nothing changes. Raises as `ask` does."""
        with Knowing(self.ground).veiled_choice(principal, account_id, choice):
            selection = self.ground.desk.read(lambda t: selection_of(t, account_id, choice))
            return self.vault.plan(selection, principal=principal)

    def ask(self, principal: Principal, account_id: AccountId, choice: Choice) -> Begun:
        """The moment of forgetting, durable when this returns; `finish` cleans up after it.

        Raises:
            DeniedError: A decision about one of the persons it touches was no.
            InputError: It does not say one clear thing.
            GoneError: A recording picked by id is gone already.
            UnknownError: No such household, person, device or recording, or none they may know of.
        """
        with Knowing(self.ground).veiled_choice(principal, account_id, choice):
            selection = self.ground.desk.read(lambda t: selection_of(t, account_id, choice))
            asked = self.vault.forget(selection, principal=principal)
        # A crash here: it is forgotten, and its receipt will be without the words.
        with suppress(UnknownError):
            self.ground.desk.write(lambda t: _keep(t, account_id, choice, asked))
        begun = replace(self.vault.erasure(asked.id), sentence=asked.sentence)
        return Begun(erasure=begun, receipt=self.vault.receipt(asked.id, asked=asked))

    def finish(self, erasure_id: ErasureId) -> Erasure:
        """Clean up after an erasure. Idempotent; start-up and every sweep do the same."""
        return self.vault.finish(erasure_id)

    def show(self, principal: Principal, account_id: AccountId, erasure_id: str) -> Erasure:
        """An erasure, as far as it has come, for who asked for it or keeps house.

        Raises:
            UnknownError: There is none, or none they may know of.
        """
        return self._shown(account_id, self._require(principal, account_id, erasure_id))

    def receipt(
        self, principal: Principal, account_id: AccountId, erasure_id: str
    ) -> dict[str, Any]:
        """Its receipt as it stands now; without the words where those died. Raises as `show`."""
        known = self._require(principal, account_id, erasure_id)
        return self.vault.receipt(known, asked=self._words(account_id, known))

    def list(
        self, principal: Principal, account_id: AccountId, *, limit: int = 100, after: str = ""
    ) -> ErasurePage:
        """One page of a household's erasures: all for who keeps house, else those they asked for.

        Args:
            principal: Who asks.
            account_id: Whose.
            limit: 1 … 1000.
            after: The `next` of the page before; "" for the first.

        Raises:
            InputError: The limit or *after* is none of ours.
            UnknownError: They do not belong to the household, or there is none.
        """
        if not 1 <= limit <= _MOST:
            raise InputError(f"A page holds 1 to {_MOST} erasures.")
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        everybodys = knowing.administers(principal, account_id)

        def work(t: Transaction) -> list[AnyRow]:
            found: list[AnyRow] = []
            for row in _newest_first(t, account_id, after):
                if everybodys or is_asker(t, principal, account_id, row.body):
                    found.append(row)
                if len(found) > limit:
                    break
            return found

        rows = self.ground.desk.read(work)
        more = rows[limit - 1] if len(rows) > limit else None
        return ErasurePage(
            erasures=tuple(self._shown(account_id, ErasureId(row.id)) for row in rows[:limit]),
            next="" if more is None else f"{more.requested_ms}.{more.id}",
        )

    def requests(
        self, principal: Principal, account_id: AccountId, ids: Collection[ErasureId]
    ) -> dict[ErasureId, Request]:
        """What was asked by each of *ids*, and by whom; without those they may not know of."""
        everybodys = Knowing(self.ground).administers(principal, account_id)

        def work(t: Transaction) -> dict[ErasureId, Request]:
            tags = Tags(t, account_id, principal)
            rows = t.connection.execute(
                _asked_for.where(erasure.c.id.in_(ids)), {"account": account_id}
            ).all()
            return {
                ErasureId(row.id): _request(tags, json.loads(row.body))
                for row in rows
                if everybodys or is_asker(t, principal, account_id, row.body)
            }

        return self.ground.desk.read(work)

    def _require(self, principal: Principal, account_id: AccountId, erasure_id: str) -> ErasureId:
        known = ErasureId(parse_id(erasure_id, "era"))
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        if not knowing.of_erasure(principal, account_id, known):
            raise UnknownError("There is no such erasure here.")
        return known

    def _words(self, account_id: AccountId, erasure_id: ErasureId) -> Asked | None:
        return self.ground.desk.read(lambda t: wording.find(t, account_id, erasure_id))

    def _shown(self, account_id: AccountId, erasure_id: ErasureId) -> Erasure:
        found, asked = self.vault.erasure(erasure_id), self._words(account_id, erasure_id)
        return found if asked is None else replace(found, sentence=asked.sentence)


def _request(tags: Tags, body: dict[str, Any]) -> Request:
    single = body["scope"] is None and not body["whole"]
    begins = {each[2] for each in body["addresses"]} if single else ()
    return Request(who=tags.asker(body["principal"]), picked=tuple(sorted(begins)))


def _keep(t: Transaction, account_id: AccountId, choice: Choice, asked: Asked) -> None:
    t.lock(account_id)
    wording.keep(t, account_id, choice, asked)


# What was moved to another person is forgotten where it was, too; nobody asked for that by itself.
_asked_for = (
    sa.select(erasure.c.id, erasure.c.requested_ms, entry.c.body)
    .join(entry, entry.c.id == erasure.c.request_entry)
    .where(erasure.c.account_id == sa.bindparam("account"), entry.c.type == "erase")
)


def _newest_first(t: Transaction, account_id: str, after: str) -> Iterator[AnyRow]:
    """Every erasure from *after* on, read a few hundred at a time."""
    at = _parse_after(after)
    while True:
        wanted = _asked_for
        if at is not None:
            wanted = wanted.where(
                sa.or_(
                    erasure.c.requested_ms < at[0],
                    sa.and_(erasure.c.requested_ms == at[0], erasure.c.id < at[1]),
                )
            )
        ordered = wanted.order_by(erasure.c.requested_ms.desc(), erasure.c.id.desc())
        rows = t.connection.execute(ordered.limit(_AT_ONCE), {"account": account_id}).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        at = rows[-1].requested_ms, rows[-1].id


def _parse_after(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    at, _, erasure_id = text.partition(".")
    if not (at.isascii() and at.isdecimal()) or len(at) > 15:
        raise InputError("That is no place in the list.", hint="Take `next` from the page before.")
    return int(at), parse_id(erasure_id, "era")
