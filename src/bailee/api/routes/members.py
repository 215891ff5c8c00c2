"""Who belongs to a household: their role, their stay and their rights, one by one."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, PersonRef, When
from bailee.api.callers import Knocked
from bailee.api.routes.households import PersonShown, person_shown
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role

router = APIRouter(prefix="/households/{account}", tags=["household"])


class MembershipAsked(Body):
    """A role and a stay. A guest's stay needs an end; a child has the role of a child.

    Without `since` it begins now, or stays as it is. Without `until` it has no end.
    """

    role: Role
    since: When | None = None
    until: When | None = None


class RightsAsked(Body):
    """These rights and no others; an empty list takes all of them."""

    rights: Annotated[list[Right], Field(max_length=len(Right))]


@router.put("/persons/{person}/membership")
def set_membership(
    account: AccountRef,
    person: PersonRef,
    asked: MembershipAsked,
    knock: Knocked,
    response: Response,
) -> PersonShown:
    """Let somebody in, or change their role and stay.

    Who has no part yet is invited (201) and told; it begins when they join. A stay that begins
    earlier shows a guest more of the past.
    """
    caller = knock.person()
    household = knock.service.household
    whose = (caller.principal, AccountId(account), PersonId(person))
    invited = household.members.set(*whose, asked.role, since_ms=asked.since, until_ms=asked.until)
    if invited:
        response.status_code = 201
        response.headers["Location"] = f"/v1/households/{account}/persons/{person}"
    return person_shown(household.houses.person(*whose))


@router.delete("/persons/{person}/membership", status_code=204)
def end_membership(account: AccountRef, person: PersonRef, knock: Knocked) -> None:
    """Let somebody out, rights and all; or leave yourself, for which nobody is asked.

    What the household holds of them stays until it is forgotten or expires. A household keeps an
    owner.
    """
    caller = knock.person()
    members = knock.service.household.members
    members.end(caller.principal, AccountId(account), PersonId(person))


@router.post("/join", status_code=204)
def join_household(account: AccountRef, knock: Knocked) -> None:
    """Take up an invitation of yours, if you can sign in already."""
    caller = knock.person()
    knock.service.household.members.join(caller.principal, AccountId(account))


@router.put("/persons/{person}/rights")
def set_rights(
    account: AccountRef, person: PersonRef, asked: RightsAsked, knock: Knocked
) -> PersonShown:
    """Set what somebody may see, hear, download and forget of what is not their own."""
    caller = knock.person()
    household = knock.service.household
    whose = (caller.principal, AccountId(account), PersonId(person))
    household.members.grant(*whose, asked.rights)
    return person_shown(household.houses.person(*whose))
