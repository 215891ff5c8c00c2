"""Somebody's day with a phone: what it sent, made on the spot."""

import json
from collections.abc import Sequence

from api.house import House
from bailee.household.keeping import NewRecording
from bailee.types.facts import DeviceSort
from bailee.types.ids import DeviceId, PersonId
from bailee.types.kind import Kind

HOME = (52.518623, 13.376198)
SCHOOL = (52.533417, 13.401844)
WORK = (52.498861, 13.446155)
LAKE = (52.456712, 13.178993)
Stop = tuple[int, tuple[float, float]]


def sent(house: House, person: PersonId, device: DeviceId, stops: Sequence[Stop]) -> None:
    """Deposit what a phone said: seconds since the epoch, and where it was."""
    for at_s, (latitude, longitude) in stops:
        said = {"_type": "location", "lat": latitude, "lon": longitude, "acc": 14, "tst": at_s}
        new = NewRecording(
            kind=Kind.LOCATION,
            content=json.dumps(said).encode(),
            person_id=person,
            device_id=device,
        )
        house.service.household.keeping.deposit(house.ana.principal, house.account_id, new)


def phone(house: House) -> DeviceId:
    """A phone of the household's."""
    return house.device("her phone", DeviceSort.PHONE)


def a_day(until_s: int) -> list[Stop]:
    """Home, school, work, school, a lake, home: some forty reports, none at quite the same spot."""
    found: list[Stop] = []
    for begin, many, (latitude, longitude) in (
        (-600, 7, HOME),
        (-530, 2, SCHOOL),
        (-510, 14, WORK),
        (-230, 2, SCHOOL),
        (-180, 6, LAKE),
        (-60, 7, HOME),
    ):
        for number in range(many):
            by = (number % 5 - 2) * 0.00031
            found.append((until_s + (begin + number * 8) * 60, (latitude + by, longitude - by)))
    return found
