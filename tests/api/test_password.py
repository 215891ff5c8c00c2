"""Passwords over HTTP: changed by who knows the old one, reset by who waits a day for it."""

from api.browsing import SESSION, Browser, browser_of, fresh_code, second, stranger
from api.house import CHEAP, PASSWORD, House, Someone, problem
from bailee.types.decide import Principal

NEW = "five loud elm benches"


def subjects(house: House, principal: Principal) -> list[str]:
    """What somebody's inbox tells them, newest first."""
    return [each.subject for each in house.service.household.inbox.list(principal)]


def signs_in(house: House, someone: Someone, password: str) -> int:
    """The status of signing in with *password*."""
    house.clock.advance(ms=CHEAP.pending_ms)  # nothing waits for a code any more
    asked = {"name": someone.name, "password": password}
    begun = house.ask("POST", "/v1/sign-in", json=asked).json()
    answer = house.ask("POST", "/v1/sign-in/code", json=second(house, someone, begun))
    return answer.status_code


def test_it_is_changed(house: House) -> None:
    """The new one signs in and the old one does not; its owner is told."""
    browser = browser_of(house, house.ana)
    change = {"old": PASSWORD, "new": NEW}
    assert browser.ask("PUT", "/v1/me/password", json=change).status_code == 200
    assert "Your password was changed" in subjects(house, house.ana.principal)
    assert signs_in(house, house.ana, PASSWORD) == 401
    assert signs_in(house, house.ana, NEW) == 200


def test_the_old_one_is_asked_for(house: House) -> None:
    """Wrong or left out, nothing changes; whoever goes on guessing waits."""
    browser = browser_of(house, house.ana)
    for body in ({"new": NEW}, {"old": "wrong words here", "new": NEW}) * 4:
        problem(browser.ask("PUT", "/v1/me/password", json=body), 401)
    problem(browser.ask("PUT", "/v1/me/password", json={"old": "x", "new": NEW}), 401)
    problem(browser.ask("PUT", "/v1/me/password", json={"old": PASSWORD, "new": NEW}), 429)
    house.clock.advance(ms=CHEAP.step_up_ms)
    browser.ask("POST", "/v1/session/step-up/code", json={"code": fresh_code(house, house.ana)})
    assert signs_in(house, house.ana, PASSWORD) == 200


def test_a_poor_one_is_refused(house: House) -> None:
    """Too short, too long, one's own name, or leaked: it says why, and nothing changes."""
    browser = browser_of(house, house.ana)
    for new in ("short", "x" * 257, "ana", "ana12345", "password123", "bailee2026"):
        found = problem(
            browser.ask("PUT", "/v1/me/password", json={"old": PASSWORD, "new": new}), 422
        )
        assert new not in str(found)
    assert browser.ask("GET", "/v1/session").status_code == 200
    assert signs_in(house, house.ana, PASSWORD) == 200


def test_nobody_changes_anothers(house: House) -> None:
    """Without a session, with a device's token or a ticket there is nobody whose it could be."""
    ticket = house.ask("POST", "/v1/sign-in", json={"name": "ana", "password": PASSWORD}).json()
    for who in (None, house.token_of(house.device()), {"Authorization": f"Bearer {ticket}"}):
        answer = house.ask("PUT", "/v1/me/password", who, json={"old": PASSWORD, "new": NEW})
        problem(answer, 401)


def test_a_forgotten_one_takes_a_code_and_a_day(house: House) -> None:
    """Told at once, open a day later, once; it ends every session and opens none."""
    ask = {"name": house.ana.name, "code": house.ana.codes[0]}
    begun = house.ask("POST", "/v1/password-resets", json=ask)
    assert begun.status_code == 202
    ticket = begun.json()["ticket"]
    assert "Somebody wants to set your password anew" in subjects(house, house.ana.principal)
    use = {"ticket": ticket, "password": NEW}
    problem(house.ask("POST", "/v1/password-resets/use", json=use), 401)
    house.clock.advance(ms=CHEAP.reset_delay_ms)
    problem(house.ask("POST", "/v1/password-resets/use", json={**use, "password": "short"}), 422)
    done = house.ask("POST", "/v1/password-resets/use", json=use)
    assert (done.status_code, "set-cookie" in done.headers) == (204, False)
    problem(house.ask("GET", "/v1/session", house.ana), 401)
    problem(house.ask("POST", "/v1/password-resets/use", json=use), 401)
    assert signs_in(house, house.ana, NEW) == 200


def test_its_owner_stops_a_reset(house: House) -> None:
    """From any session of theirs, for good; nobody else can, and then there is none to stop."""
    eve = stranger(house)
    ask = {"name": house.ana.name, "code": house.ana.codes[0]}
    ticket = house.ask("POST", "/v1/password-resets", json=ask).json()["ticket"]
    problem(house.ask("DELETE", "/v1/me/password-reset", eve), 404)
    assert house.ask("DELETE", "/v1/me/password-reset", house.ana).status_code == 204
    problem(house.ask("DELETE", "/v1/me/password-reset", house.ana), 404)
    house.clock.advance(ms=CHEAP.reset_delay_ms)
    use = {"ticket": ticket, "password": NEW}
    problem(house.ask("POST", "/v1/password-resets/use", json=use), 401)
    assert signs_in(house, house.ana, PASSWORD) == 200


def test_a_wrong_reset_looks_the_same_and_does_nothing(house: House) -> None:
    """Its ticket opens nothing when the day comes, and is no session either."""
    ask = {"name": house.ana.name, "code": "aaaa-bbbb-cccc-dddd"}
    begun = house.ask("POST", "/v1/password-resets", json=ask)
    assert begun.status_code == 202
    ticket = begun.json()["ticket"]
    problem(Browser(house, jar={SESSION: ticket}).ask("GET", "/v1/session"), 401)
    house.clock.advance(ms=CHEAP.reset_delay_ms)
    use = {"ticket": ticket, "password": NEW}
    problem(house.ask("POST", "/v1/password-resets/use", json=use), 401)
    assert house.ask("GET", "/v1/session", house.ana).status_code == 200
