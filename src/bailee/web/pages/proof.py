"""A second factor set up: the first one, on the way in, and further ones later.

Who has none yet is sent here by every other page. The address for an app is shown in answer to the
form that made it, and kept nowhere.
"""

from fastapi import APIRouter, Response

from bailee.errors import InputError
from bailee.identity import Added, FactorRefusedError, SignInError
from bailee.web.door.agents import called
from bailee.web.door.entrance import client_of, first_page, go_on, show_codes, told
from bailee.web.door.qr import picture
from bailee.web.render import go, page
from bailee.web.visit import Passing

router = APIRouter()
_OTPAUTH = "otpauth://totp/"
_LONGEST_ADDRESS = 800


@router.get("/welcome/proof")
def choose(visit: Passing) -> Response:
    """A passkey, or an authenticator app."""
    if not _token(visit) or not visit.stepping:
        return go(visit, "/")
    return page(visit, "door/proof.html", wrong="")


@router.post("/proof/passkey")
def add_passkey(visit: Passing) -> Response:
    """Keep the passkey that was made just now."""
    door, credential = visit.service.identity.own_passkeys, visit.form.text("credential")
    agent = called(visit.words, visit.knock.description)
    token, client = _token(visit), client_of(visit)
    try:
        added = door.add(token, credential, agent, client)
    except (FactorRefusedError, InputError) as error:
        if not visit.stepping:
            raise
        wrong = told(visit, error)
        return page(visit, "door/proof.html", status=422, wrong=wrong)
    return _added(visit, added, visit._("The passkey is added. Give it a name you know it by."))


@router.post("/proof/app")
def begin_app(visit: Passing) -> Response:
    """A new secret for the app, as a picture and to type; one that counts goes on meanwhile."""
    uri = visit.service.identity.factors.begin_totp(_token(visit))
    return _app(visit, uri)


@router.post("/proof/app/code")
def confirm_app(visit: Passing) -> Response:
    """The app's first code proves that it works."""
    door, uri = visit.service.identity.factors, visit.form.text("uri")
    if not uri.startswith(_OTPAUTH) or len(uri) > _LONGEST_ADDRESS:
        raise InputError("That form is not one of ours.", hint="Begin the set-up again.")
    code = "".join(visit.form.text("code").split())
    try:
        added = door.confirm_totp(_token(visit), code, client_of(visit))
    except FactorRefusedError as error:
        return _app(visit, uri, wrong=visit._(error.hint))
    return _added(visit, added, visit._("Your app counts from now on."))


def _token(visit: Passing) -> str:
    """Of whoever is in, or on the way in. Raises `SignInError`."""
    if visit.caller is None:
        raise SignInError
    return visit.caller.token


def _app(visit: Passing, uri: str, wrong: str = "") -> Response:
    secret = uri.partition("secret=")[2].partition("&")[0]
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page(
        visit,
        "door/app.html",
        status=422 if wrong else 200,
        uri=uri,
        secret=spaced,
        picture=picture(uri),
        wrong=wrong,
    )


def _added(visit: Passing, added: Added, said: str) -> Response:
    path = first_page(visit, added.entered) if visit.stepping else "/you/security"
    return (
        show_codes(visit, added, path) if added.codes else go_on(visit, added.entered, path, said)
    )
