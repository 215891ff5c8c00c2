"""Listening endpoints over HTTP: set, listed, given to somebody, ended; and what is none."""

from typing import Any

import pytest

from api.house import House, problem
from bailee.types.facts import DeviceSort
from bailee.types.ids import new_device_id
from bailee.types.role import Right, Role
from household.told import told

KITCHEN = {"way": "listen", "address": "tcp://127.0.0.1:10300", "zone": "Europe/Berlin"}


def acts(house: House) -> list[str]:
    return [each["act"] for each in told(house.service.vault, "endpoint")]


def test_a_speaker_listens_and_listens_no_more(house: House) -> None:
    """Each step is one request and one entry; the same said twice leaves one endpoint."""
    kitchen = house.device("kitchen")
    where = f"/endpoints/{kitchen}"
    assert house.ask("GET", "/endpoints", house.ana).json() == {"endpoints": []}
    put = house.ask("PUT", where, house.ana, json=KITCHEN)
    assert put.status_code == 200
    shown = put.json()
    assert {name: shown[name] for name in KITCHEN} == KITCHEN
    assert (shown["device"], shown["language"], shown["unknown"]) == (kitchen, "en", True)
    assert house.ask("PUT", where, house.ana, json=KITCHEN).json() == shown
    assert house.ask("GET", "/endpoints", house.ana).json() == {"endpoints": [shown]}
    assert house.ask("DELETE", where, house.ana).status_code == 204
    problem(house.ask("DELETE", where, house.ana), 404)
    assert house.ask("GET", "/endpoints", house.ana).json() == {"endpoints": []}
    assert acts(house) == ["set", "set", "ended"]


def test_a_voice_is_ones_own_to_claim_and_to_give_up(house: House) -> None:
    """Nobody else's, the owner's neither; a parent's for a child."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    mia = house.child()
    kitchen = house.device("kitchen")
    where, speaker = f"/endpoints/{kitchen}", f"/endpoints/{kitchen}/speaker"
    problem(house.ask("PUT", speaker, leo, json={"person": leo.id}), 404)
    problem(house.ask("PUT", where, house.ana, json={**KITCHEN, "person": leo.id}), 403)
    assert house.ask("PUT", where, house.ana, json=KITCHEN).is_success
    problem(house.ask("PUT", speaker, house.ana, json={"person": leo.id}), 403)
    problem(house.ask("PUT", speaker, leo, json={"person": house.ana.id}), 404)
    taken = house.ask("PUT", speaker, leo, json={"person": leo.id})
    assert (taken.json()["person"], taken.json()["unknown"]) == (leo.id, False)
    kept = house.ask("PUT", where, house.ana, json={**KITCHEN, "person": leo.id, "zone": "UTC"})
    assert kept.json()["person"] == leo.id
    given_up = house.ask("PUT", speaker, leo, json={"person": None}).json()
    assert given_up["unknown"] is True
    assert house.ask("PUT", speaker, house.ana, json={"person": mia}).json()["person"] == mia


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"way": "shout"},
        {"way": "listen"},
        {"way": "listen", "address": "http://127.0.0.1:1"},
        {"way": "listen", "address": "tcp://127.0.0.1"},
        {"way": "listen", "address": "tcp://127.0.0.1:99999"},
        {"way": "dial", "address": "unix://host/x"},
        {"way": "post", "address": "tcp://127.0.0.1:10300"},
        {**KITCHEN, "language": "english"},
        {**KITCHEN, "zone": "Mars/Olympus"},
        {**KITCHEN, "person": "somebody"},
        {**KITCHEN, "secret": "x"},
    ],
    ids=str,
)
def test_what_is_no_endpoint_is_refused(house: House, wrong: dict[str, Any]) -> None:
    """Each is 422, and nobody listens by it."""
    problem(house.ask("PUT", f"/endpoints/{house.device()}", house.ana, json=wrong), 422)
    assert acts(house) == []


def test_two_cannot_listen_at_one_address(house: House) -> None:
    """The second is told that there is another; dialling the same satellite is not refused."""
    kitchen, hall = house.device("kitchen"), house.device("hall")
    assert house.ask("PUT", f"/endpoints/{kitchen}", house.ana, json=KITCHEN).is_success
    problem(house.ask("PUT", f"/endpoints/{hall}", house.ana, json=KITCHEN), 409)
    dialled = {**KITCHEN, "way": "dial"}
    assert house.ask("PUT", f"/endpoints/{hall}", house.ana, json=dialled).is_success


def test_only_a_speaker_of_the_household_listens(house: House) -> None:
    """A camera does not, nor one that was revoked, nor one that never was, nor a neighbour's."""
    camera = house.device("door", DeviceSort.CAMERA)
    problem(house.ask("PUT", f"/endpoints/{camera}", house.ana, json=KITCHEN), 422)
    gone = house.device("gone")
    assert house.ask("PUT", f"/endpoints/{gone}", house.ana, json=KITCHEN).is_success
    assert house.ask("DELETE", f"/devices/{gone}", house.ana).status_code == 204
    assert house.ask("GET", "/endpoints", house.ana).json() == {"endpoints": []}
    account, eve = house.neighbour()
    mine = house.device("kitchen")
    for device, whose, who in (
        (gone, house.account_id, house.ana),
        (new_device_id(), house.account_id, house.ana),
        (mine, account, eve),
        (mine, house.account_id, eve),
    ):
        path = f"/v1/households/{whose}/endpoints/{device}"
        problem(house.ask("PUT", path, who, json=KITCHEN), 404)
        problem(house.ask("DELETE", path, who), 404)
    assert acts(house) == ["set"]
