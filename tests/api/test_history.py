"""Who looked, over the API (R-23)."""

from api.house import House, problem
from api.test_recordings import content_of, deposited
from bailee.types.role import Right, Role


def test_everybody_sees_who_looked_at_them(house: House) -> None:
    """By name, with what for and by which policy; nobody sees who looked at another."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    token = house.token_of(house.device())
    mine, anas = deposited(house, token, person=leo.id), deposited(house, token)
    content_of(house, mine)
    content_of(house, anas)
    [event] = house.ask("GET", "/history", leo).json()["events"]
    assert event["who"] == {"sort": "person", "id": house.ana.id, "name": "Ana"}
    assert event["things"][0]["recording"] == mine["recording"]
    assert event["things"][0]["person"]["sort"] == "you"
    assert (event["policy"], event["purpose"], event["kind"]) == ("owner", "owner-view", "audio")
    assert event["why"].startswith("The owner")
    assert event["at"].endswith("Z")
    assert len(house.ask("GET", "/history", house.ana).json()["events"]) == 2


def test_other_sorts_are_asked_for(house: House) -> None:
    """One or several; page by page; an unknown one is refused, and a stranger told of nothing."""
    deposited(house, house.token_of(house.device()))
    asked = {"sort": ["people", "devices", "taken-in"], "limit": 2}
    found = []
    while True:
        page = house.ask("GET", "/history", house.ana, params=asked).json()
        found += [each["type"] for each in page["events"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert found == ["deposit", "device", "grant", "member", "person", "household"]
    for bad in ({"sort": "gossip"}, {"limit": 0}, {"cursor": "x"}, {"since": "x"}):
        problem(house.ask("GET", "/history", house.ana, params=bad), 422)
    problem(house.ask("GET", "/v1/households/acc_aaaaaaaaaaaaaaaa/history", house.ana), 404)
