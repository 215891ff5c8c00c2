"""Your passkeys: several, each with a name. Changes are as in `factors`."""

import json
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import Body
from bailee.api.callers import Knocked
from bailee.api.routes.factors import FactorAdded, PasskeyShown, factor_added, passkey_shown
from bailee.api.signed_in import Credential, OptionsGiven, PasskeyRef, SignedIn, go_on

router = APIRouter(prefix="/me/passkeys", tags=["signing in"])

PasskeyName = Annotated[str, Field(min_length=1, max_length=60, description="Such as “my phone”.")]


class Passkeys(Body):
    """Your passkeys, oldest first."""

    passkeys: list[PasskeyShown]


class PasskeyMade(Body):
    """What your authenticator made, and what you call it."""

    name: PasskeyName
    credential: Credential


class PasskeyNamed(Body):
    """What you call it."""

    name: PasskeyName


@router.get("")
def list_passkeys(knock: Knocked) -> Passkeys:
    """Your passkeys."""
    found = knock.service.identity.own_passkeys.list(knock.person().token)
    return Passkeys(passkeys=[passkey_shown(each) for each in found])


@router.post("/options")
def ask_to_make_passkey(knock: Knocked) -> OptionsGiven:
    """What to ask an authenticator for, to make a passkey."""
    options = knock.service.identity.own_passkeys.begin(knock.newcomer().token)
    return OptionsGiven(options=json.loads(options))


@router.post("", status_code=201)
def add_passkey(asked: PasskeyMade, knock: Knocked, response: Response) -> FactorAdded:
    """Keep a passkey that your authenticator made; its user must have been verified by it."""
    token, body = knock.newcomer().token, json.dumps(asked.credential)
    added = knock.service.identity.own_passkeys.add(token, body, asked.name, knock.client())
    response.headers["Location"] = f"/v1/me/passkeys/{added.passkey_id}"
    return factor_added(added, knock, response)


@router.patch("/{passkey}", status_code=204)
def rename_passkey(passkey: PasskeyRef, asked: PasskeyNamed, knock: Knocked) -> None:
    """Give a passkey another name; nothing else changes."""
    knock.service.identity.own_passkeys.rename(knock.person().token, passkey, asked.name)


@router.delete("/{passkey}")
def remove_passkey(passkey: PasskeyRef, knock: Knocked, response: Response) -> SignedIn:
    """Forget a passkey; not if it is your last second factor."""
    token = knock.person().token
    entered = knock.service.identity.own_passkeys.remove(token, passkey, knock.client())
    return go_on(response, knock, entered)
