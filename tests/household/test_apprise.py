"""The real carrier: what it takes, what it refuses, and what happens on the wire."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bailee.errors import InputError
from bailee.household.messages.apprise_carrier import AppriseCarrier

# A module of apprise's own, on Pythons before 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


class _Taking(BaseHTTPRequestHandler):
    """Keeps what it was sent, and answers as it is told to."""

    bodies: list[bytes]
    status: int
    port: int

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def taker() -> Iterator[type[_Taking]]:
    """A service on loopback; its handler has `bodies`, `status` and `port`."""

    class Handler(_Taking):
        bodies: list[bytes] = []  # noqa: RUF012 - the class is made anew for each test
        status = 200

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Handler.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_carries_words(taker: type[_Taking]) -> None:
    """Subject and body arrive as they are, markup and all."""
    url = f"json://127.0.0.1:{taker.port}/"
    assert AppriseCarrier().send(url, "Two <b>words</b>", "One & two")
    assert b"Two <b>words</b>" in taker.bodies[0]
    assert b"One & two" in taker.bodies[0]


def test_a_refusal_is_no_acceptance(taker: type[_Taking]) -> None:
    """What answers with an error, or not at all, has not taken it."""
    taker.status = 503
    url = f"json://127.0.0.1:{taker.port}/"
    assert not AppriseCarrier().send(url, "a", "b")
    assert not AppriseCarrier().send("json://127.0.0.1:1/", "a", "b")


@pytest.mark.parametrize(
    "url",
    ["", "leo", "file:///etc/passwd", "dbus://", "syslog://", "windows://", "json://", "http://x/"],
)
def test_what_no_message_can_go_to(url: str) -> None:
    """Nothing that writes, runs or pops up on the server itself."""
    with pytest.raises(InputError) as caught:
        AppriseCarrier().check(url)
    assert not url or url not in str(caught.value)


@pytest.mark.parametrize("url", ["json://[", "mailto://[::1", "ntfy://\ud800", "matrix://\x00"])
def test_what_cannot_be_taken_apart_is_refused(url: str) -> None:
    """It is judged like any other, and not stumbled over."""
    with pytest.raises(InputError):
        AppriseCarrier().check(url)
