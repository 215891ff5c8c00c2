"""How the API says no: problem documents (RFC 9457), one table from error to status.

*Denied*, *wrong*, *unknown*, *gone*, *conflict* and *unavailable* stay different. A problem holds
what happened and what to do; never content, a name, a token or a key.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from bailee.custody.upload_errors import (
    ChecksumError,
    NoRoomError,
    TooLargeError,
    UploadBusyError,
)
from bailee.errors import (
    BaileeError,
    ConflictError,
    DeniedError,
    EvidenceError,
    GoneError,
    InputError,
    UnavailableError,
    UnknownError,
)
from bailee.identity import SignInError, TogetherError, TooManyError

MEDIA_TYPE = "application/problem+json"
STEP_UP = "step-up"
"""The policy, and the problem, that asks for the second factor once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of problem: `name` ends its type URI, `title` is the same for all of the sort."""

    name: str
    status: int
    title: str
    meaning: str


def _sort(name: str, status: int, title: str, meaning: str) -> Sort:
    return Sort(name=name, status=status, title=title, meaning=meaning)


MALFORMED = _sort(
    "malformed", 400, "That is no request", "It does not keep to HTTP; see what sent it."
)
SIGN_IN = _sort(
    "sign-in", 401, "Nobody is signed in", "Sign in, and repeat. It never says what was wrong."
)
TOGETHER = _sort(
    "together",
    401,
    "A password alone is not looked at now",
    "Many accounts are being attacked. Give password and code together, or use a passkey.",
)
STEP_UP_NEEDED = _sort(
    STEP_UP,
    403,
    "Your second factor is needed once more",
    "Step up with a code or a passkey, then repeat the request.",
)
CROSS_ORIGIN = _sort(
    "cross-origin",
    403,
    "This did not come from bailee's own pages",
    "A write from a browser needs the session's form token, and one of the known origins.",
)
DENIED = _sort("denied", 403, "Not allowed", "A policy said no. The refusal is in the ledger.")
UNKNOWN = _sort(
    "unknown",
    404,
    "There is no such thing",
    "It is not here, or whoever asks may not know that it is.",
)
METHOD = _sort("method", 405, "That cannot be done here", "See which methods `Allow` names.")
SLOW = _sort("too-slow", 408, "The request did not come in time", "Send it again.")
CONFLICT = _sort("conflict", 409, "Not possible in this state", "Look again, then decide.")
GONE = _sort(
    "gone",
    410,
    "Forgotten, or expired",
    "It was here and cannot be opened by anyone any more. `erasure` names the receipt.",
)
TUS_VERSION = _sort(
    "tus-version",
    412,
    "That version of the upload protocol is not spoken here",
    "Send `Tus-Resumable: 1.0.0` with every request of an upload.",
)
LARGE = _sort("too-large", 413, "Too large", "Send less, or use a resumable upload.")
MEDIA = _sort("media-type", 415, "That type of body is not taken", "See the contract.")
RANGE = _sort("range", 416, "That range is not within it", "`Content-Range` says how long it is.")
MISDIRECTED = _sort(
    "misdirected",
    421,
    "This server does not go by that name",
    "Use an address that `bailee serve` was told: see its `--origin`.",
)
INPUT = _sort("input", 422, "Something in the request is wrong", "`errors` says what and where.")
BUSY = _sort(
    "busy", 423, "Another request is at work on it", "Wait a moment, look how far it came, go on."
)
TOO_MANY = _sort("too-many", 429, "Too many attempts", "Wait as long as `Retry-After` says.")
CHECKSUM = _sort(
    "checksum",
    460,
    "What arrived is not what was sent",
    "None of this request was kept: send the same bytes again.",
)
BROKEN = _sort(
    "broken",
    500,
    "Something broke here",
    "It is not your fault. What was acknowledged is kept; the operator's log has the request's id.",
)
UNAVAILABLE = _sort("unavailable", 503, "Not possible now", "Nothing was changed. Repeat it later.")
FULL = _sort("full", 507, "There is no room", "The operator must make room; nothing was lost.")

SORTS = {
    each.name: each
    for each in (
        MALFORMED,
        SIGN_IN,
        TOGETHER,
        STEP_UP_NEEDED,
        CROSS_ORIGIN,
        DENIED,
        UNKNOWN,
        METHOD,
        SLOW,
        CONFLICT,
        GONE,
        TUS_VERSION,
        LARGE,
        MEDIA,
        RANGE,
        MISDIRECTED,
        INPUT,
        BUSY,
        TOO_MANY,
        CHECKSUM,
        BROKEN,
        UNAVAILABLE,
        FULL,
    )
}
_BY_ERROR: tuple[tuple[type[BaileeError], Sort], ...] = (
    (SignInError, SIGN_IN),
    (TogetherError, TOGETHER),
    (TooManyError, TOO_MANY),
    (DeniedError, DENIED),
    (UnknownError, UNKNOWN),
    (GoneError, GONE),
    (UploadBusyError, BUSY),
    (ConflictError, CONFLICT),
    (TooLargeError, LARGE),
    (ChecksumError, CHECKSUM),
    (InputError, INPUT),
    (EvidenceError, BROKEN),  # what a client sends is judged as input; this is our own store
    (NoRoomError, FULL),
    (UnavailableError, UNAVAILABLE),
)
_BY_STATUS = {
    each.status: each for each in SORTS.values() if each.name not in {STEP_UP, "together"}
}
_MOST_ERRORS = 20


class ProblemError(BaileeError):
    """A problem that a door finds by itself, before anything else is asked."""

    def __init__(self, sort: Sort, message: str = "", *, hint: str = "", **more: Any) -> None:
        super().__init__(message or f"{sort.title}.", hint=hint or sort.meaning)
        self.sort = sort
        self.more = more
        self.headers: dict[str, str] = {}


def sort_of(error: BaileeError) -> Sort:
    """The sort of problem that *error* is."""
    if isinstance(error, ProblemError):
        return error.sort
    if isinstance(error, DeniedError) and error.policy == STEP_UP:
        return STEP_UP_NEEDED
    for known, sort in _BY_ERROR:
        if isinstance(error, known):
            return sort
    return BROKEN


def problem(sort: Sort, detail: str, *, hint: str = "", **more: Any) -> dict[str, Any]:
    """A problem document; *more* are extension members, left out where None (RFC 9457 §3)."""
    document = {
        "type": f"/v1/problems/{sort.name}",
        "title": sort.title,
        "status": sort.status,
        "detail": detail,
        "hint": hint or sort.meaning,
    }
    return document | {name: value for name, value in more.items() if value is not None}


def answer(error: BaileeError) -> Response:
    """The response to *error*."""
    sort = sort_of(error)
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if isinstance(error, ProblemError):
        headers |= error.headers
        more |= error.more
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after_s)
        more["retry_after_s"] = error.retry_after_s
    if isinstance(error, GoneError):
        more["erasure"] = error.erasure_id
    if isinstance(error, DeniedError) and error.policy:
        more["policy"] = error.policy
    if sort.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="bailee"'
    if sort is BROKEN:  # what is wrong with our own store is the operator's to read
        return respond(problem(sort, f"{sort.title}."), headers)
    return respond(problem(sort, error.message, hint=error.hint, **more), headers)


def respond(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """A problem document as a response."""
    return JSONResponse(
        document, status_code=document["status"], headers=headers, media_type=MEDIA_TYPE
    )


def _where(location: tuple[Any, ...]) -> str:
    return ".".join(str(each) for each in location)


def invalid(error: RequestValidationError) -> Response:
    """The response to a request that does not fit the contract: where, and what; never the value."""
    found = [
        {"where": _where(each["loc"]), "what": str(each["msg"])}
        for each in error.errors()[:_MOST_ERRORS]
    ]
    unknown = any(each["type"] == "extra_forbidden" for each in error.errors())
    detail = "The request does not fit the contract."
    if unknown:
        detail = "The request has a field that nobody knows; nothing of it was done."
    return respond(problem(INPUT, detail, errors=found))


def install(app: FastAPI) -> None:
    """Let *app* answer every error with a problem document."""

    async def foreseen(_request: Request, error: Exception) -> Response:
        assert isinstance(error, BaileeError)
        return answer(error)

    async def not_in_contract(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return invalid(error)

    async def of_the_framework(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        sort = _BY_STATUS.get(error.status_code, INPUT)
        return respond(problem(sort, f"{sort.title}."), dict(error.headers or {}))

    app.add_exception_handler(BaileeError, foreseen)
    app.add_exception_handler(RequestValidationError, not_in_contract)
    app.add_exception_handler(HTTPException, of_the_framework)
