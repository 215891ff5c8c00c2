"""Listening, wired: endpoints open and close as the household says, and nothing starts without."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info

from bailee.api.service import Service
from bailee.api.voice_settings import VoiceSettings, check_recogniser
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import InputError, UnknownError
from bailee.household.endpoints import NewEndpoint
from bailee.household.persons import NewPerson, PersonChange
from bailee.types.decide import OPERATOR
from bailee.types.endpoint import Way
from bailee.types.facts import DeviceSort
from bailee.types.ids import AccountId, DeviceId
from support.loops import run
from support.vaults import NOW_MS


class Home:
    """A served household with one speaker; the operator sets up what listens."""

    def __init__(self, folder: Path, settings: VoiceSettings | None = None) -> None:
        clock = FixedClock(NOW_MS)
        Vault.create(folder / "vault", clock=clock).close()
        self.service = Service.open(folder / "vault", clock=clock, voice=settings)
        house = self.service.household
        founded = house.houses.found(OPERATOR, "home", NewPerson(name="Ana"))
        self.account_id: AccountId = founded.account_id
        self.ana = founded.owner_id
        self.kitchen: DeviceId = house.devices.add(
            OPERATOR, self.account_id, "kitchen", DeviceSort.SPEAKER, "kitchen"
        )

    def listen(self, port: int, language: str = "en") -> None:
        new = NewEndpoint(
            way=Way.LISTEN, address=f"tcp://127.0.0.1:{port}", language=language, zone="UTC"
        )
        self.service.household.endpoints.set(OPERATOR, self.account_id, self.kitchen, new)
        self.service.voices.changed()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.service.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def described(port: int) -> Info | None:
    """What answers there; None where nobody does."""

    async def ask() -> Info | None:
        try:
            async with AsyncTcpClient("127.0.0.1", port) as client:
                await client.write_event(Describe().event())
                event = await asyncio.wait_for(client.read_event(), 20)
                return None if event is None else Info.from_event(event)
        except OSError:
            return None

    return run(ask())


def test_nothing_listens_before_it_is_started(home: Home) -> None:
    """The command line opens the same service, and opens no doors by it."""
    port = free_port()
    home.listen(port)
    assert described(port) is None
    assert home.service.voices.status(home.kitchen) is None


def test_doors_follow_what_the_household_says(home: Home) -> None:
    """Set up, moved and ended, each at once."""
    first, second = free_port(), free_port()
    home.service.voices.start()
    home.listen(first)
    found = described(first)
    assert found is not None
    assert found.asr[0].models[0].languages == ["en"]
    home.listen(second)
    assert described(first) is None
    assert described(second) is not None
    home.service.household.endpoints.end(OPERATOR, home.account_id, home.kitchen)
    home.service.voices.changed()
    assert described(second) is None
    with pytest.raises(UnknownError):
        home.service.voices.room(home.account_id, home.kitchen)


def test_a_revoked_device_listens_no_more(home: Home) -> None:
    port = free_port()
    home.service.voices.start()
    home.listen(port)
    home.service.household.devices.revoke(OPERATOR, home.account_id, home.kitchen)
    home.service.voices.changed()
    assert described(port) is None


def test_a_room_knows_the_names_of_now(home: Home) -> None:
    """A person who is called otherwise is so at the next utterance; the old name is nobody's."""
    home.listen(free_port())
    before = home.service.voices.room(home.account_id, home.kitchen)
    assert home.service.voices.room(home.account_id, home.kitchen) is before
    home.service.household.persons.change(
        OPERATOR, home.account_id, home.ana, PersonChange(name="Hannah")
    )
    after = home.service.voices.room(home.account_id, home.kitchen)
    assert "Hannah" not in before.typed("delete everything Hannah said today").answer
    asked = after.typed("delete everything Hannah said today").answer
    assert asked != after.typed("delete everything Ana said today").answer


def test_a_name_that_cannot_be_heard_is_said(home: Home) -> None:
    """Once somebody listens; of this household alone."""
    house = home.service.household
    house.persons.add(OPERATOR, home.account_id, NewPerson(name="Xqzta"))
    assert home.service.voices.unheard(home.account_id) == ()
    home.service.voices.start()
    home.listen(free_port())
    assert home.service.voices.unheard(home.account_id) == ("Xqzta",)


def test_an_endpoint_in_a_language_without_phrases_says_so(home: Home) -> None:
    """And keeps no other from opening."""
    home.service.voices.start()
    home.listen(free_port(), language="fr")
    assert "fr" in home.service.voices.refused(home.kitchen)
    port = free_port()
    home.listen(port)
    assert home.service.voices.refused(home.kitchen) == ""
    assert described(port) is not None


def test_a_recogniser_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """A folder without a model: nobody listens, and the endpoint tells."""
    empty = tmp_path / "model"
    empty.mkdir()
    made = Home(tmp_path, VoiceSettings(recogniser=f"vosk:en:{empty}"))
    try:
        made.service.voices.start()
        made.listen(free_port())
        assert made.service.voices.refused(made.kitchen)
    finally:
        made.service.close()


@pytest.mark.parametrize(
    "wrong",
    ["", "embeded", "embedded:x", "whisper", "whisper:", "vosk:/folder", "vosk:en:", "http://a:1"],
)
def test_what_names_no_recogniser_is_refused(wrong: str) -> None:
    with pytest.raises(InputError) as refused:
        check_recogniser(wrong)
    assert "vosk:en:" in (refused.value.hint or "")


def test_closing_twice_and_without_starting_is_fine(tmp_path: Path) -> None:
    made = Home(tmp_path)
    made.service.voices.close()
    made.service.close()
