"""The second factor once more, in the middle of something that matters, and back to it."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from bailee.identity import SignInError
from bailee.web.door import client_of, go_on, local
from bailee.web.render import page
from bailee.web.visit import Visiting

router = APIRouter()


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_FOR: Mapping[str, str] = {
    "/cameras": _("Looking through a camera"),
    "/consents": _("Saying yes for somebody, or for yourself"),
    "/children": _("Saying yes for a child"),
    "/export": _("Taking a copy away"),
    "/forget": _("Forgetting everything at once"),
    "/people": _("Letting somebody in, or changing what they may do"),
    "/recordings": _("Taking a copy away, or sharing"),
    "/set-up": _("Letting somebody in"),
    "/share": _("Sharing"),
    "/you": _("Changing how you sign in"),
}
"""What such a page asks it for."""


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
    asked_for = next((said for path, said in _FOR.items() if back.startswith(path)), "")
    status = 422 if wrong else 200
    return page(
        visit, "door/step_up.html", status=status, back=back, own=own, asked=asked_for, wrong=wrong
    )


def _token(visit: Visiting) -> str:
    assert visit.caller is not None
    return visit.caller.token


def _wrong(visit: Visiting) -> str:
    return visit._("That did not work. A code counts once: wait for the next one, then try again.")
