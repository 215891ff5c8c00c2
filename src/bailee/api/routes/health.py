"""Is it up, can it serve, and its figures: for whoever watches the machine."""

from fastapi import APIRouter, Request, Response

from bailee.api.bodies import Body
from bailee.api.callers import Knocked
from bailee.api.metrics import MEDIA_TYPE
from bailee.api.problems import UNAVAILABLE, ProblemError
from bailee.api.readiness import late_in
from bailee.errors import UnknownError
from bailee.types.network import Network

router = APIRouter(tags=["watching over it"])


class Alive(Body):
    """It answers."""

    alive: bool = True


class Ready(Body):
    """It serves, and nothing that should happen by itself is late."""

    ready: bool = True


class Figures(Response):
    """Prometheus' text format."""

    media_type = MEDIA_TYPE


@router.get("/health/live")
async def show_live() -> Alive:
    """That the process answers. Nothing is looked at."""
    return Alive()


@router.get("/health/ready")
def show_ready(request: Request, knock: Knocked) -> Ready:
    """Whether it can serve and nothing is late; else a problem whose `late` says what, in words."""
    late = late_in(knock.service, request.app.state.sweeps)
    if late:
        raise ProblemError(
            UNAVAILABLE,
            "Something is late, or away.",
            hint="The operator sees what in `late`; the log has more.",
            late=list(late),
        )
    return Ready()


@router.get("/metrics", response_class=Figures)
def show_metrics(request: Request, knock: Knocked) -> Figures:
    """Figures for Prometheus: for the machine itself, and networks that the operator named.

    No figure is about anybody.
    """
    if knock.network is not Network.MACHINE and not request.app.state.may_measure(knock.address):
        raise UnknownError("There is no such thing.")
    return Figures(request.app.state.metrics.text())
