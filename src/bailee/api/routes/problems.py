"""What each sort of problem means: the pages that the `type` of a problem document names."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse

from bailee.api.problems import SORTS
from bailee.errors import UnknownError

router = APIRouter(prefix="/problems", tags=["about"])


@router.get("/{name}", response_class=PlainTextResponse)
def explain_problem(
    name: Annotated[str, Path(max_length=40, description="The end of a problem's `type`.")],
) -> PlainTextResponse:
    """What a problem means and what to do, in a few words."""
    sort = SORTS.get(name)
    if sort is None:
        raise UnknownError("There is no such problem.", hint=f"There are: {', '.join(SORTS)}.")
    return PlainTextResponse(f"{sort.title} ({sort.status})\n\n{sort.meaning}\n")
