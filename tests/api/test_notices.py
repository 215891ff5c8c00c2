"""The registry of notices over HTTP: public texts, and who was shown which."""

import pytest

from api.house import House, problem
from bailee.household.notice_text import bundled
from bailee.types.role import Right, Role
from household.told import told


def test_anybody_may_read_them(house: House) -> None:
    """Which are in force, and each text as it is, byte for byte, without signing in."""
    listed = house.ask("GET", "/v1/notices").json()["notices"]
    assert [(each["notice"], each["version"]) for each in listed] == [
        (each.notice, each.version) for each in bundled()
    ]
    for each, text in zip(listed, bundled(), strict=True):
        answer = house.ask("GET", f"/v1/notices/{each['notice']}/{each['version']}")
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert answer.headers["etag"] == f'"{each["sha256"]}"'
        assert answer.text == text.body
        assert each["current"]


def test_what_one_has_is_not_sent_again(house: House) -> None:
    """By its ETag; another's is sent."""
    text = house.ask("GET", "/v1/notices/use/1")
    again = {"If-None-Match": text.headers["etag"]}
    assert house.ask("GET", "/v1/notices/use/1", headers=again).status_code == 304
    assert house.ask("GET", "/v1/notices/use/1", headers={"If-None-Match": "*"}).status_code == 304
    other = {"If-None-Match": '"0000"'}
    assert house.ask("GET", "/v1/notices/use/1", headers=other).text == text.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("use/2", 404),
        ("use/0", 422),
        ("use/99999999999999999999", 422),
        ("use/one", 422),
        ("terms/1", 422),
    ],
)
def test_what_is_no_notice(house: House, path: str, status: int) -> None:
    """A version there is none of is not there; what is no version is wrong."""
    problem(house.ask("GET", f"/v1/notices/{path}"), status)


def test_who_was_shown_what(house: House) -> None:
    """Once for each channel, with the time it took it; in the ledger too, and never called read."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    path = f"/persons/{leo.id}/notices"
    for channel in ("page", "page", "voice"):
        asked = {"version": 1, "channel": channel}
        assert house.ask("POST", f"{path}/train", leo, json=asked).status_code == 204
    for who in (leo, house.ana):
        shown = house.ask("GET", path, who).json()["shown"]
        assert [(each["notice"], each["version"], each["channel"]) for each in shown] == [
            ("train", 1, "page"),
            ("train", 1, "voice"),
        ]
        assert set(shown[0]) == {"notice", "version", "channel", "accepted"}
    assert [each["channel"] for each in told(house.service.vault, "shown")] == ["page", "voice"]


def test_nobody_was_shown_for_another(house: House) -> None:
    """Only who sat before it can say so: not the owner for a member, nor a device, nor a stranger."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    _, eve = house.neighbour()
    device = house.token_of(house.device())
    path = f"/persons/{leo.id}/notices"
    for who, status in ((house.ana, 403), (eve, 404), (None, 401), (device, 401)):
        problem(house.ask("POST", f"{path}/train", who, json={"version": 1}), status)
    for who, status in ((eve, 404), (None, 401), (device, 401)):
        problem(house.ask("GET", path, who), status)
    problem(house.ask("GET", f"/persons/{house.ana.id}/notices", leo), 404)
    assert told(house.service.vault, "shown") == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"version": 2}, 409),
        ({}, 422),
        ({"version": "1"}, 422),
        ({"version": 1, "channel": "inbox"}, 422),
        ({"version": 1, "channel": "message"}, 422),
        ({"version": 1, "read": True}, 422),
    ],
    ids=str,
)
def test_what_was_not_shown(house: House, asked: dict[str, object], status: int) -> None:
    """A version that is not in force, or a channel that shows nothing by itself: nothing is kept."""
    path = f"/persons/{house.ana.id}/notices"
    problem(house.ask("POST", f"{path}/use", house.ana, json=asked), status)
    assert house.ask("GET", path, house.ana).json() == {"shown": []}
