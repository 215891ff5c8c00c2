"""Sessions over HTTP: seen, ended one by one, moved by a step-up, dead when they should be."""

from api.browsing import (
    DEVICE,
    SESSION,
    Browser,
    browser_of,
    cookies_of,
    fresh_code,
    stranger,
)
from api.house import CHEAP, PASSWORD, House, problem
from household.told import told

NEW = "five loud elm benches"


def dead(house: House, token: str) -> None:
    """Assert that *token* opens nothing, as a cookie or a header."""
    problem(house.ask("GET", "/v1/session", {"Authorization": f"Bearer {token}"}), 401)
    problem(Browser(house, jar={SESSION: token}).ask("GET", "/v1/session"), 401)


def test_sessions_are_listed(house: House) -> None:
    """What each runs on, from where, since when, and which is this; nobody else's."""
    stranger(house)
    browser = browser_of(house, house.ana)
    house.clock.advance(ms=120_000)
    shown = browser.ask("GET", "/v1/sessions").json()["sessions"]
    assert [(each["this"], each["device"]) for each in shown] == [
        (True, f"python-httpx/{house.http.headers['user-agent'].split('/')[1]}"),
        (False, "a test"),
    ]
    assert {each["network"] for each in shown} == {"127.0.0.0/24"}
    assert {each["person"] for each in shown} == {house.ana.id}
    assert browser.session not in str(shown)


def test_one_session_is_ended(house: House) -> None:
    """It is dead at once; ending it again, or one that is not ours, finds nothing."""
    browser, eve = browser_of(house, house.ana), stranger(house)
    other = house.ana.entered.session.id
    assert browser.ask("DELETE", f"/v1/sessions/{other}").status_code == 204
    dead(house, house.ana.entered.token)
    problem(browser.ask("DELETE", f"/v1/sessions/{other}"), 404)
    problem(browser.ask("DELETE", f"/v1/sessions/{eve.entered.session.id}"), 404)
    problem(browser.ask("DELETE", "/v1/sessions/ses_x"), 422)
    assert house.ask("GET", "/v1/session", eve).status_code == 200
    assert told(house.service.vault, "sign-in")[-1]["event"] == "ended"


def test_all_others_are_ended(house: House) -> None:
    """This one goes on, and so do those of others."""
    eve = stranger(house)
    browser, second = browser_of(house, house.ana), browser_of(house, house.ana)
    assert second.ask("DELETE", "/v1/sessions").json() == {"ended": 2}
    dead(house, browser.session)
    dead(house, house.ana.entered.token)
    assert second.ask("DELETE", "/v1/sessions").json() == {"ended": 0}
    assert house.ask("GET", "/v1/session", eve).status_code == 200


def test_signing_out_ends_it_here_and_there(house: House) -> None:
    """The cookie is taken back, and is dead on the server even if it is kept."""
    browser = browser_of(house, house.ana)
    kept = browser.session
    answer = browser.ask("DELETE", "/v1/session")
    assert (answer.status_code, answer.content) == (204, b"")
    assert cookies_of(answer)[SESSION].value == ""
    assert SESSION not in browser.jar
    assert DEVICE in browser.jar
    dead(house, kept)
    assert told(house.service.vault, "sign-in")[-1]["event"] == "ended"
    out = house.ask("DELETE", "/v1/session", house.ana)
    assert (out.status_code, cookies_of(out)) == (204, {})
    dead(house, house.ana.entered.token)


def test_a_session_dies_of_age_and_of_idleness(house: House) -> None:
    """Whatever its cookie says of how long it is kept."""
    browser = browser_of(house, house.ana)
    house.clock.advance(ms=CHEAP.idle_ms)
    dead(house, browser.session)
    browser = browser_of(house, house.ana)
    used = []
    for _ in range(6):
        house.clock.advance(ms=CHEAP.idle_ms - 1)
        used.append(browser.ask("GET", "/v1/session").status_code)
    assert used == [200, 200, 200, 200, 401, 401]  # 30 days are over in the fifth week


def test_a_step_up_moves_the_session(house: House) -> None:
    """The same session, a fresh cookie and form token; the old ones are dead."""
    browser = browser_of(house, house.ana)
    before, csrf = browser.session, browser.csrf
    was = browser.ask("GET", "/v1/session").json()["session"]
    assert was["stepped_up"] is None
    asked = {"code": fresh_code(house, house.ana)}
    now = browser.ask("POST", "/v1/session/step-up/code", json=asked).json()
    assert now["session"]["id"] == was["id"]
    assert now["session"]["stepped_up"] == now["session"]["second_factor"] > was["second_factor"]
    assert now["token"] is None
    assert browser.session != before
    assert browser.csrf == now["csrf"] != csrf
    dead(house, before)
    problem(browser.ask("DELETE", "/v1/session", csrf=csrf), 403)
    assert browser.ask("GET", "/v1/session").json()["session"] == now["session"]


def test_a_program_steps_up(house: House) -> None:
    """Its fresh token is in the body, and there is no cookie."""
    code = {"code": fresh_code(house, house.ana)}
    answer = house.ask("POST", "/v1/session/step-up/code", house.ana, json=code)
    assert not cookies_of(answer)
    fresh = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert house.ask("GET", "/v1/session", fresh).status_code == 200
    dead(house, house.ana.entered.token)
    problem(house.ask("POST", "/v1/session/step-up/code", fresh, json=code), 401)


def test_a_wrong_code_steps_nothing_up(house: House) -> None:
    """The session goes on as it was, and whoever guesses on waits."""
    browser = browser_of(house, house.ana)
    was = browser.ask("GET", "/v1/session").json()
    for _ in range(9):
        problem(browser.ask("POST", "/v1/session/step-up/code", json={"code": "000000"}), 401)
    problem(browser.ask("POST", "/v1/session/step-up/code", json={"code": "000000"}), 429)
    assert browser.ask("GET", "/v1/session").json() == was


def test_a_changed_password_ends_every_session(house: House) -> None:
    """Whoever changed it goes on in another one; every token from before is dead."""
    browser = browser_of(house, house.ana)
    before = browser.session
    change = {"old": PASSWORD, "new": NEW}
    answer = browser.ask("PUT", "/v1/me/password", json=change)
    assert answer.json()["next"] == "done"
    assert browser.ask("GET", "/v1/session").json()["csrf"] == browser.csrf
    dead(house, before)
    dead(house, house.ana.entered.token)


def test_a_changed_factor_ends_every_session(house: House) -> None:
    """The same for recovery codes and another app, of a program too."""
    browser, before = browser_of(house, house.ana), house.ana.entered.token
    made = house.ask("POST", "/v1/me/recovery-codes", house.ana).json()
    assert len(made["codes"]) == len(set(made["codes"])) == 10
    dead(house, browser.session)
    dead(house, before)
    fresh = {"Authorization": f"Bearer {made['token']}"}
    assert house.ask("GET", "/v1/session", fresh).status_code == 200
