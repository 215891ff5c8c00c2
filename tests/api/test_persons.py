"""Who adds people to a household and describes them anew, over HTTP."""

import pytest

from api.house import House, problem
from bailee.types.ids import new_person_id
from bailee.types.role import Right, Role
from household.told import told


def names(house: House) -> list[str]:
    return [each["name"] for each in house.ask("GET", "/persons", house.ana).json()["persons"]]


def test_somebody_is_added(house: House) -> None:
    """The answer says where they are, and the ledger that they are there, in tags alone."""
    asked = {"name": "Leo", "email": "Leo@Example.org", "language": "de"}
    added = house.ask("POST", "/persons", house.ana, json=asked)
    assert added.status_code == 201
    shown = added.json()
    assert added.headers["location"] == house.path(f"/persons/{shown['id']}")
    assert house.ask("GET", added.headers["location"], house.ana).json() == shown
    assert (shown["name"], shown["sort"], shown["role"]) == ("Leo", "adult", None)
    assert (shown["email"], shown["language"]) == ("leo@example.org", "de")
    [ana, leo] = told(house.service.vault, "person")
    assert (leo["sort"], leo["policy"]) == ("adult", "owner")
    assert "Leo" not in str(leo)
    assert ana["policy"] == "founding"


def test_somebody_is_described_anew(house: House) -> None:
    """What is said changes, what is not said stays; the ledger is told."""
    leo = house.add("Leo")
    one = house.ask("PATCH", f"/persons/{leo}", house.ana, json={"email": "leo@example.org"})
    two = house.ask("PATCH", f"/persons/{leo}", house.ana, json={"name": "Leonardo"})
    assert (one.json()["name"], one.json()["email"]) == ("Leo", "leo@example.org")
    assert (two.json()["name"], two.json()["email"]) == ("Leonardo", "leo@example.org")
    none = house.ask("PATCH", f"/persons/{leo}", house.ana, json={"email": "", "language": "de"})
    assert (none.json()["email"], none.json()["language"]) == ("", "de")
    assert len(told(house.service.vault, "person")) == 5
    assert names(house) == ["Ana", "Leonardo"]


def test_who_does_not_keep_house_changes_nobody(house: House) -> None:
    """A member is told no; nobody, a device and a neighbour as if there were nothing."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    _, eve = house.neighbour()
    device = house.token_of(house.device())
    for who, status in ((leo, 403), (eve, 404), (None, 401), (device, 401)):
        problem(house.ask("POST", "/persons", who, json={"name": "Mallory"}), status)
        problem(house.ask("PATCH", f"/persons/{leo.id}", who, json={"name": "M"}), status)
    assert names(house) == ["Ana", "Leo"]
    assert told(house.service.vault, "refusal")[0]["verb"] == "administer"


def test_a_member_is_shown_themselves_and_nobody_else(house: House) -> None:
    """Another's id and one that never was are one answer."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    assert house.ask("GET", f"/persons/{leo.id}", leo).json()["name"] == "Leo"
    assert len(house.ask("GET", "/persons", leo).json()["persons"]) == 1
    there = problem(house.ask("GET", f"/persons/{house.ana.id}", leo), 404)
    never = problem(house.ask("GET", f"/persons/{new_person_id()}", leo), 404)
    assert there == never


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"name": "a\nb"},
        {"name": 7},
        {"name": "Leo", "role": "owner"},
        {"name": "Leo", "sort": "dog"},
        {"name": "Leo", "email": "nowhere"},
        {"name": "Leo", "email": f"{'a' * 300}@example.org"},
        {"name": "Leo", "language": "Klingon"},
    ],
    ids=str,
)
def test_what_is_nobody_is_refused(house: House, asked: dict[str, object]) -> None:
    """Each is 422, and nobody is added by it."""
    problem(house.ask("POST", "/persons", house.ana, json=asked), 422)
    assert names(house) == ["Ana"]


def test_half_a_character_is_no_name(house: House) -> None:
    """A lone surrogate is refused before it reaches anything that must write it."""
    for body in (b'{"name": "\\ud800"}', b'{"\\ud800": 1, "name": "Leo"}'):
        problem(house.ask("POST", "/persons", house.ana, content=body, headers=JSON), 422)
    assert names(house) == ["Ana"]


JSON = {"Content-Type": "application/json"}


def test_a_change_says_something(house: House) -> None:
    """An empty change, another's name and an unknown field change nothing."""
    leo = house.add("Leo")
    problem(house.ask("PATCH", f"/persons/{leo}", house.ana, json={}), 422)
    problem(house.ask("PATCH", f"/persons/{leo}", house.ana, json={"sort": "adult"}), 422)
    problem(house.ask("PATCH", f"/persons/{leo}", house.ana, json={"name": "ana"}), 409)
    problem(house.ask("POST", "/persons", house.ana, json={"name": "LEO"}), 409)
    problem(house.ask("PATCH", f"/persons/{new_person_id()}", house.ana, json={"name": "M"}), 404)
    assert names(house) == ["Ana", "Leo"]


def test_nobody_is_removed_but_by_an_erasure(house: House) -> None:
    """There is one way to remove somebody, and it ends in a receipt."""
    problem(house.ask("DELETE", f"/persons/{house.add('Leo')}", house.ana), 405)


def test_who_i_am(house: House) -> None:
    """One's household, role and rights; who is only invited belongs to none yet."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    shown = house.ask("GET", "/v1/me", leo).json()
    assert (shown["household"], shown["name"]) == (house.account_id, "home")
    assert (shown["me"]["name"], shown["me"]["role"]) == ("Leo", "member")
    assert shown["me"]["rights"] == ["hear", "view"]
    problem(house.ask("GET", "/v1/me"), 401)
    gran = house.sign_in(house.add("Gran"), "gran")
    problem(house.ask("GET", "/v1/me", gran), 404)
