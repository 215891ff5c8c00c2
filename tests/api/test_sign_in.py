"""The doors of signing in over HTTP: what they open, to whom, and what they never tell."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.browsing import (
    DEVICE,
    SESSION,
    Browser,
    browser_of,
    cookies_of,
    fresh_code,
    password_of,
    second,
)
from api.house import CHEAP, PASSWORD, House, problem
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from household.told import told
from identity.parts_for_tests import CountingHasher

WRONG = "not the right words at all"
NEW_DEVICE = "You signed in on a device we have not seen before"
SESSION_S = CHEAP.session_ms // 1000


@pytest.fixture
def counting() -> CountingHasher:
    """Argon2 at its lowest cost."""
    return CountingHasher(CHEAP)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock, counting: CountingHasher) -> Iterator[House]:
    """The household, whose password hasher counts its work."""
    Vault.create(tmp_path / "vault", clock=clock).close()
    with House(tmp_path / "vault", clock, hasher=counting) as made:
        yield made


# -- coming in --------------------------------------------------------------------------------


def test_a_browser_is_given_cookies(house: House) -> None:
    """Two steps; the token is in a cookie that scripts cannot read, and in no body."""
    browser = Browser(house)
    begun = browser.ask("POST", "/v1/sign-in", json=password_of(house.ana))
    assert begun.status_code == 200
    assert begun.json()["next"] == "code"
    assert not cookies_of(begun)
    done = browser.ask("POST", "/v1/sign-in/code", json=second(house, house.ana, begun.json()))
    body = done.json()
    assert (body["next"], body["token"]) == ("done", None)
    assert (body["session"]["person"], body["session"]["state"]) == (house.ana.id, "full")
    flags = cookies_of(done)
    assert set(flags) == {SESSION, DEVICE}
    assert int(flags[SESSION]["max-age"]) == SESSION_S
    for each in flags.values():
        assert each.value not in done.text
        assert (each["secure"], each["httponly"]) == (True, True)
        assert (each["samesite"], each["path"], each["domain"]) == ("strict", "/", "")
    shown = browser.ask("GET", "/v1/session").json()
    assert (shown["session"], shown["csrf"]) == (body["session"], body["csrf"])


def test_a_program_is_given_a_token(house: House) -> None:
    """In the body, for its header, and no cookie; in one step where it has a code."""
    asked = {**password_of(house.ana), "code": fresh_code(house, house.ana), "bearer": True}
    done = house.ask("POST", "/v1/sign-in", json=asked)
    assert not cookies_of(done)
    auth = {"Authorization": f"Bearer {done.json()['token']}"}
    assert done.json()["csrf"] is None
    shown = house.ask("GET", "/v1/session", auth).json()
    assert shown == {"session": done.json()["session"], "csrf": None}
    assert house.ask("POST", "/v1/me/totp", auth).status_code != 401


def test_a_recovery_code_is_good_once(house: House) -> None:
    """It completes a sign-in in place of the app, and its owner is told."""
    for status in (200, 401):
        begun = house.ask("POST", "/v1/sign-in", json=password_of(house.ana)).json()
        asked = {"ticket": begun["ticket"], "code": house.ana.codes[0]}
        assert house.ask("POST", "/v1/sign-in/recovery", json=asked).status_code == status
    acts = [each["event"] for each in told(house.service.vault, "sign-in")]
    assert acts.count("recovery-used") == 1


def test_a_new_device_is_told_of_and_a_known_one_is_not(house: House) -> None:
    """The second cookie does no more than that."""
    inbox = house.service.household.inbox

    def messages() -> int:
        return [each.subject for each in inbox.list(house.ana.principal)].count(NEW_DEVICE)

    browser = Browser(house)
    before = messages()
    browser.sign_in(house.ana)
    assert messages() == before + 1
    browser.sign_in(house.ana)
    assert messages() == before + 1
    del browser.jar[SESSION]
    problem(browser.ask("GET", "/v1/session"), 401)


# -- what does not come in --------------------------------------------------------------------


def test_a_token_from_before_is_never_signed_in(house: House) -> None:
    """What a browser came with, planted or not, is neither taken over nor made good."""
    planted = {SESSION: "planted", DEVICE: "planted too"}
    browser = Browser(house, jar=dict(planted))
    browser.sign_in(house.ana)
    assert not set(planted.values()) & set(browser.jar.values())
    problem(Browser(house, jar=planted).ask("GET", "/v1/session"), 401)
    again = Browser(house, jar={SESSION: browser.session})
    again.sign_in(house.ana)
    assert again.session != browser.session


def test_a_ticket_is_no_session(house: House) -> None:
    """After the password alone nothing is open, whichever way the ticket is shown."""
    ticket = house.ask("POST", "/v1/sign-in", json=password_of(house.ana)).json()["ticket"]
    problem(house.ask("GET", "/v1/session", {"Authorization": f"Bearer {ticket}"}), 401)
    problem(Browser(house, jar={SESSION: ticket}).ask("GET", "/v1/session"), 401)


def test_a_ticket_takes_five_tries_and_five_minutes(house: House) -> None:
    """Beyond either the right code opens nothing."""
    begun = house.ask("POST", "/v1/sign-in", json=password_of(house.ana)).json()
    house.clock.advance(ms=CHEAP.pending_ms)
    late = second(house, house.ana, begun)
    problem(house.ask("POST", "/v1/sign-in/code", json=late), 401)
    begun = house.ask("POST", "/v1/sign-in", json=password_of(house.ana)).json()
    for _ in range(5):
        house.clock.advance(ms=60_000)  # so that the guard still looks
        wrong = {"ticket": begun["ticket"], "code": "000000"}
        problem(house.ask("POST", "/v1/sign-in/code", json=wrong), 401)
    spent = second(house, house.ana, begun)
    problem(house.ask("POST", "/v1/sign-in/code", json=spent), 401)


def test_whoever_tries_too_often_waits(house: House) -> None:
    """The same for a name that exists and one that does not: 429, and how long."""
    answers = []
    for name in ("ana", "nobody"):
        house.clock.advance(ms=CHEAP.session_ms)
        asked = {"name": name, "password": WRONG}
        for _ in range(7):
            house.ask("POST", "/v1/sign-in", json=asked)
        last = house.ask("POST", "/v1/sign-in", json=asked)
        found = problem(last, 429)
        assert last.headers["retry-after"] == str(found["retry_after_s"])
        answers.append(_alike(last))
    assert answers[0] == answers[1]


NO_FIT: list[tuple[str, dict[str, object]]] = [
    ("/v1/sign-in", {"name": "ana"}),
    ("/v1/sign-in", {"name": "", "password": "x"}),
    ("/v1/sign-in", {"name": "a" * 255, "password": "x"}),
    ("/v1/sign-in", {"name": "ana", "password": "x" * 1025}),
    ("/v1/sign-in", {"name": "ana", "password": "x", "remember": True}),
    ("/v1/sign-in", {"name": ["ana"], "password": "x"}),
    ("/v1/sign-in", {"name": "a\0b", "password": "x"}),
    ("/v1/sign-in", {"name": "ana", "password": "x", "bearer": "yes"}),
    ("/v1/sign-in/code", {"ticket": "x" * 129, "code": "1"}),
    ("/v1/sign-in/code", {"ticket": "x", "code": 123456}),
    ("/v1/sign-in/passkey", {"credential": "text"}),
    ("/v1/sign-in/passkey", {"credential": {}, "ticket": ""}),
]


def test_what_does_not_fit_is_refused(house: House, counting: CountingHasher) -> None:
    """It is said where, never what; and no password is hashed for it."""
    counting.work.clear()
    for path, body in NO_FIT:
        found = problem(house.ask("POST", path, json=body), 422)
        assert all(set(each) == {"where", "what"} for each in found.get("errors", []))
    assert not counting.work


def test_any_text_is_a_wrong_name_and_no_more(house: House) -> None:
    """Whatever is typed, the answer is the one that any name gets."""
    for text in ("\u202e", "é" * 200, "𝒜" * 254, " " * 254):
        house.clock.advance(ms=CHEAP.session_ms)
        asked = {"name": text, "password": text}
        assert house.ask("POST", "/v1/sign-in", json=asked).json()["next"] == "code"
        problem(house.ask("POST", "/v1/sign-in", json={**asked, "code": text[:64]}), 401)


# -- what is never told -----------------------------------------------------------------------


def _alike(answer: httpx.Response) -> tuple[object, ...]:
    """An answer without what is random in it, or passes."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict) and "ticket" in body:
        body["ticket"] = len(body["ticket"])
    passing = {"date", "x-request-id"}
    headers = {name: text for name, text in answer.headers.items() if name not in passing}
    return answer.status_code, json.dumps(body), headers


def test_no_name_is_told_from_another(house: House, counting: CountingHasher) -> None:
    """At every door a name that exists, whatever is wrong beside it, and one that does not are
    answered alike: status, body, headers, and how many passwords are hashed for it.
    """

    def answers(name: str, password: str) -> list[tuple[object, ...]]:
        house.clock.advance(ms=CHEAP.session_ms)  # the guard has forgotten the one before
        seen: list[tuple[object, ...]] = []

        def ask(path: str, body: dict[str, Any]) -> httpx.Response:
            counting.work.clear()
            answer = house.ask("POST", path, json=body)
            seen.append((path, *_alike(answer), tuple(counting.work)))
            return answer

        both = {"name": name, "password": password}
        begun = ask("/v1/sign-in", both).json()
        ask("/v1/sign-in/code", {"ticket": begun["ticket"], "code": "000000"})
        ask("/v1/sign-in/recovery", {"ticket": begun["ticket"], "code": "aaaa-aaaa"})
        ask("/v1/sign-in", {**both, "code": "000000"})
        reset = ask("/v1/password-resets", {"name": name, "code": "aaaa-aaaa"}).json()
        ask("/v1/password-resets/use", {"ticket": reset["ticket"], "password": PASSWORD + " 2"})
        accept = {"invitation": "made up", "name": name, "password": PASSWORD + " 3"}
        ask("/v1/invitations/accept", accept)
        return seen

    def moments(seen: list[tuple[object, ...]]) -> list[str]:
        """The day moves on between the names, and so does when a reset opens."""
        return [json.dumps(each).replace(_opens(each), "…") for each in seen]

    known_right = moments(answers("ana", PASSWORD))
    known_wrong = moments(answers("ana", WRONG))
    unknown = moments(answers("nobody at all", WRONG))
    assert known_right == known_wrong == unknown
    assert '["verify"]' in known_right[0]


def _opens(seen: tuple[object, ...]) -> str:
    """When the reset opens, where the body says it."""
    body = json.loads(str(seen[2])) if seen[2] else None
    return str(body.get("opens", "no moment")) if isinstance(body, dict) else "no moment"


def test_nothing_secret_is_in_logs_or_problems(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No name, password, code, token or ticket that was used, right or wrong, is said again."""
    caplog.set_level(logging.DEBUG)
    browser = browser_of(house, house.ana)
    begun = house.ask("POST", "/v1/sign-in", json=password_of(house.ana)).json()
    token = {"Authorization": "Bearer bearer-canary-1"}
    name, code, old = "name-canary-2@example.org", "code-canary-3", "password-canary-4"
    said = [
        house.ask("GET", "/v1/session", token),
        house.ask("GET", "/v1/session?token=query-canary-5", token),
        Browser(house, jar={SESSION: "cookie-canary-6"}).ask("GET", "/v1/session"),
        browser.ask("DELETE", "/v1/session", csrf="form-canary-7"),
        house.ask("POST", "/v1/sign-in", json={"name": name, "password": old, "code": code}),
        house.ask("POST", "/v1/sign-in", json={"name": name, "password": {"x": old}}),
        house.ask("POST", "/v1/sign-in/code", json={**begun, "code": code}),
        house.ask("POST", "/v1/sign-in/code", json={"ticket": begun["ticket"], "code": code}),
        house.ask("POST", "/v1/sign-in/recovery", json={"ticket": begun["ticket"], "code": code}),
        house.ask("POST", "/v1/sign-in/passkey", json={"credential": {"id": code}, "ticket": old}),
        browser.ask("PUT", "/v1/me/password", json={"old": old, "new": "short"}),
        browser.ask("PUT", "/v1/me/password", json={"old": PASSWORD, "new": "ana"}),
        browser.ask("POST", "/v1/session/step-up/code", json={"code": code}),
        house.ask(
            "POST",
            "/v1/invitations/accept",
            json={"invitation": "invitation-canary-8", "name": name, "password": "password1"},
        ),
        house.ask("POST", "/v1/password-resets/use", json={"ticket": old, "password": PASSWORD}),
    ]
    secrets = [
        *("canary", name, PASSWORD, begun["ticket"], house.ana.secret, house.ana.entered.token),
        *(browser.jar.values()),
        *(house.ana.codes),
    ]
    for answer in said:
        assert answer.status_code >= 400
        assert not [each for each in secrets if each in answer.text], answer.text
    of_the_client = ("httpx", "httpcore")
    records = [each for each in caplog.records if not each.name.startswith(of_the_client)]
    logged = "\n".join(map(caplog.handler.format, records)) + "".join(capfd.readouterr())
    assert not [each for each in secrets if each in logged]


def test_no_token_is_ever_in_an_address(house: House) -> None:
    """No path or query parameter of the contract could hold a secret: a token's is its id."""
    contract = house.ask("GET", "/v1/openapi.json").json()
    secret = {"token", "ticket", "code", "password", "invitation", "csrf"}
    for path, methods in contract["paths"].items():
        for each in methods.values():
            for parameter in each.get("parameters", []):
                if parameter["in"] in {"path", "query"} and parameter["name"] in secret:
                    assert parameter["schema"]["pattern"].startswith("^tok_"), path
