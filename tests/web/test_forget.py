"""Forgetting on the pages: choose, see the numbers, press, hold the receipt (R-12, R-13, R-15)."""

from playwright.sync_api import Browser

from api.house import House
from web.lived import Lived
from web.site import ON_A_PHONE, browsing, require_usable, shoot


def test_a_parent_forgets_yesterday_in_the_childrens_room(browser: Browser, house: House) -> None:
    """From the privacy page: three presses, and the receipt says what went."""
    lived = Lived(house)
    with browsing(browser, house, lived.ana, ON_A_PHONE) as page:
        page.goto("/privacy")
        page.get_by_role("link", name="Forget").click()
        require_usable(page)
        shoot(page, "forget-ways-phone")
        page.get_by_role("link", name="children's room").first.click()
        require_usable(page)
        shoot(page, "forget-count-phone")
        page.get_by_role("button", name="Forget 3 recordings").click()
        page.wait_for_url("**/receipts/era_*")
        require_usable(page)
        shoot(page, "receipt-phone")
        page.get_by_role("button", name="Check it").click()
        page.locator("[data-proven]").wait_for(state="visible")
        require_usable(page)
        shoot(page, "receipt-checked-phone")
