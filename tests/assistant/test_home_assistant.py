"""What is handed on to Home Assistant, what comes of its answers, and of all it may do instead."""

import json
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from assistant.simulated_home_assistant import TOKEN, Simulated, send, simulated
from bailee.assistant.home_assistant import (
    GOES_ON_MS,
    MOST_BYTES,
    Failure,
    HomeAssistant,
    parse_address,
    read_token,
)
from bailee.cli.authority import Place, new_authority, new_key, new_server
from bailee.clock import FixedClock
from bailee.errors import InputError, UnavailableError
from support.vaults import NOW_MS

LIGHT = "turn on the light in the kitchen"


@dataclass
class Beside:
    """One end and the other."""

    home: Simulated
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW_MS))
    failures: list[Failure] = field(default_factory=list)

    def endpoint(
        self, *, token: str = TOKEN, patience_s: float = 60.0, at: str = ""
    ) -> HomeAssistant:
        return HomeAssistant(
            at=parse_address(at or f"http://127.0.0.1:{self.home.port}"),
            token=token,
            clock=self.clock,
            failed=self.failures.append,
            patience_s=patience_s,
        )


@pytest.fixture
def beside() -> Iterator[Beside]:
    with simulated() as home:
        yield Beside(home)


def test_what_is_said_goes_there_and_the_answer_comes_back(beside: Beside) -> None:
    assert beside.endpoint()(LIGHT, "en") == f"You said {LIGHT}"
    assert beside.home.asked == [{"text": LIGHT, "language": "en"}]
    assert beside.home.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert beside.failures == []


def test_any_letters_come_through(beside: Beside) -> None:
    assert beside.endpoint()("Mach das Licht in Jörgs Küche an 💡", "de") == (
        "You said Mach das Licht in Jörgs Küche an 💡"
    )


def test_a_conversation_goes_on_for_a_while(beside: Beside) -> None:
    """So that “and in the hall” is understood; five minutes later it is another one."""
    endpoint = beside.endpoint()
    endpoint(LIGHT, "en")
    beside.clock.advance(ms=GOES_ON_MS - 1)
    endpoint("and in the hall", "en")
    beside.clock.advance(ms=GOES_ON_MS)
    endpoint("good morning", "en")
    ids = [each.get("conversation_id") for each in beside.home.asked]
    assert ids == [None, "conversation-1", None]


def test_conversations_in_two_rooms_do_not_mix(beside: Beside) -> None:
    beside.endpoint()(LIGHT, "en")
    beside.endpoint()(LIGHT, "en")
    assert [each.get("conversation_id") for each in beside.home.asked] == [None, None]


def drip(to: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for ever."""
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    pause = Event()
    while not pause.wait(0.05):
        to.wfile.write(b"X")


def hang(to: BaseHTTPRequestHandler) -> None:
    to.rfile.read(1)


def break_off(to: BaseHTTPRequestHandler) -> None:
    to.connection.shutdown(socket.SHUT_RDWR)


def speak_otherwise(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"SSH-2.0-hello\r\n")


def answer(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda to: send(to, status, body, **headers)


def speech(words: object) -> bytes:
    return json.dumps({"response": {"speech": {"plain": {"speech": words}}}}).encode()


MISBEHAVES = {
    "an error": (answer(500, b"500"), Failure.NO_ANSWER),
    "the token is refused": (answer(401, b""), Failure.REFUSED),
    "not an administrator": (answer(403, b""), Failure.REFUSED),
    "a page": (answer(200, b"<html>"), Failure.NO_ANSWER),
    "no body": (answer(200, b""), Failure.NO_ANSWER),
    "another shape": (answer(200, b"[]"), Failure.NO_ANSWER),
    "data of another shape": (
        answer(200, b'{"response": {"speech": {"plain": {"speech": "a"}}, "data": 1}}'),
        Failure.NO_ANSWER,
    ),
    "no speech": (answer(200, b'{"response": {"speech": {}}}'), Failure.NO_ANSWER),
    "speech that is no text": (answer(200, speech([1])), Failure.NO_ANSWER),
    "null": (answer(200, b"null"), Failure.NO_ANSWER),
    "not UTF-8": (answer(200, b"\xff\xfe\xff"), Failure.NO_ANSWER),
    "a nest": (answer(200, b"[" * 60_000), Failure.NO_ANSWER),
    "too long": (answer(200, speech("a" * MOST_BYTES)), Failure.NO_ANSWER),
    "cut short": (answer(200, speech("hello")[:-5]), Failure.NO_ANSWER),
    "a redirection": (answer(302, b"", Location="http://127.0.0.1:1/"), Failure.NO_ANSWER),
    "no HTTP": (speak_otherwise, Failure.NO_ANSWER),
    "it hangs up": (break_off, Failure.UNREACHABLE),
}


@pytest.mark.parametrize("name", MISBEHAVES)
def test_another_answer_is_none(beside: Beside, name: str) -> None:
    """It is told why, in one word, and nothing is raised; the next question is asked as before."""
    beside.home.misbehave, why = MISBEHAVES[name]
    endpoint = beside.endpoint()
    assert endpoint(LIGHT, "en") is None
    assert beside.failures == [why]
    beside.home.misbehave = None
    assert endpoint(LIGHT, "en") == f"You said {LIGHT}"


@pytest.mark.parametrize("late", [hang, drip])
def test_one_who_never_ends_is_not_waited_for(
    beside: Beside, late: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    """Neither silence nor a byte now and then keeps somebody waiting; the connection is ended."""
    beside.home.misbehave = late
    assert beside.endpoint(patience_s=0.3)(LIGHT, "en") is None
    assert beside.failures == [Failure.TOO_LATE]


def test_silence_is_no_answer_and_no_failure(beside: Beside) -> None:
    beside.home.misbehave = answer(200, speech("  "))
    assert beside.endpoint()(LIGHT, "en") is None
    assert beside.failures == []


def test_that_it_is_lost_is_no_answer(beside: Beside) -> None:
    """Its apology is not said: bailee may know better. What else went wrong is."""

    def said(code: str) -> bytes:
        response = {"speech": {"plain": {"speech": "Sorry"}}, "data": {"code": code}}
        return json.dumps({"response": response | {"response_type": "error"}}).encode()

    beside.home.misbehave = answer(200, said("no_intent_match"))
    assert beside.endpoint()(LIGHT, "en") is None
    beside.home.misbehave = answer(200, said("no_valid_targets"))
    assert beside.endpoint()(LIGHT, "en") == "Sorry"
    assert beside.failures == []


def test_a_conversation_of_another_kind_is_not_gone_on_with(beside: Beside) -> None:
    """An id without end is not sent again."""
    body = speech("hello")[:-1] + b', "conversation_id": "' + b"x" * 1_000 + b'"}'
    endpoint = beside.endpoint()
    beside.home.misbehave = answer(200, body)
    assert endpoint(LIGHT, "en") == "hello"
    beside.home.misbehave = None
    endpoint(LIGHT, "en")
    assert "conversation_id" not in beside.home.asked[0]


def test_a_wrong_token_is_told_apart(beside: Beside) -> None:
    assert beside.endpoint(token="another")(LIGHT, "en") is None
    assert beside.failures == [Failure.REFUSED]


@pytest.mark.parametrize("at", ["http://127.0.0.1:1", "http://a..b:8123", "http://[::1]:1"])
def test_nobody_there(beside: Beside, at: str) -> None:
    assert beside.endpoint(at=at)(LIGHT, "en") is None
    assert beside.failures == [Failure.UNREACHABLE]


def test_a_way_before_the_api_is_kept(beside: Beside) -> None:
    """Behind a proxy it may be somewhere below: then that is where it is asked."""
    at = f"http://127.0.0.1:{beside.home.port}/home/"
    assert beside.endpoint(at=at)(LIGHT, "en") is None
    assert beside.failures == [Failure.NO_ANSWER]


def test_nothing_of_it_is_logged(beside: Beside, caplog: pytest.LogCaptureFixture) -> None:
    """Neither words nor the token: nor in how it prints itself."""
    caplog.set_level(logging.DEBUG)
    endpoint = beside.endpoint()
    endpoint(LIGHT, "en")
    beside.home.misbehave = hang
    beside.endpoint(patience_s=0.1)(LIGHT, "en")
    assert not caplog.records
    assert TOKEN not in repr(endpoint)


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS that goes by *name*, and the authority that vouches for it."""
    place, now = Place(names=(name,), addresses=()), datetime.now(UTC)
    root_key, key = new_key(), new_key()
    root = new_authority(root_key, place, now)
    server = new_server(root, root_key, key, place, now)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(Encoding.PEM) + private)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "root.pem"


@pytest.mark.parametrize(
    ("name", "known", "trusted"),
    [("localhost", True, True), ("localhost", False, False), ("other.lan", True, False)],
)
def test_its_certificate_is_verified(tmp_path: Path, name: str, known: bool, trusted: bool) -> None:
    """The house's own authority is trusted where it is named, for the name it vouches for."""
    tls, authority = certified(tmp_path, name)
    with simulated(tls) as home:
        beside = Beside(home)
        at = parse_address(f"https://localhost:{home.port}", authority=authority if known else None)
        said = replace(beside.endpoint(), at=at)(LIGHT, "en")
        assert said == (f"You said {LIGHT}" if trusted else None)
        assert beside.failures == ([] if trusted else [Failure.UNTRUSTED])
        assert len(home.asked) == trusted


def test_an_endless_handshake_is_not_waited_for() -> None:
    """Who accepts a connection and never speaks TLS is cut off as well."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failures: list[Failure] = []
        endpoint = HomeAssistant(
            at=parse_address(f"https://127.0.0.1:{silent.getsockname()[1]}"),
            token=TOKEN,
            clock=FixedClock(NOW_MS),
            failed=failures.append,
            patience_s=0.3,
        )
        assert endpoint(LIGHT, "en") is None
        assert failures == [Failure.TOO_LATE]


@pytest.mark.parametrize(
    "text",
    [
        "homeassistant.local:8123",
        "ftp://homeassistant.local",
        "file:///etc/passwd",
        "http://",
        "http://ana:secret@homeassistant.local:8123",
        "http://homeassistant.local:99999",
        "http://homeassistant.local:8123/?a=b",
        "http://homeassistant.local:8123/#a",
        "http://home assistant:8123",
        "http://homeassistant.local:8123/\r\nX: y",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """And never repeated: it may hold a password."""
    with pytest.raises(InputError, match="no address") as refused:
        parse_address(text)
    assert "secret" not in str(refused.value)


def test_an_address_has_its_scheme_s_port() -> None:
    assert parse_address("http://home.example").port == 80
    secure = parse_address("https://home.example/ha/")
    assert (secure.port, secure.path) == (443, "/ha")
    assert secure.tls is not None
    assert secure.tls.verify_mode is ssl.CERT_REQUIRED
    assert secure.tls.check_hostname


def test_an_authority_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    path.write_text("hello")
    for each in (path, tmp_path / "nowhere.pem"):
        with pytest.raises(InputError, match="not a certificate"):
            parse_address("https://home.example", authority=each)


def test_a_token_is_read_from_a_file_that_is_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(f"{TOKEN}\n")
    assert read_token(path) == TOKEN
    for mode in (0o640, 0o604, 0o660, 0o644):
        path.chmod(mode)
        with pytest.raises(InputError, match="can be read by others") as refused:
            read_token(path)
        assert "chmod 600" in str(refused.value)
    path.chmod(0o600)
    for held in (b"", b"\n", b"two words", b"two\nlines", b"\xff", b"x" * 5_000, b"a\x00b"):
        path.write_bytes(held)
        with pytest.raises(InputError, match="something else"):
            read_token(path)


def test_a_token_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for each in (tmp_path / "nothing", tmp_path):
        with pytest.raises(UnavailableError, match="cannot be read"):
            read_token(each)
