"""Signing in: a name, a password and a code, in one step or two; or a passkey.

The first step answers the same to right and wrong, whether or not the name exists. Whatever session
or cookie came with the request is not looked at: nobody is signed in under a token they chose.
"""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Cookie, Response

from bailee.api import cookies
from bailee.api.bodies import Body
from bailee.api.callers import Knocked
from bailee.api.signed_in import (
    Bearer,
    Code,
    Credential,
    Name,
    OptionsGiven,
    Password,
    SignedIn,
    Ticket,
    let_in,
)
from bailee.identity import Begun, SignInError
from bailee.types.sign_in import Door

router = APIRouter(prefix="/sign-in", tags=["signing in"])


class NameAndPassword(Body):
    """Who you are. With a `code` it is one step."""

    name: Name
    password: Password
    code: Code | None = None
    bearer: Bearer = False


class CodeAsked(Body):
    """Whether or not that was right: send a code with this ticket within five minutes."""

    next: Literal["code"]
    ticket: Ticket


class TicketAndCode(Body):
    """The second step."""

    ticket: Ticket
    code: Code
    bearer: Bearer = False


class PasskeyAsk(Body):
    """What a program says of itself; a browser sends nothing, or an empty object."""

    bearer: Bearer = False


class PasskeyAsked(OptionsGiven):
    """`ticket` is a program's, to be sent with the answer; a browser has it in a cookie."""

    ticket: str | None


class PasskeyAnswer(Body):
    """The authenticator's answer. `ticket` is null for browsers."""

    credential: Credential
    ticket: Ticket | None = None
    bearer: Bearer = False


@router.post("")
def sign_in(asked: NameAndPassword, knock: Knocked, response: Response) -> CodeAsked | SignedIn:
    """Begin with a name and a password; with a code too, it is all.

    Without a code the answer never tells whether they were right.
    """
    door = knock.service.identity.sign_in
    client = knock.client()
    if asked.code is not None:
        entered = door.together(asked.name, asked.password, asked.code, client)
        return let_in(response, knock, entered, bearer=asked.bearer)
    begun = door.begin(asked.name, asked.password, client)
    if isinstance(begun, Begun):
        return CodeAsked(next="code", ticket=begun.token)
    return let_in(response, knock, begun, bearer=asked.bearer)


@router.post("/code")
def finish_by_code(asked: TicketAndCode, knock: Knocked, response: Response) -> SignedIn:
    """Complete it with a code of your authenticator app. A ticket takes five tries."""
    door = knock.service.identity.sign_in
    entered = door.finish(asked.ticket, asked.code, knock.client())
    return let_in(response, knock, entered, bearer=asked.bearer)


@router.post("/recovery")
def finish_by_recovery(asked: TicketAndCode, knock: Knocked, response: Response) -> SignedIn:
    """Complete it with one of your recovery codes, which is used up."""
    door = knock.service.identity.sign_in
    entered = door.finish_by_recovery(asked.ticket, asked.code, knock.client(Door.RECOVERY))
    return let_in(response, knock, entered, bearer=asked.bearer)


@router.post("/passkey/options")
def ask_for_passkey(
    knock: Knocked, response: Response, asked: PasskeyAsk | None = None
) -> PasskeyAsked:
    """What to ask an authenticator for. It names nobody: the passkey says who it is."""
    begun = knock.service.identity.passkeys.begin()
    options = json.loads(begun.options)
    if asked is not None and asked.bearer:
        return PasskeyAsked(options=options, ticket=begun.ticket)
    lasts_s = knock.service.settings.challenge_ms // 1000
    cookies.put(response, cookies.TICKET, begun.ticket, max_age_s=lasts_s)
    return PasskeyAsked(options=options, ticket=None)


@router.post("/passkey")
def sign_in_with_passkey(
    asked: PasskeyAnswer,
    knock: Knocked,
    response: Response,
    kept: Annotated[str, Cookie(alias=cookies.TICKET, max_length=128)] = "",
) -> SignedIn:
    """Sign in with an authenticator's answer; its user must have been verified by it."""
    ticket = asked.ticket or kept
    if not ticket:
        raise SignInError
    body = json.dumps(asked.credential)
    entered = knock.service.identity.passkeys.finish(body, ticket, knock.client())
    if not asked.bearer:
        cookies.end(response, cookies.TICKET)
    return let_in(response, knock, entered, bearer=asked.bearer)
