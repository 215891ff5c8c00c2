"""Taking everything away: one archive at a time a person, asked for, prepared, fetched."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, ErasureRef, Moment
from bailee.api.callers import Knocked
from bailee.api.choices import Chosen
from bailee.api.media import disposition
from bailee.api.ranges import part_of
from bailee.api.streams import flow
from bailee.household.archive.fetching import Fetched
from bailee.types.export import Export, ExportId, ExportState, LeftOut, Size
from bailee.types.ids import AccountId
from bailee.types.kind import Kind

router = APIRouter(prefix="/households/{account}/export", tags=["recordings"])
ZIP = "application/zip"
ExportRef = Annotated[str, Field(pattern=r"^exp_[a-z2-7]{16}$", description="An archive.")]


class SizeShown(Body):
    """How much it is. `bytes` is of the contents alone."""

    recordings: int
    artefacts: dict[Kind, int]
    bytes: int


class ExportPlanShown(Body):
    """What would be in it, counted now."""

    sentence: str
    size: SizeShown


class AskedExport(Chosen):
    """What of the household, and by whose clock its days are."""

    zone: Annotated[str, Field(max_length=64, description="Such as Europe/Berlin.")] = "UTC"


class OmittedShown(Body):
    """How many are left out since it was asked for, and why; by which erasure, where by one."""

    why: LeftOut
    erasure: ErasureRef | None
    count: int


class ExportShown(Body):
    """An archive, as far as it has come. `size` is null until it is ready."""

    id: ExportRef
    sentence: str
    state: ExportState
    done_bytes: int
    total_bytes: int
    size: SizeShown | None
    asked: Moment
    ready: Moment | None
    ends: Moment
    fetched: Moment | None
    omitted: list[OmittedShown]


@router.post("/plan")
def plan_export(account: AccountRef, chosen: Chosen, knock: Knocked) -> ExportPlanShown:
    """How much it would be. Nothing changes."""
    caller = knock.person()
    exports = knock.service.household.exports
    plan = exports.plan(caller.principal, AccountId(account), chosen.choice())
    return ExportPlanShown(sentence=plan.sentence, size=_size(plan.size))


@router.post("", status_code=202)
def ask_export(
    account: AccountRef, asked: AskedExport, knock: Knocked, response: Response
) -> ExportShown:
    """Have it prepared: one gets a message when it is ready. One at a time."""
    caller = knock.person()
    exports = knock.service.household.exports
    begun = exports.ask(caller.principal, AccountId(account), asked.choice(), zone=asked.zone)
    response.headers["Location"] = f"/v1/households/{account}/export"
    return _shown(begun)


@router.get("")
def show_export(account: AccountRef, knock: Knocked) -> ExportShown:
    """One's own, as far as it has come."""
    caller = knock.person()
    return _shown(knock.service.household.exports.show(caller.principal, AccountId(account)))


@router.delete("", status_code=204)
def drop_export(account: AccountRef, knock: Knocked) -> None:
    """Give it up, ready or not."""
    caller = knock.person()
    knock.service.household.exports.cancel(caller.principal, AccountId(account))


@router.get(
    "/archive",
    response_class=Response,
    responses={
        200: {"content": {ZIP: {}}, "description": "All of it."},
        206: {"content": {ZIP: {}}, "description": "The part that was asked for."},
    },
)
def fetch_export(
    account: AccountRef,
    knock: Knocked,
    asked: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header(alias="If-Range")] = None,
) -> Response:
    """The archive: a ZIP file with a receipt in it (`bailee export verify`).

    It can be gone on with by a range. It breaks off when something in it is forgotten meanwhile.
    """
    caller = knock.person()
    found = knock.service.household.exports.fetch(caller.principal, AccountId(account))
    return answer(found, asked, if_range)


def answer(found: Fetched, asked: str | None, if_range: str | None) -> Response:
    """An archive, or the part of it that is asked for (RFC 9110 §14)."""
    tag = f'"{found.tag}"'
    part = part_of(asked, if_range, tag, found.size_bytes)
    begin, end = (0, found.size_bytes) if part is None else (part.begin, part.end)
    headers = {
        "Content-Type": ZIP,
        "Content-Disposition": disposition(found.name, "bailee.zip", taken_away=True),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }
    if part is not None:
        headers["Content-Range"] = part.content_range
    status = 200 if part is None else 206
    return flow(found.stretches(begin, end), end - begin, headers, status)


def _size(size: Size) -> SizeShown:
    return SizeShown(
        recordings=size.recordings, artefacts=dict(size.artefacts), bytes=size.size_bytes
    )


def _shown(found: Export) -> ExportShown:
    return ExportShown(
        id=ExportId(found.id),
        sentence=found.sentence,
        state=found.state,
        done_bytes=found.done_bytes,
        total_bytes=found.total_bytes,
        size=None if found.size is None else _size(found.size),
        asked=found.asked_ms,
        ready=found.ready_ms,
        ends=found.ends_ms,
        fetched=found.fetched_ms,
        omitted=[
            OmittedShown(why=each.why, erasure=each.erasure_id, count=each.count)
            for each in found.omitted
        ],
    )
