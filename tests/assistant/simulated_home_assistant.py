"""A simulated Home Assistant: a real HTTP server that answers as its API is documented."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "eyJhbGciOiJIUzI1NiJ9.long-lived.token"
PATH = "/api/conversation/process"
Misbehave = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Simulated:
    """One that repeats what it was told, or does what a test makes it do.

    Attributes:
        asked: Each question's body.
        misbehave: Answers in its stead.
    """

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    misbehave: Misbehave | None = None

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        said = {"plain": {"speech": f"You said {asked['text']}", "extra_data": None}}
        return {
            "response": {
                "response_type": "query_answer",
                "language": asked.get("language"),
                "data": {"targets": [], "success": [], "failed": []},
                "speech": said,
                "card": {},
            },
            "conversation_id": asked.get("conversation_id") or f"conversation-{len(self.asked)}",
        }


def send(to: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """Answer with *body*; an underscore in the name of a header is a hyphen."""
    to.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


def _handler(home: Simulated) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            home.headers.append(dict(self.headers))
            if home.misbehave is not None:
                home.misbehave(self)
            elif self.headers["Authorization"] != f"Bearer {TOKEN}":
                send(self, 401, b"401: Unauthorized")
            elif self.path != PATH:
                send(self, 404, b"404: Not Found")
            else:
                home.asked.append(json.loads(body))
                said = json.dumps(home.answer(home.asked[-1])).encode()
                send(self, 200, said, Content_Type="application/json")

        def log_request(self, *_: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    """One whose clients may go away, or never speak TLS."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def simulated(tls: ssl.SSLContext | None = None) -> Iterator[Simulated]:
    """One that listens on loopback until the end."""
    home = Simulated()
    with _Server(("127.0.0.1", 0), _handler(home)) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        home.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield home
        finally:
            server.shutdown()
            thread.join(timeout=60)
