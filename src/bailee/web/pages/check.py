"""Check a receipt: for anybody, by their own browser. Nothing of it is sent here."""

from fastapi import APIRouter, Response

from bailee.web.render import page
from bailee.web.visit import Passing

router = APIRouter()


@router.get("/check")
def check(visit: Passing) -> Response:
    """A page that needs nobody to be signed in, and only has this house's public key to say."""
    return page(visit, "check/page.html", vkey=visit.service.vault.config.vkey)
