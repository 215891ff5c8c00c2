"""People: everybody, what each may see and do and until when; the devices beneath."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from bailee.errors import ConflictError, InputError
from bailee.household.persons import NewPerson
from bailee.types.household import Guardian, Person, PersonSort
from bailee.types.ids import PersonId
from bailee.types.scope import Scope
from bailee.web.asking import may_know
from bailee.web.belonging import may_say, sort_name, until_says
from bailee.web.render import go, page
from bailee.web.said import Said
from bailee.web.timeline.recorders import last_of
from bailee.web.visit import Visit, Visiting

router = APIRouter()
SORTS = {
    "adult": PersonSort.ADULT,
    "child": PersonSort.CHILD,
    "guest": PersonSort.GUEST,
    "unknown": PersonSort.UNKNOWN,
}


@router.get("/people")
def people(visit: Visiting) -> Response:
    """Everybody, for who keeps house; for anybody else themselves."""
    now_ms = visit.service.vault.desk().clock.now_ms()
    persons = sorted(visit.house.persons, key=lambda each: (each.id != visit.me.id, _rank(each)))
    return page(
        visit,
        "people/list.html",
        persons=[
            {
                "it": each,
                "sort": sort_name(visit, each),
                "may": may_say(visit, each),
                "until": until_says(visit, each, now_ms),
                "asked": _is_waiting(visit, each),
            }
            for each in persons
        ],
        devices=[
            (each, last_of(visit, each.id))
            for each in visit.house.devices
            if each.revoked_ms is None
        ],
        ended=sum(each.revoked_ms is not None for each in visit.house.devices),
    )


@router.get("/people/add")
def add_form(visit: Visiting) -> Response:
    """One thing at a time: who it is. What they may do is asked on the next page."""
    return _form(visit, {}, "")


@router.post("/people/add")
def add(visit: Visiting) -> Response:
    """Add somebody who is heard or seen. They may do nothing by that yet.

    A crash after it leaves them in the list, where the next step is one press away.
    """
    form = visit.form
    said = {name: form.text(name) for name in ("name", "sort", "email")}
    sort = SORTS.get(said["sort"])
    if sort is None:
        return _form(visit, said, visit._("Say who it is: a grown-up, a child, a visitor."))
    new = NewPerson(
        name=said["name"], sort=sort, email=said["email"], language=visit.words.language
    )
    try:
        person_id = visit.service.household.persons.add(visit.principal, visit.account_id, new)
    except (ConflictError, InputError) as error:
        return _form(visit, said, visit._(error.message))
    text = visit._("%(who)s is added.", who=said["name"])
    if sort is PersonSort.CHILD:
        text = visit._(
            "%(who)s is added. Nothing is kept before a parent says yes.", who=said["name"]
        )
    elif sort is not PersonSort.UNKNOWN:
        return go(visit, f"/people/{person_id}/part", Said(text=text))
    return go(visit, f"/people/{person_id}", Said(text=text))


def guardians_of(visit: Visit, child_id: PersonId) -> tuple[Guardian, ...]:
    """Who was named as a child's parent or guardian."""
    return visit.service.household.guardians.list(visit.principal, visit.account_id, child_id)


def _is_waiting(visit: Visit, person: Person) -> bool:
    """Whether nothing of a child's is kept, since no parent said yes."""
    if person.sort is not PersonSort.CHILD or not may_know(visit, person):
        return False
    consents = visit.service.household.consents
    standing = consents.standing(visit.principal, visit.account_id, person.id)
    return Scope.USE not in standing.in_force


def _rank(person: Person) -> tuple[bool, bool, str]:
    """Grown-ups first, then children, then who is nobody in particular."""
    return (
        person.sort is PersonSort.UNKNOWN,
        person.sort is PersonSort.CHILD,
        person.name.casefold(),
    )


def _form(visit: Visit, said: Mapping[str, str], wrong: str) -> Response:
    return page(visit, "people/add.html", status=422 if wrong else 200, said=said, wrong=wrong)
