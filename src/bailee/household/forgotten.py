"""Forgotten stretches: where a timeline has a gap because somebody asked for it.

From the ledger's entries, for who asked and who keeps house: to anybody else a gap is only a gap.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import InputError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.household.tags import Tags
from bailee.store.tables import entry
from bailee.types.decide import Principal
from bailee.types.ids import AccountId, ErasureId
from bailee.types.kind import Kind
from bailee.types.span import Span
from bailee.types.stretch import Stretch

_MOST_READ = 1_000
"""Entries: the newest ones tell what a timeline of some days shows."""
_MOST_TOLD = 500
_WORDLESS = "0" * 64
"""The statement of what was moved to another person: nobody asked to forget that."""
_newest = (
    sa.select(entry.c.at_ms, entry.c.body)
    .where(entry.c.account_id == sa.bindparam("account"), entry.c.type == "erase")
    .order_by(entry.c.id.desc())
    .limit(_MOST_READ)
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Tells what was forgotten of a stretch of time."""

    ground: Ground

    def stretches(
        self, principal: Principal, account_id: AccountId, begin_ms: int, end_ms: int
    ) -> tuple[Stretch, ...]:
        """What was forgotten that overlaps that time, newest act first; 500 at most.

        All of it for who keeps house, else what they asked for.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: That is no stretch of time.
            UnknownError: They do not belong to the household, or there is none.
        """
        if not 0 <= begin_ms <= end_ms:
            raise InputError("That is no stretch of time.", hint="Give its begin before its end.")
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        everybodys = knowing.administers(principal, account_id)
        wanted = Span(begin_ms=begin_ms, end_ms=end_ms)

        def work(t: Transaction) -> tuple[Stretch, ...]:
            mine = None if everybodys else t.principal(account_id, principal)
            told = _told(t, account_id, Tags(t, account_id, principal), mine)
            found = (
                each
                for each in told
                if wanted.overlaps(Span(begin_ms=each.begin_ms, end_ms=each.end_ms))
            )
            return tuple(islice(found, _MOST_TOLD))

        return self.ground.desk.read(work)


def _told(t: Transaction, account_id: str, tags: Tags, mine: str | None) -> Iterator[Stretch]:
    """Every stretch of the newest entries; of *mine* alone, if it is a tag."""
    for row in t.connection.execute(_newest, {"account": account_id}):
        body = json.loads(row.body)
        if body["statement"] != _WORDLESS and mine in {None, body["principal"]}:
            for place in _places(body):
                yield _stretch(tags, body, row.at_ms, place)


def _places(body: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None, int, int]]:
    """Person tag, device tag, begin and end of all that an entry names; None for everybody."""
    scope = body["scope"]
    if scope is not None:
        yield scope["person"], scope["device"], scope["begin"], scope["end"]
    for person, device, begin, end, _ in body["addresses"]:
        yield person, device, begin, end


def _stretch(
    tags: Tags,
    body: Mapping[str, Any],
    at_ms: int,
    place: tuple[str | None, str | None, int, int],
) -> Stretch:
    person, device, begin_ms, end_ms = place
    return Stretch(
        erasure_id=ErasureId(body["erasure"]),
        at_ms=at_ms,
        by=tags.asker(body["principal"]),
        person=tags.about(person),
        device=tags.about(device),
        kind=None if body["kind"] is None else Kind(body["kind"]),
        begin_ms=begin_ms,
        end_ms=end_ms,
    )
