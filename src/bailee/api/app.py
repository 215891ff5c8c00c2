"""The application: every route, under one way to know callers and one way to say no.

Around the routes, from outside: `envelope` (ids, headers, log, figures), `gatehouse` (is this
request for us, and of a size we take), `once` (repeated writes). See each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from bailee import _version
from bailee.api import contract, problems
from bailee.api.envelope import Envelope
from bailee.api.gatehouse import Gatehouse, Gates
from bailee.api.metrics import Metrics
from bailee.api.once import Once
from bailee.api.route_table import RouteTable
from bailee.api.routes import AT_ROOT, ROUTERS
from bailee.api.service import Service
from bailee.api.standing import standing_of
from bailee.api.sweeps import Sweeps
from bailee.identity.network import network_of_peer, parse_networks
from bailee.types.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """What a deployment may choose about its doors.

    Attributes:
        home_networks: Networks of the house, in CIDR form.
        behind_proxy: A reverse proxy on this machine stands before it, so that loopback is not
            “the machine itself”.
        hosts: Names by which it goes beside those of its origins.
        metrics_networks: Networks that may have the figures, beside the machine itself.
        chunk_s: How long the next piece of a request's body may take.
    """

    home_networks: tuple[str, ...] = ()
    behind_proxy: bool = False
    hosts: tuple[str, ...] = ()
    metrics_networks: tuple[str, ...] = ()
    chunk_s: float = 30


def create_app(
    service: Service, settings: DoorSettings | None = None, sweeps: Sweeps | None = None
) -> FastAPI:
    """The application over an open *service*, which stays the caller's to close, as do *sweeps*.

    Raises:
        InputError: A network is none.
    """
    chosen = settings or DoorSettings()
    app, routes = outline()
    metrics = Metrics()
    service.decide.watch(metrics.decided)
    metrics.look_at(lambda: standing_of(service), sweeps.ran if sweeps else dict)
    app.state.service = service
    app.state.sweeps = sweeps
    app.state.metrics = metrics
    app.state.routes = routes
    app.state.network_of = _networks(chosen)
    app.state.may_measure = _measurers(chosen)
    gates = Gates(
        origins=service.settings.origins,
        hosts=chosen.hosts,
        behind_proxy=chosen.behind_proxy,
        chunk_s=chosen.chunk_s,
    )
    # Each wraps those added before it.
    app.add_middleware(Once, service=service)
    app.add_middleware(Gatehouse, gates=gates, routes=routes)
    app.add_middleware(Envelope, routes=routes, metrics=metrics)
    return app


def outline() -> tuple[FastAPI, RouteTable]:
    """Routes and contract, with no service behind them."""
    app = FastAPI(
        title="bailee",
        version=_version.__version__,
        description=contract.ABOUT,
        openapi_url="/v1/openapi.json",
        openapi_tags=list(contract.TAGS),
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=_operation,
        redirect_slashes=False,
    )
    problems.install(app)
    routes = RouteTable()
    routes.add(ROUTERS, "/v1")
    routes.add(AT_ROOT)
    app.router.routes.extend(_routes())
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = contract.completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app, routes


@cache
def _routes() -> Sequence[BaseRoute]:
    """Every route, to stand in any number of applications: what one compiles serves the others."""
    every = APIRouter(generate_unique_id_function=_operation)
    for router in ROUTERS:  # side by side: each router in a router is matched three times
        every.include_router(router, prefix="/v1")
    for router in AT_ROOT:
        every.include_router(router)
    return tuple(every.routes)


def _operation(route: APIRoute) -> str:
    """A route's function names its operation."""
    return route.name


def _networks(settings: DoorSettings) -> Callable[[str], Network]:
    home = parse_networks(settings.home_networks)

    def network_of(address: str) -> Network:
        return network_of_peer(address, home, behind_proxy=settings.behind_proxy)

    return network_of


def _measurers(settings: DoorSettings) -> Callable[[str], bool]:
    measuring = parse_networks(settings.metrics_networks)

    def may_measure(address: str) -> bool:
        return network_of_peer(address, measuring) is Network.HOME

    return may_measure
