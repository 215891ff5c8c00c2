"""Previews: a page asks for those of the rows that come into view; what is not drawn yet is drawn.

A preview is an artefact, sealed beside what it was drawn from and gone with it. It is opened for
whoever looks, several by one look; scripts draw it, so that no address of it stays anywhere.
"""

import base64
from collections.abc import Sequence
from contextlib import suppress

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from bailee.errors import GoneError, UnknownError
from bailee.types.ids import RecordingId, parse_id
from bailee.types.preview import NOTHING, WAVEFORM
from bailee.types.recording import Artefact, Recording
from bailee.web.timeline.wave import wave
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_MOST = 12
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@router.post("/previews")
def previews(visit: Visiting) -> Response:
    """Those of the recordings that a form names; each as what there is to draw, if there is any."""
    known = [RecordingId(parse_id(each, "rec")) for each in visit.form.all("recording")[:_MOST]]
    found = _shown(visit, known)
    household = visit.service.household
    lacking = household.previews.lacking(found)
    if lacking:
        household.previews.make(visit.principal, visit.account_id, lacking)
        found = _shown(visit, known)
    return JSONResponse(_told(visit, found), headers=_HEADERS)


@router.get("/recordings/{recording}/preview")
def picture(recording: str, visit: Visiting) -> Response:
    """A picture that was drawn before, for pages without scripts."""
    found = visit.service.household.timeline.show(visit.principal, visit.account_id, recording)
    preview = visit.service.household.previews.of(found)
    if preview is None or _type(preview) in {WAVEFORM, NOTHING}:
        raise UnknownError("It has no picture.")
    opened = visit.service.household.looking.open(visit.principal, visit.account_id, [preview.id])
    if preview.id not in opened:
        raise UnknownError("It has no picture.")
    return Response(opened[preview.id], media_type=_type(preview), headers=_HEADERS)


def _shown(visit: Visit, known: Sequence[RecordingId]) -> list[Recording]:
    found: list[Recording] = []
    for each in known:
        with suppress(GoneError, UnknownError):  # forgotten since the page was made
            found.append(
                visit.service.household.timeline.show(visit.principal, visit.account_id, each)
            )
    return found


def _told(visit: Visit, recordings: Sequence[Recording]) -> dict[str, dict[str, str]]:
    household = visit.service.household
    drawn = {each.id: household.previews.of(each) for each in recordings}
    some = {
        known: each for known, each in drawn.items() if each is not None and _type(each) != NOTHING
    }
    ids = [each.id for each in some.values()]
    opened = household.looking.open(visit.principal, visit.account_id, ids) if ids else {}
    return {
        known: _drawing(each, opened[each.id]) for known, each in some.items() if each.id in opened
    }


def _drawing(preview: Artefact, content: bytes) -> dict[str, str]:
    if _type(preview) == WAVEFORM:
        return {"wave": wave(content)}
    return {"picture": base64.b64encode(content).decode()}


def _type(preview: Artefact) -> str:
    return str(preview.details.get("media_type", ""))
