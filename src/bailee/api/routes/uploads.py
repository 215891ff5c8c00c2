"""Uploads: a recording handed in piece by piece, by the tus protocol, with breaks.

Pieces are sealed as they come and reach no disk before. A piece is acknowledged once it is durable;
whoever was cut off asks with `HEAD` where it goes on. The last piece is acknowledged once the
recording is in custody, and its answer says where that is.
"""

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AliasChoices, Field, ValidationError, field_validator
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from bailee.api import tus
from bailee.api.bodies import Body, DeviceRef, Moment, PersonRef, RecordingRef
from bailee.api.callers import Caller, Knock, Knocked
from bailee.api.gone import with_receipt
from bailee.api.media import file_name, safe_type
from bailee.api.problems import METHOD, SLOW, ProblemError
from bailee.api.streams import require_room
from bailee.custody.tail import CHECKSUMS, Checksum, Tail
from bailee.household.uploads import Uploads
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.upload import Intended, Upload

router = APIRouter(prefix="/uploads", tags=["recordings"], route_class=tus.TusRoute)

HELD_BYTES = 1 << 18
"""So much of a body is gathered before a worker seals it."""
_BINARY: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {tus.BYTES: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The next bytes of the upload.",
    }
}
_DONE: dict[int | str, dict[str, Any]] = {204: {"description": "Done. It is said in the headers."}}

Version = Annotated[str | None, Header(alias="Tus-Resumable", description="1.0.0, always.")]
Offset = Annotated[str | None, Header(alias="Upload-Offset", description="Where the bytes begin.")]
Length = Annotated[
    str | None, Header(alias="Upload-Length", description="How many bytes it will have.")
]
Digest = Annotated[
    str | None,
    Header(
        alias="Upload-Checksum",
        description=f"Of this request's bytes: {' or '.join(CHECKSUMS)}, a space, Base64.",
    ),
]
Metadata = Annotated[
    str | None,
    Header(
        alias="Upload-Metadata",
        description="Keys with values in Base64: `kind`, and `person_id`, `device_id` (a device's "
        "token says it itself), `captured_at`, `duration_ms`, `name`, `keep_days`, `also`, "
        "`derived_from` (ids with spaces between), `filetype`.",
    ),
]
Override = Annotated[
    str | None,
    Header(alias="X-HTTP-Method-Override", description="PATCH, HEAD or DELETE, for who cannot."),
]


class Said(Body):
    """What `Upload-Metadata` says, all of it text."""

    kind: Kind
    person: PersonRef | None = Field(
        default=None, validation_alias=AliasChoices("person_id", "person")
    )
    device: DeviceRef | None = Field(
        default=None, validation_alias=AliasChoices("device_id", "device")
    )
    also: list[PersonRef] = Field(default_factory=list, max_length=16)
    captured_at: Moment | None = None
    duration_ms: int = Field(default=0, ge=0, le=86_400_000)
    name: str = Field(default="", max_length=200, validation_alias=AliasChoices("name", "filename"))
    filetype: str = Field(
        default="", max_length=200, validation_alias=AliasChoices("filetype", "type")
    )
    keep_days: int | None = Field(default=None, ge=1, le=3653)
    derived_from: list[RecordingRef] = Field(default_factory=list, max_length=100)

    @field_validator("also", "derived_from", mode="before")
    @classmethod
    def _apart(cls, value: str) -> list[str]:
        return value.split()

    def intended(self, account_id: AccountId) -> Intended:
        """As custody takes it."""
        media_type = safe_type(self.filetype)
        return Intended(
            account_id=account_id,
            kind=self.kind,
            person_id=None if self.person is None else PersonId(self.person),
            device_id=None if self.device is None else DeviceId(self.device),
            also=tuple(PersonId(each) for each in self.also),
            captured_at_ms=self.captured_at or 0,
            duration_ms=self.duration_ms,
            keep_days=self.keep_days,
            derived_from=tuple(RecordingId(each) for each in self.derived_from),
            name=file_name(self.name),
            details={"media_type": media_type} if media_type else {},
        )


_SAID_BY_PROGRAMS = {"filename": "name", "type": "filetype", "relativePath": None}
"""What common programs say by themselves, and what it stands for; None: nothing we keep."""


@router.options("", status_code=204, responses=_DONE)
@router.options("/{upload}", status_code=204, responses=_DONE, include_in_schema=False)
def describe_uploads(knock: Knocked) -> Response:
    """Which parts of the protocol are spoken here, and how large an upload may be."""
    return Response(
        status_code=204,
        headers={
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(_uploads(knock).limits.most_bytes),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )


@router.post(
    "",
    status_code=201,
    response_class=Response,
    responses={201: {"description": "Begun. `Location` is where its bytes go."}},
    openapi_extra=_BINARY,
)
async def begin_upload(
    request: Request,
    knock: Knocked,
    _version: Version = None,
    _length: Length = None,
    _metadata: Metadata = None,
    _digest: Digest = None,
) -> Response:
    """Begin an upload; a device's token may do this too. What a deposit asks is asked now already."""
    size = tus.number(request, "Upload-Length")
    checksum = tus.checksum(request)
    with_bytes = request.headers.get("content-length", "") not in {"", "0"} or (
        "transfer-encoding" in request.headers
    )
    if with_bytes:
        tus.require_bytes(request)
        require_room(request, size)
    caller = await run_in_threadpool(knock.depositor)
    begun = await run_in_threadpool(_begin, knock, caller, request, size)
    if with_bytes and size:
        try:
            begun = await _take(request, knock, caller, begun.id, 0, checksum)
        except BaseException:  # nobody was told where it is: nobody can go on with it
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(_give_up, knock, caller, begun.id)
            raise
    headers = {"Location": f"/v1/uploads/{begun.id}", **tus.told(begun, _account(caller))}
    return Response(status_code=201, headers=headers)


@router.head("/{upload}", response_class=Response)
def upload_headers(upload: str, knock: Knocked, _version: Version = None) -> Response:
    """How far it has come. One that is whole and not in custody yet is taken now."""
    caller = knock.depositor()
    return _shown(knock, caller, upload)


@router.patch(
    "/{upload}",
    status_code=204,
    response_class=Response,
    responses=_DONE,
    openapi_extra=_BINARY,
)
async def continue_upload(
    upload: str,
    request: Request,
    knock: Knocked,
    _version: Version = None,
    _offset: Offset = None,
    _digest: Digest = None,
) -> Response:
    """Take the next bytes. After the last, the answer says where the recording is."""
    return await _continued(upload, request, knock)


@router.delete("/{upload}", status_code=204, response_class=Response, responses=_DONE)
def give_up_upload(upload: str, knock: Knocked, _version: Version = None) -> Response:
    """End it: nobody can open what came of it any more. A recording it became stays."""
    caller = knock.depositor()
    _uploads(knock).drop(caller.principal, upload)
    return Response(status_code=204)


@router.post(
    "/{upload}",
    status_code=204,
    response_class=Response,
    responses=_DONE,
    openapi_extra=_BINARY,
)
async def override_upload(
    upload: str,
    request: Request,
    knock: Knocked,
    _version: Version = None,
    method: Override = None,
) -> Response:
    """The same for programs that can only `POST`: the method is named in a header."""
    match method:
        case "PATCH":
            return await _continued(upload, request, knock)
        case "DELETE":
            return await run_in_threadpool(give_up_upload, upload, knock)
        case "HEAD":
            return await run_in_threadpool(upload_headers, upload, knock)
        case _:
            refused = ProblemError(METHOD, hint="Name PATCH, HEAD or DELETE.")
            refused.headers["Allow"] = "DELETE, HEAD, OPTIONS, PATCH"
            raise refused


# -- what they share ------------------------------------------------------------------------


def _uploads(knock: Knock) -> Uploads:
    return knock.service.household.uploads


def _account(caller: Caller) -> AccountId:
    assert caller.account_id is not None, "a depositor is a person or a device of one"
    return caller.account_id


def _begin(knock: Knock, caller: Caller, request: Request, size: int) -> Upload:
    account_id = _account(caller)
    said = _said(tus.metadata(request))
    with with_receipt(account_id):
        return _uploads(knock).begin(
            caller.principal,
            said.intended(account_id),
            size,
            metadata=request.headers.get("upload-metadata", ""),
        )


def _said(metadata: dict[str, str]) -> Said:
    known = dict(metadata)
    for name, ours in _SAID_BY_PROGRAMS.items():
        if ours is None or ours in known:
            known.pop(name, None)
    try:
        return Said.model_validate(known)
    except ValidationError as error:
        found = [{**each, "loc": ("Upload-Metadata", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None


def _shown(knock: Knock, caller: Caller, upload: str) -> Response:
    found = _uploads(knock).show(caller.principal, upload)
    headers = {**tus.told(found, _account(caller)), "Upload-Length": str(found.size_bytes)}
    if found.metadata:
        headers["Upload-Metadata"] = found.metadata
    return Response(headers=headers)


async def _continued(upload: str, request: Request, knock: Knock) -> Response:
    tus.require_bytes(request)
    offset, checksum = tus.number(request, "Upload-Offset"), tus.checksum(request)
    caller = await run_in_threadpool(knock.depositor)
    done = await _take(request, knock, caller, upload, offset, checksum)
    return Response(status_code=204, headers=tus.told(done, _account(caller)))


async def _take(
    request: Request,
    knock: Knock,
    caller: Caller,
    upload: str,
    offset: int,
    checksum: Checksum | None,
) -> Upload:
    """Let a body flow into an upload. However it ends, what came is kept, unless it was to be whole."""
    tail = await run_in_threadpool(
        _uploads(knock).append, caller.principal, upload, offset, checksum=checksum
    )
    try:
        require_room(request, tail.left_bytes)
        await _pour(request, tail)
        return await run_in_threadpool(tail.commit)
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(tail.close)


async def _pour(request: Request, tail: Tail) -> None:
    """A worker is held only while it seals: a slow sender holds none."""
    held = bytearray()
    try:
        async for piece in request.stream():
            held += piece
            if len(held) >= HELD_BYTES:
                await _seal(tail, held)
    except ClientDisconnect:
        raise ProblemError(SLOW, "The request broke off.") from None
    finally:
        await _seal(tail, held)


async def _seal(tail: Tail, held: bytearray) -> None:
    """Hand over what is held, once: also what came before a break."""
    piece = bytes(held)
    held.clear()
    if piece:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(tail.write, piece)


def _give_up(knock: Knock, caller: Caller, upload: str) -> None:
    _uploads(knock).drop(caller.principal, upload)
