"""The application: every route, under one way to know callers and one way to say no."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from bailee import _version
from bailee.api import problems
from bailee.api.routes import ROUTERS
from bailee.api.service import Service
from bailee.identity.network import network_of_peer, parse_networks
from bailee.types.network import Network

_ABOUT = """\
Custody for what microphones, cameras and phones record at home.

Every answer that is not 2xx is a problem document (RFC 9457). Times are RFC 3339, ids are opaque. A
field that nobody knows is refused. A `POST` may carry an `Idempotency-Key`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """What a deployment may choose about its doors.

    Attributes:
        home_networks: Networks of the house, in CIDR form.
        behind_proxy: A reverse proxy on this machine stands before it, so that loopback is not
            “the machine itself”.
    """

    home_networks: tuple[str, ...] = ()
    behind_proxy: bool = False


def create_app(service: Service, settings: DoorSettings | None = None) -> FastAPI:
    """The application over an open *service*, which stays the caller's to close."""
    chosen = settings or DoorSettings()
    app = FastAPI(
        title="bailee",
        version=_version.__version__,
        description=_ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=_operation,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.network_of = _networks(chosen)
    problems.install(app)
    v1 = APIRouter(prefix="/v1")
    for router in ROUTERS:
        v1.include_router(router)
    app.include_router(v1)
    return app


def _operation(route: APIRoute) -> str:
    """A route's function names its operation."""
    return route.name


def _networks(settings: DoorSettings) -> Callable[[str], Network]:
    home = parse_networks(settings.home_networks)

    def network_of(address: str) -> Network:
        return network_of_peer(address, home, behind_proxy=settings.behind_proxy)

    return network_of
