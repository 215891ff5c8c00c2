"""Resumable uploads over HTTP, as any program that speaks tus 1.0.0 sends them."""

import base64
import errno
import hashlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from api.house import House, Someone, problem
from bailee.api.bodies import tell_moment
from bailee.clock import FixedClock
from bailee.custody.scan import needles_of
from bailee.store import files
from bailee.types.choice import Choice
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.ids import DeviceId
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.upload import Limits
from support.vaults import HOUR_MS, assert_sound

Who = Someone | Mapping[str, str]
WHOLE = hashlib.shake_128(b"walnuts").digest(3_000_000)
BYTES = "application/offset+octet-stream"
DAY_MS = 86_400_000


def encoded(said: Mapping[str, str]) -> str:
    """`Upload-Metadata`."""
    return ",".join(
        f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items()
    )


@dataclass
class Sender:
    """A program that speaks the protocol, and nothing of bailee but its address."""

    house: House
    who: Who
    device: str = ""

    def ask(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        headers = {"Tus-Resumable": "1.0.0", **more.pop("headers", {})}
        answer = self.house.ask(method, f"/v1/uploads{path}", self.who, headers=headers, **more)
        assert answer.headers["tus-resumable"] == "1.0.0", answer.text
        return answer

    def begin(self, size: int = len(WHOLE), **said: Any) -> httpx.Response:
        told = {
            "kind": "audio",
            "person_id": self.house.ana.id,
            "captured_at": tell_moment(self.house.clock.now_ms() - HOUR_MS),
            **said,
        }
        fitting = {name: str(text) for name, text in told.items() if text is not None}
        headers = {"Upload-Length": str(size), "Upload-Metadata": encoded(fitting)}
        return self.ask("POST", headers=headers)

    def begun(self, size: int = len(WHOLE), **said: Any) -> str:
        """Where the upload is, below the collection."""
        answer = self.begin(size, **said)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].removeprefix("/v1/uploads")

    def patch(self, path: str, offset: int, data: Any, **headers: str) -> httpx.Response:
        told = {"Content-Type": BYTES, "Upload-Offset": str(offset), **headers}
        return self.ask("PATCH", path, headers=told, content=data)

    def head(self, path: str) -> httpx.Response:
        return self.ask("HEAD", path)

    def offset(self, path: str) -> int:
        answer = self.head(path)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])


def staged(house: House) -> list[Path]:
    return list((house.service.vault.home / "uploads").iterdir())


@pytest.fixture
def sender(house: House) -> Sender:
    """The kitchen's speaker, with a token of its own."""
    device = house.device()
    return Sender(house, house.token_of(device), device)


def content_of(house: House, answer: httpx.Response) -> bytes:
    """What an upload became, as its owner hears it."""
    where = answer.headers["content-location"]
    return house.ask("GET", f"{where}/content", house.ana).content


def test_an_upload_with_breaks_is_heard_byte_for_byte(house: House, sender: Sender) -> None:
    """Begun, sent in pieces, asked where it goes on, ended; then it is a recording like any other."""
    path = sender.begun(name="evening.wav", filetype="audio/wav", duration_ms=1500, keep_days=3)
    first = sender.patch(path, 0, WHOLE[:1_000_000])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000000")
    assert "content-location" not in first.headers
    shown = sender.head(path)
    assert shown.headers["upload-length"] == str(len(WHOLE))
    assert shown.headers["cache-control"] == "no-store"
    assert "kind YXVkaW8=" in shown.headers["upload-metadata"]
    last = sender.patch(path, 1_000_000, iter([WHOLE[1_000_000:]]))  # of a length nobody was told
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(WHOLE)))
    assert content_of(house, last) == WHOLE
    assert sender.head(path).headers["content-location"] == last.headers["content-location"]
    found = house.ask("GET", last.headers["content-location"], house.ana).json()
    [artefact] = found["artefacts"]
    assert (artefact["name"], artefact["details"]) == ("evening.wav", {"media_type": "audio/wav"})
    assert_sound(house.service.vault)


def test_a_person_uploads_too(house: House) -> None:
    """In their own name, of their own device or another."""
    sender = Sender(house, house.ana)
    path = sender.begun(5, device_id=house.device())
    assert content_of(house, sender.patch(path, 0, b"hello")) == b"hello"


def test_a_transcript_goes_to_its_recording(house: House, sender: Sender) -> None:
    """What is made from recordings is uploaded to where they are."""
    done = sender.patch(sender.begun(5), 0, b"hello")
    recording = done.headers["content-location"].rsplit("/", 1)[1]
    typist = Sender(house, house.ana)
    path = typist.begun(
        4, kind="transcript", derived_from=recording, person_id=None, captured_at=None
    )
    made = typist.patch(path, 0, b"text")
    assert made.headers["content-location"] == done.headers["content-location"]
    assert house.ask("GET", f"/recordings/{recording}/content?kind=transcript", house.ana).text == (
        "text"
    )


def test_the_server_says_what_it_speaks(house: House, sender: Sender) -> None:
    """To anybody, version or not."""
    answer = house.ask("OPTIONS", "/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(64 << 30)
    assert "sha1" in answer.headers["tus-checksum-algorithm"].split(",")
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "expiration",
        "checksum",
        "termination",
    }
    assert house.ask("OPTIONS", f"/v1/uploads{sender.begun()}").status_code == 204


def test_another_version_is_refused(house: House, sender: Sender) -> None:
    """Nothing of it is done, and it is told which version is spoken."""
    path = sender.begun()
    asked = (("POST", ""), ("PATCH", path), ("HEAD", path), ("DELETE", path))
    for (method, where), version in product(asked, (None, "0.2.2", "1.0.0, 0.2.2", "")):
        told = {} if version is None else {"Tus-Resumable": version}
        answer = house.ask(method, f"/v1/uploads{where}", sender.who, headers=told)
        assert answer.status_code == 412
        assert answer.headers["tus-version"] == "1.0.0"
    assert sender.offset(path) == 0


def test_a_first_piece_may_come_with_the_beginning(house: House, sender: Sender) -> None:
    """`creation-with-upload`: a part, or all of it; what is wrong with it leaves no upload behind."""
    said = {
        "kind": "audio",
        "person_id": house.ana.id,
        "captured_at": tell_moment(house.clock.now_ms() - HOUR_MS),
    }
    headers = {
        "Upload-Length": "10",
        "Upload-Metadata": encoded(said),
        "Content-Type": BYTES,
    }
    part = sender.ask("POST", headers=headers, content=b"hello")
    assert (part.status_code, part.headers["upload-offset"]) == (201, "5")
    path = part.headers["location"].removeprefix("/v1/uploads")
    assert content_of(house, sender.patch(path, 5, b"walnut"[:5])) == b"hellowalnu"
    whole = sender.ask("POST", headers=headers, content=b"0123456789")
    assert whole.status_code == 201
    assert content_of(house, whole) == b"0123456789"
    problem(sender.ask("POST", headers=headers, content=b"0123456789a"), 413)
    problem(sender.ask("POST", headers=headers, content=iter([b"0123456789a"])), 413)
    wrong = {**headers, "Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}
    problem(sender.ask("POST", headers=wrong, content=b"0123456789"), 460)
    problem(
        sender.ask("POST", headers={**headers, "Content-Type": "audio/wav"}, content=b"0123456789"),
        415,
    )
    assert staged(house) == []


def test_nothing_to_send_is_sent_at_once(house: House, sender: Sender) -> None:
    """An upload of no bytes is whole when it begins."""
    assert content_of(house, sender.begin(0)) == b""


def test_it_expires_a_day_after_its_last_byte(
    house: House, sender: Sender, clock: FixedClock
) -> None:
    """Its end is told with every answer; afterwards it is gone, and later unknown."""
    begun = sender.begin()
    path = begun.headers["location"].removeprefix("/v1/uploads")
    ends = parsedate_to_datetime(begun.headers["upload-expires"]).timestamp()
    assert int(ends) == (clock.now_ms() + DAY_MS) // 1000
    clock.advance(ms=HOUR_MS)
    moved = sender.patch(path, 0, b"hello")
    assert parsedate_to_datetime(moved.headers["upload-expires"]).timestamp() == ends + 3600
    clock.advance(ms=DAY_MS)
    assert sender.head(path).status_code == 410
    problem(sender.patch(path, 5, b"hello"), 410)
    house.service.household.uploads.sweep()
    problem(sender.patch(path, 5, b"hello"), 410)
    clock.advance(ms=DAY_MS)
    house.service.household.uploads.sweep()
    problem(sender.patch(path, 5, b"hello"), 404)


def test_given_up_it_is_gone(house: House, sender: Sender) -> None:
    """`termination`: nothing of it is left, and it says so."""
    path = sender.begun()
    sender.patch(path, 0, WHOLE[:5000])
    assert sender.ask("DELETE", path).status_code == 204
    assert sender.head(path).status_code == 410
    assert staged(house) == []


# ------------------------------------------------------------------------------- bad requests


def test_pieces_that_do_not_fit_are_refused(house: House, sender: Sender) -> None:
    """Each in its own words; nothing moves."""
    path = sender.begun(1000)
    sender.patch(path, 0, WHOLE[:100])
    for offset in (0, 99, 101, 1000, 10**17):
        found = problem(sender.patch(path, offset, b"x"), 409)
        assert found["hint"] == "Send the bytes from 100 on."
    problem(sender.patch(path, 100, WHOLE[:901]), 413)
    problem(sender.patch(path, 100, iter([WHOLE[:901]])), 413)
    problem(sender.patch(path, 100, b"x", **{"Content-Type": "audio/wav"}), 415)
    for wrong in ("", "-1", "1e2", "+5", "9" * 30):
        answer = sender.ask(
            "PATCH",
            path,
            headers={"Content-Type": BYTES, "Upload-Offset": wrong},
            content=b"x",
        )
        problem(answer, 422)
    for unknown in ("/upl_aaaaaaaaaaaaaaaa", "/nonsense", "/%2e%2e"):
        assert sender.head(unknown).status_code == 404
    assert sender.offset(path) == 100


def test_a_wrong_checksum_keeps_nothing(sender: Sender) -> None:
    """The right one counts; one that nobody knows is a request that is none."""
    path = sender.begun()
    for algorithm in ("sha1", "sha256"):
        digest = hashlib.new(algorithm, WHOLE[:900]).digest()
        told = {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}
        at = sender.offset(path)
        found = problem(sender.patch(path, at, WHOLE[1:901], **told), 460)
        assert found["type"] == "/v1/problems/checksum"
        assert sender.offset(path) == at
        assert sender.patch(path, at, WHOLE[:900], **told).status_code == 204
        assert sender.offset(path) == at + 900
    for nonsense in ("crc32 AAAA", "sha1 not-base64!", "sha1", ""):
        problem(sender.patch(path, 1800, b"x", **{"Upload-Checksum": nonsense}), 400)


WRONG = (
    "kind",
    "kind !!!!",
    "kind YXVkaW8=,kind YXVkaW8=",
    "kind YXVkaW8=,,",
    "kind YXVkaW8=,keep_forever MQ==",
    "kind bm9uc2Vuc2U=",
    "kind YXVkaW8=,duration_ms LTE=",
    "kind YXVkaW8=,person_id cGVyX25vYm9keQ==",
    "kind YXVkaW8=,captured_at eWVzdGVyZGF5",
    "name " + base64.b64encode(b"\xff").decode(),
    ",".join(f"a{each} MQ==" for each in range(40)),
)


def test_what_is_said_wrongly_is_refused(sender: Sender) -> None:
    """No field that nobody knows, none twice, none that is no text; nothing begins."""
    for said in WRONG:
        headers = {"Upload-Length": "5", "Upload-Metadata": said}
        problem(sender.ask("POST", headers=headers), 422)


def test_what_programs_say_by_themselves_is_no_error(house: House, sender: Sender) -> None:
    """Common senders add their own words for name and type."""
    path = sender.begun(5, filename="a.wav", relativePath="null", type="audio/wav", name="b.wav")
    done = sender.patch(path, 0, b"hello")
    [artefact] = house.ask("GET", done.headers["content-location"], house.ana).json()["artefacts"]
    assert (artefact["name"], artefact["details"]) == ("b.wav", {"media_type": "audio/wav"})


def test_who_cannot_patch_may_say_so(house: House, sender: Sender) -> None:
    """`X-HTTP-Method-Override`, for those whose network lets nothing else through."""
    path = sender.begun(5)
    override = {"X-HTTP-Method-Override": "PATCH", "Content-Type": BYTES, "Upload-Offset": "0"}
    done = sender.ask("POST", path, headers=override, content=b"hello")
    assert done.status_code == 204
    assert content_of(house, done) == b"hello"
    head = sender.ask("POST", path, headers={"X-HTTP-Method-Override": "HEAD"})
    assert head.headers["upload-offset"] == "5"
    gone = sender.ask("POST", path, headers={"X-HTTP-Method-Override": "DELETE"})
    assert gone.status_code == 204
    assert problem(sender.ask("POST", path), 405)["hint"].startswith("Name PATCH")


def test_nobody_else_goes_on_with_it(house: House, sender: Sender) -> None:
    """Not another device, not the owner, not one without a token, not a token that was revoked."""
    path = sender.begun()
    other = Sender(house, house.token_of(house.device("porch")))
    for stranger in (other, Sender(house, house.ana)):
        assert stranger.head(path).status_code == 404
        problem(stranger.patch(path, 0, b"x"), 404)
        problem(stranger.ask("DELETE", path), 404)
    problem(Sender(house, {}).patch(path, 0, b"x"), 401)
    assert sender.offset(path) == 0


def test_a_device_uploads_as_itself_alone(house: House, sender: Sender) -> None:
    """Another's name is refused, said or not."""
    problem(sender.begin(device_id=house.device("porch")), 422)
    assert sender.begin(person_id="per_aaaaaaaaaaaaaaaa").status_code in {403, 404}


def test_who_may_not_is_told_before_a_byte_is_sent(house: House) -> None:
    """A member does not upload for another; and learns of no one by trying."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    kitchen = house.device()
    sender = Sender(house, leo)
    answer = sender.begin(person_id=house.ana.id, device_id=kitchen)
    unknown = sender.begin(person_id="per_aaaaaaaaaaaaaaaa", device_id=kitchen)
    assert problem(answer, 404)["detail"] == problem(unknown, 404)["detail"]
    assert sender.begin(person_id=leo.id, device_id=kitchen).status_code == 201


# ------------------------------------------------- connections that break, and what is too much


def test_a_connection_that_breaks_loses_nothing_that_came(house: House, sender: Sender) -> None:
    """Cut in the middle of a piece: the next request goes on from the last byte that arrived."""
    path = sender.begun()
    host, port = "localhost", int(house.url.rsplit(":", 1)[1])
    assert not isinstance(sender.who, Someone)
    auth = sender.who["Authorization"]
    head = (
        f"PATCH /v1/uploads{path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {auth}\r\n"
        f"Tus-Resumable: 1.0.0\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(WHOLE)}\r\n\r\n"
    )
    with socket.create_connection((host, port)) as wire:
        wire.sendall(head.encode() + WHOLE[:1_500_000])
    while (came := sender.offset(path)) < 1_500_000:
        assert came in {0, 1_500_000} or came < 1_500_000
    assert came == 1_500_000
    done = sender.patch(path, came, WHOLE[came:])
    while done.status_code == 423:  # the broken request is being cleared away
        done = sender.patch(path, came, WHOLE[came:])
    assert content_of(house, done) == WHOLE


def test_one_of_two_at_once_waits(house: House, sender: Sender) -> None:
    """It is told so, and the other's bytes are whole."""
    path = sender.begun(5)
    device = Principal(kind=PrincipalKind.DEVICE, id=sender.device)
    with house.service.household.uploads.append(device, path[1:], 0) as tail:
        found = problem(sender.patch(path, 0, b"hello"), 423)
        assert found["type"] == "/v1/problems/busy"
        tail.write(b"he")
        tail.commit()
    assert content_of(house, sender.patch(path, 2, b"llo")) == b"hello"


def test_no_more_than_there_is_room_for(house: House, sender: Sender) -> None:
    """Too large, too many, no room now, no room later: each is said, and what came is kept."""
    uploads = house.service.household.uploads
    problem(sender.begin((64 << 30) + 1), 413)
    with mock.patch.object(files, "room_at", return_value=1 << 20):
        found = problem(sender.begin(1000), 507)
        assert found["type"] == "/v1/problems/full"
    path = sender.begun(1000)
    sender.patch(path, 0, WHOLE[:100])
    with mock.patch.object(files, "write_at", side_effect=OSError(errno.ENOSPC, "full")):
        problem(sender.patch(path, 100, WHOLE[100:1000]), 507)
    assert sender.offset(path) == 100
    assert content_of(house, sender.patch(path, 100, WHOLE[100:1000])) == WHOLE[:1000]
    for _ in range(uploads.limits.most_open):
        sender.begun(1)
    problem(sender.begin(1), 409)


def test_a_deployment_says_how_large(house: House, sender: Sender) -> None:
    """Its own limit is told and kept."""
    staging = house.service.household.uploads.staging
    with mock.patch.object(staging, "limits", Limits(most_bytes=100)):
        assert house.ask("OPTIONS", "/v1/uploads").headers["tus-max-size"] == "100"
        problem(sender.begin(101), 413)
        assert sender.begin(100).status_code == 201


# ------------------------------------------------------------------- while it is under way


def test_a_beginning_that_is_repeated_is_done_once(house: House, sender: Sender) -> None:
    """With an idempotency key; for another upload the key does not count."""
    said = encoded(
        {"kind": "audio", "person_id": house.ana.id, "captured_at": "2026-09-01T00:00:00Z"}
    )
    headers = {"Upload-Length": "5", "Upload-Metadata": said, "Idempotency-Key": '"one"'}
    first = sender.ask("POST", headers=headers)
    again = house.ask(
        "POST", "/v1/uploads", sender.who, headers={"Tus-Resumable": "1.0.0", **headers}
    )
    assert first.status_code == again.status_code == 201
    assert first.headers["location"] == again.headers["location"]
    other = {"Tus-Resumable": "1.0.0", **headers, "Upload-Length": "6"}
    problem(house.ask("POST", "/v1/uploads", sender.who, headers=other), 422)


def test_consent_withdrawn_meanwhile_ends_it(house: House, sender: Sender) -> None:
    """The end is refused, nothing was deposited, and nothing of it is left."""
    path = sender.begun()
    sender.patch(path, 0, WHOLE[:5000])
    consents = house.service.household.consents
    consents.withdraw(house.ana.principal, house.account_id, house.ana.id, Scope.USE)
    found = problem(sender.patch(path, 5000, WHOLE[5000:]), 403)
    assert found["policy"] == "use-ended"
    assert sender.head(path).status_code == 410
    assert staged(house) == []
    assert house.ask("GET", "/recordings", house.ana).json()["recordings"] == []


def test_a_device_that_is_revoked_ends_there(house: House, sender: Sender) -> None:
    """Its token is good for nothing from that moment, and nothing was deposited."""
    path = sender.begun()
    sender.patch(path, 0, WHOLE[:5000])
    house.service.household.devices.revoke(
        house.ana.principal, house.account_id, DeviceId(sender.device)
    )
    problem(sender.patch(path, 5000, WHOLE[5000:]), 401)
    assert house.ask("GET", "/recordings", house.ana).json()["recordings"] == []


def test_forgotten_meanwhile_it_is_late(house: House, sender: Sender) -> None:
    """A span that was forgotten takes nothing any more, however long it was under way."""
    done = sender.patch(sender.begun(5), 0, b"hello")
    path = sender.begun()
    sender.patch(path, 0, WHOLE[:5000])
    recording = done.headers["content-location"].rsplit("/", 1)[1]
    now_ms = house.clock.now_ms()
    chosen = Choice(person_id=house.ana.id, from_ms=now_ms - 2 * HOUR_MS, to_ms=now_ms)
    house.service.household.erasures.ask(house.ana.principal, house.account_id, chosen)
    problem(sender.patch(path, 5000, WHOLE[5000:]), 409)
    assert house.ask("GET", f"/recordings/{recording}", house.ana).status_code == 410
    problem(sender.begin(), 409)


def test_no_plaintext_touches_a_disk(house: House, sender: Sender) -> None:
    """While it is under way, no file of the home has a piece of it, or of its name."""
    path = sender.begun(name="walnuts in the kitchen.wav")
    sender.patch(path, 0, WHOLE[:2_000_000])
    needles = [*needles_of(WHOLE[:2_000_000]), b"walnuts in the kitchen"]
    needles.append(base64.b64encode(b"walnuts in the kitchen.wav"))
    assert house.service.vault.scan(needles).found == ()
    assert len(staged(house)) == 1
