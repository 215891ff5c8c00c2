"""What a link shows, for whoever holds it: `Authorization: Bearer` with the link's token."""

from fastapi import APIRouter, Response

from bailee.api.bodies import Body, Moment
from bailee.api.callers import Knocked
from bailee.api.ranges import cut_by, etag_of, part_of
from bailee.api.routes.contents import FLOWS, IfRange, Labelled, Range
from bailee.api.streams import flow
from bailee.types.kind import Kind
from bailee.types.role import Right

router = APIRouter(prefix="/shared", tags=["links"])


class SharedShown(Body):
    """What there is to see or hear, and until when. What it is called is its household's to know."""

    kind: Kind
    size_bytes: int
    rights: list[Right]
    until: Moment


@router.get("")
def show_shared(knock: Knocked) -> SharedShown:
    """What the link shows."""
    caller, artefact_id = knock.link()
    held = knock.service.household.links.look(caller.principal, artefact_id)
    return SharedShown(
        kind=held.kind,
        size_bytes=held.size_bytes,
        rights=sorted(held.link.rights),
        until=held.link.until_ms,
    )


@router.get("/content", response_class=Response, responses=FLOWS)
def shared_content(
    knock: Knocked,
    asked: Range = None,
    if_range: IfRange = None,
) -> Response:
    """Its bytes, whole or a part: to see or hear them, and not to take them away."""
    caller, artefact_id = knock.link()
    links = knock.service.household.links
    released = links.open(caller.principal, artefact_id, cut=cut_by(asked, if_range))
    part = part_of(asked, if_range, etag_of(artefact_id), released.size_bytes)
    label = Labelled(
        artefact_id=released.artefact_id,
        kind=released.kind,
        name="",
        details=released.details,
        taken_away=False,
    )
    length = released.size_bytes if part is None else part.end - part.begin
    return flow(released.stretches, length, label.headers(part), 200 if part is None else 206)
