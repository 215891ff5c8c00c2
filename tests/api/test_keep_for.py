"""Keep for over the API: the table, what a change would do, the change, and a device that is told."""

from api.house import House, problem
from api.test_recordings import deposited, hand_in
from bailee.custody.receipt import verify
from bailee.rules.retention import DEFAULT_POLICY
from bailee.types.kind import Kind
from bailee.types.role import Right, Role


def test_the_policy_is_public_and_the_rules_are_not(house: House) -> None:
    """One table for whoever reads it; a household's own rules only among its people."""
    table = house.http.get("/v1/retention").json()["kinds"]
    assert {each["kind"]: each["keep_days"] for each in table} == {
        kind: row.keep_days for kind, row in DEFAULT_POLICY.items()
    }
    assert house.ask("GET", "/retention", house.ana).json()["kinds"] == table
    own = house.ask("GET", "/keep-for", house.ana).json()
    assert own["kinds"] == [each for each in table if each["kind"] != Kind.LABEL]
    assert (own["rules"], own["everybody"], house.ana.id in own["persons"]) == ([], True, True)


def test_a_rule_is_planned_made_and_taken_away(house: House) -> None:
    """What the plan counts is forgotten, with a receipt that verifies."""
    token = house.token_of(house.device())
    made = deposited(house, token)
    said = {"kind": made["kind"], "keep_days": 0}
    plan = house.ask("POST", "/keep-for/plan", house.ana, json=said).json()
    assert (plan["now"], plan["sooner"], plan["held"]) == (1, 0, 0)
    assert house.ask("GET", f"/recordings/{made['recording']}", house.ana).is_success
    done = house.ask("PUT", "/keep-for", house.ana, json=said).json()
    assert verify(done["forgotten"]["receipt"]).steps
    assert done["forgotten"]["erasure"]["id"] == done["erasure"]
    problem(house.ask("GET", f"/recordings/{made['recording']}", house.ana), 410)
    [rule] = house.ask("GET", "/keep-for", house.ana).json()["rules"]
    assert (rule["keep_days"], rule["voice"], rule["person"]) == (0, "house", None)
    ended = house.ask("DELETE", "/keep-for", house.ana, params={"kind": made["kind"]})
    assert ended.json() == {"sooner": 0, "longer": 0, "erasure": None, "forgotten": None}
    problem(house.ask("DELETE", "/keep-for", house.ana, params={"kind": made["kind"]}), 404)
    for days in (-1, 1097, 4000):
        problem(house.ask("PUT", "/keep-for", house.ana, json={**said, "keep_days": days}), 422)


def test_a_device_is_told_that_nothing_of_it_is_kept(house: House) -> None:
    """A conflict with a reason; nothing was stored."""
    token = house.token_of(house.device())
    kind = deposited(house, token)["kind"]
    leo = house.person("Leo", Role.MEMBER, *Right)
    mine = {"kind": kind, "person": leo.id, "keep_days": 0}
    assert house.ask("PUT", "/keep-for", leo, json=mine).is_success
    refused = problem(hand_in(house, token, person=leo.id), 409)
    assert "chose not to keep" in refused["detail"]
    assert deposited(house, token)["kind"] == kind
