"""What somebody may know of: lists and single recordings, each asked for by itself.

What may not be known is left out without a trace: a guest sees nothing from before their stay, and
not that there was anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bailee.custody.vault import Vault
from bailee.errors import UnknownError
from bailee.household.ground import Ground
from bailee.types.decide import Access, Principal, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.purpose import Purpose
from bailee.types.query import Page, Query
from bailee.types.recording import Recording
from bailee.types.span import Span

Place = tuple[AccountId, PersonId, DeviceId, Span]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lists and shows what a principal may know of."""

    ground: Ground
    vault: Vault

    def list(self, principal: Principal, account_id: AccountId, query: Query) -> Page:
        """One page; shorter than asked for where something may not be known.

        `Query.account` is set from *account_id*.

        Raises:
            InputError: The filters are none.
            UnknownError: No such household, person or device.
        """
        name = self.ground.desk.read(lambda t: t.name_of(account_id))
        page = self.vault.list(replace(query, account=name))
        places = self._places([each.id for each in page.recordings])
        shown = tuple(
            each for each in page.recordings if self._may_list(principal, each, places[each.id])
        )
        return Page(recordings=shown, next=page.next)

    def show(self, principal: Principal, recording_id: str) -> Recording:
        """One recording.

        Raises:
            GoneError: It was forgotten, or has expired.
            UnknownError: There is none, or none that *principal* may know of: the same answer.
        """
        found = self.vault.show(recording_id)
        place = self._places([found.id]).get(found.id)
        if place is None or not self._may_list(principal, found, place):
            raise UnknownError(f"There is no {recording_id} here.", hint="See `bailee list`.")
        return found

    def _places(self, ids: Sequence[str]) -> dict[str, Place]:
        return self.ground.desk.read(lambda t: t.places_of(ids))

    def _may_list(self, principal: Principal, found: Recording, place: Place) -> bool:
        account_id, person_id, device_id, span = place
        access = Access(
            principal=principal,
            verb=Verb.LIST,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
            recording_id=found.id,
            person_id=person_id,
            device_id=device_id,
            span=span,
        )
        return self.ground.decide(access).allowed
