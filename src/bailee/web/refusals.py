"""What went wrong, as a page: what happened, what it means for one's recordings, what to do.

The same table as the API's (`bailee.api.problems`), in the reader's words. Who is not signed in is
sent to sign in and comes back; nothing of what they were about to do was done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from bailee.api import problems
from bailee.api.envelope import REQUEST_ID
from bailee.api.problems import Sort
from bailee.errors import BaileeError, DeniedError, GoneError
from bailee.identity import SignInError
from bailee.web.render import go, page
from bailee.web.said import is_local
from bailee.web.visit import Visit, visit_of


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sort of refusal in a page's words: a heading, what it means, what to do."""

    heading: str
    means: str
    do: str


_TOLD: Mapping[str, Told] = {
    "denied": Told(
        heading=_("That is not allowed"),
        means=_("Nothing was changed, and nothing was shown. The refusal stands under who looked."),
        do=_("Ask whoever looks after the household if you think that you should be allowed to."),
    ),
    "unknown": Told(
        heading=_("There is nothing here"),
        means=_("It is not here, or it is not yours to know of."),
        do=_("Look for it on the first page."),
    ),
    "gone": Told(
        heading=_("This was forgotten"),
        means=_("It was here. Nobody can open it any more, and that cannot be undone."),
        do=_("Its receipt proves it."),
    ),
    "conflict": Told(
        heading=_("That is not possible as things stand"),
        means=_("Nothing was changed."),
        do=_("Go back, look again, then decide."),
    ),
    "input": Told(
        heading=_("Something in that was not right"),
        means=_("Nothing was changed."),
        do=_("Go back and correct it."),
    ),
    "too-many": Told(
        heading=_("Too many attempts"),
        means=_("Nobody looks at further ones for a while. What is kept here is not affected."),
        do=_("Wait a few minutes, then try again."),
    ),
    "cross-origin": Told(
        heading=_("This page was too old, or not ours"),
        means=_("Nothing was done: every form here proves that it is our own and yours."),
        do=_("Go back, reload the page, and do it again."),
    ),
    "unavailable": Told(
        heading=_("That is not possible just now"),
        means=_("Nothing was changed, and nothing is lost."),
        do=_("Try again in a moment."),
    ),
    "broken": Told(
        heading=_("Something broke here"),
        means=_("It is not your fault. What was kept is kept, and what was forgotten stays so."),
        do=_("Try again. If it stays, tell whoever runs this, with the number below."),
    ),
}
_BY_STATUS = {404: "unknown", 405: "unknown", 422: "input"}


def install(pages: FastAPI) -> None:
    """Let *pages* answer every error with a page; the unforeseen with the number of its log line."""

    async def foreseen(request: Request, error: Exception) -> Response:
        assert isinstance(error, BaileeError)
        return await run_in_threadpool(refuse, request, error)

    async def not_a_request(request: Request, _error: Exception) -> Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await run_in_threadpool(_page, request, "input", status, "")

    async def of_the_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        name = _BY_STATUS.get(error.status_code, "broken")
        return await run_in_threadpool(_page, request, name, error.status_code, "")

    async def unforeseen(request: Request, _error: Exception) -> Response:
        # The framework raises it on, and the envelope writes it down under the same number.
        number = str(request.scope.get(REQUEST_ID, ""))
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return await run_in_threadpool(_page, request, "broken", status, number)

    pages.add_exception_handler(Exception, unforeseen)
    pages.add_exception_handler(BaileeError, foreseen)
    pages.add_exception_handler(RequestValidationError, not_a_request)
    pages.add_exception_handler(HTTPException, of_the_framework)


def refuse(request: Request, error: BaileeError) -> Response:
    """The answer to *error*."""
    sort = problems.sort_of(error)
    visit = visit_of(request)
    if visit is not None and isinstance(error, SignInError):
        return go(visit, f"/sign-in?back={_back(request)}", _undone(visit))
    if visit is not None and visit.stepping and isinstance(error, DeniedError):
        return go(visit, "/welcome/proof")
    if visit is not None and sort is problems.STEP_UP_NEEDED:
        return go(visit, f"/step-up?back={_back(request)}")
    receipt = ""
    if isinstance(error, GoneError) and error.erasure_id is not None:
        receipt = f"/receipts/{error.erasure_id}"
    detail = "" if visit is None else _detail(visit, sort, error)
    return _page(request, _name(sort), sort.status, detail, receipt)


def _undone(visit: Visit) -> str | None:
    """Said to whose session ended before a press."""
    if visit.request.method in {"GET", "HEAD"}:
        return None
    return visit._(
        "You were signed out before that, so nothing was done. Sign in, and you are back where you "
        "were."
    )


def _name(sort: Sort) -> str:
    if sort.name in _TOLD:
        return sort.name
    return {404: "unknown", 409: "conflict", 403: "denied", 503: "unavailable"}.get(
        sort.status, "input" if sort.status < HTTPStatus.INTERNAL_SERVER_ERROR else "broken"
    )


def _detail(visit: Visit, sort: Sort, error: BaileeError) -> str:
    """What the room itself said: of what was asked, never of our own store's faults."""
    said = () if sort is problems.BROKEN else (error.message, error.hint)
    return " ".join(visit.words.gettext(each) for each in said if each)


def _back(request: Request) -> str:
    """Where to come back to: the page itself, or the page whose form this was."""
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        return quote(f"{request.url.path}{query}", safe="")
    whole = request.headers.get("referer", "")
    _scheme, _sep, rest = whole.partition("://")
    path = f"/{rest.partition('/')[2]}"
    return quote(path if is_local(path) else "/", safe="")


def _page(request: Request, name: str, status: int, detail: str, receipt: str = "") -> Response:
    visit = visit_of(request)
    if visit is None:  # it broke before anybody was asked who looks: no page of ours does that
        return Response(status_code=status)
    return told(visit, name, status, detail, receipt)


def told(visit: Visit, name: str, status: int, detail: str = "", receipt: str = "") -> Response:
    """A refusal's page."""
    return page(
        visit, "refused.html", status=status, told=_TOLD[name], detail=detail, receipt=receipt
    )
