"""All doors that speak Wyoming: one event loop, in one thread, beside the server's."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bailee.clock import Clock, SystemClock
from bailee.intake.listening import PATIENCE_S
from bailee.intake.wyoming.listener import Listener
from bailee.intake.wyoming.means import Ending, SatelliteMeans
from bailee.intake.wyoming.satellite import Satellite
from bailee.intake.wyoming.status import State, Status
from bailee.intake.wyoming.wire import Bounds
from bailee.types.endpoint import Way
from bailee.types.hearing import Engine
from bailee.types.ids import DeviceId
from bailee.types.speak import Speak
from bailee.types.turn import Room

SETTLE_S = 5.0
_THREADS = 64
"""What may wait for disks and engines at once; more wait for one of them."""
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


class Doors:
    """The household's endpoints, open while it runs. Safe for threads; not for event loops.

    An endpoint that cannot be opened, or whose satellite is not there, is tried again and again:
    `status` says why. So nothing about an address keeps the rest from starting.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        endings: Callable[[], Ending],
        speak: Speak | None = None,
        clock: Clock | None = None,
        bounds: Bounds | None = None,
        insecure: bool = False,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Open nothing yet.

        Args:
            engine: Who hears, at every endpoint.
            endings: Makes what finds the end of speech, for satellites: one for each utterance.
            speak: The voice, for satellites; None for none.
            clock: Ours.
            bounds: What one connection may take.
            insecure: Endpoints may be beyond this machine, where others on the network can hear all
                that is said there, as somebody said in so many words.
            patience_s: See `listening.PATIENCE_S`.
        """
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="voice")
        self._means = SatelliteMeans(
            engine=engine,
            clock=clock or SystemClock(),
            threads=self._threads,
            patience_s=patience_s,
            endings=endings,
            speak=speak,
        )
        self._bounds = bounds
        self._insecure = insecure
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wyoming")
        self._open: dict[DeviceId, _Door] = {}

    def start(self) -> None:
        """Begin. Once."""
        self._thread.start()

    def stop(self) -> None:
        """Close every endpoint, let what was said to its end be kept, and end. Once."""
        self._do(self._close_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._threads.shutdown()

    def open(self, room: Room, *, every_sound: bool = False) -> Status:
        """Open the endpoint of *room*, in the place of the one its device had.

        Args:
            room: Its endpoint says which way: to be called, to dial, or (`Way.POST`) neither.
            every_sound: A satellite without a wake word is listened to all the time; else it is
                refused.

        Returns:
            How it is doing: for one that is called, whether it listens.
        """
        return self._do(self._opened(room, every_sound=every_sound))

    def close(self, device_id: DeviceId) -> None:
        """Close the endpoint of that device, if it has one. What is half said is dropped."""
        self._do(self._closed(device_id))

    def status(self) -> dict[DeviceId, Status]:
        """How each endpoint is doing."""
        return self._do(self._all())

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _opened(self, room: Room, *, every_sound: bool) -> Status:
        device_id = room.endpoint.device_id
        await self._closed(device_id)
        door = _Door(room, self._means, self._way(room, every_sound=every_sound))
        self._open[device_id] = door
        if isinstance(door.way, Listener):
            await door.way.tried.wait()
        return door.way.status

    def _way(self, room: Room, *, every_sound: bool) -> "Listener | Satellite | _Posted":
        match room.endpoint.way:
            case Way.LISTEN:
                return Listener(room, self._means, insecure=self._insecure, bounds=self._bounds)
            case Way.DIAL:
                return Satellite(
                    room,
                    self._means,
                    every_sound=every_sound,
                    insecure=self._insecure,
                    bounds=self._bounds,
                )
            case Way.POST:
                return _Posted(self._means.clock)

    async def _closed(self, device_id: DeviceId) -> None:
        door = self._open.pop(device_id, None)
        if door is not None:
            await door.close()

    async def _close_all(self) -> None:
        await asyncio.gather(*(self._closed(device_id) for device_id in list(self._open)))

    async def _all(self) -> dict[DeviceId, Status]:
        return {device_id: door.way.status for device_id, door in self._open.items()}


class _Posted:
    """An endpoint that has no door of its own."""

    def __init__(self, clock: Clock) -> None:
        self.status = Status(state=State.POSTED, since_ms=clock.now_ms())

    async def run(self) -> None:
        await asyncio.Event().wait()


class _Door:
    """One endpoint: what keeps it open, and what lets its questions expire."""

    def __init__(
        self, room: Room, means: SatelliteMeans, way: Listener | Satellite | _Posted
    ) -> None:
        self._room = room
        self._means = means
        self.way = way
        self._tasks = [asyncio.create_task(way.run()), asyncio.create_task(self._settle())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._settled()

    async def _settle(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_S)
            await self._settled()

    async def _settled(self) -> None:
        """What a question kept waiting is not lost with one failure."""
        try:
            await self._means.wait_for(self._room.settle)
        except Exception as error:  # noqa: BLE001  # tried again in a moment
            _log.error("an endpoint did not settle: %s", type(error).__name__)
