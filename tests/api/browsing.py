"""A browser, as far as cookies and forms go: it keeps what it is given and sends it back."""

from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx

from api.house import PASSWORD, House, Someone
from bailee.api.callers import CSRF_HEADER
from bailee.api.cookies import DEVICE, SESSION, TICKET
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR


def cookies_of(answer: httpx.Response) -> dict[str, Morsel[str]]:
    """What an answer sets, by name, with its flags."""
    found: dict[str, Morsel[str]] = {}
    for each in answer.headers.get_list("set-cookie"):
        found |= dict(SimpleCookie(each).items())
    return found


@dataclass
class Browser:
    """Its cookies, and the form token its page was told."""

    house: House
    jar: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def session(self) -> str:
        return self.jar.get(SESSION, "")

    def ask(
        self, method: str, path: str, *, csrf: str | None = None, **more: Any
    ) -> httpx.Response:
        """Ask with every cookie; *csrf* instead of the form token, "" for none."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        token = self.csrf if csrf is None else csrf
        headers |= {CSRF_HEADER: token} if token else {}
        answer = self.house.ask(method, path, headers=headers, **more)
        for name, morsel in cookies_of(answer).items():
            if int(morsel["max-age"]) > 0:
                self.jar[name] = morsel.value
            else:
                self.jar.pop(name, None)
        if answer.is_success and answer.content:
            self.csrf = answer.json().get("csrf") or self.csrf
        return answer

    def sign_in(self, someone: Someone) -> httpx.Response:
        """With password and code, in two steps, ending one code later."""
        begun = self.ask("POST", "/v1/sign-in", json=password_of(someone)).json()
        answer = self.ask("POST", "/v1/sign-in/code", json=second(self.house, someone, begun))
        assert answer.status_code == 200, answer.text
        return answer


def password_of(someone: Someone) -> dict[str, str]:
    """The first step."""
    return {"name": someone.name, "password": PASSWORD}


def second(house: House, someone: Someone, begun: dict[str, str]) -> dict[str, str]:
    """The second step, with a code not used before."""
    return {"ticket": begun["ticket"], "code": fresh_code(house, someone)}


def fresh_code(house: House, someone: Someone) -> str:
    """A code of the app that counts still."""
    house.clock.advance(ms=30_000)
    return house.code(someone.secret)


def browser_of(house: House, someone: Someone) -> Browser:
    """A browser in which somebody has just signed in."""
    browser = Browser(house)
    browser.sign_in(someone)
    return browser


def stranger(house: House) -> Someone:
    """The owner of another household in the same vault."""
    found = house.service.household.houses.found(OPERATOR, "elsewhere", NewPerson(name="Eve"))
    home, house.account_id = house.account_id, found.account_id
    try:
        return house.sign_in(found.owner_id, "eve")
    finally:
        house.account_id = home


__all__ = [
    "DEVICE",
    "SESSION",
    "TICKET",
    "Browser",
    "browser_of",
    "cookies_of",
    "fresh_code",
    "password_of",
    "second",
    "stranger",
]
