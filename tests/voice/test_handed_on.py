"""What is not for bailee goes on to Home Assistant once, and by one way alone."""

from collections.abc import Iterator

import pytest

from assistant.simulated_home_assistant import TOKEN, Simulated, simulated
from bailee.api.voice_rooms import Rooms
from bailee.api.voice_settings import HomeAssistantAt, VoiceSettings
from bailee.assistant.home_assistant import parse_address
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.endpoints import NewEndpoint
from bailee.types.endpoint import Way
from bailee.types.ids import DeviceId
from bailee.types.turn import Reply
from household.conftest import Home, furnish

LIGHT = "turn on the light"
ADDRESSES = {Way.LISTEN: "tcp://127.0.0.1:10300", Way.DIAL: "tcp://127.0.0.1:10700", Way.POST: ""}


@pytest.fixture
def home(sqlite_vault: Vault, clock: FixedClock) -> Home:
    """Where the database makes no difference."""
    return furnish(sqlite_vault, clock)


@pytest.fixture
def there() -> Iterator[Simulated]:
    """A simulated Home Assistant."""
    with simulated() as home:
        yield home


def said(home: Home, there: Simulated, way: Way) -> Reply:
    """What comes of `LIGHT` at the kitchen's endpoint."""
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    device_id = DeviceId(kitchen.id)
    new = NewEndpoint(way=way, address=ADDRESSES[way])
    home.house.endpoints.set(home.ana, home.account_id, device_id, new)
    at = HomeAssistantAt(address=parse_address(f"http://127.0.0.1:{there.port}"), token=TOKEN)
    rooms = Rooms(
        house=home.house,
        clock=home.clock,
        settings=VoiceSettings(home_assistant=at),
        later=lambda _: None,
    )
    return rooms.of(home.account_id, device_id).typed(LIGHT)


@pytest.mark.parametrize("way", [Way.DIAL, Way.POST])
def test_where_bailee_owns_the_microphone_it_is_handed_on(
    home: Home, there: Simulated, way: Way
) -> None:
    reply = said(home, there, way)
    assert (reply.answer, reply.handled) == (f"You said {LIGHT}", True)
    assert [each["text"] for each in there.asked] == [LIGHT]


def test_whoever_calls_keeps_what_is_theirs(home: Home, there: Simulated) -> None:
    """Home Assistant handles it itself: handed on as well, it would switch the light twice."""
    assert not said(home, there, Way.LISTEN).handled
    assert there.asked == []
