"""The rooms where somebody listens, each with the names that its household has now."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from bailee.api import logs
from bailee.api.voice_settings import VoiceSettings
from bailee.assistant.deleting import Later
from bailee.assistant.hand_on import HandOn
from bailee.assistant.home_assistant.asking import Failure
from bailee.assistant.home_assistant.conversation import HomeAssistant
from bailee.assistant.judging import judge
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.assistant.room import ConversingRoom
from bailee.clock import Clock
from bailee.household import Household
from bailee.types.endpoint import Endpoint, Way
from bailee.types.ids import AccountId, DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    endpoint: Endpoint
    names: Names
    reader: Reader
    room: ConversingRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """One for each endpoint, made when first asked for. Safe for threads."""

    house: Household
    clock: Clock
    settings: VoiceSettings
    later: Later
    _made: dict[DeviceId, _Made] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, account_id: AccountId, device_id: DeviceId) -> ConversingRoom:
        """The room where that device listens: another one once the endpoint or a name changed.

        Raises:
            InputError: There are no phrases in its language.
            UnknownError: Nobody listens with it.
        """
        endpoint = self.house.endpoints.of(account_id, device_id)
        called = self.house.endpoints.called(account_id)
        names = Names(places=called.places, persons=called.persons)
        with self._lock:
            made = self._made.get(device_id)
            if made is None or (made.endpoint, made.names) != (endpoint, names):
                made = self._made[device_id] = self._make(endpoint, names)
            return made.room

    def readers(self, language: str) -> dict[Names, Reader]:
        """Who reads what is said in the rooms of that language: one for each household's names."""
        with self._lock:
            made = [each for each in self._made.values() if each.endpoint.language == language]
        return {each.names: each.reader for each in made}

    def keep(self, devices: Iterable[DeviceId]) -> None:
        """Forget every room but those: nobody listens there any more."""
        wanted = set(devices)
        with self._lock:
            gone = [self._made.pop(each) for each in set(self._made) - wanted]
        for each in gone:
            each.room.settle()

    def _make(self, endpoint: Endpoint, names: Names) -> _Made:
        language = endpoint.language
        phrases = load_phrases(language, self.settings.phrases_of(language))
        reader = Reader(phrases, names)
        room = ConversingRoom(
            self.house,
            endpoint,
            phrases=phrases,
            names=names,
            judge=partial(judge, understand=reader.understand),
            clock=self.clock,
            later=self.later,
            hand_on=self._hand_on(endpoint),
        )
        return _Made(endpoint=endpoint, names=names, reader=reader, room=room)

    def _hand_on(self, endpoint: Endpoint) -> HandOn | None:
        """None where Home Assistant itself calls: it would do twice what it does already."""
        at = self.settings.home_assistant
        if at is None or endpoint.way is Way.LISTEN:
            return None
        return HomeAssistant(at=at.address, token=at.token, clock=self.clock, failed=_unanswered)


def _unanswered(failure: Failure) -> None:
    logs.event("home-assistant", why=failure)
