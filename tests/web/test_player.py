"""An open recording: heard, seen, read, taken away, kept otherwise, given; and over while it plays."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from api.house import House
from bailee.types.facts import DeviceSort
from bailee.types.ids import DeviceId, RecordingId
from bailee.types.kind import Kind
from bailee.types.role import Right, Role
from bailee.web.timeline.transcript import Transcript
from web.lived import HOUR_MS, film, forget, heard, keep, tone
from web.site import (
    AT_A_DESK,
    ON_A_PHONE,
    Look,
    Reader,
    browsing,
    in_every_look,
    require_usable,
    shoot,
)

TIMED = json.dumps(
    {
        "segments": [
            {"start": 0, "end": 0.8, "text": "No more walnuts, please."},
            {"start": 0.8, "end": 1.4, "text": "And put the lid back on the jar."},
            {"start": 1.4, "end": 2, "text": "Thank you."},
        ]
    }
).encode()


@pytest.fixture
def kitchen(house: House) -> DeviceId:
    return house.device("kitchen")


def one(house: House, kitchen: DeviceId, words: str | bytes = TIMED) -> RecordingId:
    return heard(house, house.clock.now_ms() - HOUR_MS, kitchen, words, seconds=2)


def until(page: Page, what: str) -> None:
    """Wait until *what* is so in a page. Its policy allows no `eval`, and so no `wait_for_function`.

    Raises `TimeoutError` where it does not come to that.
    """
    for _ in range(200):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(what)


def plays(page: Page) -> None:
    """Wait until the sound or film of a page is under way."""
    page.locator("audio, video").wait_for()
    until(page, "document.querySelector('audio, video').readyState >= 2")
    page.evaluate("document.querySelector('audio, video').play()")
    until(page, "document.querySelector('audio, video').currentTime > 0")


@in_every_look
def test_a_sound_plays_and_its_words_follow(
    browser: Browser, house: House, kitchen: DeviceId, look: Look
) -> None:
    known = one(house, kitchen)
    with browsing(browser, house, house.ana, look) as page:
        page.goto(f"/recordings/{known}")
        plays(page)
        page.get_by_role("button", name="Thank you.").click()
        expect(page.locator("[data-start='1.4']")).to_have_attribute("aria-current", "true")
        assert page.evaluate("document.querySelector('audio').currentTime") >= 1.4
        require_usable(page)
        shoot(page, f"recording-{look.size['width']}-{look.scheme}")


def test_at_a_desk_it_opens_beside_the_list_and_back_closes_it(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    known = one(house, kitchen, "No more walnuts, please")
    with browsing(browser, house, house.ana) as page:
        page.goto("/")
        page.locator(f"#{known} .open").click()
        expect(page.locator("#beside [data-item]")).to_be_visible()
        assert page.url.endswith(f"/recordings/{known}")
        plays(page)
        require_usable(page)
        shoot(page, "recording-beside-1280")
        page.go_back()
        expect(page.locator("#beside [data-item]")).to_have_count(0)
        page.go_forward()
        expect(page.locator("#beside [data-item]")).to_be_visible()
        page.get_by_role("link", name="Close").click()
        expect(page.locator("#beside [data-item]")).to_have_count(0)
        expect(page.locator(f"#{known} .open")).to_be_focused()


@pytest.mark.parametrize("look", [ON_A_PHONE, AT_A_DESK])
def test_what_is_forgotten_while_it_plays_stops_and_says_so(
    browser: Browser, house: House, kitchen: DeviceId, look: Look
) -> None:
    """Somebody forgot it elsewhere: it stops, its words go, and its receipt is there."""
    known = keep(
        house, house.clock.now_ms() - HOUR_MS, kitchen, tone(20), Kind.AUDIO, duration_ms=20_000
    )
    heard(house, house.clock.now_ms() - 2 * HOUR_MS, kitchen)
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/")
        page.locator(f"#{known} .open").click()
        plays(page)
        receipt = forget(house, recordings=(known,))
        expect(page.locator("[data-gone]").get_by_text("You forgot it on")).to_be_visible(
            timeout=15_000
        )
        assert page.locator("audio").count() == 0
        expect(page.locator(f'main a[href="/receipts/{receipt}"], aside a').first).to_be_visible()
        expect(page.locator("#told")).to_contain_text("Nobody can open it any more")
        require_usable(page)
        shoot(page, f"recording-gone-{look.size['width']}")


def test_two_tabs_the_other_one_says_it_is_forgotten(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    known = one(house, kitchen)
    with browsing(browser, house, house.ana) as page:
        page.goto("/")
        other = page.context.new_page()
        other.goto(f"/recordings/{known}")
        forget(house, recordings=(known,))
        page.bring_to_front()
        page.locator(f"#{known} .open").click()
        expect(page.locator("#beside").get_by_text("You forgot it on")).to_be_visible()
        other.bring_to_front()
        other.evaluate("dispatchEvent(new Event('visibilitychange'))")
        expect(other.locator("[data-gone]").get_by_text("You forgot it on")).to_be_visible()
        assert "walnuts" not in other.content()


def test_a_gone_one_is_gone_by_its_address_with_its_receipt_to_those_entitled(
    house: House, kitchen: DeviceId
) -> None:
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    hers, his = one(house, kitchen), heard(house, house.clock.now_ms(), kitchen, person=leo.id)
    receipt = forget(house, recordings=(hers,))
    answer = Reader(house, house.ana).get(f"/recordings/{hers}")
    assert answer.status_code == 410
    assert f"/receipts/{receipt}" in answer.text
    assert Reader(house, leo).get(f"/recordings/{hers}").status_code == 404
    forget(house, recordings=(his,))
    assert Reader(house, leo).get(f"/recordings/{his}").status_code == 404


def test_only_its_transcript_goes_and_the_sound_stays(house: House, kitchen: DeviceId) -> None:
    known = one(house, kitchen, "No more walnuts, please")
    reader = Reader(house, house.ana)
    text = reader.get(f"/recordings/{known}").text
    assert f"/forget?recording={known}&amp;kind=transcript" in text
    forget(house, recordings=(known,), kind=Kind.TRANSCRIPT)
    after = reader.get(f"/recordings/{known}").text
    assert "walnuts" not in after
    assert "<audio" in after


def test_a_copy_is_taken_away_as_a_file_and_logged_as_that(house: House, kitchen: DeviceId) -> None:
    known = one(house, kitchen, "No more walnuts, please")
    reader = Reader(house, house.ana)
    links = re.findall(
        rf'href="(/recordings/{known}/copy/art_\w+)"', reader.get("/recordings/" + known).text
    )
    answers = [reader.get(each) for each in links]
    assert {each.content for each in answers} >= {b"No more walnuts, please", tone(2)}
    assert all("attachment" in each.headers["content-disposition"] for each in answers)
    history = house.service.household.history.page(house.ana.principal, house.account_id)
    assert [each.purpose for each in history.events if each.type == "release"][:2] == [
        "export",
        "export",
    ]
    house.clock.advance(ms=11 * 60_000)  # the second factor is asked for once more
    answer = reader.get(links[0])
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/step-up?back=%2Frecordings%2F{known}"


def test_it_is_kept_otherwise_and_given_to_another(house: House, kitchen: DeviceId) -> None:
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    known = one(house, kitchen)
    reader = Reader(house, house.ana)
    address = f"/recordings/{known}"
    csrf = reader.csrf(address)
    answer = reader.post(f"{address}/keep", {"days": "90"}, csrf)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert "20 Dec 2026" in reader.get(address).text
    assert reader.post(f"{address}/keep", {"days": "100000"}, csrf).status_code == 422
    assert reader.post(f"{address}/keep", {"days": "-1"}, csrf).status_code == 422
    given_ = reader.post(f"{address}/give", {"person": leo.id}, csrf)
    new = given_.headers["location"]
    assert re.fullmatch(r"/recordings/rec_\w+", new)
    assert new != address
    assert Reader(house, leo).get(new).status_code == 200
    assert reader.get(address).status_code in {404, 410}
    back = reader.post(f"{new}/give", {"person": house.ana.id}, csrf)  # as its undo does
    assert Reader(house, house.ana).get(back.headers["location"]).status_code == 200
    assert Reader(house, leo).get(back.headers["location"]).status_code == 404


@pytest.mark.parametrize("look", [ON_A_PHONE, AT_A_DESK])
def test_a_film_of_two_hours_plays_and_seeks(
    browser: Browser, house: House, tmp_path: Path, look: Look
) -> None:
    door = house.device("front door", DeviceSort.CAMERA)
    long = film(tmp_path / "long.mp4", seconds=7200, every_s=5)
    known = keep(
        house,
        house.clock.now_ms() - 3 * HOUR_MS,
        door,
        long,
        Kind.VIDEO,
        duration_ms=7_200_000,
        details={"media_type": "video/mp4", "width": 160, "height": 90},
    )
    with browsing(browser, house, house.ana, look) as page:
        page.goto(f"/recordings/{known}")
        plays(page)
        assert page.evaluate("document.querySelector('video').duration") == pytest.approx(7200)
        page.evaluate("document.querySelector('video').currentTime = 6000")
        until(page, "!document.querySelector('video').seeking")
        assert page.evaluate("document.querySelector('video').currentTime") >= 6000
        assert page.evaluate("document.querySelector('video').readyState") >= 2
        page.evaluate("document.querySelector('video').pause()")
        require_usable(page)
        shoot(page, f"recording-film-{look.size['width']}")


def test_what_cannot_be_played_says_so_and_offers_to_try_again(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    known = keep(house, house.clock.now_ms() - HOUR_MS, kitchen, b"no sound at all", Kind.AUDIO)
    with browsing(browser, house, house.ana) as page:
        page.goto(f"/recordings/{known}")
        expect(page.get_by_role("alert")).to_contain_text("It does not play here")
        require_usable(page)


def test_captions_are_the_transcript(house: House, kitchen: DeviceId) -> None:
    known = one(house, kitchen)
    shown = house.service.household.timeline.show(house.ana.principal, house.account_id, known)
    [words] = [each.id for each in shown.artefacts if each.kind is Kind.TRANSCRIPT]
    answer = Reader(house, house.ana).get(f"/recordings/{known}/captions/{words}.vtt")
    assert answer.headers["content-type"].startswith("text/vtt")
    assert answer.text.startswith("WEBVTT\n")
    assert "00:00:00.800 --> 00:00:01.400\nAnd put the lid back on the jar." in answer.text


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_handed_in_as_a_transcript_can_be_shown(content: bytes) -> None:
    read = Transcript.parse(content)
    assert read.segments or read.text == content.decode(errors="replace").strip()
    assert "\n\n\n" not in read.captions()


@given(
    st.lists(
        st.tuples(st.floats(0, 5000), st.floats(0, 1000), st.text(min_size=1, max_size=30)),
        max_size=20,
    )
)
def test_times_that_engines_write_are_read(parts: list[tuple[float, float, str]]) -> None:
    told = [{"start": start, "end": start + length, "text": text} for start, length, text in parts]
    read = Transcript.parse(json.dumps({"segments": told}).encode())
    kept = [text for _, _, text in parts if text.strip()]
    assert [each.text.split() for each in read.segments] == [each.split() for each in kept]
    assert all(
        "-->" not in each for each in read.captions().splitlines()[2:] if not each[:1].isdigit()
    )
