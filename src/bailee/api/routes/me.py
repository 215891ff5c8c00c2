"""Who you are in your household, and what you may do there."""

from fastapi import APIRouter

from bailee.api.bodies import AccountRef, Body
from bailee.api.callers import Knocked
from bailee.api.routes.households import PersonShown, person_shown
from bailee.types.ids import AccountId, PersonId

router = APIRouter(prefix="/me", tags=["household"])


class MeShown(Body):
    """You, and the household you signed in to."""

    household: AccountRef
    name: str
    me: PersonShown


@router.get("")
def show_me(knock: Knocked) -> MeShown:
    """Your household, your role and your rights in it."""
    caller = knock.person()
    account_id = AccountId(caller.account_id or "")
    me = PersonId(caller.principal.id)
    houses = knock.service.household.houses
    house = houses.show(caller.principal, account_id)
    person = houses.person(caller.principal, account_id, me)
    return MeShown(household=house.id, name=house.name, me=person_shown(person))
