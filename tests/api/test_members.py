"""Letting people in and out, over HTTP."""

from typing import Any

import pytest

from api.house import House, problem
from bailee.types.ids import new_person_id
from bailee.types.role import Right, Role
from household.told import told

LATER = "2027-01-01T00:00:00Z"


def acts(house: House) -> list[str]:
    return [each["act"] for each in told(house.service.vault, "member")]


def test_invited_joined_changed_ended(house: House) -> None:
    """Each step is one request and one entry; who is invited, changed or let out is told."""
    leo = house.sign_in(house.add("Leo"), "leo")
    part = f"/persons/{leo.id}/membership"
    invited = house.ask("PUT", part, house.ana, json={"role": "member"})
    assert invited.status_code == 201
    assert invited.headers["location"] == house.path(f"/persons/{leo.id}")
    assert not invited.json()["joined"]
    problem(house.ask("GET", "/v1/me", leo), 403)
    assert house.ask("POST", "/join", leo).status_code == 204
    rights = house.ask("PUT", f"/persons/{leo.id}/rights", house.ana, json={"rights": ["view"]})
    assert rights.json()["rights"] == ["view"]
    guest = {"role": "guest", "since": "2026-01-01T00:00:00+01:00", "until": LATER}
    changed = house.ask("PUT", part, house.ana, json=guest)
    assert changed.status_code == 200
    assert changed.json()["since"] == "2025-12-31T23:00:00.000Z"
    assert changed.json()["until"] == "2027-01-01T00:00:00.000Z"
    assert house.ask("DELETE", part, house.ana).status_code == 204
    problem(house.ask("GET", "/v1/me", leo), 404)
    assert acts(house) == ["joined", "invited", "joined", "changed", "ended"]
    inbox = house.ask("GET", "/v1/inbox", leo).json()["messages"]
    assert {"You were let into a household", "What you may do has changed"} <= {
        each["subject"] for each in inbox
    }


def test_a_stay_that_names_no_beginning_keeps_its_own(house: House) -> None:
    """Moving an end does not show a guest more, or less, of the past."""
    gran = house.person("Gran", Role.GUEST, Right.VIEW)
    before = house.ask("GET", f"/persons/{gran.id}", gran).json()["since"]
    house.clock.advance(ms=60_000)
    asked = {"role": "guest", "until": LATER}
    after = house.ask("PUT", f"/persons/{gran.id}/membership", house.ana, json=asked).json()
    assert after["since"] == before


def test_one_leaves_by_oneself(house: House) -> None:
    """Nobody is asked for it; a household keeps an owner all the same."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    assert house.ask("DELETE", f"/persons/{leo.id}/membership", leo).status_code == 204
    problem(house.ask("DELETE", f"/persons/{leo.id}/membership", leo), 404)
    problem(house.ask("DELETE", f"/persons/{house.ana.id}/membership", house.ana), 409)
    for asked in ({"role": "member"}, {"role": "owner", "until": LATER}):
        whole = house.ask("PUT", f"/persons/{house.ana.id}/membership", house.ana, json=asked)
        problem(whole, 409)


def test_who_lets_in(house: House) -> None:
    """Only who keeps house, and only with a second factor shown a moment ago."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    gran = house.add("Gran")
    _, eve = house.neighbour()
    device = house.token_of(house.device())
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", f"/persons/{gran}/membership", {"json": {"role": "member"}}),
        ("DELETE", f"/persons/{gran}/membership", {}),
        ("PUT", f"/persons/{leo.id}/rights", {"json": {"rights": ["view", "delete"]}}),
    ]
    for method, path, more in requests:
        for who, status in ((leo, 403), (eve, 404), (None, 401), (device, 401)):
            problem(house.ask(method, path, who, **more), status)
    house.clock.advance(ms=11 * 60_000)
    for method, path, more in requests:
        old = problem(house.ask(method, path, house.ana, **more), 403)
        assert old["type"] == "/v1/problems/step-up"
    assert acts(house) == ["joined", "invited", "joined", "joined"]
    assert house.ask("GET", f"/persons/{leo.id}", leo).json()["rights"] == ["view"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"role": "stranger"},
        {"role": "king"},
        {"role": "child"},
        {"role": "guest"},
        {"role": "guest", "until": "2020-01-01T00:00:00Z"},
        {"role": "guest", "until": "tomorrow"},
        {"role": "guest", "until": "2026-12-01T00:00:00"},
        {"role": "member", "since": -1},
        {"role": "member", "since": 10**30},
        {"role": "member", "since": "0001-01-01T00:00:00+23:00"},
        {"role": "member", "rights": ["view"]},
    ],
    ids=str,
)
def test_what_is_no_part_is_refused(house: House, asked: dict[str, object]) -> None:
    """Each is 422, and nobody is let in by it."""
    leo = house.add("Leo")
    problem(house.ask("PUT", f"/persons/{leo}/membership", house.ana, json=asked), 422)
    assert acts(house) == ["joined"]


def test_a_part_is_somebodys(house: House) -> None:
    """Who is not of the household has none, and who was not invited joins nothing."""
    _, eve = house.neighbour()
    never = new_person_id()
    part = {"role": "member"}
    problem(house.ask("PUT", f"/persons/{never}/membership", house.ana, json=part), 404)
    problem(house.ask("PUT", f"/persons/{eve.id}/membership", house.ana, json=part), 404)
    leo = house.add("Leo")
    problem(house.ask("PUT", f"/persons/{leo}/rights", house.ana, json={"rights": []}), 404)
    problem(house.ask("PUT", f"/persons/{leo}/rights", house.ana, json={"rights": ["x"]}), 422)
    problem(house.ask("POST", "/join", eve), 404)
    problem(house.ask("POST", "/join"), 401)
