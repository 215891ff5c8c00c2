"""The site: the API as it is, and the pages as an application of their own beside it.

Both stand behind the same gatehouse and envelope (`bailee.api.app`), over the same service. The
API's paths stay its own: what it does not know there is its own problem document, never a page.
"""

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from bailee.api.app import DoorSettings, create_app
from bailee.api.service import Service
from bailee.api.sweeps import Sweeps
from bailee.web import refusals
from bailee.web.assets import Assets
from bailee.web.maps.tiles import Tiles
from bailee.web.pages import ROUTERS

_OF_THE_API = ("/v1/", "/health/", "/metrics")


def create_site(
    service: Service,
    settings: DoorSettings | None = None,
    sweeps: Sweeps | None = None,
    tiles: Tiles | None = None,
) -> FastAPI:
    """The API over *service* with the pages beside it. Raises as `create_app` does.

    *tiles* lie beneath maps; without them those are plain.
    """
    app = create_app(service, settings, sweeps)
    pages = _pages()
    for name in ("service", "sweeps", "metrics", "network_of", "routes"):
        setattr(pages.state, name, getattr(app.state, name))
    pages.state.tiles = tiles
    app.state.routes.add(ROUTERS)
    app.router.routes.append(_Beside("/", app=pages))
    return app


def _pages() -> FastAPI:
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    pages.mount("/static", Assets.here().app())
    pages.router.routes.extend(_routes())
    refusals.install(pages)
    return pages


@cache
def _routes() -> Sequence[BaseRoute]:
    """Every page's, compiled once as the API's are (`bailee.api.app`)."""
    every = APIRouter()
    for router in ROUTERS:
        every.include_router(router)
    return tuple(every.routes)


class _Beside(Mount):
    """Everything but what is the API's."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"]
        if path == "/v1" or path.startswith(_OF_THE_API):
            return Match.NONE, {}
        return super().matches(scope)
