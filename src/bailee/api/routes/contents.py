"""Contents: the bytes of what is held, whole or a part, decided and logged before the first."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from bailee.api.bodies import AccountRef, ArtefactRef, Body, RecordingRef
from bailee.api.callers import Knock, Knocked
from bailee.api.gone import with_receipt
from bailee.api.media import BYTES, content_type, disposition
from bailee.api.ranges import Part, cut_by, etag_of, part_of
from bailee.api.streams import flow
from bailee.household.showing import Ask
from bailee.types.ids import AccountId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Details

router = APIRouter(tags=["recordings"])

Range = Annotated[
    str | None,
    Header(alias="Range", description="One range of bytes; several are answered with the whole."),
]
IfRange = Annotated[
    str | None, Header(alias="If-Range", description="The `ETag` of what a part is wanted of.")
]
FLOWS: dict[int | str, dict[str, Any]] = {
    200: {"content": {BYTES: {}}, "description": "All of it."},
    206: {"content": {BYTES: {}}, "description": "The part that was asked for."},
}
"""How a route that answers with bytes describes itself."""


class Wanted(Body):
    """Of which kind, and what for: `export` takes a copy away."""

    kind: Kind | None = None
    purpose: Purpose = Purpose.OWNER_VIEW


class Why(Body):
    """What it is for: `export` takes a copy away."""

    purpose: Purpose = Purpose.OWNER_VIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What the headers of an answer with bytes are made of."""

    artefact_id: str
    kind: Kind
    name: str
    details: Details
    taken_away: bool

    @property
    def etag(self) -> str:
        """The tag of its bytes."""
        return etag_of(self.artefact_id)

    def headers(self, part: Part | None = None) -> dict[str, str]:
        """Everything but the length."""
        told = {
            "Content-Type": content_type(self.kind, self.details),
            "Content-Disposition": disposition(
                self.name, self.artefact_id, taken_away=self.taken_away
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Accept-Ranges": "bytes",
            "ETag": self.etag,
        }
        return told if part is None else {**told, "Content-Range": part.content_range}


@router.get(
    "/households/{account}/recordings/{recording}/content",
    response_class=Response,
    responses=FLOWS,
)
def recording_content(
    account: AccountRef,
    recording: RecordingRef,
    wanted: Annotated[Wanted, Query()],
    knock: Knocked,
    asked: Range = None,
    if_range: IfRange = None,
) -> Response:
    """The bytes of a recording: of the kind asked for, or the first of its kinds."""
    ask = Ask(opaque_id=recording, kind=wanted.kind, account_id=AccountId(account))
    return _opened(knock, ask, wanted.purpose, asked, if_range)


@router.head("/households/{account}/recordings/{recording}/content", response_class=Response)
def recording_content_headers(
    account: AccountRef,
    recording: RecordingRef,
    wanted: Annotated[Wanted, Query()],
    knock: Knocked,
) -> Response:
    """The same without the bytes: nothing is opened, and nothing logged."""
    ask = Ask(opaque_id=recording, kind=wanted.kind, account_id=AccountId(account))
    return _described(knock, ask, wanted.purpose)


@router.get("/artefacts/{artefact}/content", response_class=Response, responses=FLOWS)
def artefact_content(
    artefact: ArtefactRef,
    why: Annotated[Why, Query()],
    knock: Knocked,
    asked: Range = None,
    if_range: IfRange = None,
) -> Response:
    """The bytes of one artefact, by its own id."""
    return _opened(knock, Ask(opaque_id=artefact), why.purpose, asked, if_range)


@router.head("/artefacts/{artefact}/content", response_class=Response)
def artefact_content_headers(
    artefact: ArtefactRef, why: Annotated[Why, Query()], knock: Knocked
) -> Response:
    """The same without the bytes: nothing is opened, and nothing logged."""
    return _described(knock, Ask(opaque_id=artefact), why.purpose)


def _opened(
    knock: Knock, ask: Ask, purpose: Purpose, asked: str | None, if_range: str | None
) -> Response:
    principal, showing = knock.person().principal, knock.service.household.showing
    with with_receipt(lambda: showing.account_of(ask)):
        # How long it is, is looked at for who may have it: a range beyond its end is told after a yes.
        cut = cut_by(asked, if_range)
        released = showing.open(principal, ask, purpose=purpose, cut=cut)
        part = part_of(asked, if_range, etag_of(released.artefact_id), released.size_bytes)
        label = Labelled(
            artefact_id=released.artefact_id,
            kind=released.kind,
            name=released.name,
            details=released.details,
            taken_away=purpose is Purpose.EXPORT,
        )
        length = released.size_bytes if part is None else part.end - part.begin
        return flow(released.stretches, length, label.headers(part), 200 if part is None else 206)


def _described(knock: Knock, ask: Ask, purpose: Purpose) -> Response:
    principal, showing = knock.person().principal, knock.service.household.showing
    with with_receipt(lambda: showing.account_of(ask)):
        held = showing.look(principal, ask)
    label = Labelled(
        artefact_id=held.id,
        kind=held.kind,
        name=held.name,
        details=held.details,
        taken_away=purpose is Purpose.EXPORT,
    )
    return Response(headers={**label.headers(), "Content-Length": str(held.size_bytes)})
