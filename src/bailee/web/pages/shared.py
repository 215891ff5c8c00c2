"""What is behind a link, for whoever holds it: nobody is signed in here.

The token stands in the link's fragment, which no browser sends. A script of the page, or a form,
posts it once; what comes back is a cookie for this one link, which no script reads and no other site
can have sent along, and which ends within hours. With it `<video>` and its kin ask for pieces, and
the token is in no address, no referrer and no log.
"""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bailee.api.callers import Knock, Knocked
from bailee.api.cookies import put
from bailee.api.gatehouse import BODY
from bailee.api.media import content_type
from bailee.api.routes.contents import IfRange, Range
from bailee.api.routes.shared import shared_content
from bailee.errors import InputError, UnknownError
from bailee.household.links import Held
from bailee.identity import SignInError
from bailee.types.household import parse_household_id
from bailee.types.kind import Kind
from bailee.web.form import Form
from bailee.web.render import page
from bailee.web.visit import Passing

router = APIRouter(prefix="/shared")
_COOKIE = "__Host-bailee-{link}"
_FOR_S = 4 * 3600
"""A film of two hours, and a pause."""
_WORDS = frozenset({Kind.TRANSCRIPT, Kind.FACT})
_MOST_WORDS = 64 * 1024


@router.get("")
def door(visit: Passing) -> Response:
    """Where a link leads: the page's script hands the token in; without one, a person does."""
    return page(visit, "sharing/door.html")


@router.post("")
def enter(request: Request, knock: Knocked) -> Response:
    """Take a token (untrusted), or a whole link, and go on to what it shows.

    It is no `Visit`: whoever holds a link proves nothing by a session, and needs none.
    """
    form = Form.parse(request.scope.get(BODY, b""), request.headers.get("content-type", ""))
    token = form.text("token").rpartition("#")[2]
    links = knock.service.household.links
    try:
        holder, _ = links.holder(token, knock.network)
    except UnknownError:
        return RedirectResponse("/shared/ended", status_code=303)
    response = RedirectResponse(f"/shared/{holder.id}", status_code=303)
    put(response, _COOKIE.format(link=holder.id), token, max_age_s=_FOR_S)
    return response


@router.get("/ended")
def ended(visit: Passing) -> Response:
    """For a link that shows nothing, whatever the reason: a stranger is not told which."""
    return page(visit, "sharing/ended.html", status=404)


@router.get("/{link}")
def look(link: str, visit: Passing) -> Response:
    """What it shows, who shared it, and until when."""
    knock = _holding(visit.knock, visit.request, link)
    held = None if knock is None else _held(knock)
    if knock is None or held is None:
        return ended(visit)
    kind_shown = content_type(held.kind, held.details).partition("/")[0]
    text = _text(knock) if held.kind in _WORDS and held.size_bytes <= _MOST_WORDS else ""
    return page(visit, "sharing/shown.html", held=held, shown=kind_shown, text=text)


@router.get("/{link}/content")
def content(
    link: str, request: Request, knock: Knocked, asked: Range = None, if_range: IfRange = None
) -> Response:
    """Its bytes, whole or a part, as the API's own route gives them."""
    nothing = Response(status_code=404, headers={"Cache-Control": "no-store"})
    holding = _holding(knock, request, link)
    if holding is None:
        return nothing
    try:
        return shared_content(holding, asked, if_range)
    except (SignInError, UnknownError):
        return nothing


def _holding(knock: Knock, request: Request, link: str) -> Knock | None:
    """*knock* with the token of *link* (an untrusted id); None for who does not hold it."""
    try:
        known = parse_household_id(link, "lnk")
    except InputError:
        return None
    token = request.cookies.get(_COOKIE.format(link=known), "")
    return replace(knock, bearer=token) if token else None


def _held(knock: Knock) -> Held | None:
    try:
        caller, artefact_id = knock.link()
        return knock.service.household.links.look(caller.principal, artefact_id)
    except (SignInError, UnknownError):
        return None


def _text(knock: Knock) -> str:
    """The words behind a link; opening them is a look, with its entry."""
    caller, artefact_id = knock.link()
    released = knock.service.household.links.open(caller.principal, artefact_id)
    return b"".join(released.stretches).decode(errors="replace")
