"""What another site could make a browser send: nothing that changes anything."""

from api.browsing import SESSION, Browser, browser_of, stranger
from api.house import PASSWORD, House, problem
from api.walk import Walk
from bailee.api.callers import CSRF_HEADER

NEW = "five loud elm benches"
ELSEWHERE = {"Origin": "https://evil.example"}


def cross_origin(house: House, browser: Browser, csrf: str) -> None:
    """Assert that a change with *csrf* is refused, and changed nothing."""
    change = {"old": PASSWORD, "new": NEW}
    found = problem(browser.ask("PUT", "/v1/me/password", csrf=csrf, json=change), 403)
    assert found["type"] == "/v1/problems/cross-origin"
    assert house.ask("GET", "/v1/session", house.ana).status_code == 200


def test_a_form_token_is_of_one_session(house: House) -> None:
    """None, a made-up one, another session's and one from before a step-up are refused."""
    browser, other = browser_of(house, house.ana), browser_of(house, house.ana)
    for csrf in ("", "x", "0" * 64, other.csrf, browser.session, browser.csrf.upper()):
        cross_origin(house, browser, csrf)
    answer = browser.ask("PUT", "/v1/me/password", json={"old": PASSWORD, "new": NEW})
    assert answer.status_code == 200


def test_every_change_asks_for_the_form_token(house: House) -> None:
    """Every route of the contract: a cookie alone changes nothing, whatever method it comes by."""
    browser = browser_of(house, house.ana)
    cookie = {"Cookie": f"{SESSION}={browser.session}"}
    walk = Walk(house, {"person": house.ana.id, "session": house.ana.entered.session.id})
    asked = 0
    for each in walk.operations:
        if each.is_safe:
            continue
        nobody, forged = walk.ask(each), walk.ask(each, cookie)
        assert nobody.status_code != 422, f"{each}: give its body in walk.BODIES; {nobody.text}"
        if forged.status_code == 403:
            assert problem(forged, 403)["type"] == "/v1/problems/cross-origin"
            asked += 1
        else:
            assert forged.status_code in {nobody.status_code, 429}, f"{each}: {forged.text}"
    assert asked > 20
    assert browser.ask("GET", "/v1/session").status_code == 200
    assert house.ask("GET", "/v1/session", house.ana).status_code == 200


def test_another_sites_page_changes_nothing(house: House) -> None:
    """By `Origin` or by fetch metadata, with everything else right; signing in included."""
    browser = browser_of(house, house.ana)
    right = {"Cookie": f"{SESSION}={browser.session}", CSRF_HEADER: browser.csrf}
    for wrong in (ELSEWHERE, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for method, path, body in (
            ("DELETE", "/v1/session", None),
            ("PUT", "/v1/me/password", {"old": PASSWORD, "new": NEW}),
            ("POST", "/v1/sign-in", {"name": "ana", "password": PASSWORD}),
            ("POST", "/v1/sign-in/passkey/options", None),
        ):
            answer = house.ask(method, path, headers={**right, **wrong}, json=body)
            assert problem(answer, 403)["type"] == "/v1/problems/cross-origin"
            assert "set-cookie" not in answer.headers
    assert browser.ask("GET", "/v1/session").status_code == 200
    ours = {**right, "Origin": house.url, "Sec-Fetch-Site": "same-origin"}
    assert house.ask("DELETE", "/v1/session", headers=ours).status_code == 204


def test_a_header_needs_no_form_token(house: House) -> None:
    """No page elsewhere can set it; and it counts before any cookie beside it."""
    eve = stranger(house)
    browser = browser_of(house, house.ana)
    both = {"Cookie": f"{SESSION}={browser.session}", **eve.auth}
    shown = house.ask("GET", "/v1/session", headers=both).json()
    assert shown["session"]["person"] == eve.id
    assert house.ask("DELETE", "/v1/session", headers=both).status_code == 204
    assert browser.ask("GET", "/v1/session").status_code == 200


def test_nothing_reaches_across_households(house: House) -> None:
    """Every route of a household: to somebody signed in elsewhere it answers as for a household
    that never was, and that is no.
    """
    eve = stranger(house)
    real = {"person": house.ana.id, "child": house.child(), "device": house.device()}
    here = Walk(house, real)
    nowhere = Walk(house, {**real, "account": "acc_aaaaaaaaaaaaaaaa"})
    for each in here.operations:
        if "{account}" in each.path:
            answer, never = here.ask(each, eve.auth), nowhere.ask(each, eve.auth)
            assert answer.status_code in {403, 404}, f"{each}: {answer.text}"
            same = (answer.status_code, answer.json()) == (never.status_code, never.json())
            assert same, f"{each}: {answer.text} {never.text}"
