"""The second factor once more, in the middle of something that matters, and back to it."""

from fastapi import APIRouter, Response

from bailee.identity import SignInError
from bailee.web.door.entrance import client_of, go_on, local
from bailee.web.render import page
from bailee.web.visit import Visiting

router = APIRouter()


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_FOR = (
    ("/consents", _("Saying yes for somebody, or for yourself")),
    ("/share", _("Sharing")),
    ("/copy", _("Taking a copy away")),
    ("/export", _("Taking a copy away")),
    ("/archive", _("Taking a copy away")),
    ("/cameras", _("Looking through a camera")),
    ("/forget", _("Forgetting everything at once")),
    ("/people", _("Letting somebody in, or changing what they may do")),
    ("/you", _("Changing how you sign in")),
)
"""What a page with that in its address asks it for; the first that fits."""


@router.get("/step-up")
def ask(visit: Visiting, back: str = "") -> Response:
    """What it is for, and that nothing was done yet."""
    return _asked(visit, local(back))


@router.post("/step-up/code")
def give_code(visit: Visiting) -> Response:
    """A code of the app. The session goes on under a fresh token."""
    back, code = local(visit.form.text("back")), visit.form.text("code")
    door, token = visit.service.identity.step_up, _token(visit)
    try:
        entered = door.by_code(token, "".join(code.split()), client_of(visit))
    except SignInError:
        return _asked(visit, back, wrong=_wrong(visit))
    return go_on(visit, entered, back, visit._("That was you. Now press the button again."))


@router.post("/step-up/passkey")
def show_passkey(visit: Visiting) -> Response:
    """What an authenticator answered to the options of `POST /v1/session/step-up/passkey/options`."""
    back, credential = local(visit.form.text("back")), visit.form.text("credential")
    door, token = visit.service.identity.step_up, _token(visit)
    try:
        entered = door.by_passkey(token, credential, client_of(visit))
    except SignInError:
        return _asked(visit, back, wrong=_wrong(visit))
    return go_on(visit, entered, back, visit._("That was you. Now press the button again."))


def _asked(visit: Visiting, back: str, wrong: str = "") -> Response:
    own = visit.service.identity.factors.show(_token(visit))
    asked_for = next((said for part, said in _FOR if part in back.partition("?")[0]), "")
    status = 422 if wrong else 200
    return page(
        visit, "door/step_up.html", status=status, back=back, own=own, asked=asked_for, wrong=wrong
    )


def _token(visit: Visiting) -> str:
    assert visit.caller is not None
    return visit.caller.token


def _wrong(visit: Visiting) -> str:
    return visit._("That did not work. A code counts once: wait for the next one, then try again.")
