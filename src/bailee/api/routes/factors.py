"""Your second factors: what there is, the authenticator app, recovery codes.

A change asks for a factor proven in the last minutes (or comes from whoever has none yet), ends
every session of yours, and goes on in a fresh one.
"""

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import Body, Moment
from bailee.api.callers import Knock, Knocked
from bailee.api.signed_in import Code, PasskeyRef, SignedIn, go_on
from bailee.clock import DAY_MS
from bailee.identity import Added, Passkey

router = APIRouter(prefix="/me", tags=["signing in"])


class PasskeyShown(Body):
    """A passkey of yours. `used_on` is the day it was last used, at midnight UTC; null if never."""

    id: PasskeyRef
    name: str
    made: Moment
    used_on: Moment | None


class OwnFactors(Body):
    """What you prove who you are with, beside your password."""

    app: bool
    passkeys: list[PasskeyShown]
    recovery_codes_left: int


class AppBegun(Body):
    """Show it to your authenticator app, as a picture; it counts once you confirmed a code."""

    uri: str = Field(description="`otpauth://totp/…`, with the secret in it.")


class CodeShown(Body):
    """A code that the app shows now."""

    code: Code


class FactorAdded(SignedIn):
    """It counts from now on. `codes` are recovery codes, shown this once; none but the first time."""

    codes: list[str]


class CodesMade(SignedIn):
    """Ten recovery codes, shown this once."""

    codes: list[str]


@router.get("/factors")
def show_factors(knock: Knocked) -> OwnFactors:
    """Your authenticator app, your passkeys, and how many recovery codes are left."""
    found = knock.service.identity.factors.show(knock.person().token)
    return OwnFactors(
        app=found.app,
        passkeys=[passkey_shown(each) for each in found.passkeys],
        recovery_codes_left=found.recovery_left,
    )


@router.post("/totp")
def begin_app(knock: Knocked) -> AppBegun:
    """Begin to set up an authenticator app; one that counts goes on counting meanwhile."""
    return AppBegun(uri=knock.service.identity.factors.begin_totp(knock.newcomer().token))


@router.post("/totp/confirm")
def confirm_app(asked: CodeShown, knock: Knocked, response: Response) -> FactorAdded:
    """Prove that the app works; from then on it counts."""
    token = knock.newcomer().token
    added = knock.service.identity.factors.confirm_totp(token, asked.code, knock.client())
    return factor_added(added, knock, response)


@router.delete("/totp")
def remove_app(knock: Knocked, response: Response) -> SignedIn:
    """Let the app count no more; not if it is your last second factor."""
    token = knock.person().token
    entered = knock.service.identity.factors.remove_totp(token, knock.client())
    return go_on(response, knock, entered)


@router.post("/recovery-codes")
def make_recovery_codes(knock: Knocked, response: Response) -> CodesMade:
    """Ten new recovery codes; the ones before end."""
    token = knock.person().token
    added = knock.service.identity.factors.renew_recovery(token, knock.client())
    entered = go_on(response, knock, added.entered)
    return CodesMade(**dict(entered), codes=list(added.codes))


def factor_added(added: Added, knock: Knock, response: Response) -> FactorAdded:
    """A factor that was added, as the API tells it; its person goes on in a fresh session."""
    entered = go_on(response, knock, added.entered)
    return FactorAdded(**dict(entered), codes=list(added.codes))


def passkey_shown(passkey: Passkey) -> PasskeyShown:
    """A passkey as the API tells it."""
    used_on = None if passkey.used_day is None else passkey.used_day * DAY_MS
    return PasskeyShown(id=passkey.id, name=passkey.name, made=passkey.made_ms, used_on=used_on)
