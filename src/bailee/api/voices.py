"""Listening, as the server does it: the engine, the rooms, and the doors that speak Wyoming.

Nothing runs before somebody listens. What a household changes about its endpoints counts at once,
and within `LOOK_S` where another process changed it.
"""

import importlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bailee.api import logs
from bailee.api.voice_rooms import Rooms
from bailee.api.voice_settings import VoiceSettings, embedded_if_there, open_engine
from bailee.assistant.reading import Names
from bailee.assistant.room import ConversingRoom
from bailee.assistant.speech import Espeak
from bailee.clock import Clock
from bailee.errors import BaileeError, UnavailableError
from bailee.household import Household
from bailee.intake.hearing.embedded import Embedded
from bailee.intake.hearing.english import LANGUAGE, words_of
from bailee.types.endpoint import Endpoint
from bailee.types.hearing import Engine
from bailee.types.ids import AccountId, DeviceId

LOOK_S = 5.0


class Voices:
    """Every endpoint of every household. Safe for threads; `close` it once."""

    def __init__(
        self, house: Household, clock: Clock, settings: VoiceSettings | None = None
    ) -> None:
        """Start nothing yet."""
        self._house = house
        self._clock = clock
        self._settings = settings or VoiceSettings()
        self._later = ThreadPoolExecutor(1, thread_name_prefix="voice-later")
        self._rooms = Rooms(
            house=house, clock=clock, settings=self._settings, later=self._after_the_answer
        )
        self._lock = threading.RLock()
        self._engine: Engine | None = None
        self._embedded: Embedded | None = None
        self._taught: frozenset[Names] = frozenset()
        self._doors: Any = None  # an extra's, imported when somebody listens
        self._open: dict[DeviceId, ConversingRoom] = {}
        self._refused: dict[DeviceId, str] = {}
        self._over = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def engine(self) -> Engine:
        """The recogniser, opened when first asked for.

        Raises:
            InputError: The settings name none, or a folder without a model.
            UnavailableError: It is not installed.
        """
        with self._lock:
            if self._engine is None:
                self._embedded = embedded_if_there()
                self._engine = open_engine(self._settings, self._embedded)
                self._teach()
            return self._engine

    def room(self, account_id: AccountId, device_id: DeviceId) -> ConversingRoom:
        """Where that device listens. Raises as `Rooms.of`."""
        room = self._rooms.of(account_id, device_id)
        self._teach()
        return room

    def start(self) -> None:
        """Open the doors of every endpoint, and look now and then whether there are others."""
        if self._watch is None:
            self._watch = threading.Thread(target=self._look_on, name="voices", daemon=True)
            self._watch.start()

    def changed(self) -> None:
        """The household changed its endpoints: look at once, where doors are open at all."""
        if self._watch is not None:
            self._look()

    def status(self, device_id: DeviceId) -> Any:
        """How an endpoint is doing: a `wyoming.status.Status`; None where nobody listens here."""
        with self._lock:
            return None if self._doors is None else self._doors.status().get(device_id)

    def refused(self, device_id: DeviceId) -> str:
        """Why an endpoint cannot be opened by this process, as a sentence; "" where it can."""
        with self._lock:
            return self._refused.get(device_id, "")

    def unheard(self, account_id: AccountId) -> tuple[str, ...]:
        """Names of a household that the embedded recogniser's dictionary lacks: it hears others."""
        with self._lock:
            unknown = set() if self._embedded is None else {*self._embedded.unknown_words}
        called = self._house.endpoints.called(account_id)
        names = dict.fromkeys(name for name, _ in (*called.persons, *called.places))
        return tuple(each for each in names if unknown.intersection(words_of(each)))

    def close(self) -> None:
        """Close every door, keep what was said to its end, and finish what was promised."""
        self._over.set()
        if self._watch is not None:
            self._watch.join()
        with self._lock:
            if self._doors is not None:
                self._doors.stop()
                self._doors = None
            self._rooms.keep(())
            if self._embedded is not None:
                self._embedded.close()
        self._later.shutdown()

    # -- looking ---------------------------------------------------------------------------

    def _look_on(self) -> None:
        while True:
            self._look()
            if self._over.wait(LOOK_S):
                return

    def _look(self) -> None:
        try:
            with self._lock:
                self._reconcile({each.device_id: each for each in self._house.endpoints.all()})
        except BaileeError as error:
            logs.failure("voices", error)

    def _reconcile(self, wanted: dict[DeviceId, Endpoint]) -> None:
        """Open what is new or otherwise than it was, close what is gone."""
        for device_id in set(self._open) - set(wanted):
            self._doors.close(device_id)
            del self._open[device_id]
        self._refused = {each: why for each, why in self._refused.items() if each in wanted}
        for device_id, endpoint in wanted.items():
            self._open_one(device_id, endpoint)
        self._rooms.keep(wanted)
        self._teach()

    def _open_one(self, device_id: DeviceId, endpoint: Endpoint) -> None:
        """An endpoint that cannot be opened keeps no other one from it; it is tried again."""
        try:
            room = self._rooms.of(endpoint.account_id, device_id)
            if self._open.get(device_id) is not room:
                self._started().open(room, every_sound=self._settings.every_sound)
        except BaileeError as error:
            if self._refused.get(device_id) != str(error):
                logs.failure("endpoint", error)
            self._refused[device_id] = str(error)
        else:
            self._refused.pop(device_id, None)
            self._open[device_id] = room

    def _started(self) -> Any:
        if self._doors is None:
            engine = self.engine
            running = _of_the_extra("bailee.intake.wyoming.running")
            ending = _of_the_extra("bailee.intake.hearing.ending")
            self._doors = running.Doors(
                engine,
                endings=ending.Ending,
                speak=Espeak(),
                clock=self._clock,
                insecure=self._settings.insecure,
            )
            self._doors.start()
        return self._doors

    def _teach(self) -> None:
        """Tell the embedded recogniser what can be said, where that has changed."""
        with self._lock:
            if self._embedded is None:
                return
            readers = self._rooms.readers(LANGUAGE)
            if readers.keys() != self._taught:  # writing out what can be said takes a while
                said = {sentence for each in readers.values() for sentence in each.sentences()}
                self._embedded.learn(sorted(said))
                self._taught = frozenset(readers)

    def _after_the_answer(self, work: Callable[[], object]) -> None:
        """A crash here: what was forgotten is so; start-up and every sweep clean up after it."""
        self._later.submit(_quietly, work)


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except BaileeError as error:
        logs.failure("after-the-answer", error)


def _of_the_extra(module: str) -> Any:
    """Raises `UnavailableError` where the extra is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnavailableError(
            "Nobody can be listened to here.",
            hint="Install what listens: `pip install 'bailee[voice]'`.",
        ) from error
