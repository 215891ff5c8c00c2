"""Devices: what records, where it stands, what it recorded last, and the tokens it hands in with."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from bailee.clock import DAY_MS
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.types.facts import DeviceSort
from bailee.types.household import HouseDevice
from bailee.types.ids import DeviceId
from bailee.web.door.addresses import address_of
from bailee.web.render import go, page
from bailee.web.said import Said
from bailee.web.timeline.recorders import last_of
from bailee.web.visit import Visit, Visiting
from bailee.web.voice.room import listening
from bailee.web.voice.words import speaker_name

router = APIRouter(prefix="/devices")
_SORTS = {
    "speaker": DeviceSort.SPEAKER,
    "camera": DeviceSort.CAMERA,
    "phone": DeviceSort.PHONE,
}


@router.get("")
def devices(visit: Visiting) -> Response:
    """Every device, those that record no more at the end."""
    found = sorted(visit.house.devices, key=lambda each: each.revoked_ms is not None)
    shown = [(each, last_of(visit, each.id)) for each in found]
    return page(visit, "devices/list.html", devices=shown)


@router.get("/add")
def add_form(visit: Visiting) -> Response:
    """What it is, what it is called, where it stands."""
    return _form(visit, {}, "")


@router.post("/add")
def add(visit: Visiting) -> Response:
    """Register it. It hands in with a token, which is made on its own page."""
    said = {name: visit.form.text(name) for name in ("name", "sort", "room")}
    sort = _SORTS.get(said["sort"])
    if sort is None:
        return _form(visit, said, visit._("Say what it is: a speaker, a camera, a phone."))
    household = visit.service.household
    try:
        device_id = household.devices.add(
            visit.principal, visit.account_id, said["name"], sort, said["room"]
        )
    except (ConflictError, InputError) as error:
        return _form(visit, said, visit._(error.message))
    text = visit._("%(device)s is added. Make a token, and give it to it.", device=said["name"])
    return go(visit, f"/devices/{device_id}", text)


@router.get("/{device}")
def show(device: str, visit: Visiting) -> Response:
    """One device."""
    return _page(visit, _known(visit, device))


@router.post("/{device}/name")
def change(device: str, visit: Visiting) -> Response:
    """Call it otherwise, or put it elsewhere."""
    it = _known(visit, device)
    name, room = visit.form.text("name"), visit.form.text("room")
    household = visit.service.household
    household.devices.change(visit.principal, visit.account_id, it.id, name=name, room=room)
    said = Said(
        text=visit._("Changed: %(device)s.", device=name),
        undo=f"/devices/{it.id}/name",
        fields={"name": it.name, "room": it.room},
    )
    return go(visit, f"/devices/{it.id}", said)


@router.post("/{device}/tokens")
def make_token(device: str, visit: Visiting) -> Response:
    """Make a token. It is on this page and nowhere else: what is kept of it is a hash."""
    it = _known(visit, device)
    household = visit.service.household
    household.devices.require_registered(visit.principal, visit.account_id, it.id)
    made = visit.service.identity.tokens.make(visit.account_id, it.id)
    return _page(visit, it, token=made.token)


@router.post("/{device}/tokens/{token}/end")
def end_token(device: str, token: str, visit: Visiting) -> Response:
    """End a token at once; an untrusted id."""
    it = _known(visit, device)
    household = visit.service.household
    household.devices.require_registered(visit.principal, visit.account_id, it.id)
    visit.service.identity.tokens.revoke(visit.account_id, token, device_id=it.id)
    return go(visit, f"/devices/{it.id}", visit._("That token opens nothing any more."))


@router.get("/{device}/end")
def end_form(device: str, visit: Visiting) -> Response:
    """What ends, and what does not."""
    return page(visit, "devices/end.html", device=_known(visit, device))


@router.post("/{device}/end")
def end(device: str, visit: Visiting) -> Response:
    """Let it record no more, tokens and all. What it recorded stays."""
    it = _known(visit, device)
    visit.service.household.devices.revoke(visit.principal, visit.account_id, it.id)
    text = visit._(
        "%(device)s records no more. What it recorded stays until it is forgotten.", device=it.name
    )
    return go(visit, f"/devices/{it.id}", text)


def _known(visit: Visit, device: str) -> HouseDevice:
    """A device that the reader may know of; an untrusted id. Raises `UnknownError`."""
    found = visit.devices.get(device)
    if found is None:
        raise UnknownError("There is no such device in the household.")
    return found


def _page(visit: Visit, it: HouseDevice, token: str = "") -> Response:
    tokens = visit.service.identity.tokens.list(visit.account_id, device_id=it.id)
    return page(
        visit,
        "devices/device.html",
        device=it,
        last=last_of(visit, it.id),
        held=visit.service.household.timeline.holding(
            visit.principal, visit.account_id, device_id=DeviceId(it.id)
        ),
        tokens=[
            (each, None if each.used_day is None else each.used_day * DAY_MS) for each in tokens
        ],
        token=token,
        address=address_of(visit, f"/v1/households/{visit.account_id}/recordings"),
        person=visit.me.id,
        listens=next(
            (speaker_name(visit, each) for each in listening(visit) if each.device_id == it.id), ""
        ),
    )


def _form(visit: Visit, said: Mapping[str, str], wrong: str) -> Response:
    return page(visit, "devices/add.html", status=422 if wrong else 200, said=said, wrong=wrong)
