"""Cameras: each with the newest it saw."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from api.house import House
from bailee.types.facts import DeviceSort
from bailee.types.kind import Kind
from web.lived import HOUR_MS, film, keep
from web.site import ON_A_PHONE, Look, browsing, in_every_look, require_usable, shoot


@in_every_look
def test_each_camera_shows_the_newest_it_saw(
    browser: Browser, house: House, tmp_path: Path, look: Look
) -> None:
    door = house.device("front door", DeviceSort.CAMERA)
    house.device("garden", DeviceSort.CAMERA)
    house.device("kitchen", DeviceSort.SPEAKER)
    now = house.clock.now_ms()
    clip = film(tmp_path / "clip.mp4", seconds=4)
    keep(house, now - 5 * HOUR_MS, door, clip, Kind.VIDEO, duration_ms=4000)
    newest = keep(house, now - HOUR_MS, door, clip, Kind.VIDEO, duration_ms=4000)
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/cameras")
        expect(page.get_by_role("heading", level=2)).to_have_text(["front door", "garden"])
        expect(page.locator(f'a[href="/recordings/{newest}"]')).to_be_visible()
        expect(page.locator("canvas")).to_have_count(1)
        expect(page.get_by_text("Nothing that it saw is kept now.")).to_be_visible()
        require_usable(page)
        shoot(page, f"cameras-{look.size['width']}-{look.scheme}")


def test_no_camera_says_how_one_comes(browser: Browser, house: House) -> None:
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/cameras")
        expect(page.get_by_role("link", name="Add a camera")).to_be_visible()
        require_usable(page)
        shoot(page, "cameras-empty-390")
