"""The log: enough to see what happened, and nothing of anybody."""

import io
import json
import logging
import re
import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from api.house import PASSWORD, House, problem
from bailee.api import logs
from bailee.errors import InputError
from bailee.types.role import Right, Role

_LOGGERS = ("bailee.api", "uvicorn.error", "apscheduler", "asyncio")
FIELDS = {"at", "level", "event", "request", "method", "route", "status", "ms", "bytes"}


class Written(io.StringIO):
    """A stream whose reader can wait for lines: they come after the answer did."""

    def __init__(self) -> None:
        super().__init__()
        self._more = threading.Condition()

    def write(self, text: str, /) -> int:
        with self._more:
            self._more.notify_all()
            return super().write(text)

    def lines(self, count: int) -> list[dict[str, Any]]:
        """All of them, once there are *count*."""
        with self._more:
            assert self._more.wait_for(lambda: self.getvalue().count("\n") >= count, timeout=20)
        return [json.loads(each) for each in self.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    """What the log says during a test; the loggers are as before afterwards."""
    kept = [
        (each, each.handlers, each.propagate, each.level)
        for each in map(logging.getLogger, _LOGGERS)
    ]
    stream = Written()
    logs.to_stream(stream)
    yield stream
    for logger, handlers, propagate, level in kept:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_a_request_is_one_line_of_json(house: House, written: Written) -> None:
    """When, what, how it ended, how long it took: the template, never the path."""
    answer = house.ask("GET", f"/persons/{house.ana.id}", house.ana)
    (line,) = written.lines(1)
    assert set(line) == FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
    assert line["event"] == "request"
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["route"] == "/v1/households/{account}/persons/{person}"
    assert line["bytes"] == len(answer.content)
    assert line["ms"] >= 0


def test_what_broke_is_told_by_type_and_place(
    house: House, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exception's class and line; never what it says, which may be anything."""

    def broken(*_: object) -> None:
        raise LookupError("walnuts are in the cellar")

    monkeypatch.setattr(type(house.service.household.houses), "show", broken)
    answer = house.ask("GET", "", house.ana)
    problem(answer, 500)
    told, request = written.lines(2)
    assert told["event"] == "broken"
    assert told["level"] == "error"
    assert told["error"] == "LookupError"
    assert re.search(r"households\.py:\d+ < test_logs\.py:\d+", told["where"])
    assert told["request"] == request["request"] == answer.headers["x-request-id"]
    assert "walnuts" not in written.getvalue()


def test_libraries_are_told_by_their_place_alone(written: Written) -> None:
    """What uvicorn, APScheduler and asyncio write may hold addresses and paths."""
    for name in ("uvicorn.error", "apscheduler.executors.default", "asyncio"):
        error = InputError("walnuts")
        logging.getLogger(name).error("walnuts at %s", "203.0.113.9", exc_info=error)
    found = written.lines(3)
    assert [each["event"] for each in found] == ["library"] * 3
    assert all(each["error"] == "InputError" for each in found)
    assert all(each["line"].startswith("test_logs:") for each in found)
    assert "walnuts" not in written.getvalue()
    assert "203.0.113.9" not in written.getvalue()


def canary(kind: str) -> str:
    """A word that is nowhere else."""
    return f"{kind}{secrets.token_hex(6)}"


def test_a_whole_story_leaves_nothing_of_anybody(house: House, written: Written) -> None:
    """Every name, word, token, code, path, query and header of it: in no line."""
    sown: list[str] = [PASSWORD, house.ana.entered.token, house.ana.secret, *house.ana.codes]

    def sow(kind: str) -> str:
        sown.append(canary(kind))
        return sown[-1]

    leo = house.person(sow("Leo"), Role.MEMBER, Right.VIEW)
    device = house.ask(
        "POST", "/devices", house.ana, json={"name": sow("porch"), "sort": "camera"}
    ).json()["id"]
    token = house.token_of(device)
    sown += [token["Authorization"], leo.entered.token, leo.id, house.ana.id, device]
    agent = {"User-Agent": sow("agent"), "X-Walnut": sow("header"), "Cookie": f"a={sow('cookie')}"}
    told = f"kind=audio&captured_at=2026-09-21T14:12:00Z&person={house.ana.id}&name={sow('file')}"
    deposited = house.ask(
        "POST", f"/recordings?{told}", token, content=sow("content").encode() * 9, headers=agent
    )
    recording = deposited.json()["recording"]
    sown += [recording, deposited.json()["artefact"]]
    house.ask("GET", f"/recordings/{recording}/content", house.ana, headers=agent)
    house.ask("GET", f"/recordings/{recording}/content?{sow('query')}=1", house.ana)
    house.ask("POST", f"/{sow('path')}", leo, json={sow("field"): sow("value")})
    house.ask("POST", "/devices", leo, content=b'{"' + sow("broken").encode())
    house.ask("GET", "", {"Authorization": f"Bearer {sow('token')}"})
    house.ask(
        "POST", "/v1/sign-in", json={"name": sow("who"), "password": sow("password")}, headers=agent
    )
    house.ask("POST", "/v1/sign-in", json={"name": "ana", "password": PASSWORD, "code": "123456"})
    house.ask("POST", "/devices", house.ana, json={}, headers={"Idempotency-Key": sow("key")})
    house.ask("DELETE", f"/devices/{device}", house.ana)
    house.ask("POST", "/erasures", house.ana, json={"recordings": [recording]})
    house.ask("GET", f"/recordings/{recording}/content", house.ana)
    house.ask("POST", "/devices", leo, json={"name": sow("attic"), "sort": "camera"})
    house.ask("DELETE", "/v1/session", leo)
    found = written.lines(15)
    assert {200, 201, 202, 401, 403, 404, 410, 422} <= {each["status"] for each in found}
    text = written.getvalue()
    for needle in [*sown, house.account_id, "127.0.0.1", "localhost", "walnut"]:
        assert needle not in text, needle


def test_without_a_stream_nothing_is_written(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """A program that only uses the rooms hears nothing of it."""
    house.ask("GET", "", house.ana)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
