"""Passkeys in Chromium, by the API's own routes and cookies, on http://localhost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from api.browsing import DEVICE, SESSION
from api.house import PASSWORD, House
from api.test_invitations import invitation, let_in
from bailee.api.callers import CSRF_HEADER
from support.phone import Phone

ASK = """async ([method, path, headers, body]) => {
    const answer = await fetch(path, {method, headers, body});
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : null];
}"""
FROM_ELSEWHERE = """async url => {
    const sent = {method: "POST", mode: "no-cors", credentials: "include"};
    return fetch(url, sent).then(() => "read", () => "not read");
}"""


class At:
    """A page of the house's origin: it asks as a page does, and keeps the form token it was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone = Phone(page)
        self.csrf = ""

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The body of a good answer; a number for any other."""
        headers = {"Content-Type": "application/json"}
        if self.csrf:
            headers[CSRF_HEADER] = self.csrf
        sent = None if body is None else json.dumps(body)
        status, answer = self.page.evaluate(ASK, [method, f"/v1/{path}", headers, sent])
        if status >= 400:
            return status
        self.csrf = (answer or {}).get("csrf") or self.csrf
        return answer

    def answered(self, path: str) -> dict[str, Any]:
        """What the authenticator answers to the options of *path*."""
        options = self.ask("POST", f"{path}/options")["options"]
        return {"credential": json.loads(self.phone.get(json.dumps(options)))}


@contextmanager
def page_of(browser: Browser, *origins: str) -> Iterator[Page]:
    """An empty page of the first of *origins*; the others can be gone to."""
    with browser.new_context() as context:
        page = context.new_page()
        for origin in origins:
            page.route(
                f"{origin}/",
                lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"),
            )
        page.goto(f"{origins[0]}/")
        yield page


def registered(house: House, page: Page) -> At:
    """Somebody who took up an invitation and made a passkey, their only factor."""
    at = At(page)
    accept = {"invitation": invitation(house, let_in(house)), "name": "leo", "password": PASSWORD}
    assert at.ask("POST", "invitations/accept", accept)["next"] == "set-up"
    options = at.ask("POST", "me/passkeys/options")["options"]
    made = {"name": "phone", "credential": json.loads(at.phone.create(json.dumps(options)))}
    added = at.ask("POST", "me/passkeys", made)
    assert (added["next"], len(added["codes"])) == ("done", 10)
    return at


def test_a_passkey_from_invitation_to_step_up(house: House, browser: Browser) -> None:
    """Made, signed out, signed in with and stepped up with; no script sees a token."""
    with page_of(browser, house.url) as page:
        at = registered(house, page)
        assert at.ask("DELETE", "session") is None
        assert at.ask("GET", "session") == 401
        entered = at.ask("POST", "sign-in/passkey", at.answered("sign-in/passkey"))
        assert entered["session"]["factor"] == "passkey"
        now = at.ask("POST", "session/step-up/passkey", at.answered("session/step-up/passkey"))
        assert now["session"]["id"] == entered["session"]["id"]
        assert now["session"]["stepped_up"]
        assert at.ask("GET", "session")["session"] == now["session"]
        assert page.evaluate("document.cookie") == ""
        kept = {each["name"]: each for each in page.context.cookies()}
        assert set(kept) == {SESSION, DEVICE}
        for each in kept.values():
            assert (each["httpOnly"], each["secure"], each["sameSite"]) == (True, True, "Strict")
            assert (each["domain"], each["path"]) == ("localhost", "/")


def test_without_user_verification_nothing_opens(house: House, browser: Browser) -> None:
    """A page that asks its authenticator for less gets an answer that is refused here."""
    with page_of(browser, house.url) as page:
        at = registered(house, page)
        at.phone.verify_user(False)
        weak = {"userVerification": "discouraged"}
        options = at.ask("POST", "sign-in/passkey/options")["options"] | weak
        body = {"credential": json.loads(at.phone.get(json.dumps(options)))}
        assert at.ask("POST", "sign-in/passkey", body) == 401
        options = at.ask("POST", "session/step-up/passkey/options")["options"] | weak
        body = {"credential": json.loads(at.phone.get(json.dumps(options)))}
        assert at.ask("POST", "session/step-up/passkey", body) == 401
        assert at.ask("GET", "session")["session"]["stepped_up"] is None


def test_a_page_elsewhere_does_nothing(house: House, browser: Browser) -> None:
    """With its reader signed in here, another site's page can ask, and changes nothing."""
    elsewhere = house.url.replace("localhost", "127.0.0.1")
    with page_of(browser, house.url, elsewhere) as page:
        at = registered(house, page)
        was = at.ask("GET", "me/factors")
        page.goto(f"{elsewhere}/")
        for path in ("me/recovery-codes", "session/step-up/passkey/options", "sign-in/passkey"):
            assert page.evaluate(FROM_ELSEWHERE, f"{house.url}/v1/{path}") == "not read"
        page.goto(f"{house.url}/")
        assert at.ask("GET", "me/factors") == was
        assert {each["name"] for each in page.context.cookies(house.url)} == {SESSION, DEVICE}
