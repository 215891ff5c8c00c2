"""Households: showing one to who belongs to it."""

from fastapi import APIRouter

from bailee.api.bodies import AccountRef, Body, DeviceRef, Moment, PersonRef
from bailee.api.callers import Knocked
from bailee.types.facts import DeviceSort
from bailee.types.household import House, HouseDevice, Person, PersonSort
from bailee.types.ids import AccountId
from bailee.types.role import Right, Role

router = APIRouter(prefix="/households", tags=["household"])


class PersonShown(Body):
    """A person of a household. `role` is null for whoever is only heard or seen."""

    id: PersonRef
    name: str
    sort: PersonSort
    email: str
    language: str
    role: Role | None
    rights: list[Right]
    since: Moment | None
    until: Moment | None
    joined: bool


class DeviceShown(Body):
    """A device of a household. `revoked` is null while it may record."""

    id: DeviceRef
    name: str
    sort: DeviceSort
    room: str
    added: Moment
    revoked: Moment | None


class HouseShown(Body):
    """A household with its people and devices, as far as the caller may know of them."""

    id: AccountRef
    name: str
    made: Moment
    end_to_end: bool
    persons: list[PersonShown]
    devices: list[DeviceShown]


@router.get("/{account}")
def show_household(account: AccountRef, knock: Knocked) -> HouseShown:
    """Its people and devices: all of them for who keeps house, else the caller alone."""
    caller = knock.person()
    return shown(knock.service.household.houses.show(caller.principal, AccountId(account)))


def shown(house: House) -> HouseShown:
    """A household as the API tells it."""
    return HouseShown(
        id=house.id,
        name=house.name,
        made=house.made_ms,
        end_to_end=house.end_to_end,
        persons=[person_shown(each) for each in house.persons],
        devices=[device_shown(each) for each in house.devices],
    )


def person_shown(person: Person) -> PersonShown:
    """A person as the API tells them."""
    return PersonShown(
        id=person.id,
        name=person.name,
        sort=person.sort,
        email=person.email,
        language=person.language,
        role=person.role,
        rights=sorted(person.rights),
        since=person.since_ms,
        until=person.until_ms,
        joined=person.joined,
    )


def device_shown(device: HouseDevice) -> DeviceShown:
    """A device as the API tells it."""
    return DeviceShown(
        id=device.id,
        name=device.name,
        sort=device.sort,
        room=device.room,
        added=device.added_ms,
        revoked=device.revoked_ms,
    )
