"""Coming in: what the pages of sign-in, joining and set-up have in common.

Tokens of what is under way (an invitation, a password that awaits its code, a reset) are kept in
cookies that no script can read and no other site sends; they are in no address that a server or a
log ever sees. A link that brings one has it behind its `#`, which browsers keep to themselves.
"""

import json
from dataclasses import replace
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from bailee.api import cookies
from bailee.api.callers import Caller
from bailee.api.joining import join
from bailee.errors import BaileeError, DeniedError, UnknownError
from bailee.identity import Added, Entered
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.role import Role
from bailee.types.sign_in import Client, Door, SessionState
from bailee.web.render import go, page
from bailee.web.said import Said, is_local
from bailee.web.visit import Visit

INVITATION = "__Host-bailee-invitation"
PENDING = "__Host-bailee-pending"
RESET = "__Host-bailee-reset"
_LONGEST_TOKEN = 128
INVITATION_FOR_S = 86_400


def local(path: str) -> str:
    """Where to go on to (untrusted); the first page where that is elsewhere."""
    return path if is_local(path) and not path.startswith("/sign-in") else "/"


def client_of(visit: Visit, door: Door = Door.WEB) -> Client:
    """Who knocks, as the guard sees them."""
    return visit.knock.client(door)


def kept(visit: Visit, cookie: str) -> str:
    """The token of what is under way in this browser; "" for none. Untrusted."""
    return visit.request.cookies.get(cookie, "")[:_LONGEST_TOKEN]


def pasted(text: str) -> str:
    """A token, of a link that was pasted whole or by itself. Untrusted."""
    return text.rpartition("#")[2].strip()[:_LONGEST_TOKEN]


def come_in(visit: Visit, entered: Entered, path: str, said: Said | str | None = None) -> Response:
    """On to *path*, signed in; or to the second factor, for who has none yet."""
    if entered.session.state is not SessionState.FULL:
        return _signed_in(visit, go(visit, "/welcome/proof"), entered)
    _take_up(visit, entered)
    return _signed_in(visit, go(visit, path, said), entered)


def go_on(visit: Visit, entered: Entered, path: str, said: Said | str | None = None) -> Response:
    """The same for who was in already, and goes on under a fresh token."""
    return _signed_in(visit, go(visit, path, said), entered)


def show_codes(visit: Visit, added: Added, path: str) -> Response:
    """Recovery codes, this once, then on to *path*. Nobody keeps them: this page is all there is."""
    answer = page(as_entered(visit, added.entered), "door/codes.html", codes=added.codes, next=path)
    cookies.end(answer, INVITATION)
    return _signed_in(visit, answer, added.entered)


def as_entered(visit: Visit, entered: Entered) -> Visit:
    """The visit of who has just come in, for the page that says so."""
    session = entered.session
    who = Principal(
        kind=PrincipalKind.PERSON,
        id=session.person_id,
        session=session.id,
        network=visit.knock.network,
    )
    caller = Caller(principal=who, client=client_of(visit), token=entered.token, session=session)
    return replace(visit, caller=caller, stepping=session.state is not SessionState.FULL)


def first_page(visit: Visit, entered: Entered) -> str:
    """Where who has just come in for the first time goes: a fresh household is furnished first."""
    _take_up(visit, entered)
    inside = as_entered(visit, entered)
    try:
        alone = len(inside.house.persons) == 1 and not inside.house.devices
        is_fresh = alone and inside.me.role is Role.OWNER
    except (DeniedError, UnknownError):  # their part has ended: the next page says so
        return "/"
    return "/set-up/home" if is_fresh else "/"


def asked_of_authenticator(options: str) -> Response:
    """What a browser is to ask an authenticator for."""
    answer: dict[str, Any] = {"options": json.loads(options)}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def not_asked(said: str) -> Response:
    """Why it is not to ask, in words to show."""
    return JSONResponse({"detail": said}, 422, headers={"Cache-Control": "no-store"})


def told(visit: Visit, error: BaileeError) -> str:
    """What a room below says, beside the field that it is about."""
    return f"{visit._(error.message)} {visit._(error.hint)}".strip()


def _signed_in(visit: Visit, response: Response, entered: Entered) -> Response:
    cookies.let_in(response, entered, visit.service.settings)
    cookies.end(response, PENDING)
    return response


def _take_up(visit: Visit, entered: Entered) -> None:
    """Take up a part that a crash left untaken; who has none any more is told so by every page."""
    offers = visit.service.household.offers
    try:
        offer = offers.show(entered.session.account_id, entered.session.person_id)
    except UnknownError:
        return
    if not offer.joined:
        join(visit.knock, entered)
