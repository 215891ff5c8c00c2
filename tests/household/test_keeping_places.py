"""A location that comes in is one, and of its own time: hours forget what lies in them (R-13)."""

import json
from io import BytesIO

import pytest

from bailee.errors import InputError
from bailee.household.keeping import NewRecording
from bailee.types.ids import DeviceId
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.recording import Deposited
from bailee.types.upload import Intended
from household.conftest import Home
from support.vaults import NOW_MS

NOW_S = NOW_MS // 1000


def fix(at_s: int, latitude: float = 52.52, longitude: float = 13.405) -> dict[str, object]:
    return {"_type": "location", "lat": latitude, "lon": longitude, "acc": 12, "tst": at_s}


def hand_in(home: Home, content: object, at_ms: int = 0, duration_ms: int = 0) -> Deposited:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    [device] = home.house.houses.show(home.ana, home.account_id).devices
    new = NewRecording(
        kind=Kind.LOCATION,
        content=BytesIO(body),
        person_id=home.ana_id,
        device_id=DeviceId(device.id),
        captured_at_ms=at_ms,
        duration_ms=duration_ms,
    )
    return home.house.keeping.deposit(home.ana, home.account_id, new)


def test_its_time_is_its_own(sqlite_home: Home) -> None:
    """Told by its bytes where nobody says it; refused where somebody says another."""
    home = sqlite_home
    made = hand_in(home, [fix(NOW_S - 60), fix(NOW_S - 600)])
    found = home.house.timeline.show(home.ana, home.account_id, made.recording_id)
    assert (found.begin_ms, found.end_ms) == ((NOW_S - 600) * 1000, (NOW_S - 60) * 1000)
    hand_in(home, fix(NOW_S - 30), (NOW_S - 30) * 1000 + 400)
    with pytest.raises(InputError, match="not when it says"):
        hand_in(home, [fix(NOW_S - 60), fix(NOW_S - 600)], (NOW_S - 600) * 1000, 60_000)


@pytest.mark.parametrize("body", [b"home", b'{"lat": 52}', b" " * 70_000, [fix(NOW_S, 91)]])
def test_nonsense_is_refused_at_the_door(sqlite_home: Home, body: object) -> None:
    """With words, and nothing of it is kept."""
    with pytest.raises(InputError, match="no location"):
        hand_in(sqlite_home, body)
    home = sqlite_home
    assert not home.house.timeline.list(home.ana, home.account_id, Query()).recordings


def test_it_comes_in_one_piece(sqlite_home: Home) -> None:
    """What comes piece by piece cannot be judged before it is kept."""
    home = sqlite_home
    [device] = home.house.houses.show(home.ana, home.account_id).devices
    intended = Intended(
        account_id=home.account_id,
        kind=Kind.LOCATION,
        person_id=home.ana_id,
        device_id=DeviceId(device.id),
        captured_at_ms=NOW_MS,
    )
    with pytest.raises(InputError, match="one request"):
        home.house.uploads.begin(home.ana, intended, 5)
