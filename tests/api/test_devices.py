"""Devices and their tokens, over HTTP."""

from typing import Any

import httpx
import pytest

from api.house import House, problem
from bailee.types.ids import new_device_id
from bailee.types.role import Right, Role
from household.told import told


def acts(house: House) -> list[str]:
    return [each["act"] for each in told(house.service.vault, "device")]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def rotate(house: House, token: str) -> httpx.Response:
    return house.ask("POST", "/v1/device/token/rotate", bearer(token))


def test_a_device_is_registered_changed_and_revoked(house: House) -> None:
    """Each step is one request and one entry."""
    asked = {"name": "kitchen", "sort": "speaker", "room": "Kitchen"}
    added = house.ask("POST", "/devices", house.ana, json=asked)
    assert added.status_code == 201
    where = added.headers["location"]
    assert house.ask("GET", where, house.ana).json() == added.json()
    changed = house.ask("PATCH", where, house.ana, json={"room": "hall"}).json()
    assert (changed["name"], changed["room"]) == ("kitchen", "hall")
    assert house.ask("DELETE", where, house.ana).status_code == 204
    assert house.ask("GET", where, house.ana).json()["revoked"] is not None
    problem(house.ask("DELETE", where, house.ana), 404)
    problem(house.ask("PATCH", where, house.ana, json={"room": "attic"}), 404)
    assert acts(house) == ["added", "changed", "revoked"]


def test_a_token_is_shown_once(house: House) -> None:
    """The list has its id and never itself; revoked it opens nothing; the ledger has each step."""
    tokens = f"/devices/{house.device()}/tokens"
    made = house.ask("POST", tokens, house.ana)
    assert made.status_code == 201
    token = made.json()["token"]
    listed = house.ask("GET", tokens, house.ana)
    assert token not in listed.text
    assert [each["id"] for each in listed.json()["tokens"]] == [made.json()["id"]]
    assert house.ask("DELETE", made.headers["location"], house.ana).status_code == 204
    problem(house.ask("DELETE", made.headers["location"], house.ana), 404)
    problem(rotate(house, token), 401)
    events = [each["event"] for each in told(house.service.vault, "sign-in")]
    assert events[-2:] == ["token-made", "token-revoked"]


def test_a_device_changes_its_own_token(house: House) -> None:
    """The old one works for a day and makes no third; a person's token rotates nothing."""
    device = house.device()
    first = house.ask("POST", f"/devices/{device}/tokens", house.ana).json()["token"]
    second = rotate(house, first).json()["token"]
    problem(rotate(house, first), 401)
    third = rotate(house, second)
    assert third.status_code == 200
    problem(house.ask("POST", "/v1/device/token/rotate", house.ana), 401)
    listed = house.ask("GET", f"/devices/{device}/tokens", house.ana).json()["tokens"]
    assert [each["expires"] is None for each in listed].count(True) == 1
    house.clock.advance(days=2)
    problem(rotate(house, second), 401)


def test_revoking_a_device_ends_its_tokens(house: House) -> None:
    """At once, in the same transaction; and they do not come back with the device."""
    device = house.device("kitchen")
    path = f"/devices/{device}"
    token = house.ask("POST", f"{path}/tokens", house.ana).json()["token"]
    assert house.ask("DELETE", path, house.ana).status_code == 204
    problem(rotate(house, token), 401)
    problem(house.ask("POST", f"{path}/tokens", house.ana), 404)
    again = house.ask("POST", "/devices", house.ana, json={"name": "Kitchen", "sort": "camera"})
    assert again.json()["id"] == device
    problem(rotate(house, token), 401)
    assert house.ask("GET", f"{path}/tokens", house.ana).json()["tokens"] == []


def test_a_token_is_of_one_device_of_one_household(house: House) -> None:
    """By another device's path, or by a neighbour, it is not there."""
    kitchen, hall = house.device("kitchen"), house.device("hall")
    account, eve = house.neighbour()
    made = house.ask("POST", f"/devices/{kitchen}/tokens", house.ana).json()
    for path in (f"/devices/{hall}/tokens/{made['id']}", f"/devices/{kitchen}/tokens/{hall}"):
        answer = house.ask("DELETE", path, house.ana)
        assert answer.status_code in {404, 422}
    foreign = f"/v1/households/{account}/devices/{kitchen}/tokens"
    problem(house.ask("GET", foreign, eve), 404)
    problem(house.ask("DELETE", f"{foreign}/{made['id']}", eve), 404)
    assert rotate(house, made["token"]).status_code == 200


def test_who_sees_to_devices(house: House) -> None:
    """Who keeps house. A member is told no, a device itself too, a neighbour that there is none."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    device = house.device()
    own = house.token_of(device)
    _, eve = house.neighbour()
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/devices", {"json": {"name": "attic", "sort": "camera"}}),
        ("PATCH", f"/devices/{device}", {"json": {"name": "mine"}}),
        ("DELETE", f"/devices/{device}", {}),
        ("GET", f"/devices/{device}/tokens", {}),
        ("POST", f"/devices/{device}/tokens", {}),
        ("DELETE", f"/devices/{device}/tokens/tok_aaaaaaaaaaaaaaaa", {}),
    ]
    for method, path, more in requests:
        for who, status in ((leo, 403), (eve, 404), (None, 401), (own, 401)):
            problem(house.ask(method, path, who, **more), status)
    assert house.ask("GET", "/devices", leo).json() == {"devices": []}
    problem(house.ask("GET", f"/devices/{device}", leo), 404)
    assert acts(house) == ["added"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": "x"},
        {"name": "x", "sort": "none"},
        {"name": "x", "sort": "toaster"},
        {"name": "", "sort": "camera"},
        {"name": "x", "sort": "camera", "room": "a\x00"},
        {"name": "x", "sort": "camera", "room": "r" * 201},
        {"name": "x", "sort": "camera", "id": "dev_aaaaaaaaaaaaaaaa"},
    ],
    ids=str,
)
def test_what_is_no_device_is_refused(house: House, asked: dict[str, object]) -> None:
    """Each is 422, and nothing is registered by it."""
    problem(house.ask("POST", "/devices", house.ana, json=asked), 422)
    assert acts(house) == []


def test_a_device_that_never_was(house: House) -> None:
    """Is not there for who keeps house either."""
    path = f"/devices/{new_device_id()}"
    problem(house.ask("GET", path, house.ana), 404)
    problem(house.ask("DELETE", path, house.ana), 404)
    problem(house.ask("PATCH", path, house.ana, json={"name": "x"}), 404)
    problem(house.ask("POST", f"{path}/tokens", house.ana), 404)
