"""This session: who you are in it, proving a second factor once more, and signing out."""

import json

from fastapi import APIRouter, Response

from bailee.api import cookies
from bailee.api.bodies import Body
from bailee.api.callers import Knocked
from bailee.api.signed_in import (
    Code,
    Credential,
    OptionsGiven,
    SessionShown,
    SignedIn,
    csrf_for,
    go_on,
    session_shown,
)

router = APIRouter(prefix="/session", tags=["signing in"])


class OwnSession(Body):
    """The session you are in. `csrf` is a browser's, for `X-CSRF-Token`; null for a program."""

    session: SessionShown
    csrf: str | None


class CodeProof(Body):
    """A code that your authenticator app shows now."""

    code: Code


class PasskeyProof(Body):
    """Your authenticator's answer."""

    credential: Credential


@router.get("")
def show_session(knock: Knocked) -> OwnSession:
    """Who you are signed in as, and how long ago you proved what."""
    caller = knock.newcomer()
    assert caller.session is not None
    return OwnSession(session=session_shown(caller.session), csrf=csrf_for(knock, caller))


@router.delete("", status_code=204)
def sign_out(knock: Knocked, response: Response) -> None:
    """End this session, here and on the server."""
    caller = knock.newcomer()
    assert caller.session is not None
    knock.service.identity.end(caller.token, caller.session.id)
    if not knock.bearer:
        cookies.let_go(response)


@router.post("/step-up/code")
def step_up_by_code(asked: CodeProof, knock: Knocked, response: Response) -> SignedIn:
    """Prove your authenticator app once more. The session goes on under a fresh token."""
    token = knock.person().token
    entered = knock.service.identity.step_up.by_code(token, asked.code, knock.client())
    return go_on(response, knock, entered)


@router.post("/step-up/passkey/options")
def ask_to_step_up(knock: Knocked) -> OptionsGiven:
    """What to ask your authenticator for, to prove it once more."""
    token = knock.person().token
    options = knock.service.identity.step_up.begin_passkey(token)
    return OptionsGiven(options=json.loads(options))


@router.post("/step-up/passkey")
def step_up_by_passkey(asked: PasskeyProof, knock: Knocked, response: Response) -> SignedIn:
    """Prove a passkey of yours once more. The session goes on under a fresh token."""
    token, body = knock.person().token, json.dumps(asked.credential)
    entered = knock.service.identity.step_up.by_passkey(token, body, knock.client())
    return go_on(response, knock, entered)
