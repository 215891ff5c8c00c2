"""`Idempotency-Key`: a write that is repeated is done once, and answered the same.

After draft-ietf-httpapi-idempotency-key-header. For a `POST` of somebody who is signed in, and of a device. The same key with the same request gets
the first answer again, marked `Idempotency-Replayed`; with another request it is refused; one that
is under way, or was cut short or broke, is a conflict, and the caller looks before they go on. Kept
are answers that say what was done, or what was wrong with the request; not those that say that
nothing was done yet (`_PASSING`): after them the same key begins anew.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool

from bailee.api import problems
from bailee.api.callers import CSRF_HEADER
from bailee.api.cookies import SESSION
from bailee.api.gatehouse import BODY, App, Message, Receive, Scope, Send
from bailee.api.once_store import Kept, OnceStore, Slot, Standing
from bailee.api.problems import CONFLICT, INPUT, ProblemError
from bailee.api.service import Service
from bailee.errors import BaileeError
from bailee.identity import is_csrf
from bailee.identity.tokens import PREFIX as DEVICE_PREFIX
from bailee.types.sign_in import Client, Door

HEADER = "Idempotency-Key"
REPLAYED = (b"idempotency-replayed", b"true")
UNKEPT = frozenset({"/v1/stt"})
"""What was said there is kept by the household's rules alone, and no answer under a key."""
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')
_PASSING = frozenset({401, 408, 429, 503, 507})
"""Nothing was done, and the same request may be done later."""
_MOST_KEPT_BYTES = 256 * 1024


class Once:
    """Middleware (ASGI 3) around *app*."""

    def __init__(self, app: App, *, service: Service) -> None:
        self._app = app
        self._service = service
        self._store = OnceStore(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] in UNKEPT:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if HEADER.lower() not in headers:
            await self._app(scope, receive, send)
            return
        try:
            key = _key_of(scope)
            token = await run_in_threadpool(self._token, scope, headers)
            if not token:  # nobody is signed in: the route says so, or needs nobody
                await self._app(scope, receive, send)
                return
            slot = self._store.slot(token, key)
            stands = await run_in_threadpool(slot.take, _request(scope, headers))
            await self._answer(stands, slot, scope, receive, send)
        except BaileeError as refused:
            await problems.answer(refused)(scope, receive, send)

    async def _answer(
        self, stands: Standing | Kept, slot: Slot, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if isinstance(stands, Kept):
            await _replay(stands, send)
        elif stands is Standing.FRESH:
            # Where this raises, nobody knows how far it came: its row stays without an answer.
            await self._app(scope, receive, _Recorder(slot, send))
        elif stands is Standing.OPEN:
            raise ProblemError(
                CONFLICT,
                "A request with this key is under way, or was cut short: nobody can tell here.",
                hint="Look whether it was done. If it was not, send it with a new key.",
            )
        else:
            raise ProblemError(
                INPUT,
                "This key was used for another request.",
                hint="Take a new key for each request; repeat one only unchanged.",
            )

    def _token(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """The token of who is signed in; "" for nobody, and for whom the route will refuse.

        Raises:
            SignInError, TooManyError: A device's token that is none: counted once, here.
        """
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and bearer.startswith(DEVICE_PREFIX):
            peer = scope["client"][0] if scope.get("client") else ""
            client = Client(
                address=peer,
                description=headers.get("user-agent", ""),
                device_cookie="",
                door=Door.DEVICE,
            )
            self._service.identity.tokens.authenticate(bearer.strip(), client)
            return bearer.strip()
        token = bearer.strip() if scheme.lower() == "bearer" else _of_cookie(headers)
        return token if token and self._service.identity.authenticate(token) else ""


def _of_cookie(headers: Mapping[str, str]) -> str:
    """A browser's session, where its form token is with it."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(SESSION)
    except CookieError:
        return ""
    token = found.value if found else ""
    return token if is_csrf(token, headers.get(CSRF_HEADER.lower(), "")) else ""


def _key_of(scope: Scope) -> str:
    """The key: a structured string (RFC 8941 §3.3.3), or the same without its quotation marks."""
    given = [value for name, value in scope["headers"] if name == HEADER.lower().encode()]
    match = _KEY.fullmatch(given[0].decode("latin-1").strip()) if len(given) == 1 else None
    if match is None:
        raise ProblemError(
            INPUT,
            f"The {HEADER} is none.",
            hint="Send one: 1 to 255 visible signs, such as a random UUID in quotation marks.",
        )
    return match[1]


def _request(scope: Scope, headers: Mapping[str, str]) -> bytes:
    """What makes two requests the same. A stream is told by its length, and `Content-Digest`."""
    parts = (
        scope["method"].encode(),
        scope["path"].encode("utf-8", "surrogatepass"),
        scope.get("query_string", b""),
        headers.get("content-type", "").encode(),
        headers.get("content-length", "").encode(),
        headers.get("content-digest", "").encode(),
        headers.get("upload-length", "").encode(),
        headers.get("upload-metadata", "").encode("latin-1"),
        scope.get(BODY, b""),
    )
    return b"".join(sha256(each).digest() for each in parts)


async def _replay(kept: Kept, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    await send(
        {
            "type": "http.response.start",
            "status": kept.status,
            "headers": [*headers, REPLAYED],
        }
    )
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})


class _Recorder:
    """Holds an answer back until it is kept, then lets it go.

    In that order: who has the answer can have it again. What is too long to be kept goes out as it
    comes, and its row stays without an answer.
    """

    def __init__(self, slot: Slot, send: Send) -> None:
        self._slot = slot
        self._send = send
        self._start: Message = {}
        self._body = bytearray()
        self._too_long = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body" or self._too_long:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        more = message.get("more_body", False)
        self._too_long = len(self._body) > _MOST_KEPT_BYTES
        if more and not self._too_long:
            return
        if not self._too_long:
            await self._settle()
        await self._send(self._start)
        await self._send(
            {"type": "http.response.body", "body": bytes(self._body), "more_body": more}
        )
        self._body.clear()

    async def _settle(self) -> None:
        status = self._start["status"]
        if status in _PASSING:
            await run_in_threadpool(self._slot.release)
        if status in _PASSING or status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self._start.get("headers", [])
        ]
        kept = Kept(status=status, headers=headers, body=bytes(self._body))
        await run_in_threadpool(self._slot.keep, kept)
