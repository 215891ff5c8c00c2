"""Which route a request is for, as its template: the one name of it in logs, figures and limits.

Read from the routers themselves, so that it needs nothing of the framework's insides. A path that
no route has is called `UNKNOWN_ROUTE`: what somebody typed is written down nowhere.
"""

import re
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

UNKNOWN_ROUTE = "-"
Scope = MutableMapping[str, Any]


class RouteTable:
    """The templates of an application's routes, by their functions."""

    def __init__(self) -> None:
        self._templates: dict[Callable[..., Any], str] = {}
        self._streams: list[tuple[frozenset[str], re.Pattern[str]]] = []

    def add(self, routers: Iterable[APIRouter], prefix: str = "") -> None:
        """Take the routes of *routers*, which are included under *prefix*."""
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute), "routers include no others"
                template = prefix + route.path_format
                self._templates[route.endpoint] = template
                if _takes_stream(route):
                    shape = route.path_regex.pattern.removeprefix("^")
                    self._streams.append(
                        (frozenset(route.methods or ()), re.compile(f"^{re.escape(prefix)}{shape}"))
                    )

    @property
    def templates(self) -> frozenset[str]:
        """Every template there is."""
        return frozenset(self._templates.values())

    def template(self, scope: Scope) -> str:
        """The template of the route that answered; after it was found."""
        endpoint = scope.get("endpoint")
        return self._templates.get(endpoint, UNKNOWN_ROUTE) if endpoint else UNKNOWN_ROUTE

    def takes_stream(self, method: str, path: str) -> bool:
        """Whether the body of such a request is a stream of any length."""
        return any(method in methods and shape.match(path) for methods, shape in self._streams)


def _takes_stream(route: APIRoute) -> bool:
    """What the contract says takes bytes that are not JSON is a stream; all else is bounded."""
    content = (route.openapi_extra or {}).get("requestBody", {}).get("content", {})
    return bool(content) and "application/json" not in content
