"""Tokens of devices: each can hand in, for one device, and do nothing else (R-25)."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, DeviceRef, Moment, id_of
from bailee.api.callers import Caller, Knock, Knocked
from bailee.clock import DAY_MS
from bailee.identity.tokens import Listed, Made
from bailee.types.ids import AccountId, DeviceId

router = APIRouter(prefix="/households/{account}/devices/{device}/tokens", tags=["devices"])
own_router = APIRouter(prefix="/device/token", tags=["devices"])
"""What a device does itself."""

TokenRef = Annotated[str, id_of("tok", "A token of a device.")]


class TokenMade(Body):
    """A fresh token: shown this once, and kept as a hash alone."""

    id: TokenRef
    token: Annotated[str, Field(repr=False)]


class TokenShown(Body):
    """A token that works. `used` is the day of its last use; `expires` is null for no end."""

    id: TokenRef
    made: Moment
    used: Moment | None
    expires: Moment | None


class TokensShown(Body):
    """Every token of a device that works, oldest first."""

    tokens: list[TokenShown]


@router.get("")
def list_tokens(account: AccountRef, device: DeviceRef, knock: Knocked) -> TokensShown:
    """The tokens of a device; never what they are."""
    _seen_to(knock, account, device)
    found = knock.service.identity.tokens.list(account, device_id=device)
    return TokensShown(tokens=[_shown(each) for each in found])


@router.post("", status_code=201)
def make_token(
    account: AccountRef, device: DeviceRef, knock: Knocked, response: Response
) -> TokenMade:
    """Make a token for a device to hand in with. It is shown this once."""
    _seen_to(knock, account, device)
    made = _made(knock.service.identity.tokens.make(account, device))
    response.headers["Location"] = f"/v1/households/{account}/devices/{device}/tokens/{made.id}"
    return made


@router.delete("/{token}", status_code=204)
def revoke_token(account: AccountRef, device: DeviceRef, token: TokenRef, knock: Knocked) -> None:
    """End a token at once."""
    _seen_to(knock, account, device)
    knock.service.identity.tokens.revoke(account, token, device_id=device)


@own_router.post("/rotate")
def rotate_token(knock: Knocked) -> TokenMade:
    """A new token for the device that asks. The old one works a day longer, and not twice."""
    caller = knock.device()
    return _made(knock.service.identity.tokens.rotate(caller.token, caller.client))


def _seen_to(knock: Knock, account: str, device: str) -> Caller:
    """Whoever may see to the tokens of a device that may record."""
    caller = knock.person()
    devices = knock.service.household.devices
    devices.require_registered(caller.principal, AccountId(account), DeviceId(device))
    return caller


def _made(made: Made) -> TokenMade:
    return TokenMade(id=made.id, token=made.token)


def _shown(token: Listed) -> TokenShown:
    return TokenShown(
        id=token.id,
        made=token.made_ms,
        used=None if token.used_day is None else token.used_day * DAY_MS,
        expires=token.expires_ms,
    )
