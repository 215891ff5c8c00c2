"""`bailee household show` and `list`."""

from typing import Any

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.types.decide import OPERATOR
from bailee.types.household import House, HouseDevice, Person


@click.command()
@click.argument("name")
@common
def show(desk: Desk, name: str) -> None:
    """Show the people and devices of a household.

    bailee household show home
    """
    with served(desk) as service:
        house = service.household.houses.show(OPERATOR, service.household.houses.find(name))
        tokens = service.identity.tokens.list(house.id)
    used = {
        device.id: [each for each in tokens if each.device_id == device.id]
        for device in house.devices
    }
    desk.answer(
        {
            "id": house.id,
            "name": house.name,
            **say.moment("founded", house.made_ms),
            "end_to_end": house.end_to_end,
            "persons": [_person(each) for each in house.persons],
            "devices": [
                _device(each) | {"tokens": [token.id for token in used[each.id]]}
                for each in house.devices
            ],
        },
        _lines(house, {device: len(held) for device, held in used.items()}),
    )


@click.command("list")
@common
def list_(desk: Desk) -> None:
    """List the households of this vault.

    bailee household list
    """
    with served(desk) as service:
        houses = service.household.houses.every(OPERATOR)
    rows = [
        (
            say.name(each.name),
            str(len(each.persons)),
            str(len(each.devices)),
            each.id,
        )
        for each in houses
    ]
    lines = say.table(("household", "people", "devices", "id"), rows)
    if not houses:
        lines = ["No household yet. Found one: bailee household found home --owner NAME"]
    desk.answer(
        {
            "households": [
                {
                    "id": each.id,
                    "name": each.name,
                    "persons": len(each.persons),
                    "devices": len(each.devices),
                    **say.moment("founded", each.made_ms),
                }
                for each in houses
            ]
        },
        lines,
    )


def _lines(house: House, tokens: dict[Any, int]) -> list[str]:
    people = [
        (
            say.name(each.name),
            each.sort.value,
            _part(each),
            ", ".join(sorted(each.rights)) or "–",
            each.id,
        )
        for each in house.persons
    ]
    devices = [
        (
            say.name(each.name),
            each.sort.value,
            say.name(each.room) or "–",
            "revoked" if each.revoked_ms is not None else say.count(tokens[each.id], "token"),
            each.id,
        )
        for each in house.devices
    ]
    lines = [f"{say.name(house.name)}, founded {say.local(house.made_ms)}  {house.id}", ""]
    lines += say.table(("who", "sort", "part", "rights", "id"), people)
    if devices:
        lines += ["", *say.table(("device", "sort", "room", "signs in by", "id"), devices)]
    return lines


def _part(person: Person) -> str:
    if person.role is None:
        return "–"
    until = f" until {say.local(person.until_ms)}" if person.until_ms is not None else ""
    return f"{person.role}{until}" + ("" if person.joined else ", invited")


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "sort": person.sort,
        "email": person.email or None,
        "role": person.role,
        "rights": sorted(person.rights),
        **say.moment("since", person.since_ms),
        **say.moment("until", person.until_ms),
        "joined": person.joined,
    }


def _device(device: HouseDevice) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "sort": device.sort,
        "room": device.room or None,
        **say.moment("added", device.added_ms),
        **say.moment("revoked", device.revoked_ms),
    }
