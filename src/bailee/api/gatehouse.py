"""Before any route: is this request meant for us, and is it of a size and pace that we take?

Nothing is looked up here and nothing of the body is believed. What is refused left no trace but its
line in the log.

- **Whose name.** A `Host` that is a name must be one of ours: else a page elsewhere could have its
  own name point here and read the answers (DNS rebinding). An address is never such a page.
- **Whose page.** An unsafe request with a foreign `Origin`, or from another site, is refused
  (WHATWG Fetch, `Origin`; W3C Fetch Metadata).
- **A proxy that nobody told of** would make everybody look like the machine itself: refused.
- **How much, how fast.** A body is 64 KiB at most and there within the time; JSON is judged by
  `json_bounds`. Streams, which the contract names, have no size here, but no long silence either.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bailee.api import problems
from bailee.api.json_bounds import require_sound
from bailee.api.problems import (
    CROSS_ORIGIN,
    INPUT,
    LARGE,
    MISDIRECTED,
    SLOW,
    ProblemError,
)
from bailee.api.route_table import RouteTable

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY = "bailee.body"
"""Where in the scope a body is that was read whole."""
MOST_BODY_BYTES = 64 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(rb"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::[0-9]{0,5})?")
"""RFC 9110 §7.2, as far as names and addresses go."""
_LOOPBACK_NAME = "localhost"
_OF_PROXIES = (b"forwarded", b"x-forwarded-for", b"x-real-ip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gatehouse lets through.

    Attributes:
        origins: Exact origins whose pages may write.
        hosts: Names by which the server goes beside those of its origins and ``localhost``.
        behind_proxy: Whether a proxy stands before it.
        chunk_s: How long the next piece of a body may take, and a small body as a whole.
    """

    origins: Collection[str] = ()
    hosts: Collection[str] = ()
    behind_proxy: bool = False
    chunk_s: float = 30
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather every name."""
        known = {urlsplit(each).hostname or "" for each in self.origins}
        known |= {each.lower() for each in self.hosts} | {_LOOPBACK_NAME}
        object.__setattr__(self, "names", frozenset(known))


class Gatehouse:
    """Middleware (ASGI 3) around *app*."""

    def __init__(self, app: App, *, gates: Gates, routes: RouteTable) -> None:
        self._app = app
        self._gates = gates
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = _headers(scope)
            self._require_ours(headers)
            self._require_own_page(scope["method"], headers)
            _require_plain_query(scope)
            receive = await self._take(scope, receive, headers)
        except ProblemError as refused:
            await problems.answer(refused)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _require_ours(self, headers: dict[bytes, list[bytes]]) -> None:
        hosts = headers.get(b"host", [])
        name = _name_of(hosts[0]) if len(hosts) == 1 else ""
        if not name or not (name in self._gates.names or _is_address(name)):
            raise ProblemError(MISDIRECTED)
        if not self._gates.behind_proxy and any(each in headers for each in _OF_PROXIES):
            raise ProblemError(
                MISDIRECTED,
                "This came through a proxy that bailee was not told of.",
                hint="Start it with `bailee serve --behind-proxy`.",
            )

    def _require_own_page(self, method: str, headers: dict[bytes, list[bytes]]) -> None:
        if method in SAFE:
            return
        origins = [each.decode("latin-1") for each in headers.get(b"origin", [])]
        foreign = any(each not in self._gates.origins for each in origins)
        if foreign or headers.get(b"sec-fetch-site", [b""])[0] == b"cross-site":
            raise ProblemError(CROSS_ORIGIN)

    async def _take(
        self, scope: Scope, receive: Receive, headers: dict[bytes, list[bytes]]
    ) -> Receive:
        """How the application receives the body: whole and judged, or as a stream with a pulse."""
        if self._routes.takes_stream(scope["method"], scope["path"]):
            return _with_pulse(receive, self._gates.chunk_s)
        _require_small(headers)
        body = await _read(receive, self._gates.chunk_s)
        if body and _is_json(headers):
            require_sound(body)
        scope[BODY] = body
        return _again(body, receive)


def _headers(scope: Scope) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        found.setdefault(bytes(name), []).append(bytes(value))
    return found


def _name_of(host: bytes) -> str:
    """The name of ``name:port``, lower case, without the dot that may end it; "" for nonsense."""
    match = _HOST.fullmatch(host.lower())
    return (match[1] or match[2]).decode().removesuffix(".") if match else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _require_plain_query(scope: Scope) -> None:
    if b"%00" in scope.get("query_string", b""):
        raise ProblemError(INPUT, "The address has a sign in it that is no character.")


def _require_small(headers: dict[bytes, list[bytes]]) -> None:
    """Refuse by what is announced, before any of it is read."""
    announced = headers.get(b"content-length", [b"0"])[0]
    if not announced.isdigit() or int(announced[:20]) > MOST_BODY_BYTES:
        raise _too_large()


def _is_json(headers: dict[bytes, list[bytes]]) -> bool:
    """As JSON it is judged whatever is called so, and whatever has no name."""
    kind = headers.get(b"content-type", [b"application/json"])[0].split(b";")[0].strip().lower()
    return kind == b"application/json" or kind.endswith(b"+json")


async def _read(receive: Receive, within_s: float) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise ProblemError(SLOW, "The request broke off.")
                body += message.get("body", b"")
                if len(body) > MOST_BODY_BYTES:
                    raise _too_large()
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise ProblemError(SLOW) from None


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand *body* over once; afterwards only a hang-up is left to hear of."""
    left = [body]

    async def hand_over() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return hand_over


def _with_pulse(receive: Receive, within_s: float) -> Receive:
    ended = False

    async def hand_over() -> Message:
        nonlocal ended
        if ended:
            return await receive()  # waits for the hang-up, for as long as the answer takes
        try:
            async with asyncio.timeout(within_s):
                message = await receive()
        except TimeoutError:
            raise ProblemError(SLOW) from None
        ended = not message.get("more_body", False)
        return message

    return hand_over


def _too_large() -> ProblemError:
    return ProblemError(LARGE, f"The body is larger than {MOST_BODY_BYTES // 1024} KiB.")
