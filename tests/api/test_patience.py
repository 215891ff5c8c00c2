"""On the wire: who sends or reads too slowly, or what is not HTTP, loses the connection in time."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
import uvicorn

from bailee.api.gatehouse import Receive, Scope, Send
from bailee.api.patient import Patience, patient

QUICK = Patience(head_s=0.4, reader_s=0.6, rest_s=0.4, connections=8)
BIG = 16 << 20


async def talkative(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without reading: much at `/big`, else a word."""
    del receive
    body = bytes(BIG) if scope["path"] == "/big" else b"hello"
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    for at in range(0, len(body), 65_536):
        piece = body[at : at + 65_536]
        more = at + 65_536 < len(body)
        await send({"type": "http.response.body", "body": piece, "more_body": more})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A real server with little patience."""
    config = uvicorn.Config(
        talkative,
        http=patient(QUICK),
        lifespan="off",
        log_config=None,
        ws="none",
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=20)
    listening.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def rest(line: socket.socket) -> bytes:
    """Everything until the other side closes, however it does so."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := line.recv(65_536):
            found += piece
    return found


def hello(line: socket.socket) -> None:
    """Ask, and have an answer; the connection stays."""
    line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    found = b""
    while not found.endswith(b"hello"):
        piece = line.recv(65_536)
        assert piece, found
        found += piece


def refusal(raw: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)


def test_who_says_nothing_is_let_go(port: int) -> None:
    """A connection on which nothing comes is closed."""
    with connect(port) as line:
        assert rest(line) == b""


def test_a_head_that_drips_is_refused_in_time(port: int) -> None:
    """However steadily: a byte now and then does not buy more time."""
    begun = time.monotonic()
    with connect(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        line.settimeout(0.1)
        found = b""
        while b"}" not in found:
            try:
                line.sendall(b"x")
                piece = line.recv(65_536)
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                break
            if not piece:
                break
            found += piece
    assert time.monotonic() - begun < 8
    assert refusal(found)[0] == 408


def test_a_second_head_has_its_time_too(port: int) -> None:
    """After a good answer, half of the next request is refused like the first."""
    with connect(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT")
        raw = rest(line)
    first, _, second = raw.partition(b"hello")
    assert first.startswith(b"HTTP/1.1 200")
    assert refusal(second)[0] == 408


def test_who_does_not_read_is_cut_off(port: int) -> None:
    """An answer that nobody takes does not stay in memory."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10)
        line.connect(("127.0.0.1", port))
        line.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _wait_until_cut_off(port)
        assert len(rest(line)) < BIG


def _wait_until_cut_off(port: int) -> None:
    """Until the server has let go of all that does not move: its own time, and a little."""
    over = time.monotonic() + 4 * QUICK.reader_s
    while time.monotonic() < over:
        with connect(port) as other:
            other.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert b"hello" in rest(other)


def test_who_reads_slowly_but_reads_gets_it_all(port: int) -> None:
    """Progress is enough."""
    with connect(port) as line:
        line.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        found, pause = 0, threading.Event()
        while piece := line.recv(1 << 20):
            found += len(piece)
            pause.wait(0.02)
    assert found > BIG


def test_a_body_that_nobody_wants_ends(port: int) -> None:
    """Who goes on sending after the answer is cut off, not read for ever."""
    with connect(port) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _send_for_ever(line)


def _send_for_ever(line: socket.socket) -> None:
    over = time.monotonic() + 8
    while time.monotonic() < over:
        line.sendall(bytes(65_536))


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000,
    ],
    ids=["TLS", "no host", "two hosts", "a NUL", "less than nothing", "two lengths", "a long head"],
)
def test_what_is_not_http_is_a_problem_too(port: int, nonsense: bytes) -> None:
    """400 and a document, whatever came."""
    with connect(port) as line:
        with suppress(ConnectionResetError, BrokenPipeError):
            line.sendall(nonsense)
        raw = rest(line)
    if raw:  # the system may drop it where more was sent than was read
        status, found = refusal(raw)
        assert (status, found["type"]) == (400, "/v1/problems/malformed")


def test_too_many_are_told_to_come_back(port: int) -> None:
    """Those who are there are served; one more is a problem document, and who comes later is let in."""
    with ExitStack() as lines:
        for _ in range(QUICK.connections):
            hello(lines.enter_context(connect(port)))
        more = lines.enter_context(connect(port))
        more.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert refusal(rest(more))[0] == 503
    with connect(port) as line:
        hello(line)
