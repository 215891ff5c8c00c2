"""Privacy: the place from which everything that one may do about what is kept is one step away."""

from fastapi import APIRouter, Response

from bailee.web.render import page
from bailee.web.visit import Visiting

router = APIRouter()


@router.get("/privacy")
def privacy(visit: Visiting) -> Response:
    """What may be done, in the words of what it does."""
    return page(visit, "privacy.html")
