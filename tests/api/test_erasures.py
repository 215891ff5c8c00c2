"""Forgetting over the API: the plan, the moment, and a receipt that verifies."""

import json
from typing import Any

import httpx

from api.house import House, Someone, problem
from api.test_recordings import AT, deposited
from bailee.custody import receipt as receipts
from bailee.types.role import Right, Role


def forget(house: House, who: Someone, path: str = "/erasures", **chosen: Any) -> httpx.Response:
    return house.ask("POST", path, who, json=chosen)


def test_from_the_plan_to_the_receipt(house: House) -> None:
    """The plan counts, the moment answers 202 with its proof, and the clean-up ends it."""
    token = house.token_of(house.device())
    made = [deposited(house, token, captured_at=f"2026-09-21T14:12:0{n}Z") for n in range(3)]
    chosen = {
        "person": house.ana.id,
        "from": "2026-09-21T14:12:01Z",
        "to": "2026-09-21T14:12:30Z",
    }
    plan = forget(house, house.ana, "/erasures/plan", **chosen).json()
    assert (plan["recordings"], plan["artefacts"], plan["names"]) == (2, {"audio": 2}, False)
    assert plan["begin"] == "2026-09-21T14:12:01.000Z"
    answer = forget(house, house.ana, **chosen)
    assert answer.status_code == 202
    begun = answer.json()
    assert begun["erasure"]["sentence"] == plan["sentence"]
    receipts.verify(receipts.parse(json.dumps(begun["receipt"]).encode()))
    for each in made[1:]:
        problem(house.ask("GET", f"/recordings/{each['recording']}", house.ana), 410)
    # The server cleans up by itself; to do it again changes nothing.
    house.service.household.erasures.finish(begun["erasure"]["id"])
    shown = house.ask("GET", answer.headers["location"], house.ana).json()
    assert (shown["outcome"], shown["recordings"]) == ("erased", 2)
    assert shown["unreadable_since"].endswith("Z")
    assert shown["unrecoverable_since"] is None
    receipt = house.ask("GET", shown["receipt"], house.ana)
    assert receipt.headers["content-type"] == "application/json"
    parsed = receipts.parse(receipt.content)
    assert parsed["sentence"] == plan["sentence"]
    assert receipts.verify(parsed, house.service.vault.config.vkey).steps
    assert (
        house.ask("GET", "/recordings", house.ana).json()["recordings"][0]["id"]
        == (made[0]["recording"])
    )


def test_nothing_is_meant_by_nothing(house: House) -> None:
    """An empty choice, a range that ends first, an unknown field: refused, and nothing is gone."""
    deposited(house, house.token_of(house.device()))
    for chosen in (
        {},
        {"from": "2026-09-21T15:00:00Z", "to": AT},
        {"form": AT},
        {"kind": "label"},
        {"recordings": ["rec_aaaaaaaaaaaaaaaa"], "person": house.ana.id},
        {"recordings": ["rec_aaaaaaaaaaaaaaaa"] * 1001},
        {"to": "2026-09-21T15:00:00"},
    ):
        for path in ("/erasures", "/erasures/plan"):
            problem(forget(house, house.ana, path, **chosen), 422)
    problem(forget(house, house.ana, person="per_aaaaaaaaaaaaaaaa"), 404)
    problem(forget(house, house.ana, device="dev_aaaaaaaaaaaaaaaa"), 404)
    assert len(house.ask("GET", "/recordings", house.ana).json()["recordings"]) == 1
    assert house.ask("GET", "/erasures", house.ana).json() == {"erasures": [], "next": None}


def test_a_member_forgets_what_is_theirs(house: House) -> None:
    """And nothing else; each is shown the erasures they asked for, the owner all of them."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    token = house.token_of(house.device())
    mine = deposited(house, token, person=leo.id)
    anas = deposited(house, token)
    problem(forget(house, leo, person=house.ana.id, kind="audio"), 404)
    problem(forget(house, leo, recordings=[anas["recording"]]), 404)
    problem(forget(house, leo, kind="audio"), 403)
    begun = forget(house, leo, recordings=[mine["recording"]]).json()["erasure"]
    house.clock.advance(ms=1)
    other = forget(house, house.ana, recordings=[anas["recording"]]).json()["erasure"]
    ids = [each["id"] for each in house.ask("GET", "/erasures", house.ana).json()["erasures"]]
    assert ids == [other["id"], begun["id"]]
    page = house.ask("GET", "/erasures?limit=1", house.ana).json()
    rest = house.ask("GET", "/erasures", house.ana, params={"cursor": page["next"]}).json()
    assert [each["id"] for each in page["erasures"] + rest["erasures"]] == ids
    [own] = house.ask("GET", "/erasures", leo).json()["erasures"]
    assert own["id"] == begun["id"]
    for rest_of in ("", "/receipt"):
        path = f"/erasures/{other['id']}{rest_of}"
        never = problem(house.ask("GET", "/erasures/era_aaaaaaaaaaaaaaaa", leo), 404)
        assert problem(house.ask("GET", path, leo), 404) == never


def test_everything_of_oneself_asks_for_the_factor_again(house: House) -> None:
    """Forgetting a whole person is stepped up for; the answer is the last that they get."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    deposited(house, house.token_of(house.device()), person=leo.id)
    house.clock.advance(ms=11 * 60_000)
    asked = problem(forget(house, leo, person=leo.id), 403)
    assert asked["type"] == "/v1/problems/step-up"
    leo = house.step_up(leo)
    begun = forget(house, leo, person=leo.id)
    assert begun.status_code == 202
    receipts.verify(receipts.parse(json.dumps(begun.json()["receipt"]).encode()))
    problem(house.ask("GET", begun.headers["location"], leo), 401)
    kept = house.ask("GET", begun.headers["location"], house.ana).json()
    assert "Leo" not in json.dumps(kept)


def test_a_repeated_request_forgets_once(house: House) -> None:
    """With a key the same answer comes again, and there is one erasure."""
    deposited(house, house.token_of(house.device()))
    answers = [
        house.ask(
            "POST",
            "/erasures",
            house.ana,
            json={"kind": "audio"},
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(house.ask("GET", "/erasures", house.ana).json()["erasures"]) == 1
