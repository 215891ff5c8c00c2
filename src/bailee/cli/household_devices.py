"""`bailee household add-device`, `device-token` and `revoke-device`."""

import click

from bailee.api.service import Service
from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.names import device_among
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.errors import InputError
from bailee.types.decide import OPERATOR
from bailee.types.facts import DeviceSort
from bailee.types.household import HouseDevice
from bailee.types.ids import AccountId


@click.command(name="add-device")
@click.argument("name")
@click.argument("device")
@click.option(
    "--sort",
    required=True,
    type=click.Choice([each.value for each in DeviceSort if each is not DeviceSort.NONE]),
)
@click.option("--room", default="", help="Where it stands.")
@common
def add_device(desk: Desk, *, name: str, device: str, sort: str, room: str) -> None:
    """Register a speaker, camera or phone. One that was revoked comes back by it.

    bailee household add-device home kitchen --sort speaker --room kitchen
    """
    with served(desk) as service:
        account_id = service.household.houses.find(name)
        added = service.household.devices.add(OPERATOR, account_id, device, DeviceSort(sort), room)
    desk.answer(
        {"household": account_id, "device": added},
        [
            f"{say.name(device)} is in {say.name(name)}.",
            f"Let it deposit: bailee household device-token {name} {device}",
        ],
    )


@click.command(name="device-token")
@click.argument("name")
@click.argument("device")
@click.option("--list", "listing", is_flag=True, help="Show those it has.")
@click.option("--revoke", metavar="ID", help="End this one, at once.")
@common
def device_token(desk: Desk, *, name: str, device: str, listing: bool, revoke: str | None) -> None:
    """Make a token by which a device deposits what it recorded. It opens nothing.

    bailee household device-token home kitchen
    bailee household device-token home kitchen --list
    """
    if listing and revoke is not None:
        raise InputError("Choose one of --list and --revoke.")
    with served(desk) as service:
        account_id, known = _known(service, name, device)
        if listing:
            return _list(desk, service, account_id, known)
        if revoke is not None:
            return _revoke(desk, service, account_id, known, revoke)
        service.household.devices.require_registered(OPERATOR, account_id, known.id)
        made = service.identity.tokens.make(account_id, known.id)
    desk.answer(
        {"household": account_id, "device": known.id, "id": made.id, "token": made.token},
        [
            f"{say.name(known.name)} deposits with this token, which opens nothing. It is shown this",
            f"once, and works until it is revoked: {made.id}",
            "",
            f"  {made.token}",
        ],
    )
    return None


def _known(service: Service, name: str, device: str) -> tuple[AccountId, HouseDevice]:
    account_id = service.household.houses.find(name)
    house = service.household.houses.show(OPERATOR, account_id)
    return account_id, device_among(house.devices, device)


def _list(desk: Desk, service: Service, account_id: AccountId, device: HouseDevice) -> None:
    found = [e for e in service.identity.tokens.list(account_id) if e.device_id == device.id]
    rows = [
        (
            each.id,
            say.local(each.made_ms),
            "never" if each.used_day is None else say.day(each.used_day),
            "it is revoked" if each.expires_ms is None else say.local(each.expires_ms),
        )
        for each in found
    ]
    desk.answer(
        {
            "tokens": [
                {
                    "id": each.id,
                    **say.moment("made", each.made_ms),
                    "used": None if each.used_day is None else say.day(each.used_day),
                    **say.moment("expires", each.expires_ms),
                }
                for each in found
            ]
        },
        say.table(("id", "made", "last used", "works until"), rows) if rows else ["It has none."],
    )


def _revoke(
    desk: Desk, service: Service, account_id: AccountId, device: HouseDevice, token_id: str
) -> None:
    held = {e.id for e in service.identity.tokens.list(account_id) if e.device_id == device.id}
    # Of another device, or of none: the same answer.
    service.identity.tokens.revoke(account_id, token_id if token_id in held else "")
    desk.answer({"revoked": token_id}, [f"{token_id} works no more."])


@click.command(name="revoke-device")
@click.argument("name")
@click.argument("device")
@common
def revoke_device(desk: Desk, name: str, device: str) -> None:
    """Let a device record no more, and end its tokens.

    What it recorded stays until it is forgotten or expires.

      bailee household revoke-device home kitchen
    """
    with served(desk) as service:
        account_id, known = _known(service, name, device)
        service.household.devices.revoke(OPERATOR, account_id, known.id)
    desk.answer(
        {"household": account_id, "device": known.id},
        [f"{say.name(known.name)} records no more, and its tokens let nobody in."],
    )
