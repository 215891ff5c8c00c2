"""Retention over the API: the published table, and keeping longer or shorter."""

from api.house import House, problem
from api.test_recordings import deposited
from bailee.rules.retention import DEFAULT_POLICY
from bailee.types.role import Right, Role


def test_the_table_is_the_one_that_things_expire_by(house: House) -> None:
    """Every kind, with what it is kept for and how long; for the household's own people."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    for who in (house.ana, leo):
        rows = house.ask("GET", "/retention", who).json()["kinds"]
        assert {each["kind"]: each["keep_days"] for each in rows} == {
            kind: row.keep_days for kind, row in DEFAULT_POLICY.items()
        }
        assert all(each["purpose"] and each["need"] for each in rows)
    problem(house.ask("GET", "/v1/households/acc_aaaaaaaaaaaaaaaa/retention", leo), 404)


def test_it_is_kept_longer_and_shorter(house: House) -> None:
    """By its owner, within the policy; a shorter time counts at once."""
    made = deposited(house, house.token_of(house.device()))
    chosen = {"recordings": [made["recording"]]}
    longer = house.ask("PUT", "/retention", house.ana, json={**chosen, "keep_days": 90}).json()
    assert (longer["longer"], longer["shorter"]) == (1, 0)
    shown = house.ask("GET", f"/recordings/{made['recording']}", house.ana).json()
    assert shown["artefacts"][0]["kept_until"] == longer["kept_until"]
    shorter = house.ask("PUT", "/retention", house.ana, json={**chosen, "keep_days": 1}).json()
    assert shorter["shorter"] == 1
    for days in (0, 4000, 3653):
        problem(house.ask("PUT", "/retention", house.ana, json={**chosen, "keep_days": days}), 422)
    problem(house.ask("PUT", "/retention", house.ana, json={"keep_days": 3}), 422)
    house.clock.advance(days=2)


def test_others_are_kept_by_whom_they_are_of(house: House) -> None:
    """A member keeps their own; another's is none to them."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    token = house.token_of(house.device())
    mine, anas = deposited(house, token, person=leo.id), deposited(house, token)
    kept = {"recordings": [mine["recording"]], "keep_days": 9}
    assert house.ask("PUT", "/retention", leo, json=kept).json()["shorter"] == 1
    problem(
        house.ask("PUT", "/retention", leo, json={**kept, "recordings": [anas["recording"]]}), 404
    )
    problem(house.ask("PUT", "/retention", leo, json={"kind": "audio", "keep_days": 9}), 403)
