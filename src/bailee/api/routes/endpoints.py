"""Listening endpoints: which speakers bailee listens with, and whose voice it takes there (R-02)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, DeviceRef, PersonRef
from bailee.api.callers import Knocked
from bailee.household.endpoints import NewEndpoint
from bailee.types.endpoint import Endpoint, Way
from bailee.types.ids import AccountId, DeviceId, PersonId

router = APIRouter(prefix="/households/{account}/endpoints", tags=["devices"])

_Way = Annotated[
    Way,
    Field(
        description="Who calls whom: `listen` for a program that speaks Wyoming and calls bailee, "
        "`dial` for a Wyoming satellite that bailee calls, `post` for `POST /v1/stt`."
    ),
]
_Address = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="`tcp://127.0.0.1:10300` or `unix:///run/bailee/kitchen.sock`; empty for "
        "`post`.",
    ),
]
_Language = Annotated[
    str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1, of what is said there.")
]
_Zone = Annotated[
    str, Field(min_length=1, max_length=64, description="The room's, such as Europe/Berlin.")
]
_Speaker = Annotated[
    PersonRef | None,
    Field(description="Whose voice it is taken for; null for the unknown speaker."),
]


class EndpointAsked(Body):
    """How to listen with a device."""

    way: _Way
    address: _Address = ""
    language: _Language = "en"
    zone: _Zone = "UTC"
    person: _Speaker = None


class SpeakerAsked(Body):
    """Whose voice it is."""

    person: _Speaker


class EndpointShown(Body):
    """A device that listens. `unknown` says whether its speaker is nobody in particular."""

    device: DeviceRef
    way: Way
    address: str
    language: str
    zone: str
    person: PersonRef
    unknown: bool


class EndpointsShown(Body):
    """Every device of the household that listens, by its name."""

    endpoints: list[EndpointShown]


@router.get("")
def list_endpoints(account: AccountRef, knock: Knocked) -> EndpointsShown:
    """Which devices listen, and whose voice is taken for whose; for the household's own people."""
    caller = knock.person()
    found = knock.service.household.endpoints.list(caller.principal, AccountId(account))
    return EndpointsShown(endpoints=[_shown(each) for each in found])


@router.put("/{device}")
def set_endpoint(
    account: AccountRef, device: DeviceRef, asked: EndpointAsked, knock: Knocked
) -> EndpointShown:
    """Listen with a speaker, or otherwise than so far.

    To be taken for somebody in particular is theirs to say, or a parent's for a child.
    """
    caller = knock.person()
    new = NewEndpoint(
        way=asked.way,
        address=asked.address,
        language=asked.language,
        zone=asked.zone,
        person_id=None if asked.person is None else PersonId(asked.person),
    )
    done = knock.service.household.endpoints.set(
        caller.principal, AccountId(account), DeviceId(device), new
    )
    knock.service.voices.changed()
    return _shown(done)


@router.put("/{device}/speaker")
def set_speaker(
    account: AccountRef, device: DeviceRef, asked: SpeakerAsked, knock: Knocked
) -> EndpointShown:
    """Say whose voice is heard there: one's own, or a parent for a child; and that it is not."""
    caller = knock.person()
    who = None if asked.person is None else PersonId(asked.person)
    done = knock.service.household.endpoints.take_for(
        caller.principal, AccountId(account), DeviceId(device), who
    )
    knock.service.voices.changed()
    return _shown(done)


@router.delete("/{device}", status_code=204)
def end_endpoint(account: AccountRef, device: DeviceRef, knock: Knocked) -> None:
    """Listen no more with a device. What was said stays until it is forgotten or expires."""
    caller = knock.person()
    knock.service.household.endpoints.end(caller.principal, AccountId(account), DeviceId(device))
    knock.service.voices.changed()


def _shown(found: Endpoint) -> EndpointShown:
    return EndpointShown(
        device=found.device_id,
        way=found.way,
        address=found.address,
        language=found.language,
        zone=found.zone,
        person=found.person_id,
        unknown=found.is_unknown,
    )
