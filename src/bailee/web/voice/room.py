"""A room as its page shows it: the device, how it is listened to, and who may change what."""

from dataclasses import dataclass

from bailee.errors import InputError, UnknownError
from bailee.types.decide import Verb
from bailee.types.endpoint import Endpoint
from bailee.types.facts import DeviceSort
from bailee.types.household import HouseDevice, Person, PersonSort
from bailee.types.ids import DeviceId, PersonId
from bailee.web.asking import ask, is_tired
from bailee.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One device.

    Attributes:
        name: Of the device.
        place: Where it stands; "" where nobody said.
        endpoint: None while nobody listens with it.
        may_set: Whether the reader may say how it is listened to, and end it.
    """

    device_id: DeviceId
    name: str
    place: str
    endpoint: Endpoint | None
    may_set: bool


def listening(visit: Visit) -> tuple[Endpoint, ...]:
    """Every device of the household that listens, by its name: everybody there may know."""
    return visit.service.household.endpoints.list(visit.principal, visit.account_id)


def speakers(visit: Visit) -> list[HouseDevice]:
    """The speakers that may record, to who keeps house."""
    return [
        each
        for each in visit.devices.values()
        if each.sort is DeviceSort.SPEAKER and each.revoked_ms is None
    ]


def room_of(visit: Visit, device: str) -> Room:
    """A room of the household; an untrusted id.

    Raises:
        InputError: It is no speaker.
        UnknownError: There is none, or none that the reader may know of.
    """
    may_set = ask(visit, Verb.ADMINISTER).allowed
    for each in listening(visit):
        if each.device_id == device:
            return Room(
                device_id=each.device_id,
                name=each.device,
                place=each.room,
                endpoint=each,
                may_set=may_set,
            )
    known = visit.devices.get(device)
    if known is None or known.revoked_ms is not None:
        raise UnknownError("There is no such device in the household.")
    if known.sort is not DeviceSort.SPEAKER:
        raise InputError("Only a speaker listens.", hint="Add the device as a speaker.")
    return Room(
        device_id=known.id, name=known.name, place=known.room, endpoint=None, may_set=may_set
    )


def require_listening(visit: Visit, device: str) -> Endpoint:
    """How it is listened to. Raises as `room_of`, and `UnknownError` where nobody listens."""
    found = room_of(visit, device).endpoint
    if found is None:
        raise UnknownError("Nobody listens with that device.", hint="Set it up on its page.")
    return found


def claimants(visit: Visit) -> list[Person]:
    """Whose voice the reader may say it is: their own, and a child's of theirs."""
    return [
        each
        for each in visit.people.values()
        if each.sort is not PersonSort.UNKNOWN and _may(visit, Verb.CONSENT, each.id)
    ]


def may_give_up(visit: Visit, room: Room) -> bool:
    """Whether the reader may say that it is nobody's in particular, as it is not now."""
    it = room.endpoint
    if it is None or it.is_unknown:
        return False
    return room.may_set or _may(visit, Verb.WITHDRAW, it.person_id)


def _may(visit: Visit, verb: Verb, person_id: PersonId) -> bool:
    """The gate's word; a second factor that has to be shown again first is no *no*."""
    decision = ask(visit, verb, person_id)
    return decision.allowed or is_tired(decision)
