"""The inbox over HTTP: one's own, and nobody else's."""

from api.house import House, problem
from bailee.types.role import Right, Role


def test_one_is_told_and_puts_away(house: House) -> None:
    """Newest first; what is put away stays away, once."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    messages = house.ask("GET", "/v1/inbox", leo).json()["messages"]
    assert "You were let into a household" in [each["subject"] for each in messages]
    assert messages == sorted(messages, key=lambda each: each["made"], reverse=True)
    first = messages[0]
    assert first["delivered"][0]["channel"] == "inbox"
    assert house.ask("DELETE", f"/v1/inbox/{first['id']}", leo).status_code == 204
    left = house.ask("GET", "/v1/inbox", leo).json()["messages"]
    assert left == messages[1:]


def test_it_is_in_ones_own_language(house: House) -> None:
    """Chosen for the person, whatever the message was about."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    house.ask("PATCH", f"/persons/{leo.id}", house.ana, json={"language": "de"})
    subjects = [each["subject"] for each in house.ask("GET", "/v1/inbox", leo).json()["messages"]]
    assert "You were let into a household" not in subjects


def test_nobody_elses_can_be_asked_for(house: House) -> None:
    """Not the owner's by a member, nor anybody's by a device or nobody."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    theirs = {each["id"] for each in house.ask("GET", "/v1/inbox", leo).json()["messages"]}
    mine = {each["id"] for each in house.ask("GET", "/v1/inbox", house.ana).json()["messages"]}
    assert theirs
    assert not theirs & mine
    message = min(theirs)
    device = house.token_of(house.device())
    problem(house.ask("DELETE", f"/v1/inbox/{message}", house.ana), 404)
    for who in (None, device):
        problem(house.ask("GET", "/v1/inbox", who), 401)
        problem(house.ask("DELETE", f"/v1/inbox/{message}", who), 401)
    problem(house.ask("DELETE", "/v1/inbox/msg_x", leo), 422)
    problem(house.ask("DELETE", "/v1/inbox/msg_aaaaaaaaaaaaaaaa", leo), 404)
    assert message in {each["id"] for each in house.ask("GET", "/v1/inbox", leo).json()["messages"]}
