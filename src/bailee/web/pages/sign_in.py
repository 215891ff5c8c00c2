"""Signing in and out: a passkey, or a name, a password and a code. Right and wrong read the same."""

from urllib.parse import urlencode

from fastapi import APIRouter, Response

from bailee.api import cookies
from bailee.identity import Begun, SignInError, TogetherError
from bailee.types.sign_in import Door
from bailee.web.door.entrance import PENDING, client_of, come_in, kept, local
from bailee.web.render import go, page
from bailee.web.visit import Passing

router = APIRouter()
_CODE_DIGITS = 6
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})


@router.get("/sign-in")
def ask(visit: Passing, back: str = "", again: str = "") -> Response:
    """Who are you? Who is signed in goes on at once.

    Whoever follows a link from a message arrives without their cookie, which no other site may make
    a browser send. A page of our own asks once more, and then it is there; *again* says that this
    was done, so that it is done once.
    """
    path = local(back)
    if visit.caller is not None:
        return go(visit, path)
    if visit.request.headers.get("sec-fetch-site") in _FROM_ELSEWHERE and not again:
        here = f"/sign-in?{urlencode({'back': path, 'again': 'yes'})}"
        return page(visit, "door/arrive.html", here=here)
    answer = _asked(visit, path)
    if visit.knock.cookie:  # of a session that ended: it would stand in the way of the form
        cookies.let_go(answer)
    return answer


@router.post("/sign-in")
def give_password(visit: Passing) -> Response:
    """A name and a password; with a code beside them it is all there is to it."""
    form, client, path = visit.form, client_of(visit), local(visit.form.text("back"))
    door = visit.service.identity.sign_in
    name, password, code = form.text("name"), form.secret("password"), form.text("code")
    try:
        if code:
            return come_in(visit, door.together(name, password, code, client), path)
        begun = door.begin(name, password, client)
    except SignInError:
        return _asked(visit, path, wrong=_wrong(visit), name=name, together=bool(code))
    except TogetherError:
        return _asked(visit, path, name=name, together=True)
    if not isinstance(begun, Begun):
        return come_in(visit, begun, path)
    answer = go(visit, f"/sign-in/code?{urlencode({'back': path})}")
    lasts_s = visit.service.settings.pending_ms // 1000
    cookies.put(answer, PENDING, begun.token, max_age_s=lasts_s)
    return answer


@router.get("/sign-in/code")
def ask_code(visit: Passing, back: str = "") -> Response:
    """The second step. It comes whether or not the first was right."""
    if visit.caller is not None or not kept(visit, PENDING):
        return go(visit, f"/sign-in?{urlencode({'back': local(back)})}")
    return page(visit, "door/code.html", back=local(back), wrong="")


@router.post("/sign-in/code")
def give_code(visit: Passing) -> Response:
    """A code of the app, six digits; all else is a recovery code, which is used up."""
    path, code, ticket = (
        local(visit.form.text("back")),
        visit.form.text("code"),
        kept(visit, PENDING),
    )
    door = visit.service.identity.sign_in
    digits = "".join(code.split())
    by_app = len(digits) == _CODE_DIGITS and digits.isdecimal()
    try:
        if by_app:
            return come_in(visit, door.finish(ticket, digits, client_of(visit)), path)
        entered = door.finish_by_recovery(ticket, code, client_of(visit, Door.RECOVERY))
    except SignInError:
        return page(visit, "door/code.html", status=422, back=path, wrong=_wrong(visit))
    said = visit._("You came in by a recovery code, which is used up. Set up your app anew.")
    return come_in(visit, entered, "/you/security", said)


@router.post("/sign-in/passkey")
def show_passkey(visit: Passing) -> Response:
    """What an authenticator answered to the options of `POST /v1/sign-in/passkey/options`."""
    path = local(visit.form.text("back"))
    passkeys = visit.service.identity.passkeys
    ticket = kept(visit, cookies.TICKET)
    try:
        entered = passkeys.finish(visit.form.text("credential"), ticket, client_of(visit))
    except SignInError:
        return _asked(visit, path, wrong=_wrong(visit))
    answer = come_in(visit, entered, path)
    cookies.end(answer, cookies.TICKET)
    return answer


@router.post("/sign-out")
def sign_out(visit: Passing) -> Response:
    """End this session, here and on the server."""
    if visit.caller is not None and visit.caller.session is not None:
        visit.service.identity.end(visit.caller.token, visit.caller.session.id)
    answer = go(visit, "/sign-in", visit._("You are signed out."))
    cookies.let_go(answer)
    return answer


def _asked(
    visit: Passing, path: str, *, wrong: str = "", name: str = "", together: bool = False
) -> Response:
    return page(
        visit,
        "door/sign_in.html",
        status=422 if wrong or together else 200,
        back=path,
        wrong=wrong,
        name=name,
        together=together,
    )


def _wrong(visit: Passing) -> str:
    """One text for every reason: nothing can be told from it."""
    return visit._(
        "That did not work. Check your name, your password and your code, and try again."
    )
