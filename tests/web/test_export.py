"""Taking everything away on the pages: say what, see how much, wait, download, check (R-13)."""

import html
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.house import House
from bailee.custody.export_check import check
from bailee.types.household import PersonSort
from bailee.types.role import Role
from support.vaults import all_of
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

DARK_DESK = Look(size=AT_A_DESK.size, scheme="dark")


@pytest.fixture
def talked(house: House) -> Talked:
    return Talked(house)


@in_every_look
def test_somebody_takes_everything_away(
    browser: Browser, talked: Talked, look: Look, tmp_path: Path
) -> None:
    """From the privacy page to a file that checks, with a bar in between."""
    size = f"{look.size['width']}-{look.scheme}"
    exports = talked.house.service.household.exports
    with browsing(browser, talked.house, talked.ana, look) as page:
        page.goto("/privacy")
        page.get_by_role("link", name="Take it away").click()
        page.get_by_role("button", name="Prepare 14 files").wait_for()
        require_usable(page)
        shoot(page, f"export-asked-{size}")
        page.get_by_label("From which device").select_option(label="kitchen")
        page.get_by_role("button", name="Prepare 6 files").click()
        page.get_by_role("heading", name="It is being prepared").wait_for()
        require_usable(page)
        shoot(page, f"export-preparing-{size}")
        exports.work(lambda: True)
        page.get_by_role("heading", name="It is ready").wait_for()  # by itself
        assert page.locator("#told").inner_text() == "It is ready"
        require_usable(page)
        page.get_by_text("Check it anywhere").click()
        shoot(page, f"export-ready-{size}")
        with page.expect_download() as coming:
            page.get_by_role("link", name="Download").click()
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        found = check(path, talked.vault.config.vkey, progress=lambda _: None)
        assert found.is_whole
        assert found.proven.files == 6
        page.goto("/looks")
        expect(page.locator("body")).to_contain_text(
            "made an archive of 3 sound recordings and 3 transcripts"
        )
        page.goto("/export")
        page.get_by_role("button", name="Give it up").click()
        page.get_by_role("button", name=re.compile("Prepare")).wait_for()


def test_what_lies_in_it_reads_without_bailee(
    browser: Browser, talked: Talked, tmp_path: Path
) -> None:
    """Its pages open from a disk, list every file, and lead to it."""
    exports, who = talked.house.service.household.exports, talked.ana.principal
    reader = Reader(talked.house, talked.ana)
    prepare(reader, {"when": "ever"})
    exports.work(lambda: True)
    fetched = exports.fetch(who, talked.house.account_id)
    data = b"".join(fetched.stretches(0, fetched.size_bytes))
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    for look, name in ((ON_A_PHONE, "phone"), (DARK_DESK, "desk-dark")):
        with browsing(browser, talked.house, None, look) as page:
            page.goto((tmp_path / "index.html").as_uri())
            require_usable(page)
            shoot(page, f"archive-days-{name}")
            page.get_by_role("link", name=re.compile(r"\d{4}-\d\d-\d\d")).first.click()
            require_usable(page)
            shoot(page, f"archive-day-{name}")
            assert page.locator("audio").count() == 5
            page.get_by_role("link", name=re.compile("what was said")).first.click()
            expect(page.locator("body")).to_contain_text("no more walnuts")


def prepare(reader: Reader, fields: dict[str, str | list[str]]) -> None:
    answer = reader.post("/export", fields, reader.csrf("/export"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/export")


def test_without_scripts(talked: Talked) -> None:
    """Say what, count, prepare, look again, download by parts, give it up: forms and links alone."""
    reader = Reader(talked.house, talked.ana)
    counted = reader.get("/export?kind=transcript&when=ever").text
    assert "7 files" in counted
    assert 'name="kind" value="transcript"' in counted
    prepare(reader, {"kind": "transcript", "when": "ever"})
    waiting = reader.get("/export").text
    assert "<progress" in waiting
    assert 'href="/export">Look again' in waiting
    early = reader.get("/export/archive")
    assert (early.status_code, early.headers["location"]) == (303, "/export")
    talked.house.service.household.exports.work(lambda: True)
    assert 'href="/export/archive"' in reader.get("/export").text
    whole = reader.get("/export/archive")
    assert whole.headers["content-type"] == "application/zip"
    rest = reader.get("/export/archive", Range="bytes=1000-")
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    gone = reader.post("/export/cancel", {}, reader.csrf("/export"))
    assert gone.status_code == 303
    assert "Prepare" in reader.get("/export").text


def test_what_was_forgotten_since_is_said_with_its_receipt(talked: Talked) -> None:
    """On the page, once it was fetched without it; and everything at last."""
    reader = Reader(talked.house, talked.ana)
    prepare(reader, {"when": "ever"})
    talked.house.service.household.exports.work(lambda: True)
    asked, _ = talked.vault.erase(all_of(recordings=(talked.yesterday[0].recording_id,)))
    reader.get("/export/archive")
    text = reader.get("/export").text
    assert "2 files were forgotten" in text
    assert f'href="/receipts/{asked.id}"' in text
    talked.vault.erase(all_of(person="Leo"))
    reader.get("/export/archive")
    assert "Nothing is left in it" in reader.get("/export").text


def test_a_second_factor_is_asked_for_before_anything_is_counted(talked: Talked) -> None:
    """And nothing of that is a refusal: nobody was refused anything."""
    reader = Reader(talked.house, talked.ana)
    talked.house.clock.advance(ms=11 * 60_000)
    text = html.unescape(reader.get("/export?person=" + talked.leo.id).text)
    assert re.search(r'href="/step-up\?back=/export%3Fperson', text)
    assert "Prepare" not in text
    assert "and was refused" not in reader.get("/looks").text
    tried = reader.post("/export", {"when": "ever"}, reader.csrf("/export"))
    assert tried.headers["location"].startswith("/step-up")


def test_a_child_is_told_to_ask_a_parent_and_a_member_takes_their_own(talked: Talked) -> None:
    leo = Reader(talked.house, talked.house.step_up(talked.leo))
    assert "14 files" in leo.get("/export").text
    kim = talked.house.person("Kim", Role.CHILD, sort=PersonSort.CHILD)
    text = Reader(talked.house, kim).get("/export").text
    assert "A child asks a parent for this." in text
    assert "Prepare" not in text
