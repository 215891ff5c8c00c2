"""Receipts on the pages: two stamps, the proof in front of the reader, copies that verify elsewhere."""

import json
import re
import textwrap
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, Request

from api.house import House, Someone
from bailee.cli import main
from bailee.custody import receipt as receipts
from bailee.types.choice import Choice
from bailee.types.ids import ErasureId
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


@pytest.fixture
def talked(house: House) -> Talked:
    return Talked(house)


def forgotten(talked: Talked, who: Someone | None = None, at: int = 0) -> ErasureId:
    """One of yesterday's recordings, forgotten and cleaned up after."""
    erasures = talked.house.service.household.erasures
    choice = Choice(recordings=(talked.yesterday[at].recording_id,))
    asker = (who or talked.ana).principal
    begun = erasures.ask(asker, talked.house.account_id, choice)
    erasures.finish(begun.erasure.id)
    return begun.erasure.id


def check(page: Page) -> None:
    page.get_by_role("button", name="Check it").click()
    page.locator(
        "[data-proven]:visible, [data-proven-untold]:visible, [data-fault]:visible"
    ).wait_for()


@in_every_look
def test_a_receipt_is_checked_in_front_of_its_reader(
    browser: Browser, talked: Talked, look: Look
) -> None:
    """Four lines turn from grey to ink, and the words that were signed stand there."""
    name = f"{look.size['width']}-{look.scheme}"
    erasure = forgotten(talked)
    with browsing(browser, talked.house, talked.ana, look) as page:
        page.goto(f"/receipts/{erasure}")
        assert page.locator("[data-scripted] .proof .done").count() == 0
        require_usable(page)
        check(page)
        assert page.locator("[data-scripted] .proof .done").count() == 4
        assert "of rec_" in page.locator("[data-words]").inner_text()
        require_usable(page)
        shoot(page, f"receipt-{name}")
        page.goto("/receipts")
        require_usable(page)
        shoot(page, f"receipts-{name}")
        page.goto("/check")
        require_usable(page)
        shoot(page, f"check-{name}")


def test_the_second_stamp_is_inked_after_the_rotation(browser: Browser, talked: Talked) -> None:
    """While the page is open; and nothing is called gone before."""
    erasure = forgotten(talked)
    with browsing(browser, talked.house, talked.ana, ON_A_PHONE) as page:
        page.goto(f"/receipts/{erasure}")
        slip = page.locator(".slip")
        assert slip.locator(".stamp.due").count() == 1
        assert "still could" in slip.inner_text()
        talked.house.clock.advance(ms=60_000)
        talked.vault.rotate()
        page.locator("[data-waiting]").dispatch_event("look-again")
        slip.get_by_text("Unrecoverable since").wait_for()
        assert slip.locator(".stamp.due").count() == 0
        assert "not with any backup" in slip.inner_text()
        check(page)
        assert page.locator("[data-proven]").is_visible()
        require_usable(page)
        shoot(page, "receipt-inked-phone")


def test_a_rotation_that_is_late_is_said_to_be_late(talked: Talked) -> None:
    erasure = forgotten(talked)
    talked.house.clock.advance(ms=25 * 3_600_000)
    page = Reader(talked.house, talked.house.step_up(talked.ana)).get(f"/receipts/{erasure}").text
    assert "late: was due by" in page
    assert "not called unrecoverable" in page


def test_a_saved_and_a_printed_copy_verify_elsewhere(
    browser: Browser, talked: Talked, tmp_path: Path
) -> None:
    """On the command line and on the public page, whatever the paper did to its lines."""
    erasure = forgotten(talked)
    talked.vault.rotate()
    vkey = talked.vault.config.vkey
    with browsing(browser, talked.house, talked.ana, AT_A_DESK) as page:
        page.goto(f"/receipts/{erasure}")
        with page.expect_download() as saving:
            page.get_by_role("link", name="Save the file").click()
        saved = tmp_path / saving.value.suggested_filename
        saving.value.save_as(saved)
        page.emulate_media(media="print")
        text = page.locator(".proof-text").inner_text()
        assert page.locator(".slip").is_visible()
        assert not page.get_by_role("button", name="Check it").is_visible()
        printed = tmp_path / "printed.txt"
        printed.write_text(textwrap.fill(text, 71, break_on_hyphens=False) + "\n")
        pdf = page.pdf(format="A4", path=tmp_path / "receipt.pdf")
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    assert saved.name == f"{erasure}.receipt"
    assert receipts.parse(saved.read_bytes()) == receipts.parse(printed.read_bytes())
    for copy in (saved, printed):
        done = CliRunner().invoke(main, ["receipt", "verify", str(copy), "--vkey", vkey])
        assert done.exit_code == 0, done.output
        assert "The signature is this house's." in done.output
    with browsing(browser, talked.house, None, ON_A_PHONE) as page:
        page.goto("/check")
        assert page.get_by_label("The house's key").input_value() == vkey
        page.get_by_label("The file").set_input_files(saved)
        page.get_by_role("button", name="Check it").click()
        page.locator("[data-result]").wait_for()
        require_usable(page)
        shoot(page, "check-done-phone")
        page.reload()
        page.get_by_label("Or its text").fill(printed.read_text())
        page.get_by_role("button", name="Check it").click()
        page.locator("[data-result]").wait_for()
        assert "of rec_" in page.locator("q[data-words]").inner_text()


def test_nothing_of_a_receipt_is_sent_by_the_page_that_checks_it(
    browser: Browser, talked: Talked
) -> None:
    receipt = talked.vault.receipt(forgotten(talked))
    with browsing(browser, talked.house, None, AT_A_DESK) as page:
        page.goto("/check")
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - it wants a function
        page.get_by_label("Or its text").fill(json.dumps(receipt))
        page.get_by_role("button", name="Check it").click()
        page.locator("[data-result]").wait_for()
        # Its icon, and the shell that its worker keeps, may come late: files, asked for by name.
        shell = ("/static/", "/worker.js", "/offline")
        for each in sent:
            assert urlsplit(each.url).path.startswith(shell), each.url
            assert (each.method, each.post_data, urlsplit(each.url).query) == ("GET", None, "")
        assert "Its words died" in page.locator("[data-result]").inner_text()


def test_a_house_that_shows_another_key_is_not_believed_silently(
    browser: Browser, talked: Talked
) -> None:
    """What this browser knew it by is told; whoever set it up anew says so once."""
    erasure = forgotten(talked)
    with browsing(browser, talked.house, talked.ana, ON_A_PHONE) as page:
        page.goto("/privacy")
        known = json.dumps({"vkey": "bailee.invalid/00+00000000+AA==", "since": 1_700_000_000_000})
        page.evaluate("known => localStorage.setItem('bailee-house', known)", known)
        page.goto(f"/receipts/{erasure}")
        check(page)
        assert (
            "has known since 14 November 2023"
            in page.locator("[data-fault=key-changed]").inner_text()
        )
        assert page.locator(".proof .failed").count() == 1
        require_usable(page)
        shoot(page, "receipt-other-key-phone")
        page.get_by_role("button", name="know it by the new key").click()
        page.locator("[data-proven]").wait_for()
        assert page.locator("[data-scripted] .proof .done").count() == 4


def test_the_list_pages_and_holds_what_its_reader_may_know_of(talked: Talked) -> None:
    """Everything for who keeps house, with who asked; their own for everybody else."""
    ana, leo = Reader(talked.house, talked.ana), Reader(talked.house, talked.leo)
    assert "Nothing was forgotten yet" in ana.get("/receipts").text
    mine = forgotten(talked, talked.leo)
    talked.house.clock.advance(ms=1)
    theirs = forgotten(talked, talked.ana, at=1)
    listed = ana.get("/receipts").text
    assert listed.index(theirs) < listed.index(mine)
    assert "Asked by you" in listed
    assert "Asked by Leo" in listed
    own = leo.get("/receipts").text
    assert mine in own
    assert theirs not in own
    assert leo.get(f"/receipts/{theirs}").status_code == 404
    assert leo.get(f"/receipts/{theirs}/file").status_code == 404
    assert leo.get("/receipts/era_none").status_code == 422
    assert Reader(talked.house, None).get(f"/receipts/{mine}").status_code == 303
