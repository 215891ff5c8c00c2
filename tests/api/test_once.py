"""A write that is repeated with its key is done once, and answered the same."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from api.beside import dying
from api.house import House, problem
from bailee.api.once_store import KEPT_MS, OnceStore
from bailee.errors import UnavailableError
from bailee.household.devices import Devices
from bailee.store.api_tables import idempotency
from bailee.store.rooms import KEPT_TABLES
from bailee.types.role import Right, Role

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
PORCH = {"name": "porch", "sort": "camera"}


def add(
    house: House, who: Any, body: Any = PORCH, key: str = KEY, **headers: str
) -> httpx.Response:
    return house.ask(
        "POST", "/devices", who, json=body, headers={"Idempotency-Key": key, **headers}
    )


def rows(house: House) -> list[Any]:
    wanted = sa.select(idempotency).order_by(idempotency.c.made_ms)
    return list(house.service.vault.desk().database.read(lambda c: c.execute(wanted).all()))


def devices(house: House) -> int:
    return len(house.ask("GET", "/devices", house.ana).json()["devices"])


def test_a_repetition_gets_the_first_answer(house: House) -> None:
    """The same status, headers and body, marked as repeated; and one device, one entry."""
    first, size = add(house, house.ana), house.service.vault.publish()
    again = add(house, house.ana)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert devices(house) == 1
    assert house.service.vault.publish() == size


def test_a_token_that_is_shown_once_can_be_had_again_by_its_asker(house: House) -> None:
    """Whoever lost the answer on the way is not left with a token that nobody knows."""
    path = f"/devices/{house.device()}/tokens"
    first = house.ask("POST", path, house.ana, headers={"Idempotency-Key": KEY})
    again = house.ask("POST", path, house.ana, headers={"Idempotency-Key": KEY})
    assert first.json()["token"] == again.json()["token"]


def test_quotation_marks_may_be_left_out(house: House) -> None:
    """With them or without, it is the same key."""
    add(house, house.ana)
    assert add(house, house.ana, key=KEY.strip('"')).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("key", ["", '""', "a b", "x" * 256, 'ha"lf'])
def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    """Empty, with a space, too long, half quoted; and nothing is done."""
    problem(add(house, house.ana, key=key), 422)
    assert devices(house) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"body": {**PORCH, "room": "attic"}},
        {"body": {"name": "attic", "sort": "camera"}},
    ],
)
def test_another_request_with_the_same_key_is_refused(house: House, other: Any) -> None:
    """It is not done, and the first answer is not given for it."""
    add(house, house.ana)
    found = problem(add(house, house.ana, **other), 422)
    assert "key" in found["detail"]
    assert devices(house) == 1


def test_another_path_with_the_same_key_is_refused(house: House) -> None:
    """The path and the query are part of the request."""
    add(house, house.ana)
    answer = house.ask("POST", "/persons", house.ana, json=PORCH, headers={"Idempotency-Key": KEY})
    problem(answer, 422)


def test_one_callers_key_is_nothing_to_another(house: House) -> None:
    """Another person's, and a session's that came after, begin anew."""
    bea = house.person("Bea", Role.OWNER, *Right)
    add(house, house.ana)
    answer = add(house, bea, {"name": "attic", "sort": "camera"})
    assert answer.status_code == 201
    assert devices(house) == 2


def test_nobody_has_it_who_is_not_signed_in_any_more(house: House) -> None:
    """The answer of a session that has ended opens for nobody."""
    add(house, house.ana)
    house.ask("DELETE", "/v1/session", house.ana)
    problem(add(house, house.ana), 401)


def test_what_is_kept_tells_nothing_to_who_has_the_database(house: House) -> None:
    """Neither token nor key nor answer nor request can be read, or found again, from its row."""
    path = f"/devices/{house.device('walnut shelf')}/tokens"
    made = house.ask("POST", path, house.ana, headers={"Idempotency-Key": KEY}).json()["token"]
    (row,) = rows(house)
    whole = b"".join(bytes(each) for each in row if isinstance(each, bytes))
    for needle in (made, KEY.strip('"'), house.ana.entered.token, "walnut"):
        assert needle.encode() not in whole
    found = house.service.vault.scan([made.encode(), house.ana.entered.token.encode()])
    assert not found.found


def test_nothing_of_it_is_in_a_backup() -> None:
    """A restored vault repeats nobody's answers."""
    assert idempotency not in KEPT_TABLES


@pytest.mark.parametrize("status", [401, 403, 422])
def test_what_was_wrong_with_a_request(house: House, status: int) -> None:
    """Is said again from memory; who was not signed in may sign in and repeat."""
    who: Any = house.ana
    body: Any = PORCH
    if status == 401:
        who = {"Authorization": "Bearer nonsense"}
    elif status == 403:
        who = house.person("Leo", Role.MEMBER, Right.VIEW)
    else:
        body = {"name": "porch", "sort": "teapot"}
    assert add(house, who, body).status_code == status
    again = add(house, who, body)
    assert again.status_code == status
    assert again.headers.get("idempotency-replayed") == (None if status == 401 else "true")
    assert len(rows(house)) == (0 if status == 401 else 1)


def test_what_failed_for_want_of_something_may_be_repeated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 says that nothing was changed: the same key is done when it can be."""

    def away(*_: object, **__: object) -> None:
        raise UnavailableError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Devices, "add", away)
        problem(add(house, house.ana), 503)
    assert add(house, house.ana).status_code == 201


def test_what_broke_is_looked_at_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows how far a 500 came: its repetition is a conflict that says to look."""

    def broken(*_: object, **__: object) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr(Devices, "add", broken)
        problem(add(house, house.ana), 500)
    assert "Look" in problem(add(house, house.ana), 409)["hint"]


def test_two_at_once_are_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first is under way the second is a conflict; afterwards it has the answer."""
    begun, go_on, real = threading.Event(), threading.Event(), Devices.add

    def slow(self: Devices, *args: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return real(self, *args)

    monkeypatch.setattr(Devices, "add", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(add, house, house.ana)
        assert begun.wait(20)
        found = problem(add(house, house.ana), 409)
        go_on.set()
        assert first.result().status_code == 201
    assert "under way" in found["detail"]
    assert add(house, house.ana).headers["idempotency-replayed"] == "true"
    assert devices(house) == 1


def test_many_at_once_are_one(house: House) -> None:
    """Eight of the same at the same time: one is done, nobody gets another answer than it."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: add(house, house.ana), range(8)))
    good = [each.json() for each in answers if each.status_code == 201]
    assert good
    assert all(each == good[0] for each in good)
    assert {each.status_code for each in answers} <= {201, 409}
    assert devices(house) == 1


def test_a_process_that_was_killed_is_looked_at_first(house: House) -> None:
    """Killed between the deed and the answer: no repetition does it twice, in any process."""
    home, at_ms = house.service.vault.home, house.clock.now_ms()
    path, headers = house.path("/devices"), {**house.ana.auth, "Idempotency-Key": KEY}
    with dying(home, at_ms) as http, pytest.raises(httpx.TransportError):
        http.post(path, json=PORCH, headers=headers)
    assert devices(house) == 1
    found = problem(add(house, house.ana), 409)
    assert "cut short" in found["detail"]
    assert devices(house) == 1


def test_a_key_counts_for_a_day(house: House) -> None:
    """Then it is nothing any more, and its row goes; a clock that steps back keeps none for ever."""
    add(house, house.ana)
    house.clock.advance(ms=KEPT_MS)
    OnceStore(house.service).sweep()
    assert rows(house) == []
    house.clock.advance(ms=-KEPT_MS)
    add(house, house.ana, {"name": "attic", "sort": "camera"})
    house.clock.advance(ms=-2 * KEPT_MS)
    OnceStore(house.service).sweep()
    assert rows(house) == []


def test_a_stream_is_known_by_its_length_and_digest(house: House) -> None:
    """A deposit is done once, and other bytes with the same key are refused where they say so."""
    device = house.device()
    who = house.token_of(device)
    query = f"?kind=audio&captured_at=2026-09-21T14:12:00Z&person={house.ana.id}"
    more = {"Content-Type": "audio/wav", "Idempotency-Key": KEY}

    def hand_in(content: bytes, **headers: str) -> httpx.Response:
        told = {**more, **headers}
        return house.ask("POST", f"/recordings{query}", who, content=content, headers=told)

    first = hand_in(b"walnuts", **{"Content-Digest": "sha-256=:AA==:"})
    assert first.status_code == 201, first.text
    again = hand_in(b"walnuts", **{"Content-Digest": "sha-256=:AA==:"})
    assert again.json() == first.json()
    problem(hand_in(b"walnuts", **{"Content-Digest": "sha-256=:AAA=:"}), 422)
    problem(hand_in(b"almonds!"), 422)
    shown = house.ask("GET", "/recordings", house.ana).json()["recordings"]
    assert len(shown) == 1


def test_a_browser_needs_its_form_token_for_a_repetition_too(house: House) -> None:
    """A cookie alone opens no kept answer."""
    token = house.ana.entered.token
    cookie = {"Cookie": f"__Host-bailee-session={token}"}
    csrf = house.ask("GET", "/v1/session", cookie).json()["csrf"]
    assert add(house, cookie, **{"X-CSRF-Token": csrf}).status_code == 201
    problem(add(house, cookie), 403)
    again = add(house, cookie, **{"X-CSRF-Token": csrf})
    assert json.loads(again.text)["name"] == "porch"
    assert again.headers["idempotency-replayed"] == "true"


def test_without_a_key_nothing_is_kept(house: House) -> None:
    """Nor for what is no POST."""
    house.ask("POST", "/devices", house.ana, json=PORCH)
    house.ask("GET", "/devices", house.ana, headers={"Idempotency-Key": KEY})
    assert rows(house) == []
