"""How you sign in: passkeys, app, codes, password, where you are signed in, what happened lately.

Every change asks for a factor proven in the last minutes, ends all other sessions, and is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from bailee.errors import InputError
from bailee.identity import PasswordRefusedError, SignInError
from bailee.types.history import Event, Sort
from bailee.web.door.agents import called
from bailee.web.door.entrance import client_of, go_on, show_codes, told
from bailee.web.past.sign_in_words import event_words, factor_words
from bailee.web.render import go, page
from bailee.web.visit import Visiting

router = APIRouter()
HERE = "/you/security"
_MOST_EVENTS = 20
_READ_EVENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A session of one's own, as it is shown."""

    id: str
    name: str
    network: str
    used_ms: int
    expires_ms: int
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing of the history of signing in."""

    at_ms: int
    what: str
    by: str


@router.get(HERE)
def security(visit: Visiting) -> Response:
    """All of it on one page."""
    return _security(visit)


# -- passkeys and the app -------------------------------------------------------------------


@router.post(HERE + "/passkeys/{passkey}/name")
def rename_passkey(passkey: str, visit: Visiting) -> Response:
    """Call it something that you know it by."""
    name = visit.form.text("name")
    try:
        visit.service.identity.own_passkeys.rename(_token(visit), passkey, name)
    except InputError as error:
        return _security(visit, wrong_name=told(visit, error))
    return go(visit, HERE, visit._("The passkey is called %(name)s now.", name=name))


@router.post(HERE + "/passkeys/{passkey}/remove")
def remove_passkey(passkey: str, visit: Visiting) -> Response:
    """It signs nobody in any more; the last second factor stays."""
    door = visit.service.identity.own_passkeys
    entered = door.remove(_token(visit), passkey, client_of(visit))
    said = visit._("The passkey is removed. All your other sessions ended.")
    return go_on(visit, entered, HERE, said)


@router.post(HERE + "/app/remove")
def remove_app(visit: Visiting) -> Response:
    """Its codes count no more; the same."""
    entered = visit.service.identity.factors.remove_totp(_token(visit), client_of(visit))
    said = visit._("The app counts no more. All your other sessions ended.")
    return go_on(visit, entered, HERE, said)


@router.post(HERE + "/codes")
def renew_codes(visit: Visiting) -> Response:
    """Ten new recovery codes; those before end."""
    added = visit.service.identity.factors.renew_recovery(_token(visit), client_of(visit))
    return show_codes(visit, added, HERE)


# -- password -------------------------------------------------------------------------------


@router.post(HERE + "/password")
def change_password(visit: Visiting) -> Response:
    """Set a new one. All sessions end but this."""
    form, door = visit.form, visit.service.identity.own_password
    try:
        entered = door.change(
            _token(visit), form.secret("old"), form.secret("new"), client_of(visit)
        )
    except PasswordRefusedError as error:
        return _security(visit, weak=told(visit, error))
    except SignInError:
        return _security(visit, wrong_old=visit._("That is not your password."))
    said = visit._("Your new password counts. All your other sessions ended.")
    return go_on(visit, entered, HERE, said)


@router.post(HERE + "/reset/stop")
def stop_reset(visit: Visiting) -> Response:
    """Stop a reset of the password that somebody began."""
    if visit.service.identity.own_password.cancel_reset(_token(visit)):
        return go(visit, HERE, visit._("It is stopped. Your password is as it was."))
    return go(visit, HERE, visit._("There was nothing to stop."))


# -- sessions -------------------------------------------------------------------------------


@router.post(HERE + "/sessions/{session}/end")
def end_session(session: str, visit: Visiting) -> Response:
    """Sign out there."""
    visit.service.identity.end(_token(visit), session)
    return go(visit, HERE, visit._("That session is ended."))


@router.post(HERE + "/sessions/end")
def end_others(visit: Visiting) -> Response:
    """Sign out everywhere but here."""
    ended = visit.service.identity.end_others(_token(visit))
    said = visit.n("%(n)s other session is ended.", "%(n)s other sessions are ended.", ended)
    return go(visit, HERE, said)


# -- the page -------------------------------------------------------------------------------


def _security(
    visit: Visiting, *, wrong_name: str = "", weak: str = "", wrong_old: str = ""
) -> Response:
    identity, token = visit.service.identity, _token(visit)
    own = identity.factors.show(token)
    return page(
        visit,
        "you/security.html",
        status=422 if wrong_name or weak or wrong_old else 200,
        own=own,
        is_last=len(own.passkeys) + own.app == 1,
        sessions=_sessions(visit),
        happened=_happened(visit),
        reset_waits=identity.own_password.has_reset(token),
        wrong_name=wrong_name,
        weak=weak,
        wrong_old=wrong_old,
    )


def _sessions(visit: Visiting) -> Sequence[Place]:
    assert visit.caller is not None
    assert visit.caller.session is not None
    this = visit.caller.session.id
    found = [
        Place(
            id=each.session.id,
            name=called(visit.words, each.device),
            network=each.network,
            used_ms=each.session.used_ms,
            expires_ms=each.session.expires_ms,
            is_this=each.session.id == this,
        )
        for each in visit.service.identity.sessions(_token(visit))
    ]
    return sorted(found, key=lambda each: not each.is_this)


def _happened(visit: Visiting) -> Sequence[Happened]:
    """One's own; who keeps house may read everybody's, but elsewhere."""
    read = visit.service.household.history.page(
        visit.principal, visit.account_id, sorts=[Sort.SIGN_IN], limit=_READ_EVENTS
    )
    mine = [each for each in read.events if each.details.get("subject") == visit.principal.id]
    return [_told(visit, each) for each in mine[:_MOST_EVENTS]]


def _told(visit: Visiting, event: Event) -> Happened:
    factor = event.details.get("factor")
    return Happened(
        at_ms=event.at_ms,
        what=event_words(visit.words, str(event.details["event"])),
        by=factor_words(visit.words, str(factor)) if factor else "",
    )


def _token(visit: Visiting) -> str:
    assert visit.caller is not None
    return visit.caller.token
