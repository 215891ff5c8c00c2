"""What the gatehouse lets in: from our own pages, of a size, in time. Nothing else leaves a trace."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.house import House, problem
from bailee.api.app import DoorSettings
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from support.vaults import NOW_MS


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all of this file: what is refused changes nothing."""
    home = tmp_path_factory.mktemp("limits") / "vault"
    clock = FixedClock(NOW_MS)
    Vault.create(home, clock=clock).close()
    settings = DoorSettings(chunk_s=0.3, hosts=("Porch.lan",), metrics_networks=("10.0.0.0/8",))
    with House(home, clock, settings) as made:
        yield made


def said(house: House) -> int:
    """How many entries there are."""
    return house.service.vault.publish()


# -- whose name, whose page -----------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "@localhost", "[::1"]
)
def test_another_name_is_misdirected(open_house: House, host: str) -> None:
    """A page elsewhere whose name was pointed here reads nothing (DNS rebinding)."""
    found = problem(open_house.http.get("/v1/ledger/checkpoint", headers={"Host": host}), 421)
    assert found["type"] == "/v1/problems/misdirected"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80", "porch.lan."]
)
def test_our_names_and_addresses_are_ours(open_house: House, host: str) -> None:
    """An address is no page's name; a name that was given is ours."""
    answer = open_house.http.get("/v1/ledger/checkpoint", headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_write_from_another_page_is_refused(open_house: House, headers: dict[str, str]) -> None:
    """By whoever is signed in, with a good token, at any method that writes."""
    before = said(open_house)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = open_house.ask(method, "/devices", open_house.ana, headers=headers, json={})
        assert problem(answer, 403)["type"] == "/v1/problems/cross-origin"
    assert said(open_house) == before


def test_a_write_from_our_own_page_is_looked_at(open_house: House) -> None:
    """The same with our origin comes to the route, which finds what is missing."""
    answer = open_house.ask(
        "POST", "/devices", open_house.ana, headers={"Origin": open_house.url}, json={}
    )
    problem(answer, 422)


def test_a_proxy_that_nobody_told_of_is_refused(open_house: House) -> None:
    """Else everybody behind it would be taken for the machine itself."""
    headers = {"X-Forwarded-For": "203.0.113.9"}
    found = problem(open_house.http.get("/metrics", headers=headers), 421)
    assert "--behind-proxy" in found["hint"]


# -- how much -------------------------------------------------------------------------------


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65_536,
        deep(33),
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"name": "a", "name": "b"}',
        b'{"name": {"x": 1, "x": 1}}',
        b'{"name": NaN}',
        b'{"name": -Infinity}',
        b'{"name": 1' + b"0" * 5000 + b"}",
        b'{"name": "\\ud800"}',
        b'{"na\\udfffme": 1}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "a"}',
        '{"name": "a"}'.encode("utf-16"),
        b'{"name": "a"',
        b"nonsense",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_json_with_no_one_meaning_is_refused(open_house: House, body: bytes) -> None:
    """A bomb, a name twice, a number that is none, half a character: 422 before it is parsed."""
    before = said(open_house)
    headers = {"Content-Type": "application/json"}
    answer = open_house.ask("POST", "/devices", open_house.ana, headers=headers, content=body)
    assert problem(answer, 422)["type"] == "/v1/problems/input"
    assert said(open_house) == before


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "multipart/form-data"])
def test_a_body_beyond_64_kib_is_refused(open_house: House, kind: str) -> None:
    """Whatever it is called, whether its length was announced or not."""
    big = b'{"name": "' + b"a" * 65_536 + b'"}'

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(big), 1000):
            yield big[at : at + 1000]

    for content in (big, pieces()):
        headers = {"Content-Type": kind} if kind else {}
        answer = open_house.ask(
            "POST", "/devices", open_house.ana, headers=headers, content=content
        )
        assert problem(answer, 413)["type"] == "/v1/problems/too-large"


def test_quotes_and_brackets_inside_texts_count_for_nothing(open_house: House) -> None:
    """What is written in a text is no nesting, and not refused."""
    body = {"name": '[[[[\\"' * 20, "sort": "speaker", "room": "{" * 60}
    answer = open_house.ask("POST", "/devices", open_house.ana, json=body)
    assert "nested" not in answer.text
    assert answer.status_code in {201, 422}


@pytest.mark.parametrize("query", ["limit=1&limit=%00", "cursor=a%00", "nobody=knows"])
def test_a_query_that_nobody_knows_is_refused(open_house: House, query: str) -> None:
    """A NUL, or a parameter beyond the contract."""
    problem(open_house.ask("GET", f"/recordings?{query}", open_house.ana), 422)


# -- how fast -------------------------------------------------------------------------------


def wire(house: House, sent: bytes) -> bytes:
    """What comes back for *sent* on a plain connection, until it is closed or silent."""
    address = httpx.URL(house.url)
    with socket.create_connection(("127.0.0.1", address.port or 0), timeout=10) as line:
        line.sendall(sent)
        found = b""
        while b"\r\n\r\n" not in found or not found.endswith(b"}"):
            piece = line.recv(65_536)
            if not piece:
                break
            found += piece
        return found


def parsed(raw: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = raw.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_body_that_does_not_come_is_timed_out(open_house: House) -> None:
    """Half a body, then silence: 408, and nothing happened."""
    before = said(open_house)
    head = (
        f"POST /v1/households/{open_house.account_id}/devices HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {open_house.ana.auth['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    )
    status, found = parsed(wire(open_house, head.encode() + b'{"name":'))
    assert (status, found["type"]) == (408, "/v1/problems/too-slow"), found
    assert said(open_house) == before


def test_a_stream_that_falls_silent_is_timed_out(open_house: House) -> None:
    """An upload that stops half way frees its place, and leaves nothing."""
    query = f"kind=audio&captured_at=2026-01-01T00:00:00Z&device={open_house.device('attic')}&person={open_house.ana.id}"
    before = said(open_house)
    head = (
        f"POST /v1/households/{open_house.account_id}/recordings?{query} HTTP/1.1\r\n"
        "Host: localhost\r\n"
        f"Authorization: {open_house.ana.auth['Authorization']}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n"
    )
    status, found = parsed(wire(open_house, head.encode() + bytes(100_000)))
    assert (status, found["type"]) == (408, "/v1/problems/too-slow"), found
    assert said(open_house) == before


# -- every answer ---------------------------------------------------------------------------


def test_every_answer_carries_what_keeps_browsers_safe(open_house: House) -> None:
    """Good answers, problems and what no route has; and an id that the log has too."""
    seen = set()
    for path in ("/v1/ledger/checkpoint", "/v1/session", "/nowhere", "/health/live"):
        headers = open_house.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] in {"no-store", "no-cache"}
        assert "server" not in headers or "uvicorn" in headers["server"]  # `bailee serve`: none
        seen.add(headers["x-request-id"])
    assert len(seen) == 4


def test_what_nobody_foresaw_is_a_problem_that_says_nothing(
    open_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500, without a word of what went wrong; the request's id leads to the log."""

    def broken(*_: object) -> None:
        raise LookupError("walnuts are in the cellar")

    monkeypatch.setattr(type(open_house.service.household.houses), "show", broken)
    answer = open_house.ask("GET", "", open_house.ana)
    found = problem(answer, 500)
    assert found["type"] == "/v1/problems/broken"
    assert "walnuts" not in answer.text
    assert found["request"] == answer.headers["x-request-id"]


def test_a_stranger_without_a_way_is_told_so(open_house: House) -> None:
    """An unknown path, a method that is not taken."""
    problem(open_house.http.get("/v2"), 404)
    found = open_house.http.put("/v1/ledger/checkpoint")
    problem(found, 405)
    assert "GET" in found.headers["allow"]


def test_nothing_is_kept_of_what_was_refused(open_house: House) -> None:
    """The words of a refused body are in no file of the vault."""
    needle = b"the walnuts of the cellar, refused"
    content = b'{"name": "' + needle + b'", "name": 1}'
    headers = {"Content-Type": "application/json"}
    problem(
        open_house.ask("POST", "/devices", open_house.ana, headers=headers, content=content), 422
    )
    assert not open_house.service.vault.scan([needle]).found
