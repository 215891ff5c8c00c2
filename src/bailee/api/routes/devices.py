"""The devices of a household: what records, and since when."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from bailee.api.bodies import AccountRef, Body, DeviceRef, Line, Name
from bailee.api.callers import Knocked
from bailee.api.routes.households import DeviceShown, device_shown
from bailee.types.facts import DeviceSort
from bailee.types.ids import AccountId, DeviceId

router = APIRouter(prefix="/households/{account}/devices", tags=["devices"])

Sort = Annotated[DeviceSort, Field(description="A speaker, a camera or a phone.")]


class DevicesShown(Body):
    """The devices of a household, by name."""

    devices: list[DeviceShown]


class DeviceAsked(Body):
    """What to register, and where it stands."""

    name: Name
    sort: Sort
    room: Line = ""


class DeviceChanged(Body):
    """What to change; what is left out stays. At least one of them."""

    name: Name | None = None
    room: Line | None = None

    @model_validator(mode="after")
    def says_something(self) -> "DeviceChanged":
        """Raise `ValueError` where there is nothing to change."""
        if self.name is None and self.room is None:
            raise ValueError("there is nothing to change")
        return self


@router.get("")
def list_devices(account: AccountRef, knock: Knocked) -> DevicesShown:
    """Every device, revoked ones too, for who keeps house; for anybody else none."""
    caller = knock.person()
    house = knock.service.household.houses.show(caller.principal, AccountId(account))
    return DevicesShown(devices=[device_shown(each) for each in house.devices])


@router.post("", status_code=201)
def add_device(
    account: AccountRef, asked: DeviceAsked, knock: Knocked, response: Response
) -> DeviceShown:
    """Register a device. One that was revoked comes back by its name, and without its tokens."""
    caller = knock.person()
    household = knock.service.household
    device_id = household.devices.add(
        caller.principal, AccountId(account), asked.name, asked.sort, asked.room
    )
    response.headers["Location"] = f"/v1/households/{account}/devices/{device_id}"
    return device_shown(household.houses.device(caller.principal, AccountId(account), device_id))


@router.get("/{device}")
def show_device(account: AccountRef, device: DeviceRef, knock: Knocked) -> DeviceShown:
    """One device, for who keeps house."""
    caller = knock.person()
    houses = knock.service.household.houses
    return device_shown(houses.device(caller.principal, AccountId(account), DeviceId(device)))


@router.patch("/{device}")
def change_device(
    account: AccountRef, device: DeviceRef, asked: DeviceChanged, knock: Knocked
) -> DeviceShown:
    """Change what a device is called, or where it stands."""
    caller = knock.person()
    household = knock.service.household
    which = (caller.principal, AccountId(account), DeviceId(device))
    household.devices.change(*which, name=asked.name, room=asked.room)
    return device_shown(household.houses.device(*which))


@router.delete("/{device}", status_code=204)
def revoke_device(account: AccountRef, device: DeviceRef, knock: Knocked) -> None:
    """Let a device hand in no more: its tokens end at once.

    What it recorded stays until it is forgotten (`…/erasures`) or expires.
    """
    caller = knock.person()
    devices = knock.service.household.devices
    devices.revoke(caller.principal, AccountId(account), DeviceId(device))
