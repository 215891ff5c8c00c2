"""Invitations over HTTP: made by who lets people in, taken up once, by one person."""

from typing import Any

from api.browsing import DEVICE, SESSION, Browser, cookies_of, stranger
from api.house import CHEAP, PASSWORD, House, Someone, problem
from bailee.types.household import Stay
from bailee.types.ids import PersonId
from bailee.types.role import Right, Role
from household.told import told


def let_in(house: House, name: str = "Leo", role: Role = Role.MEMBER) -> PersonId:
    """Somebody who was offered a part in the household and has no way to sign in yet."""
    person_id = house.add(name)
    stay = Stay(since_ms=house.clock.now_ms(), until_ms=house.clock.now_ms() + 86_400_000)
    members = house.service.household.members
    members.invite(house.ana.principal, house.account_id, person_id, role, stay, (Right.VIEW,))
    return person_id


def invitation(house: House, person_id: PersonId, who: Someone | None = None) -> str:
    """A fresh invitation, by Ana unless *who* makes it."""
    answer = house.ask("POST", f"/persons/{person_id}/invitation", who or house.ana)
    assert answer.status_code == 200, answer.text
    made: str = answer.json()["invitation"]
    return made


def acceptance(token: str, name: str = "leo", **more: Any) -> dict[str, Any]:
    """The body that takes it up."""
    return {"invitation": token, "name": name, "password": PASSWORD, **more}


def test_one_who_is_let_in_takes_it_up(house: House) -> None:
    """They have a part in the household at once, and a session that sets up a factor."""
    leo = let_in(house)
    token = invitation(house, leo)
    browser = Browser(house)
    answer = browser.ask("POST", "/v1/invitations/accept", json=acceptance(token))
    body = answer.json()
    assert (body["next"], body["token"]) == ("set-up", None)
    assert (body["session"]["person"], body["session"]["state"]) == (leo, "enrol")
    cookies = cookies_of(answer)
    assert set(cookies) == {SESSION}
    assert int(cookies[SESSION]["max-age"]) == CHEAP.enrol_ms // 1000
    shown = house.ask("GET", "", house.ana).json()["persons"]
    assert [each["joined"] for each in shown if each["id"] == leo] == [True]
    assert told(house.service.vault, "member")[-1]["act"] == "joined"
    assert told(house.service.vault, "sign-in")[-1]["event"] == "enrolled"


def test_a_program_takes_it_up(house: House) -> None:
    """Its token is in the body; and so it goes on to a full session."""
    token = invitation(house, let_in(house))
    accept = acceptance(token, bearer=True)
    answer = house.ask("POST", "/v1/invitations/accept", json=accept)
    assert not cookies_of(answer)
    auth = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert house.ask("POST", "/v1/me/totp", auth).json()["uri"].startswith("otpauth://totp/")


def test_it_is_good_once_and_for_a_week(house: House) -> None:
    """Used, replaced, too late or made up: 401, and no cookie."""
    leo = let_in(house, role=Role.MEMBER)
    replaced, used = invitation(house, leo), invitation(house, leo)
    assert house.ask("POST", "/v1/invitations/accept", json=acceptance(used)).status_code == 200
    for token in (replaced, used, "made up"):
        answer = house.ask("POST", "/v1/invitations/accept", json=acceptance(token, "mia"))
        problem(answer, 401)
        assert "set-cookie" not in answer.headers
    late = invitation(house, leo)
    house.clock.advance(ms=CHEAP.invitation_ms)
    problem(house.ask("POST", "/v1/invitations/accept", json=acceptance(late)), 401)


def test_what_will_not_do_leaves_it_good(house: House) -> None:
    """A poor password, a taken name: it says so, nobody joined, and another try is open."""
    leo = let_in(house)
    token = invitation(house, leo)
    for wrong in ({"password": "password1"}, {"name": "ANA"}, {"name": " "}, {"extra": 1}):
        body = {**acceptance(token), **wrong}
        problem(house.ask("POST", "/v1/invitations/accept", json=body), 422)
    assert told(house.service.vault, "member")[-1]["act"] == "invited"
    answer = house.ask("POST", "/v1/invitations/accept", json=acceptance(token))
    assert answer.status_code == 200


def test_who_may_invite(house: House) -> None:
    """Whoever may let people in, with a fresh factor; to others there is no such household."""
    leo = let_in(house)
    mia = house.person("Mia", Role.MEMBER, Right.VIEW)
    path = house.path(f"/persons/{leo}/invitation")
    problem(house.ask("POST", path, mia), 403)
    problem(house.ask("POST", path, stranger(house)), 404)
    for who in (None, house.token_of(house.device())):
        problem(house.ask("POST", path, who), 401)
    house.ana = house.step_up(house.ana)
    invitation(house, leo)
    house.clock.advance(ms=601_000)
    assert problem(house.ask("POST", path, house.ana), 403)["type"] == "/v1/problems/step-up"


def test_who_can_be_invited(house: House) -> None:
    """Somebody with a part in this household; not a name, not somebody of another one."""
    eve, nobody = stranger(house), house.add("Nobody")
    house.ana = house.step_up(house.ana)
    for whom in (eve.id, nobody, "per_aaaaaaaaaaaaaaaa"):
        problem(house.ask("POST", f"/persons/{whom}/invitation", house.ana), 404)
    problem(house.ask("POST", "/persons/Leo/invitation", house.ana), 422)


def test_nobody_is_taken_over_by_an_invitation(house: House) -> None:
    """Who can sign in already is not invited; their session and factors stay as they are."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    house.ana = house.step_up(house.ana)
    problem(house.ask("POST", f"/persons/{leo.id}/invitation", house.ana), 409)
    problem(house.ask("POST", f"/persons/{house.ana.id}/invitation", house.ana), 409)
    assert house.ask("GET", "/v1/session", leo).status_code == 200


def test_a_part_that_ended_is_not_taken_up(house: House) -> None:
    """Let out before they came in: the invitation opens no session that lasts."""
    leo = let_in(house)
    token = invitation(house, leo)
    house.service.household.members.end(house.ana.principal, house.account_id, leo)
    answer = house.ask("POST", "/v1/invitations/accept", json=acceptance(token, bearer=True))
    problem(answer, 404)
    assert "set-cookie" not in answer.headers
    assert told(house.service.vault, "sign-in")[-1]["event"] == "ended"
    problem(house.ask("POST", f"/persons/{leo}/invitation", house.ana), 404)


def test_a_planted_cookie_is_not_taken_over(house: House) -> None:
    """Whoever takes it up gets a session of their own, whatever the browser came with."""
    token = invitation(house, let_in(house))
    browser = Browser(house, jar={SESSION: house.ana.entered.token, DEVICE: "planted"})
    browser.ask("POST", "/v1/invitations/accept", json=acceptance(token))
    assert browser.session != house.ana.entered.token
    assert house.ask("GET", "/v1/session", house.ana).json()["session"]["person"] == house.ana.id
