"""Around every request: its id, the headers of every answer, its line in the log, its figures.

The outermost of all. What nobody foresaw ends here, as a problem document that says nothing of it;
once an answer has begun, it can only be broken off.
"""

import logging
import secrets
import time
from typing import Any

from starlette.requests import ClientDisconnect

from bailee.api import logs, problems
from bailee.api.gatehouse import App, Message, Receive, Scope, Send
from bailee.api.metrics import Metrics
from bailee.api.problems import BROKEN
from bailee.api.route_table import RouteTable
from bailee.errors import BaileeError

REQUEST_ID = "bailee.request_id"
"""Where in the scope the request's id is."""
_ID_HEADER = b"x-request-id"
_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""What every answer says (OWASP's list for APIs), unless the route said otherwise."""
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class _Answer:
    """What went out so far."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.status = 0
        self.sent_bytes = 0
        self.ended = False
        self._scope = scope
        self._send = send
        self._request_id = request_id

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._dressed(list(message.get("headers", [])))
        elif message["type"] == "http.response.body":
            self.sent_bytes += len(message.get("body", b""))
            self.ended = not message.get("more_body", False)
        await self._send(message)

    def _dressed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        more = [each for each in _SAFE_HEADERS if each[0] not in said]
        if self._scope.get("scheme") == "https":
            more.append(_HSTS)
        return [*headers, *more, (_ID_HEADER, self._request_id.encode())]


class Envelope:
    """Middleware (ASGI 3) around *app*."""

    def __init__(self, app: App, *, routes: RouteTable, metrics: Metrics) -> None:
        self._app = app
        self._routes = routes
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope[REQUEST_ID] = secrets.token_hex(8)
        begun = time.perf_counter()
        answer = _Answer(scope, send, request_id)
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last door: whatever it is ends here
            self._note(scope, _cause(error), request_id)
            if not answer.status:
                document = problems.problem(BROKEN, f"{BROKEN.title}.", request=request_id)
                await problems.respond(document)(scope, receive, answer)
            # Else it breaks off: the server closes what is not complete, and no reader can take
            # it for the whole.
        finally:
            self._tell(scope, answer, request_id, time.perf_counter() - begun)

    def _note(self, scope: Scope, error: BaseException, request_id: str) -> None:
        route = self._routes.template(scope)
        if isinstance(error, BaileeError):  # foreseen, but the answer had begun
            logs.event("broken-off", request=request_id, route=route, error=type(error).__name__)
        elif not isinstance(error, ClientDisconnect):
            logs.failure("broken", error, request=request_id, route=route)

    def _tell(self, scope: Scope, answer: _Answer, request_id: str, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = self._routes.template(scope)
        self._metrics.answered(
            method=method,
            route=route,
            status=answer.status,
            seconds=seconds,
            sent_bytes=answer.sent_bytes,
        )
        more: dict[str, Any] = {} if answer.ended else {"broken_off": True}
        logs.event(
            "request",
            logging.INFO,
            request=request_id,
            method=method,
            route=route,
            status=answer.status,
            ms=round(seconds * 1000, 1),
            bytes=answer.sent_bytes,
            **more,
        )


def _cause(error: BaseException) -> BaseException:
    """What a framework wrapped on its way: the one error of a group, or what came too late."""
    if isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        return _cause(error.exceptions[0])
    cause = error.__cause__
    return cause if isinstance(error, RuntimeError) and isinstance(cause, BaileeError) else error
