"""HTTP/1.1 from a chosen source address: small enough that a hundred thousand requests cost little."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bailee.api.cookies import SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `body` is the JSON of it; `cookies` the raw ``Set-Cookie`` headers."""

    status: int
    body: Any
    cookies: tuple[str, ...]
    retry_after_s: int | None

    @property
    def let_in(self) -> bool:
        """Whether it opened a session, of whatever reach, in whatever way."""
        said = isinstance(self.body, dict) and (
            "session" in self.body or self.body.get("next") in {"done", "set-up"}
        )
        return said or any(each.startswith(SESSION) for each in self.cookies)

    def is_problem(self, name: str) -> bool:
        return isinstance(self.body, dict) and self.body.get("type") == f"/v1/problems/{name}"


class Wire:
    """One connection; its requests follow one another."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        statuses: Counter[int],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._statuses = statuses

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and read the whole answer."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            f"Content-Length: {len(content)}",
            *(["Content-Type: application/json"] if content else []),
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        answer = await self._read()
        self._statuses[answer.status] += 1
        return answer

    async def _read(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = [tuple(line.split(": ", 1)) for line in head[1:] if line]
        named = {name.lower(): value for name, value in fields}
        content = await self._reader.readexactly(int(named.get("content-length", 0)))
        waits = named.get("retry-after")
        return Answer(
            status=int(head[0].split(" ", 2)[1]),
            body=json.loads(content) if content else None,
            cookies=tuple(value for name, value in fields if name.lower() == "set-cookie"),
            retry_after_s=None if waits is None else int(waits),
        )


class Wires:
    """Connections to the servers of a drill, each to the next one."""

    def __init__(self, ports: list[int]) -> None:
        self.statuses: Counter[int] = Counter()
        self._ports = ports
        self._made = 0

    @asynccontextmanager
    async def dial(self, source: str, to: int | None = None) -> AsyncIterator[Wire]:
        """A connection whose peer is *source*, an address of loopback, to that or the next server."""
        self._made += 1
        port = self._ports[(self._made if to is None else to) % len(self._ports)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        try:
            yield Wire(reader, writer, self.statuses)
        finally:
            writer.close()
