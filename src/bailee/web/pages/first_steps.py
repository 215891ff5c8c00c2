"""First steps: what somebody new may try, on the first page until they have seen enough of it."""

from fastapi import APIRouter, Response

from bailee.api.cookies import put
from bailee.web.render import go
from bailee.web.said import Said
from bailee.web.visit import FIRST_STEPS, Visiting

router = APIRouter()
_A_YEAR_S = 365 * 86_400


@router.post("/first-steps/done")
def put_away(visit: Visiting) -> Response:
    """Not shown in this browser any more."""
    said = Said(text=visit._("First steps are put away."), undo="/first-steps/again")
    response = go(visit, "/", said)
    put(response, FIRST_STEPS, "done", max_age_s=_A_YEAR_S)
    return response


@router.post("/first-steps/again")
def bring_back(visit: Visiting) -> Response:
    """Shown again."""
    response = go(visit, "/")
    put(response, FIRST_STEPS, "", max_age_s=0)
    return response
