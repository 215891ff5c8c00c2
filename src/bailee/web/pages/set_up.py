"""The first household, in three steps: the house and you, how you sign in, who lives there.

Each step is kept as it is done. Step two is `join`'s own page, by an invitation that step one made.
"""

from fastapi import APIRouter, Response

from bailee.api import cookies
from bailee.errors import ConflictError, InputError
from bailee.household.persons import NewPerson
from bailee.identity import SignInError
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort
from bailee.web.door import first_house
from bailee.web.door.entrance import INVITATION, INVITATION_FOR_S, client_of, kept, pasted, told
from bailee.web.door.first_house import Standing
from bailee.web.render import go, page
from bailee.web.visit import Passing, Visiting

router = APIRouter()
_SORTS = {"adult": PersonSort.ADULT, "child": PersonSort.CHILD}
_DEVICES = {each.value: each for each in DeviceSort}


@router.get("/set-up")
def house(visit: Passing) -> Response:
    """Step one; or the next one that was not done yet."""
    stands = first_house.standing(visit.service)
    if not stands.is_open:
        return go(visit, "/")
    if stands.house is not None and visit.service.identity.enrolment.whom(kept(visit, INVITATION)):
        return go(visit, "/join")
    return _house(visit, stands)


@router.post("/set-up")
def found(visit: Passing) -> Response:
    """Found the household, for who reads this machine's terminal."""
    form, stands = visit.form, first_house.standing(visit.service)
    if not stands.is_open:
        return go(visit, "/")
    try:
        visit.service.identity.set_up_code.prove(pasted(form.text("code")), client_of(visit))
    except SignInError:
        said = visit._("That is not the code. It stands where bailee serve was started.")
        return _house(visit, stands, not_it=said)
    try:
        token = _invitation(visit, stands)
    except (ConflictError, InputError) as error:
        return _house(visit, stands, wrong=told(visit, error))
    answer = go(visit, "/join")
    cookies.put(answer, INVITATION, token, max_age_s=INVITATION_FOR_S)
    return answer


def _invitation(visit: Passing, stands: Standing) -> str:
    """Of the owner; founded now unless that was done before."""
    if stands.house is not None and stands.owner_id is not None:
        return first_house.invite(visit.service, stands.house.id, stands.owner_id)
    name, owner = visit.form.text("house"), visit.form.text("name")
    new = NewPerson(name=owner, language=visit.words.language)
    return first_house.found(visit.service, name, new)


def _house(visit: Passing, stands: Standing, *, not_it: str = "", wrong: str = "") -> Response:
    return page(
        visit,
        "set_up/house.html",
        status=422 if not_it or wrong else 200,
        stands=stands,
        form=visit.form,
        not_it=not_it,
        wrong=wrong,
    )


# -- step three -----------------------------------------------------------------------------


@router.get("/set-up/home")
def home(visit: Visiting) -> Response:
    """Who lives here, and what records; all of it may wait."""
    return _home(visit)


@router.post("/set-up/people")
def add_person(visit: Visiting) -> Response:
    """Somebody who is heard or seen here."""
    form, name = visit.form, visit.form.text("name")
    try:
        new = NewPerson(name=name, sort=_SORTS[form.text("sort")], language=visit.words.language)
        visit.service.household.persons.add(visit.principal, visit.account_id, new)
    except KeyError:
        return _home(visit, wrong_person=visit._("Say whether it is a grown-up or a child."))
    except (ConflictError, InputError) as error:
        return _home(visit, wrong_person=told(visit, error))
    return go(visit, "/set-up/home", visit._("%(name)s is added.", name=name))


@router.post("/set-up/devices")
def add_device(visit: Visiting) -> Response:
    """Something that records."""
    form, name = visit.form, visit.form.text("name")
    try:
        sort = _DEVICES[form.text("sort")]
        devices = visit.service.household.devices
        devices.add(visit.principal, visit.account_id, name, sort, form.text("room"))
    except KeyError:
        return _home(visit, wrong_device=visit._("Say what sort of device it is."))
    except (ConflictError, InputError) as error:
        return _home(visit, wrong_device=told(visit, error))
    return go(visit, "/set-up/home", visit._("%(name)s is added.", name=name))


def _home(visit: Visiting, *, wrong_person: str = "", wrong_device: str = "") -> Response:
    return page(
        visit,
        "set_up/home.html",
        status=422 if wrong_person or wrong_device else 200,
        form=visit.form,
        wrong_person=wrong_person,
        wrong_device=wrong_device,
    )
