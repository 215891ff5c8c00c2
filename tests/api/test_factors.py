"""Second factors over HTTP: setting up, changing, and what one without any may reach."""

import re

import pyotp

from api.browsing import SESSION, Browser, browser_of, fresh_code
from api.house import CHEAP, PASSWORD, House, Someone, problem
from api.walk import Walk, refused
from bailee.types.household import Stay
from bailee.types.role import Right, Role
from household.told import told

OPEN_WITHOUT_A_FACTOR = {
    "GET /v1/session",
    "DELETE /v1/session",
    "POST /v1/me/totp",
    "POST /v1/me/totp/confirm",
    "POST /v1/me/passkeys/options",
    "POST /v1/me/passkeys",
}
"""All that a session may do that is there to set up a second factor."""


def newcomer(house: House) -> Browser:
    """A browser in which an owner took up their invitation, and has no second factor yet."""
    leo = house.add("Leo")
    stay = Stay(since_ms=house.clock.now_ms())
    members = house.service.household.members
    members.invite(house.ana.principal, house.account_id, leo, Role.OWNER, stay, tuple(Right))
    token = house.service.identity.enrolment.invite(leo, house.account_id)
    browser = Browser(house)
    accept = {"invitation": token, "name": "leo", "password": PASSWORD}
    answer = browser.ask("POST", "/v1/invitations/accept", json=accept)
    assert answer.json()["next"] == "set-up"
    return browser


def code_of(house: House, uri: str) -> str:
    """What an app shows that was given *uri*."""
    found = re.search(r"secret=([A-Z2-7]+)", uri)
    assert found is not None
    return pyotp.TOTP(found[1]).at(house.clock.now_ms() // 1000)


def test_an_app_is_set_up(house: House) -> None:
    """Begun, confirmed by a code, and the session is a full one under another token."""
    browser = newcomer(house)
    before = browser.session
    uri = browser.ask("POST", "/v1/me/totp").json()["uri"]
    problem(browser.ask("POST", "/v1/me/totp/confirm", json={"code": "000000"}), 422)
    code = {"code": code_of(house, uri)}
    added = browser.ask("POST", "/v1/me/totp/confirm", json=code).json()
    assert (added["next"], added["session"]["state"], len(added["codes"])) == ("done", "full", 10)
    assert browser.session != before
    problem(Browser(house, jar={SESSION: before}).ask("GET", "/v1/session"), 401)
    shown = browser.ask("GET", "/v1/me/factors").json()
    assert shown == {"app": True, "passkeys": [], "recovery_codes_left": 10}
    entries = told(house.service.vault, "sign-in")
    assert [each["event"] for each in entries][-2:] == ["factor-added", "entered"]


def test_without_a_factor_nothing_else_is_open(house: House) -> None:
    """Every route of the contract: a set-up session reaches no more than nobody does, but for
    what sets up a second factor.
    """
    browser = newcomer(house)
    token = {"Authorization": f"Bearer {browser.session}"}
    walk = Walk(house, {"person": house.ana.id})
    assert {str(each) for each in walk.operations} >= OPEN_WITHOUT_A_FACTOR
    for each in walk.operations:
        if str(each) not in OPEN_WITHOUT_A_FACTOR:
            nobody, enrolling = walk.ask(each), walk.ask(each, token)
            assert nobody.status_code != 422, f"{each}: give its body in walk.BODIES"
            assert refused(enrolling, nobody), f"{each}: {enrolling.text}"


def test_a_change_asks_for_a_fresh_factor(house: House) -> None:
    """Minutes after the last one each change is refused, and changed nothing."""
    browser = browser_of(house, house.ana)
    house.clock.advance(ms=CHEAP.step_up_ms + 1)
    was = browser.ask("GET", "/v1/me/factors").json()
    for method, path, body in (
        ("POST", "/v1/me/totp", None),
        ("POST", "/v1/me/totp/confirm", {"code": "000000"}),
        ("DELETE", "/v1/me/totp", None),
        ("POST", "/v1/me/passkeys/options", None),
        ("POST", "/v1/me/recovery-codes", None),
        ("PUT", "/v1/me/password", {"old": PASSWORD, "new": "five loud elm benches"}),
    ):
        found = problem(browser.ask(method, path, json=body), 403)
        assert found["type"] == "/v1/problems/step-up", path
    assert browser.ask("GET", "/v1/me/factors").json() == was
    asked = {"code": fresh_code(house, house.ana)}
    browser.ask("POST", "/v1/session/step-up/code", json=asked)
    assert browser.ask("POST", "/v1/me/totp").status_code == 200


def test_the_last_factor_stays(house: House) -> None:
    """It cannot be removed, and goes on counting."""
    browser = browser_of(house, house.ana)
    problem(browser.ask("DELETE", "/v1/me/totp"), 409)
    assert browser.ask("GET", "/v1/me/factors").json()["app"] is True
    browser.sign_in(house.ana)


def test_another_app_takes_the_place_of_one(house: House) -> None:
    """From the moment it is confirmed, and not before; there are no new recovery codes."""
    browser = browser_of(house, house.ana)
    uri = browser.ask("POST", "/v1/me/totp").json()["uri"]
    browser.sign_in(house.ana)
    code = {"code": code_of(house, uri)}
    added = browser.ask("POST", "/v1/me/totp/confirm", json=code).json()
    assert (added["next"], added["codes"]) == ("done", [])
    begun = house.ask(
        "POST", "/v1/sign-in", json={"name": house.ana.name, "password": PASSWORD}
    ).json()
    old = {"ticket": begun["ticket"], "code": fresh_code(house, house.ana)}
    problem(house.ask("POST", "/v1/sign-in/code", json=old), 401)


def test_new_recovery_codes_end_the_old(house: House) -> None:
    """Ten new ones, and none of before opens anything."""
    browser = browser_of(house, house.ana)
    made = browser.ask("POST", "/v1/me/recovery-codes").json()
    assert not set(made["codes"]) & set(house.ana.codes)
    for code, status in ((house.ana.codes[0], 401), (made["codes"][0], 200)):
        asked = {"name": house.ana.name, "password": PASSWORD}
        begun = house.ask("POST", "/v1/sign-in", json=asked).json()
        second = {"ticket": begun["ticket"], "code": code}
        assert house.ask("POST", "/v1/sign-in/recovery", json=second).status_code == status


def test_nobody_elses_factors_are_shown(house: House) -> None:
    """There is no way to ask for another's; a device and a made-up token have none."""
    leo: Someone = house.person("Leo", Role.MEMBER, Right.VIEW)
    assert house.ask("GET", "/v1/me/factors", leo).json()["recovery_codes_left"] == 10
    for who in (None, house.token_of(house.device()), {"Authorization": "Bearer x"}):
        problem(house.ask("GET", "/v1/me/factors", who), 401)
