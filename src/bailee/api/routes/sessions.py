"""All your sessions: where you are signed in, and ending them one by one."""

from fastapi import APIRouter

from bailee.api.bodies import Body
from bailee.api.callers import Knocked
from bailee.api.signed_in import SessionRef, SessionShown, session_shown

router = APIRouter(prefix="/sessions", tags=["signing in"])


class SessionListed(SessionShown):
    """A session of yours: what it runs on, the coarse network it came from, whether it is this."""

    device: str
    network: str
    this: bool


class Sessions(Body):
    """Your sessions, the last used first."""

    sessions: list[SessionListed]


class Ended(Body):
    """How many sessions ended."""

    ended: int


@router.get("")
def list_sessions(knock: Knocked) -> Sessions:
    """Where you are signed in."""
    caller = knock.person()
    assert caller.session is not None
    this = caller.session.id
    found = knock.service.identity.sessions(caller.token)
    return Sessions(
        sessions=[
            SessionListed(
                **dict(session_shown(each.session)),
                device=each.device,
                network=each.network,
                this=each.session.id == this,
            )
            for each in found
        ]
    )


@router.delete("")
def end_other_sessions(knock: Knocked) -> Ended:
    """End all your sessions but this one."""
    return Ended(ended=knock.service.identity.end_others(knock.person().token))


@router.delete("/{session}", status_code=204)
def end_session(session: SessionRef, knock: Knocked) -> None:
    """End one of your sessions."""
    knock.service.identity.end(knock.person().token, session)
