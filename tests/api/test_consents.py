"""Consent over HTTP: one act, after its notice, one scope at a time; taken back at once."""

from typing import Any

import httpx
import pytest

from api.house import House, Someone, problem
from bailee.types.ids import PersonId, new_person_id
from bailee.types.role import Right, Role
from household.told import told

ACT = {"control": "button", "words": "Yes, train with mine", "place": "consent page"}
YES = {"scope": "train", "version": 1, "act": ACT}


def show(house: House, who: Someone, notice: str = "train") -> None:
    path = f"/persons/{who.id}/notices/{notice}"
    assert house.ask("POST", path, who, json={"version": 1}).status_code == 204


def consents(house: House, who: Someone, person: PersonId | None = None) -> dict[str, Any]:
    answer = house.ask("GET", f"/persons/{person or who.id}/consents", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def give(house: House, who: Someone, person: PersonId | None = None, **more: Any) -> httpx.Response:
    return house.ask("POST", f"/persons/{person or who.id}/consents", who, json={**YES, **more})


def acts(house: House) -> list[str]:
    return [each["act"] for each in told(house.service.vault, "consent")]


def test_given_after_its_notice_and_taken_back(house: House) -> None:
    """Without the notice there is no yes; with it there is, with evidence; both acts are kept."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    problem(give(house, leo), 409)
    show(house, leo)
    given = give(house, leo)
    assert given.status_code == 201
    assert given.json()["in_force"] == ["train", "use"]
    evidence = house.ask("GET", given.headers["location"], leo).json()
    assert evidence == {
        "scope": "train",
        "evidence": {"words": "Yes, train with mine", "place": "consent page"},
    }
    offer = house.ask("DELETE", f"/persons/{leo.id}/consents/train", leo)
    assert offer.status_code == 200
    now = consents(house, leo)
    assert now["in_force"] == ["use"]
    assert [(each["act"], each["how"], each["in_force"]) for each in now["history"]] == [
        ("given", "button", False),
        ("withdrawn", None, False),
    ]
    assert {each["by"] for each in now["history"]} == {leo.id}
    assert acts(house) == ["given", "withdrawn"]
    assert "train with" not in str(told(house.service.vault, "consent"))


def test_withdrawing_offers_a_second_act(house: House) -> None:
    """The answer is a sentence and a request that nobody made: nothing is forgotten by it."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    offer = house.ask("DELETE", f"/persons/{leo.id}/consents/use", leo).json()
    assert offer["sentence"] == "everything of Leo in home"
    assert offer["request"] == {
        "method": "POST",
        "path": house.path("/erasures"),
        "body": {"person": leo.id},
    }
    assert told(house.service.vault, "erase") == []
    assert consents(house, leo)["history"][0]["act"] == "withdrawn"
    problem(house.ask("DELETE", f"/persons/{leo.id}/consents/use", leo), 409)
    second = offer["request"]
    done = house.ask(second["method"], second["path"], leo, json=second["body"])
    assert done.status_code == 202
    assert [each["whole"] for each in told(house.service.vault, "erase")] == ["person"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"scope": "train", "version": 1},
        {**YES, "preticked": True},
        {**YES, "act": {**ACT, "preticked": True}},
        {**YES, "scope": ["train", "disclose"]},
        {**YES, "scopes": ["train", "disclose"]},
        {**YES, "scope": "everything"},
        {**YES, "act": {**ACT, "control": "pre-ticked"}},
        {**YES, "act": {**ACT, "control": "bundled"}},
        {**YES, "act": {**ACT, "control": "implied"}},
        {**YES, "act": {**ACT, "control": "closing"}},
        {**YES, "act": {"control": "button"}},
        {**YES, "act": {**ACT, "words": ""}},
        {**YES, "act": {**ACT, "words": "a\x00"}},
        {**YES, "act": "yes"},
        {**YES, "version": 0},
        {**YES, "version": 10**30},
        {**YES, "version": True},
        {**YES, "version": "1"},
        [YES, {**YES, "scope": "disclose"}],
    ],
    ids=lambda asked: str(asked)[-60:],
)
def test_what_is_no_yes_cannot_be_said(house: House, asked: object) -> None:
    """Ticked beforehand, bundled, implied, two at once: 422, and no consent is there by it."""
    show(house, house.ana)
    problem(house.ask("POST", f"/persons/{house.ana.id}/consents", house.ana, json=asked), 422)
    assert consents(house, house.ana) == {"in_force": ["use"], "history": []}
    assert acts(house) == []


def test_a_yes_is_to_the_notice_in_force(house: House) -> None:
    """Another version is a conflict: show the one in force, then ask."""
    show(house, house.ana)
    problem(give(house, house.ana, version=2), 409)
    problem(give(house, house.ana, scope="disclose"), 409)
    assert acts(house) == []


def test_a_yes_is_ones_own(house: House) -> None:
    """Not the owner's for a member, nor a member's for the owner; a parent's for a child."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    _, eve = house.neighbour()
    device = house.token_of(house.device())
    show(house, house.ana)
    show(house, leo)
    problem(give(house, house.ana, leo.id), 403)
    problem(give(house, leo, house.ana.id), 404)
    problem(give(house, eve, leo.id), 404)
    for who in (None, device):
        problem(house.ask("POST", f"/persons/{leo.id}/consents", who, json=YES), 401)
        problem(house.ask("GET", f"/persons/{leo.id}/consents", who), 401)
    assert acts(house) == []
    mia = house.child()
    show(house, house.ana, "children")
    given = give(house, house.ana, mia, scope="use")
    assert given.json()["in_force"] == ["use"]
    assert given.json()["history"][0]["notice"] == "children"


def test_a_second_factor_is_shown_for_a_yes_and_not_for_a_no(house: House) -> None:
    """Ending a use is as easy as can be."""
    show(house, house.ana)
    assert give(house, house.ana).status_code == 201
    house.clock.advance(ms=11 * 60_000)
    assert problem(give(house, house.ana), 403)["type"] == "/v1/problems/step-up"
    path = f"/persons/{house.ana.id}/consents/train"
    assert house.ask("DELETE", path, house.ana).status_code == 200


def test_the_owner_ends_what_a_member_agreed_to(house: House) -> None:
    """It is revoked, by another, and the member is told."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    show(house, leo)
    give(house, leo)
    answer = house.ask("DELETE", f"/persons/{leo.id}/consents/train", house.ana)
    assert answer.status_code == 200
    assert consents(house, leo)["history"][-1]["act"] == "revoked"
    [first, *_] = house.ask("GET", "/v1/inbox", leo).json()["messages"]
    assert first["subject"] == "A consent of yours was taken back"


def test_another_is_not_asked_about(house: House) -> None:
    """A member learns nothing of the owner's consents; one who never was is the same answer."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    for rest in ("", "/train/evidence"):
        there = problem(house.ask("GET", f"/persons/{house.ana.id}/consents{rest}", leo), 404)
        never = problem(house.ask("GET", f"/persons/{new_person_id()}/consents{rest}", leo), 404)
        assert there == never
    gone = f"/persons/{new_person_id()}/consents"
    problem(house.ask("GET", gone, house.ana), 404)
    problem(house.ask("DELETE", f"{gone}/use", house.ana), 404)
    problem(house.ask("DELETE", f"/persons/{leo.id}/consents/all", house.ana), 422)
