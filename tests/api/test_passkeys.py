"""Passkeys over HTTP: made, used to sign in and to step up, named, removed; refused if in doubt."""

import json
from typing import Any

from api.browsing import SESSION, TICKET, Browser, browser_of, cookies_of, stranger
from api.house import CHEAP, House, problem
from household.told import told
from identity.authenticator import USER_PRESENT, Authenticator

NO_ANSWER: list[dict[str, Any]] = [
    {},
    {"rawId": 1, "response": []},
    {"id": "é", "rawId": "é", "response": {"clientDataJSON": "é"}},
    {"rawId": "AAAA", "response": {"clientDataJSON": "e30"}},
    {"rawId": "\ud800", "response": {"clientDataJSON": "bnVsbA"}},
    {"rawId": "AAAA", "response": {"clientDataJSON": "WzFd" * 9000}},
]


def made_by(browser: Browser, phone: Authenticator, name: str = "phone") -> Any:
    """The answer to registering *phone* in *browser*."""
    options = browser.ask("POST", "/v1/me/passkeys/options").json()["options"]
    body = {"name": name, "credential": json.loads(phone.create(json.dumps(options)))}
    return browser.ask("POST", "/v1/me/passkeys", json=body)


def asked_of(browser: Browser, phone: Authenticator, path: str) -> dict[str, Any]:
    """What *phone* answers to the options of *path*."""
    options = browser.ask("POST", f"{path}/options").json()["options"]
    return {"credential": json.loads(phone.get(json.dumps(options)))}


def test_one_is_made_and_signs_in(house: House) -> None:
    """Beside the app; then a browser signs in with it alone, by a ticket only it holds."""
    phone, browser = Authenticator(), browser_of(house, house.ana)
    added = made_by(browser, phone)
    passkey = added.headers["location"].removeprefix("/v1/me/passkeys/")
    assert (added.status_code, added.json()["codes"]) == (201, [])
    shown = browser.ask("GET", "/v1/me/factors").json()["passkeys"]
    assert [(each["id"], each["name"], each["used_on"]) for each in shown] == [
        (passkey, "phone", None)
    ]
    fresh = Browser(house)
    answer = fresh.ask(
        "POST", "/v1/sign-in/passkey", json=asked_of(fresh, phone, "/v1/sign-in/passkey")
    )
    assert answer.json()["session"]["factor"] == "passkey"
    assert (answer.json()["token"], TICKET in fresh.jar) == (None, False)
    assert fresh.ask("GET", "/v1/session").json()["session"]["person"] == house.ana.id
    used = fresh.ask("GET", "/v1/me/passkeys").json()["passkeys"][0]["used_on"]
    assert used is not None
    assert used.endswith("T00:00:00.000Z")
    assert told(house.service.vault, "sign-in")[-1]["event"] == "entered"


def test_the_options_name_nobody(house: House) -> None:
    """They are the same for everybody but for the challenge; the ticket is in a cookie alone."""
    answers = [Browser(house).ask("POST", "/v1/sign-in/passkey/options") for _ in range(2)]
    first, second = (each.json()["options"] for each in answers)
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second
    assert first["userVerification"] == "required"
    ticket = cookies_of(answers[0])[TICKET]
    assert (ticket["httponly"], ticket["secure"], ticket["samesite"]) == (True, True, "strict")
    assert int(ticket["max-age"]) == CHEAP.challenge_ms // 1000
    assert answers[0].json()["ticket"] is None


def test_a_program_signs_in_with_one(house: House) -> None:
    """Its ticket and its token are in bodies, and there is no cookie."""
    phone = Authenticator()
    made_by(browser_of(house, house.ana), phone)
    asked = house.ask("POST", "/v1/sign-in/passkey/options", json={"bearer": True})
    credential = json.loads(phone.get(json.dumps(asked.json()["options"])))
    body = {"credential": credential, "ticket": asked.json()["ticket"], "bearer": True}
    answer = house.ask("POST", "/v1/sign-in/passkey", json=body)
    assert not cookies_of(asked) | cookies_of(answer)
    auth = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert house.ask("GET", "/v1/session", auth).json()["session"]["person"] == house.ana.id


def test_an_answer_is_good_once_in_one_browser(house: House) -> None:
    """Replayed, in another browser, without its ticket, or too late: nobody is signed in."""
    phone = Authenticator()
    made_by(browser_of(house, house.ana), phone)
    right, other, path = Browser(house), Browser(house), "/v1/sign-in/passkey"
    asked_of(other, phone, path)
    body = asked_of(right, phone, path)
    problem(Browser(house).ask("POST", path, json=body), 401)
    problem(other.ask("POST", path, json=body), 401)
    kept = right.jar[TICKET]
    assert right.ask("POST", path, json=body).status_code == 200
    problem(Browser(house, jar={TICKET: kept}).ask("POST", path, json=body), 401)
    late = asked_of(right, phone, path)
    house.clock.advance(ms=CHEAP.challenge_ms)
    problem(right.ask("POST", path, json=late), 401)


def test_one_steps_up(house: House) -> None:
    """The session goes on under a fresh token; another person's passkey does nothing for it."""
    phone, hers, eve = Authenticator(), Authenticator(), stranger(house)
    made_by(browser_of(house, eve), hers)
    browser = browser_of(house, house.ana)
    made_by(browser, phone)
    before, path = browser.session, "/v1/session/step-up/passkey"
    problem(browser.ask("POST", path, json=asked_of(browser, hers, path)), 401)
    assert browser.session == before
    house.clock.advance(ms=CHEAP.step_up_ms + 1)
    now = browser.ask("POST", path, json=asked_of(browser, phone, path)).json()
    assert now["session"]["stepped_up"] is not None
    assert now["session"]["factor"] == "passkey"
    problem(Browser(house, jar={SESSION: before}).ask("GET", "/v1/session"), 401)
    change = {"new": "five loud elm benches"}
    assert browser.ask("PUT", "/v1/me/password", json=change).status_code == 200


def test_one_that_does_not_verify_its_user_is_refused(house: House) -> None:
    """Neither made, nor let in, nor stepped up with; nor one for another site."""
    phone, browser = Authenticator(), browser_of(house, house.ana)
    made_by(browser, phone)
    for wrong in ({"flags": USER_PRESENT}, {"origin": "https://evil.example"}, {"rp_id": "evil"}):
        worse = Authenticator(credential_id=phone.credential_id, key=phone.key, **wrong)
        problem(made_by(browser, Authenticator(**wrong)), 422)
        for path in ("/v1/sign-in/passkey", "/v1/session/step-up/passkey"):
            problem(browser.ask("POST", path, json=asked_of(browser, worse, path)), 401)
    assert len(browser.ask("GET", "/v1/me/passkeys").json()["passkeys"]) == 1


def test_what_is_no_answer_is_refused(house: House) -> None:
    """Whatever JSON comes for one: no session, no passkey, and nothing breaks."""
    browser = browser_of(house, house.ana)
    for each in NO_ANSWER:
        house.clock.advance(ms=15_000)
        body = json.dumps({"credential": each, "name": "phone"})
        json_of = {"Content-Type": "application/json", "X-CSRF-Token": browser.csrf}
        cookies = {"Cookie": f"{SESSION}={browser.session}; {TICKET}=x", **json_of}
        made = house.ask("POST", "/v1/me/passkeys", headers=cookies, content=body)
        problem(made, 422)
        body = json.dumps({"credential": each})
        for path in ("/v1/sign-in/passkey", "/v1/session/step-up/passkey"):
            answer = house.ask("POST", path, headers=cookies, content=body)
            assert answer.status_code in {401, 422, 429}, answer.text
    assert browser.ask("GET", "/v1/me/passkeys").json() == {"passkeys": []}


def test_they_are_named_and_removed(house: House) -> None:
    """One's own alone; removing one ends every session, and the last factor stays."""
    browser, eve = browser_of(house, house.ana), stranger(house)
    path = made_by(browser, Authenticator()).headers["location"]
    assert browser.ask("PATCH", path, json={"name": "my key"}).status_code == 204
    shown = browser.ask("GET", "/v1/me/passkeys").json()["passkeys"]
    assert [each["name"] for each in shown] == ["my key"]
    for body in ({"name": ""}, {"name": "x" * 61}, {"name": " "}, {}, {"name": "x", "id": "y"}):
        problem(browser.ask("PATCH", path, json=body), 422)
    problem(house.ask("PATCH", path, eve, json={"name": "x"}), 404)
    problem(house.ask("DELETE", path, eve), 404)
    browser.ask("DELETE", "/v1/me/totp")
    problem(browser.ask("DELETE", path), 409)
    second = made_by(browser, Authenticator(), "second").headers["location"]
    before = browser.session
    assert browser.ask("DELETE", path).json()["next"] == "done"
    problem(Browser(house, jar={SESSION: before}).ask("GET", "/v1/session"), 401)
    problem(browser.ask("DELETE", path), 404)
    shown = browser.ask("GET", "/v1/me/passkeys").json()["passkeys"]
    assert [second.endswith(each["id"]) for each in shown] == [True]


def test_a_copied_key_is_told(house: House) -> None:
    """A counter that runs backwards opens nothing, and its owner is warned."""
    phone = Authenticator(count=5)
    made_by(browser_of(house, house.ana), phone)
    browser, path = Browser(house), "/v1/sign-in/passkey"
    phone.count = 2
    problem(browser.ask("POST", path, json=asked_of(browser, phone, path)), 401)
    assert told(house.service.vault, "sign-in")[-1]["event"] == "passkey-cloned"
