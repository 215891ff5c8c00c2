"""Language and light: what a browser shows pages in. Kept in its cookies; nobody else's business."""

from fastapi import APIRouter, Response

from bailee.api.cookies import put
from bailee.web.render import go
from bailee.web.said import is_local
from bailee.web.visit import LANGUAGE, THEME, Passing
from bailee.web.words import languages

router = APIRouter()
_A_YEAR_S = 365 * 86_400


@router.post("/language")
def choose_language(visit: Passing) -> Response:
    """Show pages in another language."""
    chosen = visit.form.text("language")
    response = go(visit, _back(visit))
    if chosen in languages():
        put(response, LANGUAGE, chosen, max_age_s=_A_YEAR_S)
    return response


@router.post("/theme")
def choose_theme(visit: Passing) -> Response:
    """Light, dark, or as the system has it."""
    chosen = visit.form.text("theme")
    response = go(visit, _back(visit))
    if chosen in {"light", "dark", ""}:
        put(response, THEME, chosen, max_age_s=_A_YEAR_S if chosen else 0)
    return response


def _back(visit: Passing) -> str:
    path = visit.form.text("back")
    return path if is_local(path) else "/"
