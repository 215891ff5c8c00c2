"""Fetching an archive over HTTP: whole, resumed, cut short; by whoever asked for it."""

import io
import zipfile

import httpx
import pytest

from api.house import House, Someone, problem
from bailee.types.role import Role
from support.vaults import HOUR_MS, NOW_MS, all_of, said


@pytest.fixture
def archive(house: House) -> str:
    """Where Ana's is, with a film of five megabytes in it."""
    said(house.service.vault, NOW_MS - HOUR_MS, person="Ana", content=b"film " * (1 << 20))
    said(house.service.vault, NOW_MS - 2 * HOUR_MS, person="Ana", content=b"quiet words")
    answer = house.ask(
        "POST", "/export", house.ana, json={"everything": True, "zone": "Asia/Tokyo"}
    )
    assert answer.status_code == 202
    assert answer.json()["state"] == "preparing"
    house.service.household.exports.work(lambda: True)
    return f"{answer.headers['location']}/archive"


def fetch(house: House, path: str, who: Someone, **headers: str) -> httpx.Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.http.get(path, headers={**who.auth, **told})


def test_it_has_a_length_a_name_and_a_tag_and_is_gone_on_with(house: House, archive: str) -> None:
    """A break anywhere costs what was not there yet."""
    answer = fetch(house, archive, house.ana)
    data = answer.content
    assert int(answer.headers["content-length"]) == len(data)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="bailee 2026-09-21.zip"' in answer.headers["content-disposition"]
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    tag = answer.headers["etag"]
    half = len(data) // 2
    rest = fetch(house, archive, house.ana, Range=f"bytes={half}-", If_Range=tag)
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes {half}-{len(data) - 1}/{len(data)}"
    assert data[:half] + rest.content == data
    assert fetch(house, archive, house.ana, Range=f"bytes={len(data)}-").status_code == 416
    other = fetch(house, archive, house.ana, Range="bytes=5-", If_Range='"another"')
    assert other.status_code == 200


def test_what_was_forgotten_makes_it_another_archive(house: House, archive: str) -> None:
    """Going on with the old one gives the new one, whole: never half of each."""
    tag = fetch(house, archive, house.ana, Range="bytes=0-9").headers["etag"]
    house.service.vault.erase(all_of(to_ms=NOW_MS - 2 * HOUR_MS))
    answer = fetch(house, archive, house.ana, Range="bytes=10-", If_Range=tag)
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sum(each.endswith(".bin") for each in found.namelist()) == 1


def test_an_erasure_while_it_flows_cuts_the_answer_short(house: House, archive: str) -> None:
    """Its length was said: nobody takes a part for the whole."""
    with house.http.stream("GET", archive, headers=house.ana.auth) as answer:
        flowing, got = answer.iter_raw(1 << 16), 0
        got += len(next(flowing))
        house.service.vault.forget(all_of(everything=True, person="Ana"))
        with pytest.raises(httpx.RemoteProtocolError):
            got += sum(map(len, flowing))
    assert got < int(answer.headers["content-length"])


def test_it_is_nobody_elses(house: House, archive: str) -> None:
    """Not another owner's of the same house, not the neighbour's."""
    leo = house.person("Leo", Role.OWNER)
    _, eve = house.neighbour()
    for who in (leo, eve):
        problem(fetch(house, archive, who), 404)


def test_only_people_who_showed_a_factor_just_now_take_it_away(house: House, archive: str) -> None:
    house.clock.advance(ms=11 * 60_000)
    answer = fetch(house, archive, house.ana)
    assert answer.status_code == 403
    assert answer.json()["policy"] == "step-up"


def test_two_at_once_are_refused_and_zones_are_checked(house: House, archive: str) -> None:
    wanted = {"everything": True}
    assert house.ask("POST", "/export", house.ana, json=wanted).status_code == 409
    assert house.ask("DELETE", "/export", house.ana).status_code == 204
    wrong = house.ask("POST", "/export", house.ana, json={**wanted, "zone": "../etc/passwd"})
    assert wrong.status_code == 422
    assert house.ask("GET", "/export", house.ana).status_code == 404
