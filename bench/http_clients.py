"""Clients over kept-alive connections: a program of its own, so that it is not what is measured.

Bare sockets, one thread. The order is one JSON document on standard input: `port`, `token`, `paths`,
`range`, `length` (of each body), `status`, `count`, `connections`. The answer is one on standard
output: `seconds` for all of them, and `latencies`, each from the request's first byte to the
answer's last.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass(slots=True)
class _Client:
    """One connection, with one request under way."""

    wire: socket.socket
    begun: float = 0.0
    head: bytearray = field(default_factory=bytearray)
    left: int | None = None
    """Bytes of the body that are still to come; None before the head is there."""


class Crowd:
    """All of them."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._requests = _requests(order)
        self._buffer = bytearray(1 << 18)
        self._selector = selectors.DefaultSelector()
        self.latencies: list[float] = []

    def run(self) -> float:
        """Seconds from the first request to the last answer."""
        waiting = [self._connect() for _ in range(self._order["connections"])]
        begun = time.perf_counter()
        for each in waiting:
            self._next(each)
        while self._selector.get_map():
            for key, _ in self._selector.select():
                self._read(key.data)
        return time.perf_counter() - begun

    def _connect(self) -> _Client:
        wire = socket.create_connection(("127.0.0.1", self._order["port"]))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(wire)
        self._selector.register(wire, selectors.EVENT_READ, client)
        return client

    def _next(self, client: _Client) -> None:
        request = next(self._requests, None)
        if request is None:
            self._selector.unregister(client.wire)
            client.wire.close()
            return
        client.begun = time.perf_counter()
        client.wire.sendall(request)

    def _read(self, client: _Client) -> None:
        got = client.wire.recv_into(self._buffer)
        if not got:
            raise SystemExit("the server closed the connection")
        if client.left is None:
            client.head += self._buffer[:got]
            self._heed(client)
        else:
            client.left -= got
        if client.left == 0:
            self.latencies.append(time.perf_counter() - client.begun)
            client.left = None
            self._next(client)

    def _heed(self, client: _Client) -> None:
        """Once the whole head is there: is it the answer that was expected?"""
        end = client.head.find(b"\r\n\r\n")
        if end < 0:
            return
        told = _LENGTH.search(client.head, 0, end + 2)
        status, length = int(client.head[9:12]), int(told[1]) if told else -1
        if (status, length) != (self._order["status"], self._order["length"]):
            raise SystemExit(f"an answer {status} of {length} bytes")
        client.left = length - (len(client.head) - end - 4)
        client.head.clear()


def _requests(order: dict[str, Any]) -> Iterator[bytes]:
    more = f"Range: {order['range']}\r\n" if order["range"] else ""
    head = f"Host: localhost:{order['port']}\r\nAuthorization: Bearer {order['token']}\r\n{more}"
    paths = order["paths"]
    written = [f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in paths]
    return (written[number % len(written)] for number in range(order["count"]))


def main() -> None:
    """Carry out the order."""
    crowd = Crowd(json.load(sys.stdin))
    seconds = crowd.run()
    json.dump({"seconds": seconds, "latencies": crowd.latencies}, sys.stdout)


if __name__ == "__main__":
    main()
