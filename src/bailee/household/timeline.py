"""What somebody may know of: lists and single recordings, each asked for by itself.

What may not be known is left out without a trace: a guest sees nothing from before their stay, and
not that there was anything.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import gcd

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.custody.view import place_in_list
from bailee.errors import InputError
from bailee.household.choosing import (
    account_name,
    device_name,
    no_household,
    no_person,
    no_recording,
    person_name,
)
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing, Place
from bailee.store.household_tables import membership
from bailee.store.tables import person
from bailee.types.decide import Principal
from bailee.types.density import Beside, Tally
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.query import Page, Query
from bailee.types.recording import Recording
from bailee.types.role import Role
from bailee.types.span import MAX_MS, Span

_persons = sa.select(person.c.id).where(person.c.account_id == sa.bindparam("account"))
_stay = sa.select(membership.c.since_ms).where(
    membership.c.person_id == sa.bindparam("who"),
    membership.c.account_id == sa.bindparam("account"),
    membership.c.role == Role.GUEST,
)

_MOST_SLOTS = 20_000
_LOOK_AHEAD = (1, 50, 200, 1000)
"""Sizes of the pages in which the next one that may be known of is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The filters in custody's words, and whose recordings they leave."""

    query: Query
    persons: tuple[PersonId, ...]
    everybody: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lists and shows what a principal may know of."""

    ground: Ground
    vault: Vault

    def list(
        self,
        principal: Principal,
        account_id: AccountId,
        query: Query,
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> Page:
        """One page, full but for what a decision about a single moment takes out of it.

        Whom one may know of is asked once for each person, before anything is read, and once more
        for the first and the last of each person and device on the page: the policies draw lines
        in time, and what lies between two that may be known may be.

        Args:
            principal: Who asks.
            account_id: Whose household; `Query.account` is set from it.
            query: The filters, in names.
            person_id: The same by id.
            device_id: The same by id.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: The filters are none.
            UnknownError: No such household, person or device, or none they may know of.
        """
        known = self._known(principal, account_id, query, person_id, device_id)
        if known is None:
            return Page(recordings=(), next="")
        page = self.vault.list(known)
        places = self._places(each.id for each in page.recordings)
        shown = _may_list(
            Knowing(self.ground),
            principal,
            [(each.id, places[each.id]) for each in page.recordings],
        )
        return replace(page, recordings=tuple(each for each in page.recordings if each.id in shown))

    def density(
        self,
        principal: Principal,
        account_id: AccountId,
        query: Query,
        edges: Sequence[int],
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> tuple[int, ...]:
        """How many recordings begin between each two of *edges*, of those that `list` would tell.

        Nothing is opened, and so there is no entry.

        Args:
            principal: Who asks.
            account_id: Whose household.
            query: The filters; its order and page do not matter.
            edges: When the slots begin and the last one ends, ascending; see `calendar`.
            person_id: As for `list`.
            device_id: As for `list`.

        Raises:
            InputError: The edges are none; and whatever `list` raises.
        """
        width_ms = _common_width(edges)
        known = self._known(principal, account_id, query, person_id, device_id)
        counts = [0] * (len(edges) - 1)
        if known is None:
            return tuple(counts)
        found = self.vault.tally(known, edges[0], edges[-1], width_ms)
        for each in _may_count(Knowing(self.ground), principal, account_id, found):
            counts[bisect_right(edges, each.first_ms) - 1] += each.count
        return tuple(counts)

    def holding(
        self,
        principal: Principal,
        account_id: AccountId,
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> Mapping[Kind, int]:
        """How much there is of each kind, of whom they may know of; nothing is opened.

        Raises as `list`.
        """
        known = self._known(principal, account_id, Query(), person_id, device_id)
        return {} if known is None else self.vault.holding(known)

    def nearest(
        self,
        principal: Principal,
        account_id: AccountId,
        query: Query,
        at_ms: int,
        *,
        later: bool,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> int | None:
        """When the nearest recording begins that begins *later* than *at_ms*, or else earlier.

        None where there is none. Raises as `list`.
        """
        wanted = replace(query, newest_first=not later, after="")
        if later:
            wanted = replace(wanted, begins_from_ms=max(at_ms + 1, query.begins_from_ms or 0))
        else:
            to_ms = at_ms if query.to_ms is None else query.to_ms
            wanted = replace(wanted, to_ms=min(at_ms - 1, to_ms))
        found = self._next(principal, account_id, wanted, person_id, device_id)
        return None if found is None else found.begin_ms

    def beside(
        self,
        principal: Principal,
        account_id: AccountId,
        recording: Recording,
        query: Query,
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> Beside:
        """The recordings next to *recording* among those of *query*. Raises as `list`."""

        def beyond(*, newest_first: bool) -> RecordingId | None:
            here = place_in_list(recording)
            wanted = replace(query, newest_first=newest_first, after=here)
            found = self._next(principal, account_id, wanted, person_id, device_id)
            return None if found is None else found.id

        return Beside(newer=beyond(newest_first=False), older=beyond(newest_first=True))

    def _next(
        self,
        principal: Principal,
        account_id: AccountId,
        query: Query,
        person_id: PersonId | None,
        device_id: DeviceId | None,
    ) -> Recording | None:
        """The first of *query* that may be known of, over its first few pages."""
        for limit in _LOOK_AHEAD:
            page = self.list(
                principal,
                account_id,
                replace(query, limit=limit),
                person_id=person_id,
                device_id=device_id,
            )
            if page.recordings or not page.next:
                return next(iter(page.recordings), None)
            query = replace(query, after=page.next)
        return None

    def _known(
        self,
        principal: Principal,
        account_id: AccountId,
        query: Query,
        person_id: PersonId | None,
        device_id: DeviceId | None,
    ) -> Query | None:
        """*query* in custody's words, of those alone whom *principal* may know of; None for nobody.

        Raises as `list`.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        wanted = self.ground.desk.read(
            lambda t: _wanted(t, principal, account_id, query, person_id, device_id)
        )
        known = tuple(
            each for each in wanted.persons if knowing.of_person(principal, account_id, each)
        )
        if not known:
            knowing.require_awake(principal, account_id)
            if not wanted.everybody:
                raise no_person()
            return None
        all_ = wanted.everybody and len(known) == len(wanted.persons)
        return replace(wanted.query, person_ids=None if all_ else known)

    def show(self, principal: Principal, account_id: AccountId, recording_id: str) -> Recording:
        """One recording.

        Raises:
            DeniedError: The session is too old to be told anything.
            GoneError: It was forgotten, or has expired, and they may know that.
            UnknownError: There is none, or none that *principal* may know of: the same answer.
        """
        known = RecordingId(recording_id)
        knowing = Knowing(self.ground)

        def may_know() -> bool:
            return knowing.of_recordings(principal, account_id, [known])

        with knowing.veiled(principal, account_id, may_know, no_recording):
            if not knowing.is_of(account_id, known):
                raise no_recording()
            found = self.vault.show(known)
            if not may_know():
                raise no_recording()
            return found

    def _places(self, ids: Iterable[str]) -> dict[str, Place]:
        wanted = list(ids)
        return self.ground.desk.read(lambda t: t.places_of(wanted))


def _wanted(
    t: Transaction,
    principal: Principal,
    account_id: AccountId,
    query: Query,
    person_id: PersonId | None,
    device_id: DeviceId | None,
) -> _Wanted:
    name = account_name(t, account_id)
    persons = tuple(
        PersonId(each) for each in t.connection.scalars(_persons, {"account": account_id})
    )
    everybody = person_id is None and query.person is None
    if person_id is not None:
        persons = tuple(each for each in persons if each == person_id)
    if query.person is not None:
        called = _folded(query.person)
        persons = tuple(
            each for each in persons if _folded(person_name(t, account_id, each)) == called
        )
    stay = t.connection.scalar(_stay, {"who": principal.id, "account": account_id})
    begins = max(query.begins_from_ms or 0, stay or 0) or None
    device = query.device if device_id is None else device_name(t, account_id, device_id)
    found = replace(query, account=name, person=None, device=device, begins_from_ms=begins)
    return _Wanted(query=found, persons=persons, everybody=everybody)


def _folded(name: str) -> str:
    """As custody compares names."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def _common_width(edges: Sequence[int]) -> int:
    """The widest slot in milliseconds of which every slot between *edges* is a multiple."""
    widths = [end - begin for begin, end in pairwise(edges)]
    if not widths or min(widths) <= 0 or not 0 <= edges[0] <= edges[-1] <= MAX_MS:
        raise InputError("Those are no slots of time.", hint="Give two ascending times at least.")
    width = gcd(*widths)
    if (edges[-1] - edges[0]) // width > _MOST_SLOTS:
        raise InputError("Those are too many slots.", hint="Ask for a shorter time.")
    return width


def _may_count(
    knowing: Knowing, principal: Principal, account_id: AccountId, found: Sequence[Tally]
) -> Iterator[Tally]:
    """Those of *found* that may be known of: by the first and the last moment, as a page is."""

    def may(each: Tally, begin_ms: int) -> bool:
        place = (
            account_id,
            each.person_id,
            each.device_id,
            Span(begin_ms=begin_ms, end_ms=begin_ms),
        )
        return knowing.decide(principal, place).allowed

    groups: dict[tuple[PersonId, DeviceId], list[Tally]] = {}
    for each in found:
        groups.setdefault((each.person_id, each.device_id), []).append(each)
    for group in groups.values():
        if may(group[0], group[0].first_ms) and may(group[-1], group[-1].last_ms):
            yield from group
        else:
            yield from (e for e in group if may(e, e.first_ms) and may(e, e.last_ms))


def _may_list(
    knowing: Knowing, principal: Principal, found: Sequence[tuple[RecordingId, Place]]
) -> set[str]:
    """Which of *found*, in order of time, may be known of."""
    groups: dict[tuple[str, str], list[tuple[RecordingId, Place]]] = {}
    for each in found:
        groups.setdefault(each[1][1:3], []).append(each)
    shown: set[str] = set()
    for group in groups.values():
        ends = {group[0][0]: group[0], group[-1][0]: group[-1]}
        if all(knowing.decide(principal, place, each).allowed for each, place in ends.values()):
            shown |= {each for each, _ in group}
        else:
            shown |= {
                each for each, place in group if knowing.decide(principal, place, each).allowed
            }
    return shown
