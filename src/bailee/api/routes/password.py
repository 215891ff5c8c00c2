"""Your password: changing it, and setting another one when it is forgotten.

A reset takes a recovery code and a day. Its owner is told at once, and any session of theirs can
stop it. It opens no session.
"""

from fastapi import APIRouter, Response

from bailee.api.bodies import Body, Moment
from bailee.api.callers import Knocked
from bailee.api.signed_in import Code, Name, Password, SignedIn, Ticket, go_on
from bailee.errors import UnknownError
from bailee.types.sign_in import Door

router = APIRouter(tags=["signing in"])


class PasswordChange(Body):
    """`old` may be left out by who just proved a passkey."""

    old: Password | None = None
    new: Password


class ResetAsk(Body):
    """What you sign in with, and one of your recovery codes, which is used up."""

    name: Name
    code: Code


class ResetBegun(Body):
    """Whether or not that was right: from `opens` on, the ticket sets a password if it was."""

    ticket: str
    opens: Moment


class ResetUse(Body):
    """The ticket of a reset, and your new password."""

    ticket: Ticket
    password: Password


@router.put("/me/password")
def change_password(asked: PasswordChange, knock: Knocked, response: Response) -> SignedIn:
    """Change your password. All sessions of yours end, and this one goes on under a fresh token."""
    token, old = knock.person().token, asked.old or ""
    entered = knock.service.identity.own_password.change(token, old, asked.new, knock.client())
    return go_on(response, knock, entered)


@router.delete("/me/password-reset", status_code=204)
def stop_reset(knock: Knocked) -> None:
    """Stop a reset of your password that somebody began."""
    if not knock.service.identity.own_password.cancel_reset(knock.person().token):
        raise UnknownError("No reset of your password waits.", hint="There is nothing to stop.")


@router.post("/password-resets", status_code=202)
def ask_reset(asked: ResetAsk, knock: Knocked) -> ResetBegun:
    """Begin to set another password with a recovery code. It takes a day, and can be stopped.

    The answer never tells whether name and code were right.
    """
    door = knock.service.identity.own_password
    begun = door.ask_reset(asked.name, asked.code, knock.client(Door.RECOVERY))
    return ResetBegun(ticket=begun.token, opens=begun.opens_ms)


@router.post("/password-resets/use", status_code=204)
def use_reset(asked: ResetUse, knock: Knocked) -> None:
    """Set your new password with the ticket of a reset whose day has come; then sign in."""
    door = knock.service.identity.own_password
    door.reset(asked.ticket, asked.password, knock.client(Door.RECOVERY))
