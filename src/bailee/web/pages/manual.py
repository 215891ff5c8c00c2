"""Help in the product: a page a task, for anybody; nothing of a household is on it."""

from fastapi import APIRouter, Response

from bailee.errors import UnknownError
from bailee.web.helps import BY_SLUG, HELPS
from bailee.web.render import page
from bailee.web.visit import Passing

router = APIRouter(prefix="/help")


@router.get("")
def every(visit: Passing) -> Response:
    """All of it."""
    return page(visit, "help/all.html", helps=HELPS)


@router.get("/{slug}")
def one(slug: str, visit: Passing) -> Response:
    """One page. Raises `UnknownError` for an address (untrusted) that is none."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise UnknownError("There is no such page of help.")
    place = HELPS.index(found)
    return page(
        visit,
        f"help/{found.slug}.html",
        it=found,
        next=HELPS[place + 1] if place + 1 < len(HELPS) else None,
    )
