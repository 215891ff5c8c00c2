"""What whoever came in is given: a browser its cookies, a program its token; never both.

A browser's token is in no body, where a script could read it; a program's is in no cookie. No token
is ever in an address.
"""

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field

from bailee.api import cookies
from bailee.api.bodies import AccountRef, Body, Moment, PersonRef, id_of
from bailee.api.callers import Caller, Knock
from bailee.identity import Entered, csrf_of
from bailee.types.sign_in import Factor, Session, SessionState

SessionRef = Annotated[str, id_of("ses", "A session.")]
PasskeyRef = Annotated[str, id_of("pky", "A passkey.")]

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=254,
        description="What you sign in with; upper and lower case are one.",
    ),
]
Password = Annotated[
    str,
    Field(min_length=1, max_length=1024, json_schema_extra={"format": "password"}),
]
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="Of the authenticator app, or a recovery code; spaces and dashes do not count.",
    ),
]
Ticket = Annotated[str, Field(min_length=1, max_length=128, description="Opaque, short-lived.")]
Bearer = Annotated[
    bool,
    Field(
        strict=True,
        description="For programs: the token comes in the body, to be sent as `Authorization: "
        "Bearer …`, and no cookie is set. Browsers leave it out.",
    ),
]
Options = Annotated[
    dict[str, Any], Field(description="For `PublicKeyCredential.parse…OptionsFromJSON`.")
]
Credential = Annotated[
    dict[str, Any],
    Field(description="What `toJSON()` of the browser's credential gives."),
]


class SessionShown(Body):
    """A session. `enrol`: it may set up a second factor and nothing else.

    `second_factor` is when one was last proven, `stepped_up` when it last was on purpose.
    """

    id: SessionRef
    person: PersonRef
    household: AccountRef
    state: SessionState
    factor: Factor
    made: Moment
    used: Moment
    expires: Moment
    second_factor: Moment | None
    stepped_up: Moment | None


class SignedIn(Body):
    """You are in, under a fresh session token; the one you came with, if any, ended.

    `set-up`: set up a second factor next; until then nothing else is open. `csrf` is a browser's,
    for `X-CSRF-Token`; `token` a program's. The other is null.
    """

    next: Literal["done", "set-up"]
    session: SessionShown
    csrf: str | None
    token: str | None


class OptionsGiven(Body):
    """What to ask the authenticator for."""

    options: Options


def session_shown(session: Session) -> SessionShown:
    """A session as the API tells it."""
    return SessionShown(
        id=session.id,
        person=session.person_id,
        household=session.account_id,
        state=session.state,
        factor=session.factor,
        made=session.made_ms,
        used=session.used_ms,
        expires=session.expires_ms,
        second_factor=session.second_factor_ms,
        stepped_up=session.stepped_up_ms,
    )


def let_in(response: Response, knock: Knock, entered: Entered, *, bearer: bool) -> SignedIn:
    """Hand *entered* to whoever knocked, as a program's token if *bearer*, else in cookies."""
    if not bearer:
        cookies.let_in(response, entered, knock.service.settings)
    return SignedIn(
        next="done" if entered.session.state is SessionState.FULL else "set-up",
        session=session_shown(entered.session),
        csrf=None if bearer else entered.csrf,
        token=entered.token if bearer else None,
    )


def go_on(response: Response, knock: Knock, entered: Entered) -> SignedIn:
    """The same for who was in already: the way they came by."""
    return let_in(response, knock, entered, bearer=bool(knock.bearer))


def csrf_for(knock: Knock, caller: Caller) -> str | None:
    """The form token of a browser's session; None for a program, which needs none."""
    return None if knock.bearer else csrf_of(caller.token)
