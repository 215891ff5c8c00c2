"""Hearing over HTTP: a WAV comes in, words go out, and only what the household keeps is kept."""

import io
import wave
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.house import House, problem
from bailee.errors import UnavailableError
from bailee.household.endpoints import NewEndpoint
from bailee.types.endpoint import Way
from bailee.types.ids import DeviceId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.query import Query
from support.listening import SimulatedEngine, sound_of


@pytest.fixture
def engine(house: House) -> SimulatedEngine:
    """A recogniser without errors, in place of the house's own."""
    found = SimulatedEngine()
    house.service.voices._engine = found
    return found


@pytest.fixture
def kitchen(house: House) -> DeviceId:
    """It hands in sound, of nobody in particular."""
    device = house.device("kitchen")
    listen(house, device)
    return device


def listen(house: House, device: DeviceId, way: Way = Way.POST, address: str = "") -> None:
    new = NewEndpoint(way=way, address=address)
    house.service.household.endpoints.set(house.ana.principal, house.account_id, device, new)


def wav(pcm: bytes, *, rate: int = 16_000, width: int = 2, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setframerate(rate)
        file.setsampwidth(width)
        file.setnchannels(channels)
        file.writeframes(pcm)
    return out.getvalue()


def post(
    house: House, who: Any, body: bytes, lang: str = "en-us", **headers: str
) -> httpx.Response:
    told = {"Content-Type": "audio/wav", **headers}
    return house.ask("POST", "/v1/stt", who, params={"lang": lang}, content=body, headers=told)


def held(house: House) -> dict[Kind, int]:
    """How many artefacts of each kind there are."""
    page = house.service.household.timeline.list(house.ana.principal, house.account_id, Query())
    found: dict[Kind, int] = {}
    for recording in page.recordings:
        for each in recording.artefacts:
            found[each.kind] = found.get(each.kind, 0) + 1
    return found


def test_a_wav_is_heard_answered_and_kept(
    house: House, engine: SimulatedEngine, kitchen: DeviceId
) -> None:
    """As text for who asks for nothing else; with the answer for who asks for JSON."""
    token = house.token_of(kitchen)
    plain = post(house, token, wav(sound_of("walnuts are hard")))
    assert (plain.status_code, plain.text) == (200, "walnuts are hard")
    assert plain.headers["content-type"].startswith("text/plain")
    assert held(house) == {Kind.AUDIO: 1, Kind.TRANSCRIPT: 1}
    told = post(house, token, wav(sound_of("what time is it")), Accept="application/json").json()
    assert (told["transcript"], told["handled"], told["asks"]) == ("what time is it", True, False)
    assert told["answer"]
    assert engine.listened == ["en", "en"]


def test_a_token_is_a_password_too(
    house: House, engine: SimulatedEngine, kitchen: DeviceId
) -> None:
    """As `https://any:TOKEN@host/v1/stt` becomes one; a wrong one, and a person's, is no device's."""
    bearer = house.token_of(kitchen)["Authorization"].removeprefix("Bearer ")

    def basic(password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(f"ovos:{password}".encode()).decode()}

    assert post(house, basic(bearer), wav(sound_of("hello"))).text == "hello"
    for wrong in ("", bearer[:-1], house.ana.entered.token):
        problem(post(house, basic(wrong), wav(sound_of("hello"))), 401)
    problem(post(house, None, wav(sound_of("hello"))), 401)
    problem(post(house, house.ana, wav(sound_of("hello"))), 401)


def test_nothing_is_kept_where_nothing_is_to_be(
    house: House, engine: SimulatedEngine, kitchen: DeviceId
) -> None:
    """Answered all the same; and a key that makes repetitions harmless keeps no words either."""
    person = house.service.household.endpoints.of(house.account_id, kitchen).person_id
    for kind in (Kind.AUDIO, Kind.TRANSCRIPT):
        reach = Reach(kind=kind, person_id=person, device_id=kitchen)
        rules = house.service.household.keep_rules
        rules.put(house.ana.principal, house.account_id, reach, DONT_KEEP)
    token = {**house.token_of(kitchen), "Idempotency-Key": '"twice"'}
    for _ in range(2):
        answer = post(house, token, wav(sound_of("walnuts are hard")))
        assert answer.text == "walnuts are hard"
        assert "idempotency-replayed" not in answer.headers
    assert len(engine.listened) == 2
    assert held(house) == {}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"RIFF", 422),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", 422),
        (wav(bytes(800))[:30], 422),
        (wav(bytes(800)).replace(b"\x01\x00\x01\x00", b"\x03\x00\x01\x00", 1), 422),
        (wav(bytes(800), rate=4_000), 422),
        (wav(bytes(800), width=1), 422),
        (wav(bytes(2_400), channels=6), 422),
        (wav(bytes(121 * 16_000), rate=8_000), 422),
        (bytes((16 << 20) + 1), 413),
    ],
    ids=["empty", "torn", "hostile-length", "half-a-head", "not-pcm", "slow", "narrow", "wide",
         "long", "large"],
)  # fmt: skip
def test_what_is_no_wav_is_refused_and_kept_nowhere(
    house: House, engine: SimulatedEngine, kitchen: DeviceId, body: bytes, status: int
) -> None:
    """The recogniser is not even asked."""
    problem(post(house, house.token_of(kitchen), body), status)
    assert engine.listened == []
    assert held(house) == {}


def test_other_sound_is_turned_into_what_is_heard(
    house: House, engine: SimulatedEngine, kitchen: DeviceId
) -> None:
    """44.1 kHz, stereo, 24 bits: of the length that it had."""
    body = wav(bytes(44_100 * 6), rate=44_100, width=3, channels=2)
    heard: list[int] = []
    engine.script["end"] = lambda: heard.append(1)
    assert post(house, house.token_of(kitchen), body).status_code == 200
    assert heard == [1]


def test_what_is_not_set_up_says_how(house: House, engine: SimulatedEngine) -> None:
    """No endpoint, one of another way, one that was ended: 404, with what to do."""
    hall = house.device("hall")
    token = house.token_of(hall)
    assert problem(post(house, token, wav(bytes(800))), 404)["hint"]
    listen(house, hall, Way.LISTEN, "tcp://127.0.0.1:10300")
    said = problem(post(house, token, wav(bytes(800))), 404)
    assert "hands in sound" in said["hint"]
    listen(house, hall)
    assert post(house, token, wav(bytes(800))).status_code == 200
    house.service.household.endpoints.end(house.ana.principal, house.account_id, hall)
    problem(post(house, token, wav(bytes(800))), 404)


@pytest.mark.parametrize(
    ("headers", "lang", "status"),
    [
        ({"Content-Type": "audio/mpeg"}, "en", 415),
        ({"Content-Type": "application/octet-stream"}, "en", 415),
        ({}, "tlh", 422),
        ({}, "x" * 21, 422),
        ({}, "auto", 200),
        ({}, "", 200),
        ({}, "de_DE", 200),
        ({"Content-Type": "audio/x-wav; rate=16000"}, "en", 200),
    ],
    ids=str,
)
def test_which_language_and_which_type(
    house: House,
    engine: SimulatedEngine,
    kitchen: DeviceId,
    headers: dict[str, str],
    lang: str,
    status: int,
) -> None:
    answer = post(house, house.token_of(kitchen), wav(sound_of("hi")), lang, **headers)
    assert answer.status_code == status
    if status == 200:
        assert engine.listened == [{"de_DE": "de"}.get(lang, "en")]


@pytest.mark.parametrize("where", ["listen", "feed", "end"])
def test_a_recogniser_that_dies_is_told_and_the_sound_kept(
    house: House, engine: SimulatedEngine, kitchen: DeviceId, where: str
) -> None:
    """503: say it again; the sound is kept as the room is set."""
    engine.script[where] = raising(UnavailableError("It died."))
    problem(post(house, house.token_of(kitchen), wav(sound_of("walnuts"))), 503)
    assert held(house) == {Kind.AUDIO: 1}


def raising(error: Exception) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work
