"""The first household of an empty vault, by whoever holds the code on the machine's terminal.

It is open until somebody can sign in. So a browser that was closed half-way, or a crash between any
two steps, is gone on from; and once an owner is in, the code opens nothing.
"""

from dataclasses import dataclass

from bailee.api.service import Service
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR
from bailee.types.household import House
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far it is. `house` is there once step one was done; `owner_id` goes with it."""

    is_open: bool
    house: House | None = None
    owner_id: PersonId | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was done yet."""
        return self.is_open and self.house is None


def standing(service: Service) -> Standing:
    """How far the first household of *service* is."""
    houses = service.household.houses.every(OPERATOR)
    if not houses:
        return Standing(is_open=True)
    enrolment = service.identity.enrolment
    people = [each for house in houses for each in house.persons]
    if len(houses) > 1 or any(enrolment.can_sign_in(each.id) for each in people):
        return Standing(is_open=False)
    owner = next((each.id for each in people if each.role is Role.OWNER), None)
    return Standing(is_open=owner is not None, house=houses[0], owner_id=owner)


def found(service: Service, name: str, owner: NewPerson) -> str:
    """Step one, for who proved the code: the household, and the invitation of its owner.

    A crash between the two leaves a household whose owner `invite` invites.

    Raises as `Houses.found` does.
    """
    made = service.household.houses.found(OPERATOR, name, owner)
    return invite(service, made.account_id, made.owner_id)


def invite(service: Service, account_id: AccountId, owner_id: PersonId) -> str:
    """Another invitation for an owner who cannot sign in yet; it ends the one before.

    Raises:
        ConflictError: They can by now.
    """
    return service.identity.enrolment.invite_newcomer(owner_id, account_id).token
