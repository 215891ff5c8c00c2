"""Lost what one signs in with: which way leads back, and a password set anew by a recovery code.

The answers are the same whether or not a name exists and a code was right.
"""

from fastapi import APIRouter, Response

from bailee.api import cookies
from bailee.identity import PasswordRefusedError, SignInError
from bailee.types.sign_in import Door
from bailee.web.door.entrance import RESET, client_of, kept, pasted, told
from bailee.web.render import go, page
from bailee.web.visit import Passing

router = APIRouter()


@router.get("/sign-in/lost")
def lost(visit: Passing) -> Response:
    """Which ways there are."""
    return page(visit, "door/lost.html")


@router.post("/sign-in/lost")
def begin_reset(visit: Passing) -> Response:
    """A recovery code begins a reset, which waits a day so that its owner can stop it."""
    door, settings = visit.service.identity.own_password, visit.service.settings
    name, code = visit.form.text("name"), visit.form.text("code")
    asked = door.ask_reset(name, code, client_of(visit, Door.RECOVERY))
    answer = go(visit, "/sign-in/reset")
    lasts_s = (settings.reset_delay_ms + settings.reset_open_ms) // 1000
    cookies.put(answer, RESET, f"{asked.opens_ms}.{asked.token}", max_age_s=lasts_s)
    return answer


@router.get("/sign-in/reset")
def show_reset(visit: Passing) -> Response:
    """Until when it waits, and the link to come back with; then a new password."""
    return _shown(visit)


@router.post("/sign-in/reset")
def use_reset(visit: Passing) -> Response:
    """Set a new password with a reset whose day has come. Every session ends, and none begins."""
    token = pasted(visit.form.text("ticket")) or _waiting(visit)[1]
    door, new = visit.service.identity.own_password, visit.form.secret("password")
    try:
        door.reset(token, new, client_of(visit, Door.RECOVERY))
    except PasswordRefusedError as refused:
        return _shown(visit, ticket=token, weak=told(visit, refused))
    except SignInError:
        said = visit._(
            "That did not work: it is too early or too late, it was stopped or used, or the name "
            "or the code it began with was not right."
        )
        return _shown(visit, ticket=token, wrong=said)
    answer = go(visit, "/sign-in", visit._("Your new password counts. Sign in with it now."))
    cookies.end(answer, RESET)
    return answer


def _shown(visit: Passing, *, ticket: str = "", wrong: str = "", weak: str = "") -> Response:
    opens_ms, token = _waiting(visit)
    return page(
        visit,
        "door/reset.html",
        status=422 if wrong or weak else 200,
        opens_ms=opens_ms,
        link=f"{visit.request.base_url}sign-in/reset#{token}" if token else "",
        is_open=not token or opens_ms <= visit.service.vault.desk().clock.now_ms(),
        ticket=ticket,
        wrong=wrong,
        weak=weak,
    )


def _waiting(visit: Passing) -> tuple[int, str]:
    """When the reset that this browser began opens, and its token; 0 and "" for none."""
    opens, _, token = kept(visit, RESET).partition(".")
    known = opens.isascii() and opens.isdecimal() and len(opens) < 16
    return (int(opens), token) if known else (0, "")
