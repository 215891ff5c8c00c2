"""Recordings: listing, showing, handing in, giving to another person."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from bailee.api.bodies import (
    AccountRef,
    ArtefactRef,
    Body,
    DeviceRef,
    Moment,
    PersonRef,
    RecordingRef,
)
from bailee.api.callers import Knock, Knocked
from bailee.api.gone import with_receipt
from bailee.api.media import BYTES, file_name, safe_type
from bailee.api.streams import BodyFile, coming_in, require_room
from bailee.clock import DAY_MS, to_datetime
from bailee.household.keeping import NewRecording
from bailee.seal import CHUNK_SIZE
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.query import Query as Wanted
from bailee.types.recording import Artefact, Deposited, Recording

router = APIRouter(prefix="/households/{account}/recordings", tags=["recordings"])

ONE_SHOT_BYTES = 1 << 30
"""What one request may bring; more comes by a resumable upload."""
_OWN_NOTES = frozenset({"deposited_as"})
"""Details that only the command line reads: how it knows a file again."""
_BINARY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The bytes themselves. `Content-Type` is kept if it is a sound's, a film's, "
        "a picture's, plain text's or JSON's.",
    }
}


class ArtefactShown(Body):
    """One content of a recording."""

    id: ArtefactRef
    kind: Kind
    size_bytes: int
    kept_until: date
    name: str
    details: dict[str, str | int | float | None]
    sources: list[RecordingRef]
    derived_from: list[ArtefactRef]


class RecordingShown(Body):
    """A stretch of time of one person on one device, with what is held of it."""

    id: RecordingRef
    person: PersonRef
    device: DeviceRef
    begin: Moment
    end: Moment
    artefacts: list[ArtefactShown]


class RecordingsShown(Body):
    """Oldest first. `next` is the cursor of the page after; null on the last.

    A page may be shorter than asked for and not the last.
    """

    recordings: list[RecordingShown]
    next: str | None


class Filters(Body):
    """Which recordings; what is left out narrows nothing."""

    person: PersonRef | None = None
    device: DeviceRef | None = None
    kind: Kind | None = None
    from_: Moment | None = Field(default=None, alias="from", description="Ends at it or later.")
    to: Moment | None = Field(default=None, description="Begins at it or before.")
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str = Field(default="", max_length=64)


class Described(Body):
    """What is handed in. Person and device are needed unless it derives from recordings."""

    kind: Kind
    person: PersonRef | None = None
    device: DeviceRef | None = Field(default=None, description="A device's token says it itself.")
    also: list[PersonRef] = Field(default_factory=list, max_length=16)
    captured_at: Moment | None = None
    duration_ms: int = Field(default=0, ge=0, le=86_400_000)
    name: str = Field(default="", max_length=200)
    keep_days: int | None = Field(default=None, ge=1, le=3653)
    derived_from: list[RecordingRef] = Field(default_factory=list, max_length=100)


class DepositedShown(Body):
    """In custody, durably, and in the ledger."""

    recording: RecordingRef
    artefact: ArtefactRef
    kind: Kind
    size_bytes: int
    begin: Moment
    kept_until: date


class NewOwner(Body):
    """To whom a recording is given."""

    person: PersonRef


class Reassigned(Body):
    """Under the new person it has a new id; the old one is gone."""

    old: RecordingRef
    new: RecordingRef
    artefacts: int


@router.get("")
def list_recordings(
    account: AccountRef, filters: Annotated[Filters, Query()], knock: Knocked
) -> RecordingsShown:
    """What the caller may know of, a page at a time."""
    caller = knock.person()
    page = knock.service.household.timeline.list(
        caller.principal,
        AccountId(account),
        Wanted(
            kind=filters.kind,
            from_ms=filters.from_,
            to_ms=filters.to,
            limit=filters.limit,
            after=filters.cursor,
        ),
        person_id=None if filters.person is None else PersonId(filters.person),
        device_id=None if filters.device is None else DeviceId(filters.device),
    )
    return RecordingsShown(
        recordings=[recording_shown(each) for each in page.recordings], next=page.next or None
    )


@router.get("/{recording}")
def show_recording(account: AccountRef, recording: RecordingRef, knock: Knocked) -> RecordingShown:
    """One recording, and what is held of it."""
    caller = knock.person()
    account_id = AccountId(account)
    with with_receipt(account_id):
        found = knock.service.household.timeline.show(caller.principal, account_id, recording)
    return recording_shown(found)


@router.post("", status_code=201, openapi_extra=_BINARY)
async def deposit_recording(
    account: AccountRef,
    described: Annotated[Described, Query()],
    knock: Knocked,
    request: Request,
    response: Response,
) -> DepositedShown:
    """Take one recording into custody in one request; a device's token may do this too.

    The bytes are sealed as they come, and reach no disk before.
    """
    length = require_room(request, ONE_SHOT_BYTES)
    with coming_in():
        done = await run_in_threadpool(_deposit, account, described, knock, request, length)
    response.headers["Location"] = f"/v1/households/{account}/recordings/{done.recording_id}"
    return DepositedShown(
        recording=done.recording_id,
        artefact=done.artefact_id,
        kind=done.kind,
        size_bytes=done.size_bytes,
        begin=done.begin_ms,
        kept_until=_day(done.kept_until_day),
    )


def _deposit(
    account: str, described: Described, knock: Knock, request: Request, length: int | None
) -> Deposited:
    caller = knock.depositor()
    body = BodyFile(request, most_bytes=ONE_SHOT_BYTES)
    small = length is not None and length <= CHUNK_SIZE
    media_type = safe_type(request.headers.get("content-type", ""))
    new = NewRecording(
        kind=described.kind,
        content=body.read() if small else body,  # type: ignore[arg-type]  # read() is all it needs
        person_id=None if described.person is None else PersonId(described.person),
        device_id=None if described.device is None else DeviceId(described.device),
        also=tuple(PersonId(each) for each in described.also),
        captured_at_ms=described.captured_at or 0,
        duration_ms=described.duration_ms,
        name=file_name(described.name),
        details={"media_type": media_type} if media_type else {},
        keep_days=described.keep_days,
        derived_from=tuple(RecordingId(each) for each in described.derived_from),
    )
    return knock.service.household.keeping.deposit(caller.principal, AccountId(account), new)


@router.post("/{recording}/reassign")
def reassign_recording(
    account: AccountRef, recording: RecordingRef, to: NewOwner, knock: Knocked
) -> Reassigned:
    """Give a recording, and all made from it, to another person of the household."""
    caller = knock.person()
    account_id = AccountId(account)
    with with_receipt(account_id):
        done = knock.service.household.keeping.reassign(
            caller.principal, account_id, RecordingId(recording), PersonId(to.person)
        )
    return Reassigned(old=done.old_id, new=done.new_id, artefacts=done.artefacts)


def recording_shown(found: Recording) -> RecordingShown:
    """A recording as the API tells it."""
    return RecordingShown(
        id=found.id,
        person=found.person_id,
        device=found.device_id,
        begin=found.begin_ms,
        end=found.end_ms,
        artefacts=[_artefact_shown(each) for each in found.artefacts],
    )


def _artefact_shown(each: Artefact) -> ArtefactShown:
    return ArtefactShown(
        id=each.id,
        kind=each.kind,
        size_bytes=each.size_bytes,
        kept_until=_day(each.kept_until_day),
        name=each.name,
        details={name: value for name, value in each.details.items() if name not in _OWN_NOTES},
        sources=list(each.sources),
        derived_from=list(each.derived_from),
    )


def _day(day: int) -> date:
    return to_datetime(day * DAY_MS).date()
