"""`bailee voice list`, `add` and `remove`."""

import os
from pathlib import Path
from zoneinfo import available_timezones

import click

from bailee.api.service import Service
from bailee.assistant.phrases import languages
from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.names import device_among
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.errors import InputError, UnknownError
from bailee.household.endpoints import NewEndpoint
from bailee.types.decide import OPERATOR
from bailee.types.endpoint import Endpoint, Way
from bailee.types.household import HouseDevice
from bailee.types.ids import AccountId

_LOCALTIME = Path("/etc/localtime")
_ZONES = "/zoneinfo/"


@click.command(name="list")
@click.argument("name")
@common
def list_(desk: Desk, name: str) -> None:
    """List the rooms of a household that listen.

    bailee voice list home
    """
    with served(desk) as service:
        account_id = service.household.houses.find(name)
        found = service.household.endpoints.list(OPERATOR, account_id)
    head = ("device", "how", "address", "taken for", "language", "time zone")
    rows = [
        (
            say.name(each.device),
            each.way.value,
            each.address or "–",
            say.name(each.person),
            each.language,
            each.zone,
        )
        for each in found
    ]
    nothing = f"Nothing listens. Let a speaker: bailee voice add {name} DEVICE --listen ADDRESS"
    desk.answer(
        {"endpoints": [_told(each) for each in found]}, say.table(head, rows) if rows else [nothing]
    )


@click.command()
@click.argument("name")
@click.argument("device")
@click.option("--listen", metavar="ADDRESS", help="bailee listens here: tcp://127.0.0.1:10300.")
@click.option("--dial", metavar="ADDRESS", help="bailee calls the Wyoming satellite there.")
@click.option("--post", is_flag=True, help="The device hands in sound over HTTP, with its token.")
@click.option("--language", default="en", show_default=True, help="What is spoken there.")
@click.option(
    "--zone", metavar="ZONE", help="Its time zone, Europe/Berlin; this machine's if none."
)
@common
def add(
    desk: Desk,
    *,
    name: str,
    device: str,
    listen: str | None,
    dial: str | None,
    post: bool,
    language: str,
    zone: str | None,
) -> None:
    """Let a speaker listen, or otherwise than so far. It counts at once.

    Whose voice it is stays as it was, at first nobody's in particular: only they themselves can
    say that it is theirs, or a parent for a child, on the page Listening.

      bailee voice add home kitchen --listen tcp://127.0.0.1:10300
      bailee voice add home bath --dial tcp://192.168.1.7:10700
      bailee voice add home hall --post
    """
    way, address = _way(listen, dial, post=post)
    if language not in languages():
        raise InputError(
            f"There are no phrases in {language!r}.", hint=f"There are: {_listed(languages())}."
        )
    with served(desk) as service:
        account_id, known = _known(service, name, device)
        endpoints = service.household.endpoints
        before = next(
            (e for e in endpoints.list(OPERATOR, account_id) if e.device_id == known.id), None
        )
        new = NewEndpoint(
            way=way,
            address=address,
            language=language,
            zone=zone or _here(),
            person_id=before.person_id if before else None,
        )
        done = endpoints.set(OPERATOR, account_id, known.id, new)
    lines = [f"{say.name(done.device)} listens, taken for {say.name(done.person)}."]
    if done.is_unknown:
        lines.append("Whose voice it is, they say themselves on the page Listening.")
    if way is Way.POST:
        lines.append(f"It needs a token: bailee household device-token {name} {device}")
    desk.answer(_told(done), lines)


@click.command()
@click.argument("name")
@click.argument("device")
@common
def remove(desk: Desk, name: str, device: str) -> None:
    """Let it listen no more. What was said there stays until it is forgotten or expires.

    bailee voice remove home kitchen
    """
    with served(desk) as service:
        account_id, known = _known(service, name, device)
        service.household.endpoints.end(OPERATOR, account_id, known.id)
    desk.answer(
        {"household": account_id, "device": known.id},
        [f"{say.name(known.name)} listens no more."],
    )


def _way(listen: str | None, dial: str | None, *, post: bool) -> tuple[Way, str]:
    """The one that was chosen. Raises `InputError` unless it is one."""
    chosen = [
        (way, address)
        for way, address in (
            (Way.LISTEN, listen),
            (Way.DIAL, dial),
            (Way.POST, "" if post else None),
        )
        if address is not None
    ]
    if len(chosen) != 1:
        raise InputError("Choose one of --listen, --dial and --post.")
    return chosen[0]


def _known(service: Service, name: str, device: str) -> tuple[AccountId, HouseDevice]:
    account_id = service.household.houses.find(name)
    house = service.household.houses.show(OPERATOR, account_id)
    found = device_among(house.devices, device)
    if found.revoked_ms is not None:
        raise UnknownError("That device records no more.", hint="Add it again.")
    return account_id, found


def _here() -> str:
    """This machine's zone; UTC where it does not say."""
    linked = str(_LOCALTIME.resolve()).rpartition(_ZONES)[2]
    known = available_timezones()
    return next((e for e in (os.environ.get("TZ", ""), linked) if e in known), "UTC")


def _listed(found: frozenset[str]) -> str:
    return ", ".join(sorted(found))


def _told(found: Endpoint) -> dict[str, str | bool]:
    return {
        "device": found.device_id,
        "name": found.device,
        "way": found.way.value,
        "address": found.address,
        "person": found.person_id,
        "unknown": found.is_unknown,
        "language": found.language,
        "zone": found.zone,
    }
