"""Recordings over the API: handing in, listing, showing, the bytes and their parts."""

import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.house import House, Someone, problem
from bailee.api.bodies import tell_moment
from bailee.api.media import disposition, file_name, safe_type
from bailee.api.problems import ProblemError
from bailee.api.ranges import part_of
from bailee.api.streams import COMING_IN
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.persons import NewPerson
from bailee.types.choice import Choice
from bailee.types.decide import OPERATOR
from bailee.types.household import PersonSort
from bailee.types.ids import RecordingId
from bailee.types.role import Right, Role
from support.vaults import assert_sound

WORDS = b"no more walnuts, please"
AT = "2026-09-21T14:12:00.250Z"
MIB = 1 << 20


def hand_in(
    house: House,
    who: Someone | Mapping[str, str],
    content: Any = WORDS,
    media_type: str = "audio/wav",
    **said: Any,
) -> httpx.Response:
    """A deposit in one request; of Ana on the kitchen's speaker unless *said* otherwise."""
    told = {"kind": "audio", "captured_at": AT, "person": house.ana.id, **said}
    return house.ask(
        "POST",
        "/recordings",
        who,
        params={name: each for name, each in told.items() if each is not None},
        content=content,
        headers={"Content-Type": media_type},
    )


def deposited(house: House, who: Someone | Mapping[str, str], **said: Any) -> dict[str, Any]:
    answer = hand_in(house, who, **said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == house.path(f"/recordings/{found['recording']}")
    return found


def content_of(
    house: House, made: dict[str, Any], who: Someone | None = None, **more: Any
) -> httpx.Response:
    return house.ask("GET", f"/recordings/{made['recording']}/content", who or house.ana, **more)


def vault_of(house: House) -> Vault:
    return house.service.vault


def test_what_a_device_hands_in_is_heard_byte_for_byte(house: House) -> None:
    """A device's token hands it in as itself; its owner lists, shows and hears it, logged."""
    device = house.device()
    made = deposited(house, house.token_of(device), name="../evening.wav")
    assert (made["kind"], made["size_bytes"], made["begin"]) == ("audio", len(WORDS), AT)
    [listed] = house.ask("GET", "/recordings", house.ana).json()["recordings"]
    assert (listed["id"], listed["person"], listed["device"]) == (
        made["recording"],
        house.ana.id,
        device,
    )
    [artefact] = listed["artefacts"]
    assert (artefact["name"], artefact["details"]) == ("evening.wav", {"media_type": "audio/wav"})
    assert house.ask("GET", f"/recordings/{listed['id']}", house.ana).json() == listed
    heard = content_of(house, made)
    assert (heard.status_code, heard.content) == (200, WORDS)
    assert heard.headers["content-type"] == "audio/wav"
    assert heard.headers["content-disposition"] == "inline"
    assert heard.headers["cache-control"] == "no-store"
    assert heard.headers["x-content-type-options"] == "nosniff"
    assert heard.headers["etag"] == f'"{made["artefact"]}"'
    same = house.ask("GET", f"/v1/artefacts/{made['artefact']}/content", house.ana)
    assert same.content == WORDS
    looked = house.ask("GET", "/history", house.ana).json()["events"]
    assert [each["type"] for each in looked] == ["release", "release"]


def test_a_device_hands_in_and_nothing_else(house: House) -> None:
    """It lists nothing, hears nothing, speaks for no other device and in no other household."""
    device, other = house.device(), house.device("hall")
    token = house.token_of(device)
    made = deposited(house, token)
    problem(hand_in(house, token, device=other), 422)
    for path in ("/recordings", f"/recordings/{made['recording']}/content", "/history"):
        problem(house.ask("GET", path, token), 401)
    answer = house.http.post(
        "/v1/households/acc_aaaaaaaaaaaaaaaa/recordings",
        params={"kind": "audio", "person": house.ana.id, "captured_at": AT},
        content=WORDS,
        headers=dict(token),
    )
    assert problem(answer, 404)["detail"] == "There is no such household."
    problem(hand_in(house, {}), 401)


def test_what_cannot_be_handed_in(house: House) -> None:
    """Unknown fields, times and kinds are refused, and leave nothing."""
    token = house.token_of(house.device())
    for said in (
        {"kind": "label"},
        {"kind": "smell"},
        {"colour": "red"},
        {"captured_at": "yesterday"},
        {"captured_at": "2030-01-01T00:00:00Z"},
        {"person": None},
        {"keep_days": 0},
        {"name": "x" * 201},
    ):
        problem(hand_in(house, token, **said), 422)
    problem(hand_in(house, token, person="per_aaaaaaaaaaaaaaaa"), 404)
    problem(hand_in(house, token, derived_from="rec_aaaaaaaaaaaaaaaa"), 404)
    assert house.ask("GET", "/recordings", house.ana).json()["recordings"] == []
    assert_sound(vault_of(house))


def test_a_stream_without_a_length_is_taken_as_it_comes(house: House) -> None:
    """Chunked, several MiB, byte for byte; and too much of it is refused and leaves nothing."""
    whole = secrets.token_bytes(5 * MIB + 17)
    pieces = (whole[at : at + 100_003] for at in range(0, len(whole), 100_003))
    made = deposited(
        house, house.token_of(house.device()), content=pieces, kind="video", media_type="video/mp4"
    )
    assert made["size_bytes"] == len(whole)
    seen = content_of(house, made)
    assert seen.content == whole
    told = {"Content-Length": str((1 << 30) + 1), "Content-Type": "video/mp4"}
    query = f"?kind=video&person={house.ana.id}&captured_at={AT}"
    answer = _raw(house, f"POST {house.path('/recordings')}{query}", {**house.ana.auth, **told})
    assert answer.startswith(b"HTTP/1.1 413")


def _raw(house: House, line: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """What the server says to a request that no client library would send."""
    port = httpx.URL(house.url).port or 80
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        wire.sendall(f"{line} HTTP/1.1\r\nHost: localhost\r\n{told}\r\n".encode() + body)
        return wire.recv(65_536)


def test_a_client_that_hangs_up_leaves_nothing(tmp_path: Path, clock: FixedClock) -> None:
    """Half a body is no recording, and its sealed pieces are gone once the server is."""
    home = tmp_path / "vault"
    Vault.create(home, clock=clock).close()
    with House(home, clock) as house:
        port = httpx.URL(house.url).port or 80
        query = f"?kind=video&person={house.ana.id}&device={house.device()}&captured_at={AT}"
        told = {**house.ana.auth, "Content-Length": str(4 * MIB), "Content-Type": "video/mp4"}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        line = f"POST {house.path('/recordings')}{query} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(line.encode() + secrets.token_bytes(2 * MIB))
        assert house.ask("GET", "/recordings", house.ana).json()["recordings"] == []
    with Vault.open(home, clock=clock) as vault:
        assert_sound(vault)
    assert max(each.stat().st_size for each in (home / "content").rglob("*")) < MIB


def test_slow_bodies_hold_up_nobody_else(house: House) -> None:
    """As many as may come in at once do; one more is told to wait, and everybody else is served."""
    port = httpx.URL(house.url).port or 80
    speaker = house.token_of(house.device())
    query = f"?kind=video&person={house.ana.id}&captured_at={AT}"
    told = {**speaker, "Content-Length": str(MIB), "Content-Type": "video/mp4"}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    line = f"POST {house.path('/recordings')}{query} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n"
    with ExitStack() as slow:
        for _ in range(COMING_IN):
            wire = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            wire.sendall(line.encode() + b"the beginning")
        # The server takes connections up in its own time: ask until it has them all.
        answers = (hand_in(house, speaker) for _ in range(500))
        refused = next(each for each in answers if each.status_code != 201)
        assert problem(refused, 503)["detail"] == "Too many recordings are coming in at once."
        assert house.ask("GET", "/recordings", house.ana).status_code == 200


@pytest.mark.parametrize("size", [10, 3 * MIB], ids=["small", "large"])
def test_a_part_is_answered_with_that_part(house: House, size: int) -> None:
    """From, to and the last so many bytes; with the right tag only; beyond the end says the end."""
    whole = secrets.token_bytes(size)
    made = deposited(
        house, house.token_of(house.device()), content=whole, kind="video", media_type="video/mp4"
    )
    tag = f'"{made["artefact"]}"'
    for asked, begin, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=3-", 3, size),
        (f"bytes=2-{size * 2}", 2, size),
        ("bytes=-4", size - 4, size),
        (f"bytes=-{size * 2}", 0, size),
    ):
        part = content_of(house, made, headers={"Range": asked, "If-Range": tag})
        assert part.status_code == 206
        assert part.content == whole[begin:end]
        assert part.headers["content-range"] == f"bytes {begin}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - begin)
    for headers in (
        {"Range": "bytes=0-1,3-4"},
        {"Range": "lines=1-2"},
        {"Range": "bytes=5-4"},
        {"Range": "bytes=0-1", "If-Range": '"art_aaaaaaaaaaaaaaaa"'},
        {"Range": "bytes=0-1", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"},
    ):
        assert content_of(house, made, headers=headers).content == whole
    for asked in (f"bytes={size}-", "bytes=-0"):
        answer = content_of(house, made, headers={"Range": asked})
        problem(answer, 416)
        assert answer.headers["content-range"] == f"bytes */{size}"
    path = f"/recordings/{made['recording']}/content"
    head = house.ask("HEAD", path, house.ana)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(size)
    assert head.headers["etag"] == tag


def test_a_copy_is_taken_away_under_a_safe_name(house: House) -> None:
    """Export is an attachment, asked for as a download; what a browser runs is called bytes."""
    token = house.token_of(house.device())
    made = deposited(
        house, token, kind="transcript", media_type="text/html", name='C:\\new "page".html'
    )
    taken = content_of(house, made, params={"purpose": "export"})
    assert taken.headers["content-disposition"] == (
        "attachment; filename=\"new _page_.html\"; filename*=UTF-8''new%20%22page%22.html"
    )
    assert taken.headers["content-type"] == "text/plain; charset=utf-8"
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    problem(content_of(house, made, leo, params={"purpose": "export"}), 404)
    for purpose in ("train", "review", "share", "legal-process"):
        assert problem(content_of(house, made, params={"purpose": purpose}), 403)["policy"]


def test_where_it_ends_is_told_after_a_yes(house: House) -> None:
    """A range beyond the end: who may not have it is told no, who may where it ends; no entry."""
    made = deposited(house, house.token_of(house.device()))
    beyond = {"Range": "bytes=90000-"}
    problem(content_of(house, made, params={"purpose": "train"}, headers=beyond), 403)
    problem(content_of(house, made, headers=beyond), 416)
    looked = house.ask("GET", "/history", house.ana).json()["events"]
    assert [each["type"] for each in looked] == ["refusal"]


def test_others_are_told_that_there_is_none(house: House) -> None:
    """Another's recording and one that never was are one answer, whatever is asked of it."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    made = deposited(house, house.token_of(house.device()))
    nothing = {"recording": "rec_aaaaaaaaaaaaaaaa", "artefact": "art_aaaaaaaaaaaaaaaa"}
    for path in (
        "/recordings/{recording}",
        "/recordings/{recording}/content",
        "/recordings/{recording}/content?kind=transcript",
        "/v1/artefacts/{artefact}/content",
    ):
        for headers in ({}, {"Range": "bytes=90000-"}):
            there = house.ask("GET", path.format(**made), leo, headers=headers)
            never = house.ask("GET", path.format(**nothing), leo, headers=headers)
            assert problem(there, 404) == problem(never, 404)
    for path in ("/recordings/{recording}/content", "/v1/artefacts/{artefact}/content"):
        assert house.ask("HEAD", path.format(**made), leo).status_code == 404
    elsewhere = f"/v1/households/acc_aaaaaaaaaaaaaaaa/recordings/{made['recording']}"
    problem(house.ask("GET", elsewhere, house.ana), 404)
    problem(house.ask("GET", f"{elsewhere}/content", house.ana), 404)
    assert house.ask("GET", "/recordings", leo).json()["recordings"] == []
    problem(house.ask("GET", f"/recordings?person={house.ana.id}", leo), 404)


def test_a_long_session_is_asked_for_its_factor_not_told_404(house: House) -> None:
    """Who may, but showed the second factor too long ago, is told that and can step up."""
    made = deposited(house, house.token_of(house.device()))
    house.clock.advance(ms=11 * 60_000)
    answer = problem(content_of(house, made, params={"purpose": "export"}), 403)
    assert answer["type"] == "/v1/problems/step-up"


def test_it_is_listed_in_full_pages(house: House) -> None:
    """By person, device, kind and time, page by page; the pages of who sees less are full too."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    kitchen, hall = house.device(), house.device("hall")
    made: dict[str, list[str]] = {leo.id: [], house.ana.id: []}
    for number in range(12):
        who = leo if number % 3 == 0 else house.ana
        done = deposited(
            house,
            house.token_of(kitchen if number < 6 else hall),
            person=who.id,
            captured_at=f"2026-09-21T14:12:{number:02}Z",
            kind="audio" if number % 2 else "video",
        )
        made[who.id].append(done["recording"])
    pages = _pages(house, leo, limit=2)
    assert [len(each) for each in pages] == [2, 2]
    assert [each for page in pages for each in page] == made[leo.id]
    assert sum(map(len, _pages(house, house.ana, limit=5))) == 12
    assert _pages(house, house.ana, person=leo.id) == [made[leo.id]]
    assert len(_pages(house, house.ana, device=hall)[0]) == 6
    assert len(_pages(house, house.ana, kind="video", device=hall)[0]) == 3
    narrow = {"from": "2026-09-21T14:12:03Z", "to": "2026-09-21T14:12:05Z"}
    assert len(_pages(house, house.ana, **narrow)[0]) == 3
    for bad in ({"limit": 0}, {"limit": 1001}, {"cursor": "x"}, {"from": "x"}, {"who": "Leo"}):
        problem(house.ask("GET", "/recordings", house.ana, params=bad), 422)


def _pages(house: House, who: Someone, **filters: Any) -> list[list[str]]:
    found: list[list[str]] = []
    while True:
        page = house.ask("GET", "/recordings", who, params=filters).json()
        found.append([each["id"] for each in page["recordings"]])
        if page["next"] is None:
            return found
        filters["cursor"] = page["next"]


def test_what_is_forgotten_is_410_with_its_receipt(house: House) -> None:
    """The problem says under which erasure, and where the receipt is, before the clean-up and after."""
    made = deposited(house, house.token_of(house.device()))
    erasures = house.service.household.erasures
    begun = erasures.ask(
        house.ana.principal,
        house.account_id,
        Choice(recordings=(RecordingId(made["recording"]),)),
    )
    for finish in (False, True):
        if finish:
            erasures.finish(begun.erasure.id)
        for path in (
            f"/recordings/{made['recording']}",
            f"/recordings/{made['recording']}/content",
        ):
            gone = problem(house.ask("GET", path, house.ana), 410)
            assert gone["erasure"] == begun.erasure.id
            receipt = house.ask("GET", gone["receipt"], house.ana).json()
            assert receipt["erasure"] == begun.erasure.id
        for path in (
            f"/v1/artefacts/{made['artefact']}/content",
            house.path(f"/recordings/{made['recording']}/content"),
        ):
            for method in ("GET", "HEAD"):
                assert house.ask(method, path, house.ana).status_code == 410, (method, path)


def test_a_stream_that_is_forgotten_breaks_off(house: House) -> None:
    """Its reader is cut off, and never told that what they got was the whole."""
    whole = secrets.token_bytes(64 * MIB)
    made = deposited(
        house, house.token_of(house.device()), content=whole, kind="video", media_type="video/mp4"
    )
    path = house.path(f"/recordings/{made['recording']}/content")
    with house.http.stream("GET", path, headers=dict(house.ana.auth)) as answer:
        assert answer.headers["content-length"] == str(len(whole))
        pieces = answer.iter_raw(65_536)
        next(pieces)
        house.service.household.erasures.ask(
            house.ana.principal,
            house.account_id,
            Choice(recordings=(RecordingId(made["recording"]),)),
        )
        with pytest.raises(httpx.RemoteProtocolError):
            list(pieces)
    problem(content_of(house, made), 410)


def test_it_is_given_to_another(house: House) -> None:
    """Under the new person it has a new id, and the old one is gone."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    made = deposited(house, house.token_of(house.device()))
    path = f"/recordings/{made['recording']}/reassign"
    moved = house.ask("POST", path, house.ana, json={"person": leo.id}).json()
    assert moved["old"] == made["recording"]
    assert house.ask("GET", f"/recordings/{moved['new']}", leo).json()["person"] == leo.id
    problem(house.ask("POST", path, house.ana, json={"person": leo.id}), 410)
    again = f"/recordings/{moved['new']}/reassign"
    problem(house.ask("POST", again, house.ana, json={"person": leo.id}), 409)
    problem(house.ask("POST", again, house.ana, json={"person": "per_aaaaaaaaaaaaaaaa"}), 404)
    problem(house.ask("POST", again, house.ana, json={"person": leo.id, "x": 1}), 422)
    problem(house.ask("POST", again, leo, json={"person": house.ana.id}), 404)


def test_what_is_made_from_a_recording(house: House) -> None:
    """A transcript is of whom and when its recording is, and is opened by its kind."""
    token = house.token_of(house.device())
    made = deposited(house, token)
    text = deposited(
        house,
        token,
        content=b"walnuts",
        media_type="text/plain",
        kind="transcript",
        derived_from=made["recording"],
        person=None,
        captured_at=None,
    )
    assert text["recording"] == made["recording"]
    read = content_of(house, made, params={"kind": "transcript"})
    assert (read.content, read.headers["content-type"]) == (b"walnuts", "text/plain; charset=utf-8")
    problem(content_of(house, made, params={"kind": "image"}), 404)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-9", (0, 10)),
        ("Bytes= 5-", (5, 10)),
        ("bytes=9-9", (9, 10)),
        ("bytes=-1", (9, 10)),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=1-0", None),
        ("bytes=٣-٤", None),
        ("bytes=-", None),
        ("bytes=0-0-0", None),
        (f"bytes=0-{'9' * 19}", None),
        ("", None),
        (None, None),
    ],
)
def test_which_ranges_are_one(asked: str | None, expected: tuple[int, int] | None) -> None:
    """RFC 9110 §14.1.2; what is none is passed over."""
    part = part_of(asked, None, '"x"', 10)
    assert expected == (None if part is None else (part.begin, part.end))


def test_an_empty_body_has_no_parts() -> None:
    """Whatever is asked of nothing is beyond its end."""
    for asked in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        with pytest.raises(ProblemError) as caught:
            part_of(asked, None, '"x"', 0)
        assert caught.value.headers["Content-Range"] == "bytes */0"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("C:\\x\\y.wav", "y.wav"),
        ("...", ""),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 300 + ".mp4", "x" * 116 + ".mp4"),
    ],
)
def test_file_names_are_safe(name: str, safe: str) -> None:
    """One part, no controls, an ending kept; and nothing of it can leave its header."""
    assert file_name(name) == safe
    said = disposition(name, "art_x", taken_away=True)
    assert "\r" not in said
    assert "\n" not in said
    assert said.count('"') == 2


@pytest.mark.parametrize(
    "media_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "text/javascript",
        "audio/x\r\ny",
        "audio/",
        "",
    ],
)
def test_no_type_that_a_browser_runs(media_type: str) -> None:
    """They are bytes."""
    assert safe_type(media_type) == ""


def test_a_guest_sees_from_their_stay_on(house: House) -> None:
    """A page holds what they may know of, and is not spent on what was before."""
    hall = house.add("hall", PersonSort.UNKNOWN)
    token = house.token_of(house.device())
    for number in range(5):
        deposited(house, token, person=hall, captured_at=f"2026-09-20T14:12:0{number}Z")
    gran = house.person("Gran", Role.GUEST, Right.VIEW, Right.HEAR, sort=PersonSort.GUEST)
    new = deposited(house, token, person=hall, captured_at=_now(house))
    assert _pages(house, gran, limit=1) == [[new["recording"]]]
    assert house.ask("GET", "/recordings", gran, params={"person": hall}).status_code == 200


def _now(house: House) -> str:
    return tell_moment(house.clock.now_ms())


def test_another_household_is_none(house: House) -> None:
    """One that is there and one that never was are one answer to who belongs to neither."""
    made = deposited(house, house.token_of(house.device()))
    found = house.service.household.houses.found(OPERATOR, "next door", NewPerson(name="Eva"))
    for account_id in (found.account_id, "acc_bbbbbbbbbbbbbbbb"):
        for rest in ("", f"/{made['recording']}", f"/{made['recording']}/content"):
            path = f"/v1/households/{account_id}/recordings{rest}"
            problem(house.ask("GET", path, house.ana), 404)
        answer = house.ask("GET", f"/v1/households/{account_id}/recordings", house.ana)
        assert answer.json()["detail"] == "There is no such household."
