"""Map tiles of the operator's own, for who is signed in."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from bailee.errors import UnknownError
from bailee.web.visit import Visiting

router = APIRouter()
_A_DAY = "private, max-age=86400"
_Zoom = Annotated[int, Path(ge=0, le=22)]
_Step = Annotated[int, Path(ge=0, lt=1 << 22)]


@router.get("/tiles/{zoom}/{x}/{y}.png")
def tile(zoom: _Zoom, x: _Step, y: _Step, visit: Visiting) -> Response:
    """One picture of the ground."""
    tiles = visit.request.app.state.tiles
    body = None if tiles is None else tiles.read(zoom, x, y)
    if body is None:
        raise UnknownError("There is no such map tile.")
    return Response(body, media_type="image/png", headers={"Cache-Control": _A_DAY})
