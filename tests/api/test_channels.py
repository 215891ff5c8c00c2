"""Channels over HTTP: one's own, and their addresses never shown again."""

import pytest

from api.house import House, problem
from bailee.types.role import Right, Role

URL = "pigeon://leo:secret@loft"


def ids(house: House, who: object) -> list[str]:
    found = house.ask("GET", "/v1/channels", who).json()["channels"]  # type: ignore[arg-type]
    return [each["id"] for each in found]


def test_messages_go_there_too(house: House) -> None:
    """Until it is removed; no answer has the address in it."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    added = house.ask("POST", "/v1/channels", leo, json={"url": URL})
    assert added.status_code == 201
    assert ids(house, leo) == [added.json()["id"]]
    assert "secret" not in added.text + house.ask("GET", "/v1/channels", leo).text
    house.ask("PUT", f"/persons/{leo.id}/rights", house.ana, json={"rights": []})
    house.service.household.deliver()
    assert [url for url, _, _ in house.pigeon.taken] == [URL]
    [told, *_] = house.ask("GET", "/v1/inbox", leo).json()["messages"]
    assert [each["accepted"] is None for each in told["delivered"]] == [False, False]
    assert house.ask("DELETE", added.headers["location"], leo).status_code == 204
    assert ids(house, leo) == []
    house.ask("PUT", f"/persons/{leo.id}/rights", house.ana, json={"rights": []})
    house.service.household.deliver()
    assert len(house.pigeon.taken) == 1


def test_a_channel_is_ones_own(house: House) -> None:
    """Nobody lists, adds or removes another's."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    where = house.ask("POST", "/v1/channels", leo, json={"url": URL}).headers["location"]
    device = house.token_of(house.device())
    assert ids(house, house.ana) == []
    problem(house.ask("DELETE", where, house.ana), 404)
    for who in (None, device):
        problem(house.ask("GET", "/v1/channels", who), 401)
        problem(house.ask("POST", "/v1/channels", who, json={"url": URL}), 401)
        problem(house.ask("DELETE", where, who), 401)
    assert len(ids(house, leo)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"url": ""},
        {"url": "file:///etc/passwd"},
        {"url": "pigeon://a b"},
        {"url": "pigeon://" + "a" * 2000},
        {"url": URL, "person": "per_aaaaaaaaaaaaaaaa"},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_what_is_no_address_is_refused(house: House, asked: dict[str, object]) -> None:
    """422, nothing is kept, and the answer does not repeat what was sent."""
    answer = house.ask("POST", "/v1/channels", house.ana, json=asked)
    problem(answer, 422)
    assert "passwd" not in answer.text
    assert ids(house, house.ana) == []


def test_eight_are_enough(house: House) -> None:
    """A ninth is a conflict."""
    for number in range(8):
        url = f"pigeon://loft/{number}"
        assert house.ask("POST", "/v1/channels", house.ana, json={"url": url}).status_code == 201
    problem(house.ask("POST", "/v1/channels", house.ana, json={"url": URL}), 409)
