"""bailee dials: a satellite is called, and called again when it is gone (R-02)."""

import asyncio
import contextlib
import logging
import socket

from bailee.errors import BaileeError, InputError
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.address import Tcp, Unix, parse_address, require_private
from bailee.intake.wyoming.means import SatelliteMeans
from bailee.intake.wyoming.session import Session
from bailee.intake.wyoming.status import State, Status
from bailee.intake.wyoming.waits import Waits
from bailee.intake.wyoming.wire import Bounds, Wire
from bailee.types.turn import Room

CONNECTED_WITHIN_S = 5.0
_GONE_AFTER_MS = 10_000
"""Nothing that was sent was acknowledged for so long: the machine is gone."""
_log = logging.getLogger(__name__)


class Satellite:
    """One endpoint that bailee dials, for as long as `run` does."""

    def __init__(
        self,
        room: Room,
        means: SatelliteMeans,
        *,
        every_sound: bool = False,
        insecure: bool = False,
        bounds: Bounds | None = None,
        waits: Waits | None = None,
    ) -> None:
        """Call nobody yet.

        Args:
            room: Whose endpoint it is; its address says where.
            means: Who hears, who speaks.
            every_sound: See `Session`.
            insecure: It may be beyond this machine, as somebody said in so many words.
            bounds: What the connection may take.
            waits: How long to wait before calling again.
        """
        self._room = room
        self._insecure = insecure
        self._means = means
        self._every_sound = every_sound
        self._bounds = bounds or Bounds()
        self._waits = waits or Waits()
        self._status = Status(state=State.TRYING, since_ms=means.clock.now_ms())

    @property
    def status(self) -> Status:
        """How it is doing."""
        return self._status

    async def run(self) -> None:
        """Call, and call again, until cancelled."""
        wait_s = self._waits.first_s
        while True:
            why = await self._call()
            if self._status.state is State.CONNECTED:
                wait_s = self._waits.first_s
            if isinstance(why, InputError):
                wait_s = self._waits.most_s
                self._say(State.REFUSED, str(why))
            else:
                self._say(State.TRYING, str(why))
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, self._waits.most_s)

    async def _call(self) -> BaileeError | str:
        """One connection, until it ends; why it did."""
        try:
            wire = await self._connected()
        except InputError as error:
            return error
        except (OSError, TimeoutError):
            return "Nobody answers at its address."
        try:
            await self._converse(wire)
        except BaileeError as error:
            return error
        except (ConnectionError, TimeoutError):
            return "The satellite does not answer any more."
        except Exception as error:  # noqa: BLE001  # one connection's end is not the endpoint's
            _log.error("a session broke: %s", type(error).__name__)
            return "Something went wrong here."
        finally:
            await wire.close()
        return "The satellite hung up."

    async def _connected(self) -> Wire:
        address = parse_address(self._room.endpoint.address)
        require_private(address, insecure=self._insecure)
        async with asyncio.timeout(CONNECTED_WITHIN_S):
            return await _connect(address, self._bounds)

    async def _converse(self, wire: Wire) -> None:
        session = Session(self._room, self._means, wire, every_sound=self._every_sound)
        await session.introduce()
        self._say(State.CONNECTED)
        try:
            await session.run()
        except asyncio.CancelledError:
            with contextlib.suppress(OSError, TimeoutError):
                await session.pause()
            raise

    def _say(self, state: State, why: str = "") -> None:
        """How it is from now on; since when, where it was otherwise before."""
        is_new = state is not self._status.state
        since_ms = self._means.clock.now_ms() if is_new else self._status.since_ms
        self._status = Status(state=state, since_ms=since_ms, why=why)


async def _connect(address: Tcp | Unix, bounds: Bounds) -> Wire:
    limit = codec.HEADER_BYTES
    if isinstance(address, Unix):
        reader, writer = await asyncio.open_unix_connection(address.path, limit=limit)
    else:
        reader, writer = await asyncio.open_connection(address.host, address.port, limit=limit)
        line: socket.socket = writer.get_extra_info("socket")
        # Old satellites answer no pings: then the machine's acknowledgements must do, where there
        # is a limit to them (tcp(7)).
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _GONE_AFTER_MS)
    return Wire(reader, writer, bounds)
