"""An endpoint that is called, for good: opened, and opened again when its address was taken."""

import asyncio

from bailee.errors import BaileeError, InputError
from bailee.intake.wyoming.means import Means
from bailee.intake.wyoming.service import WyomingService
from bailee.intake.wyoming.status import State, Status
from bailee.intake.wyoming.waits import Waits
from bailee.intake.wyoming.wire import Bounds
from bailee.types.turn import Room


class Listener:
    """A `WyomingService` for as long as `run` does."""

    def __init__(
        self,
        room: Room,
        means: Means,
        *,
        insecure: bool = False,
        bounds: Bounds | None = None,
        waits: Waits | None = None,
    ) -> None:
        """Args as `WyomingService`'s; *waits*: how long before it is opened again."""
        self._room = room
        self._means = means
        self._insecure = insecure
        self._bounds = bounds
        self._waits = waits or Waits()
        self._service: WyomingService | None = None
        self._state = State.TRYING
        self._since_ms = means.clock.now_ms()
        self._why = ""
        self.tried = asyncio.Event()

    @property
    def status(self) -> Status:
        """How it is doing, and who is connected."""
        peers = self._service.peers if self._service is not None else 0
        return Status(state=self._state, since_ms=self._since_ms, why=self._why, peers=peers)

    async def run(self) -> None:
        """Listen, until cancelled. `tried` is set once it is known whether it can be."""
        wait_s = self._waits.first_s
        while True:
            service = WyomingService(
                self._room, self._means, bounds=self._bounds, insecure=self._insecure
            )
            try:
                await service.open()
            except BaileeError as error:
                is_wrong = isinstance(error, InputError)
                self._say(State.REFUSED if is_wrong else State.TRYING, str(error))
            else:
                self._service = service
                self._say(State.LISTENING)
                break
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, self._waits.most_s)
        try:
            await asyncio.Event().wait()
        finally:
            await service.close()

    def _say(self, state: State, why: str = "") -> None:
        if state is not self._state:
            self._since_ms = self._means.clock.now_ms()
        self._state, self._why = state, why
        self.tried.set()
