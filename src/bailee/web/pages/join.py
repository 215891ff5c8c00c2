"""Joining by an invitation: what is offered, a name, then a passkey or a password and an app.

The invitation's link has its token behind the `#`; the page's script, or a hand that pastes it,
gives it over once, and a cookie keeps it from then on. It is used up by the last step alone.
"""

from fastapi import APIRouter, Response

from bailee.api import cookies
from bailee.api.joining import join
from bailee.errors import InputError, UnknownError
from bailee.household.offers import Offer
from bailee.identity import FactorRefusedError, PasswordRefusedError, SignInError
from bailee.web.door import first_house
from bailee.web.door.agents import called
from bailee.web.door.entrance import (
    INVITATION,
    INVITATION_FOR_S,
    asked_of_authenticator,
    client_of,
    come_in,
    first_page,
    kept,
    not_asked,
    pasted,
    show_codes,
    told,
)
from bailee.web.render import go, page
from bailee.web.visit import Passing

router = APIRouter()


@router.get("/join")
def offered(visit: Passing) -> Response:
    """What the invitation that this browser holds offers; without one, where to put it."""
    token = kept(visit, INVITATION)
    offer = _offer(visit, token)
    if offer is None:
        answer = page(visit, "join/token.html", wrong=_ended(visit) if token else "")
        cookies.end(answer, INVITATION)
        return answer
    return _choose(visit, offer)


@router.post("/join")
def take_token(visit: Passing) -> Response:
    """Keep an invitation in this browser, if it is one."""
    token = pasted(visit.form.text("invitation"))
    if _offer(visit, token) is None:
        return page(visit, "join/token.html", status=422, wrong=_ended(visit))
    answer = go(visit, "/join")
    cookies.put(answer, INVITATION, token, max_age_s=INVITATION_FOR_S)
    return answer


@router.post("/join/passkey/options")
def ask_for_passkey(visit: Passing) -> Response:
    """What to ask the authenticator for; the invitation stays as it is."""
    door, token = visit.service.identity.passkey_enrolment, kept(visit, INVITATION)
    try:
        options = door.begin(token, visit.form.text("name"), client_of(visit))
    except InputError as error:
        return not_asked(told(visit, error))
    except SignInError:
        return not_asked(_ended(visit))
    return asked_of_authenticator(options)


@router.post("/join/passkey")
def join_with_passkey(visit: Passing) -> Response:
    """In, by the passkey that was made just now."""
    form, token = visit.form, kept(visit, INVITATION)
    door, name = visit.service.identity.passkey_enrolment, form.text("name")
    agent = called(visit.words, visit.knock.description)
    try:
        added = door.accept(token, name, form.text("credential"), agent, client_of(visit))
    except (FactorRefusedError, InputError) as error:
        return _again(visit, name, wrong=told(visit, error))
    except SignInError:
        return page(visit, "join/token.html", status=422, wrong=_ended(visit))
    join(visit.knock, added.entered)
    return show_codes(visit, added, first_page(visit, added.entered))


@router.post("/join/password")
def join_with_password(visit: Passing) -> Response:
    """In as far as the second factor, which comes next."""
    form, token = visit.form, kept(visit, INVITATION)
    enrolment, name = visit.service.identity.enrolment, form.text("name")
    try:
        entered = enrolment.accept(token, name, form.secret("password"), client_of(visit))
    except PasswordRefusedError as error:
        return _again(visit, name, weak=told(visit, error))
    except InputError as error:
        return _again(visit, name, wrong=told(visit, error))
    except SignInError:
        return page(visit, "join/token.html", status=422, wrong=_ended(visit))
    join(visit.knock, entered)
    answer = come_in(visit, entered, "/")
    cookies.end(answer, INVITATION)
    return answer


def _again(visit: Passing, name: str, *, wrong: str = "", weak: str = "") -> Response:
    offer = _offer(visit, kept(visit, INVITATION))
    if offer is None:
        return page(visit, "join/token.html", status=422, wrong=_ended(visit))
    return _choose(visit, offer, name=name, wrong=wrong, weak=weak)


def _choose(
    visit: Passing, offer: Offer, *, name: str = "", wrong: str = "", weak: str = ""
) -> Response:
    return page(
        visit,
        "join/choose.html",
        status=422 if wrong or weak else 200,
        offer=offer,
        setting_up=first_house.standing(visit.service).is_open,
        name=name,
        wrong=wrong,
        weak=weak,
    )


def _offer(visit: Passing, token: str) -> Offer | None:
    """What an invitation (untrusted) offers; None for what is none, or was taken back."""
    invited = visit.service.identity.enrolment.whom(token) if token else None
    if invited is None:
        return None
    try:
        return visit.service.household.offers.show(invited.account_id, invited.person_id)
    except UnknownError:
        return None


def _ended(visit: Passing) -> str:
    return visit._(
        "This invitation does not count: it was used, is too old, or another one was made since. "
        "Ask whoever sent it for a new one."
    )
