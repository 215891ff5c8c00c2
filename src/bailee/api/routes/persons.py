"""The people of a household: who is heard or seen there, and what they are called."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from bailee.api.bodies import AccountRef, Body, Name, PersonRef
from bailee.api.callers import Knocked
from bailee.api.routes.households import PersonShown, person_shown
from bailee.household.persons import NewPerson, PersonChange
from bailee.types.household import PersonSort
from bailee.types.ids import AccountId, PersonId

router = APIRouter(prefix="/households/{account}/persons", tags=["household"])

Email = Annotated[
    str, Field(max_length=255, description="Such as ana@example.org; empty for none.")
]
Language = Annotated[
    str,
    Field(
        max_length=35,
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="Of their messages, such as de (BCP 47); English where there are no words in it.",
    ),
]


class PersonsShown(Body):
    """The people of a household, by name."""

    persons: list[PersonShown]


class PersonAsked(Body):
    """Whom to add. A child is somebody under 13; nothing of theirs is kept before a parent's yes."""

    name: Name
    sort: PersonSort = PersonSort.ADULT
    email: Email = ""
    language: Language = "en"


class PersonChanged(Body):
    """What to change; what is left out stays. At least one of them."""

    name: Name | None = None
    email: Email | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def says_something(self) -> "PersonChanged":
        """Raise `ValueError` where there is nothing to change."""
        if self.name is None and self.email is None and self.language is None:
            raise ValueError("there is nothing to change")
        return self


@router.get("")
def list_persons(account: AccountRef, knock: Knocked) -> PersonsShown:
    """Everybody, for who keeps house; for anybody else themselves."""
    caller = knock.person()
    house = knock.service.household.houses.show(caller.principal, AccountId(account))
    return PersonsShown(persons=[person_shown(each) for each in house.persons])


@router.post("", status_code=201)
def add_person(
    account: AccountRef, asked: PersonAsked, knock: Knocked, response: Response
) -> PersonShown:
    """Add somebody who is heard or seen.

    They have no part in the household by that: see `…/membership`.
    """
    caller = knock.person()
    household = knock.service.household
    new = NewPerson(name=asked.name, sort=asked.sort, email=asked.email, language=asked.language)
    person_id = household.persons.add(caller.principal, AccountId(account), new)
    response.headers["Location"] = f"/v1/households/{account}/persons/{person_id}"
    return person_shown(household.houses.person(caller.principal, AccountId(account), person_id))


@router.get("/{person}")
def show_person(account: AccountRef, person: PersonRef, knock: Knocked) -> PersonShown:
    """Somebody of the household, for themselves and for who keeps house."""
    caller = knock.person()
    houses = knock.service.household.houses
    return person_shown(houses.person(caller.principal, AccountId(account), PersonId(person)))


@router.patch("/{person}")
def change_person(
    account: AccountRef, person: PersonRef, asked: PersonChanged, knock: Knocked
) -> PersonShown:
    """Change what somebody is called, where they are written to, or in which language.

    There is no `DELETE`: to remove somebody is to forget everything of theirs. That is an erasure
    (`…/erasures`), which ends in a receipt.
    """
    caller = knock.person()
    household = knock.service.household
    whose = (caller.principal, AccountId(account), PersonId(person))
    change = PersonChange(name=asked.name, email=asked.email, language=asked.language)
    household.persons.change(*whose, change)
    return person_shown(household.houses.person(*whose))
