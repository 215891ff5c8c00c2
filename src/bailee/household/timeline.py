"""What somebody may know of: lists and single recordings, each asked for by itself.

What may not be known is left out without a trace: a guest sees nothing from before their stay, and
not that there was anything.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
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
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.query import Page, Query
from bailee.types.recording import Recording
from bailee.types.role import Role

_persons = sa.select(person.c.id).where(person.c.account_id == sa.bindparam("account"))
_stay = sa.select(membership.c.since_ms).where(
    membership.c.person_id == sa.bindparam("who"),
    membership.c.account_id == sa.bindparam("account"),
    membership.c.role == Role.GUEST,
)


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
            return Page(recordings=(), next="")
        all_ = wanted.everybody and len(known) == len(wanted.persons)
        page = self.vault.list(replace(wanted.query, person_ids=None if all_ else known))
        places = self._places(each.id for each in page.recordings)
        shown = _may_list(
            knowing, principal, [(each.id, places[each.id]) for each in page.recordings]
        )
        return replace(page, recordings=tuple(each for each in page.recordings if each.id in shown))

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


def _may_list(
    knowing: Knowing, principal: Principal, found: Sequence[tuple[RecordingId, Place]]
) -> set[str]:
    """Which of *found*, oldest first, may be known of."""
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
