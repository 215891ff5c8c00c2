"""A connection: events in and out, with bounds on what a peer may make us hold or do."""

import asyncio
import time
from dataclasses import dataclass

from bailee.errors import BaileeError, InputError
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.events import Error, Event
from bailee.intake.wyoming.pace import Pace

_CLOSED_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one connection may take.

    Attributes:
        idle_s: Nothing came for so long, or nothing was taken: it is over.
        events_per_s: In the long run; whoever sends more is read more slowly.
        burst: Events that may come at once before that.
    """

    idle_s: float = 30.0
    events_per_s: float = 500.0
    burst: int = 5_000


class Wire:
    """One end of a connection. For one reader and any number of writers."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bounds: Bounds
    ) -> None:
        """Args: *reader*'s limit must be `codec.HEADER_BYTES`."""
        self._reader = reader
        self._writer = writer
        self._bounds = bounds
        self._pace = Pace(bounds.events_per_s, bounds.burst, time.monotonic())
        self._writing = asyncio.Lock()

    async def read(self, *, within_s: float | None = None) -> Event | None:
        """The next event; None where the peer hung up, between two events or within one.

        Args:
            within_s: The longest until its first line is there; `Bounds.idle_s` if None,
                `math.inf` for however long it takes.

        Raises:
            InputError: What came is no event, or too long. There is no way on but to close.
            TimeoutError: Nothing came for so long.
            ConnectionError: The connection broke.
        """
        wait_s = self._pace.wait_s(time.monotonic())
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        async with asyncio.timeout(self._bounds.idle_s if within_s is None else within_s):
            try:
                head = codec.parse_head(await self._reader.readuntil(b"\n"))
            except asyncio.IncompleteReadError:
                return None
            except asyncio.LimitOverrunError:
                raise InputError(
                    f"Refused: a line longer than {codec.HEADER_BYTES:,} bytes.",
                    hint="An event begins with a line of JSON.",
                ) from None
        async with asyncio.timeout(self._bounds.idle_s):
            try:
                block = await self._reader.readexactly(head.data_bytes)
                payload = await self._reader.readexactly(head.payload_bytes)
            except asyncio.IncompleteReadError:
                return None
        return codec.join(head, block, payload)

    async def write(self, *events: Event) -> None:
        """Send *events*, one after the other, nothing between.

        Raises:
            TimeoutError: The peer takes nothing for `Bounds.idle_s`; the connection is cut.
            ConnectionError: The connection broke.
        """
        async with self._writing:
            self._writer.write(b"".join(codec.encode(event) for event in events))
            try:
                async with asyncio.timeout(self._bounds.idle_s):
                    await self._writer.drain()
            except TimeoutError:
                self._writer.transport.abort()
                raise

    async def refuse(self, error: BaileeError) -> None:
        """Tell the peer of *error*, as an `error` event."""
        await self.write(error_event(error))

    async def close(self) -> None:
        """Hang up. Never raises; what the peer does not take within `_CLOSED_WITHIN_S` is lost."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSED_WITHIN_S):
                await self._writer.wait_closed()
        except OSError:
            self._writer.transport.abort()


def error_event(error: BaileeError) -> Event:
    """*error* in Wyoming's words: its sentence, and its class as the code."""
    code = type(error).__name__.removesuffix("Error").lower()
    return Error(text=str(error), code=code).event()
