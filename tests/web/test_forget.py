"""Forgetting on the pages: choose, see the numbers, press, hold the receipt (R-12, R-13, R-15)."""

import base64
import re
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from api.house import House
from bailee.api.bodies import tell_moment
from bailee.custody import receipt as receipts
from bailee.types.decide import OPERATOR
from support.vaults import HOUR_MS, all_of
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
from web.talked import Talked

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def talked(house: House) -> Talked:
    return Talked(house)


def press(page: Page, name: str) -> None:
    """The last press of all, and the receipt after it."""
    page.get_by_role("button", name=name).click()
    page.wait_for_url("**/receipts/era_*")


def form(reader: Reader, path: str) -> dict[str, str | list[str]]:
    """The fields of the form that ends it, on the page at *path*."""
    text = reader.get(path).text
    ending = text[text.index("data-ending") :]
    fields: dict[str, str | list[str]] = {}
    for name, value in _HIDDEN.findall(ending[: ending.index("</form>")]):
        if name in fields:
            before = fields[name]
            fields[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            fields[name] = value
    return fields


def test_a_parent_forgets_yesterday_in_the_childrens_room(browser: Browser, talked: Talked) -> None:
    """From the privacy page: three presses, and the receipt says what went."""
    with browsing(browser, talked.house, talked.ana, ON_A_PHONE) as page:
        page.goto("/privacy")
        page.get_by_role("link", name="Forget").click()
        require_usable(page)
        shoot(page, "forget-ways-phone")
        page.get_by_role("link", name="children's room").first.click()
        require_usable(page)
        shoot(page, "forget-count-phone")
        assert "3 sound recordings and 3 transcripts" in page.locator("#goes").inner_text()
        press(page, "Forget 3 recordings")
        assert "3 recordings" in page.locator(".slip").inner_text()
        assert talked.held() == 4


@in_every_look
def test_every_selection_says_what_goes_and_takes_just_that(
    browser: Browser, talked: Talked, look: Look
) -> None:
    """One, several, a range, a device's day, a device, a person; and last the household itself."""
    size = f"{look.size['width']}-{look.scheme}"
    now_ms = talked.house.clock.now_ms()
    with browsing(browser, talked.house, talked.ana, look) as page:
        page.goto(f"/forget?recording={talked.elsewhere[0].recording_id}")
        press(page, "Forget 1 recording")
        assert talked.held() == 6

        several = [("recording", each.recording_id) for each in talked.yesterday[:2]]
        page.goto(f"/forget?{urlencode(several)}")
        require_usable(page)
        shoot(page, f"forget-several-{size}")
        press(page, "Forget 2 recordings")
        assert talked.held() == 4

        span = {"from": tell_moment(now_ms - 3 * HOUR_MS), "to": tell_moment(now_ms - HOUR_MS)}
        page.goto(f"/forget?{urlencode(span)}")
        require_usable(page)
        shoot(page, f"forget-range-{size}")
        press(page, "Forget 1 recording")
        assert talked.held() == 3

        page.goto(f"/forget?device={talked.kitchen}&when=ever")
        page.get_by_role("link", name="Forget kitchen and 2 recordings").click()
        require_usable(page)
        page.get_by_role("button", name="Forget kitchen").click()  # the box is not ticked
        page.get_by_label("Yes, all of it").check()
        press(page, "Forget kitchen and 2 recordings")
        assert talked.held() == 1

        page.goto(f"/forget?person={talked.leo.id}&when=ever")
        page.get_by_role("link", name="Forget Leo and 1 recording").click()
        shoot(page, f"forget-person-{size}")
        page.get_by_label("Yes, all of it").check()
        press(page, "Forget Leo and 1 recording")
        assert "Leo" not in page.locator("main").inner_text()
        assert talked.held() == 0

        page.goto("/forget?everything=yes")
        page.get_by_role("link", name="Forget home").click()
        page.get_by_label("Type the household's name").fill("another")
        page.get_by_role("button", name="Forget home").click()
        expect(page.locator("main")).to_contain_text("nothing was done yet")
        require_usable(page)
        shoot(page, f"forget-everything-{size}")
        page.get_by_label("Type the household's name").fill("Home")
        page.get_by_role("button", name="Forget home").click()
        page.get_by_role("heading", name="You are forgotten here").wait_for()
        require_usable(page)
        shoot(page, f"forget-farewell-{size}")


def test_the_sentence_counts_as_it_is_changed(browser: Browser, talked: Talked) -> None:
    """Nothing can be pressed before something was chosen; the address follows the sentence."""
    with browsing(browser, talked.house, talked.ana, AT_A_DESK) as page:
        page.goto("/forget")
        assert page.locator(".ending").count() == 0
        assert not page.get_by_label("From").is_visible()
        page.get_by_label("On which device").select_option("kitchen")
        page.get_by_role("button", name="Forget 2 recordings").wait_for()
        page.get_by_label("What").select_option("transcripts")
        page.get_by_role("button", name="Forget 2 transcripts").wait_for()
        require_usable(page)
        shoot(page, "forget-live-desk")
        assert f"device={talked.kitchen}" in page.url
        assert "kind=transcript" in page.url
        page.get_by_label("When", exact=True).select_option("range")
        page.locator("#goes").get_by_text("Say from when, or until when.").wait_for()
        page.get_by_label("From").fill("2026-09-20T16:00")
        page.get_by_label("Until").fill("2026-09-20T16:30")
        page.get_by_role("button", name="Forget 1 transcript").wait_for()
        page.get_by_label("Until").fill("2026-09-20T15:30")
        page.locator("#goes").get_by_text("It ends before it begins.").wait_for()
        assert page.locator(".ending").count() == 0


def test_what_reaches_in_is_named_and_what_is_nothing_has_no_button(talked: Talked) -> None:
    ana = Reader(talked.house, talked.ana)
    begin_ms = talked.yesterday[0].begin_ms
    reaching = ana.get(
        f"/forget?from={tell_moment(begin_ms + 100)}&to={tell_moment(begin_ms + 200)}"
    ).text
    assert "2 of them begin before" in reaching
    assert "reach into it, and go whole" in reaching
    nothing = ana.get("/forget?from=2020-01-01T00:00&to=2020-01-02T00:00").text
    assert "Nothing that fits is kept." in nothing
    assert "data-ending" not in nothing
    for odd in (
        "from=yesterday",
        "from=2099-01-01T00:00",
        "from=1900-01-01T00:00",
        "to=" + "1" * 99,
    ):
        assert "data-ending" not in ana.get(f"/forget?{odd}").text
    for wrong in ("person=leo", "kind=label", "when=soon", "recording=rec_1"):
        assert ana.get(f"/forget?{wrong}").status_code == 422


def test_without_scripts_it_is_a_form_and_pressing_twice_does_it_once(talked: Talked) -> None:
    """Reload, back and press again, two presses at once: one erasure, the same receipt."""
    ana = Reader(talked.house, talked.ana)
    path = f"/forget?device={talked.room}&when=yesterday"
    csrf, fields = ana.csrf(path), form(ana, path)
    answers = [ana.post("/forget", fields, csrf) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    receipt = ana.get(answers[0].headers["location"]).text
    assert "this house checked the receipt itself" in receipt
    assert "all-done" in receipt
    listed = ana.get("/receipts").text
    assert listed.count("/receipts/era_") == 1
    assert ana.post("/forget", {**fields, "once": ""}, csrf).status_code == 422
    assert ana.post("/forget", fields, "wrong").status_code == 403


def test_of_two_windows_the_second_says_that_it_was_forgotten_already(talked: Talked) -> None:
    ana = Reader(talked.house, talked.ana)
    picked = f"/forget?recording={talked.elsewhere[0].recording_id}"
    for path in (f"/forget?device={talked.room}&when=yesterday", picked):
        csrf, one, other = ana.csrf(path), form(ana, path), form(ana, path)
        receipt = ana.post("/forget", one, csrf).headers["location"]
        second = ana.post("/forget", other, csrf)
        assert second.status_code == 409
        assert "This was forgotten already" in second.text
        assert f'href="{receipt}"' in second.text
        assert receipt in ana.get(path).text


def test_what_came_in_since_is_shown_before_it_goes(talked: Talked) -> None:
    ana = Reader(talked.house, talked.ana)
    path = f"/forget?device={talked.room}&when=yesterday"
    csrf, fields = ana.csrf(path), form(ana, path)
    talked.say(talked.yesterday[0].begin_ms + 60_000, "children's room")
    again = ana.post("/forget", fields, csrf)
    assert again.status_code == 409
    assert "It is more than you were shown" in again.text
    assert "Forget 4 recordings" in again.text
    assert talked.held() == 8


def test_a_session_that_ends_before_the_press_comes_back_to_the_sentence(
    browser: Browser, talked: Talked
) -> None:
    """Nothing was done, and it says so."""
    path = f"/forget?device={talked.room}&when=yesterday"
    with browsing(browser, talked.house, talked.ana) as page:
        page.goto(path)
        session = talked.ana.entered.session
        talked.house.service.identity.end(talked.ana.entered.token, session.id)
        page.get_by_role("button", name="Forget 3 recordings").click()
        page.wait_for_url(f"**/sign-in?back={quote(path, safe='')}")
        assert "nothing was done" in page.locator(".said").inner_text()
    assert talked.held() == 7


def test_a_whole_person_asks_for_the_factor_once_more_before_the_last_press(talked: Talked) -> None:
    """Counting does not; and coming back leads to the page that was left."""
    ana = Reader(talked.house, talked.ana)
    path = f"/forget?person={talked.leo.id}&when=ever"
    talked.house.clock.advance(ms=11 * 60_000)
    assert "Forget Leo and 7 recordings" in ana.get(path).text
    sure = path.replace("/forget?", "/forget/sure?")
    asked = ana.get(sure)
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/step-up?back={quote(sure, safe='')}"
    assert talked.held() == 7


def test_what_a_hold_keeps_is_said_before_and_after(browser: Browser, talked: Talked) -> None:
    """A part is held: unreadable all the same, and the receipt does not say that all is gone."""
    talked.vault.hold(all_of(device="kitchen"), principal=OPERATOR)
    with browsing(browser, talked.house, talked.ana, ON_A_PHONE) as page:
        page.goto("/forget?when=yesterday")
        assert "4 things are under a legal hold" in page.locator("#goes").inner_text()
        press(page, "Forget 5 recordings")
        page.get_by_text("A legal hold keeps 4 things of it").wait_for()
        talked.vault.rotate()
        page.reload()
        assert "not with any backup" not in page.locator(".slip").inner_text()
        require_usable(page)
        shoot(page, "receipt-held-phone")


def test_whoever_forgets_themselves_is_given_the_receipt_then_and_there(talked: Talked) -> None:
    """It verifies, it can be saved without scripts, and their session is over."""
    leo = Reader(talked.house, talked.house.step_up(talked.leo))
    sure = f"/forget/sure?person={talked.leo.id}&when=ever"
    csrf, fields = leo.csrf(sure), form(leo, sure)
    gone = leo.post("/forget", {**fields, "sure": "yes"}, csrf)
    assert gone.status_code == 200
    assert "You are forgotten here" in gone.text
    assert '__Host-bailee-session=""' in gone.headers["set-cookie"]
    saved = re.search(r'href="data:application/json;base64,([^"]+)" download', gone.text)
    assert saved is not None
    receipt = receipts.parse(base64.b64decode(saved[1]))
    assert receipts.verify(receipt, talked.vault.config.vkey).steps
    assert leo.get("/receipts").status_code == 303


def test_a_member_is_offered_what_is_their_own(talked: Talked) -> None:
    """Of others they hear that it is not theirs, never how much there is."""
    leo = Reader(talked.house, talked.leo)
    assert "everybody" not in leo.get("/forget").text
    assert "Forget 3 recordings" in leo.get(f"/forget?device={talked.room}&when=yesterday").text
    talked.say(talked.yesterday[0].begin_ms + 60_000, "kitchen", person="Ana")
    theirs = leo.get(f"/forget?person={talked.house.ana.id}&when=yesterday").text
    assert "data-ending" not in theirs
    assert "1 recording" not in theirs
    everybodys = leo.get("/forget?person=&when=yesterday").text
    assert "You may forget what is yours" in everybodys
