"""OpenVoiceOS's own client, in an environment of its own, is understood by the recogniser within."""

import subprocess

import pytest

from api.house import House
from bailee.household.endpoints import NewEndpoint
from bailee.types.endpoint import Way
from bailee.types.kind import Kind
from bailee.types.query import Query
from support.peers import peer
from support.speech import say

_CLIENT = """
import os, sys
from ovos_stt_plugin_server import OVOSHTTPServerSTT
from speech_recognition import AudioData
client = OVOSHTTPServerSTT({"url": os.environ["BAILEE_URL"], "timeout": 60, "lang": "en-us"})
print(client.execute(AudioData(sys.stdin.buffer.read(), 16000, 2)))
"""


@pytest.mark.long
def test_openvoiceos_is_heard(house: House) -> None:
    """By the address alone, in which the token stands as a password; a request is not kept."""
    programs = peer("openvoiceos")
    device = house.device("kitchen")
    new = NewEndpoint(way=Way.POST)
    house.service.household.endpoints.set(house.ana.principal, house.account_id, device, new)
    token = house.token_of(device)["Authorization"].removeprefix("Bearer ")
    address = f"{house.url.replace('//', f'//ovos:{token}@')}/v1/stt"

    def spoken(text: str) -> str:
        done = subprocess.run(
            [programs / "python", "-c", _CLIENT],
            input=say(text),
            capture_output=True,
            env={"BAILEE_URL": address, "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"},
            check=True,
        )
        return done.stdout.decode().splitlines()[-1]

    def kinds() -> list[Kind]:
        ana = house.ana.principal
        page = house.service.household.timeline.list(ana, house.account_id, Query())
        return [each.kind for one in page.recordings for each in one.artefacts]

    assert "walnut" in spoken("the walnuts are on the table")
    assert kinds() == [Kind.AUDIO, Kind.TRANSCRIPT]
    house.clock.advance(ms=5_000)
    assert "just said" in spoken("delete what I just said")
    # Done at once, or asked about, as sure as its ears are; and not stored either way.
    assert kinds() in ([], [Kind.AUDIO, Kind.TRANSCRIPT])
