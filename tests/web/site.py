"""The pages behind a real server, and browsers in which somebody is signed in."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from api.house import House, Someone
from bailee.api.cookies import SESSION

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
SHOTS = os.environ.get("SHOTS", "")
"""A folder: screenshots go there; without it none are taken."""
_CSRF = re.compile(r'name="csrf" content="([^"]+)"')
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a browser looks at it."""

    size: Mapping[str, int]
    scheme: str = "light"
    language: str = "en-GB"
    scripts: bool = True
    zone: str = "Europe/Berlin"


ON_A_PHONE = Look(size=PHONE)
AT_A_DESK = Look(size=DESK)
in_every_look = pytest.mark.parametrize(
    "look",
    [
        pytest.param(ON_A_PHONE, id="phone-light"),
        pytest.param(Look(size=DESK, scheme="dark"), id="desk-dark"),
        pytest.param(Look(size=PHONE, scheme="dark"), id="phone-dark", marks=pytest.mark.long),
        pytest.param(AT_A_DESK, id="desk-light", marks=pytest.mark.long),
    ],
)
"""Each width and each light; in a short run once each, and how they meet in the long one."""


@contextmanager
def browsing(
    browser: Browser, house: House, who: Someone | None, look: Look = AT_A_DESK
) -> Iterator[Page]:
    """A page of its own context, in which *who* is signed in. Errors in it fail the test."""
    context = browser.new_context(
        viewport={"width": look.size["width"], "height": look.size["height"]},
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=look.language,
        timezone_id=look.zone,
        java_script_enabled=look.scripts,
        has_touch=look.size["width"] < 600,
        base_url=house.url,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    if who is not None:
        let_in(context, house, who)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None,
    )
    try:
        yield page
        assert not wrong, wrong
    finally:
        context.close()


def let_in(context: BrowserContext, house: House, who: Someone) -> None:
    """Give a browser somebody's session."""
    context.add_cookies(
        [
            {
                "name": SESSION,
                "value": who.entered.token,
                "url": house.url.replace("http://", "https://"),
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )


def shoot(page: Page, name: str) -> None:
    """A screenshot, where somebody wants to look."""
    if SHOTS:
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        seen = page.viewport_size or DESK
        height = page.evaluate("document.documentElement.scrollHeight")
        # As tall as the page: what is fixed at the window's edge then covers nothing.
        page.set_viewport_size({"width": seen["width"], "height": max(height, seen["height"])})
        page.screenshot(path=folder / f"{name}.png")
        page.set_viewport_size({"width": seen["width"], "height": seen["height"]})


def require_usable(page: Page) -> None:
    """No violation that axe-core finds, and no scrolling sideways."""
    found = Axe().run(page, options=_RULES).response["violations"]
    said = [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]
    assert not said, "\n".join(said)
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than its window"


class Reader:
    """Somebody without scripts or a browser: cookies, forms, and what comes back as text."""

    def __init__(self, house: House, who: Someone | None) -> None:
        cookies = {} if who is None else {SESSION: who.entered.token}
        self._jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._url = house.url

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        told = {"Cookie": self._jar, **headers}
        return httpx.get(f"{self._url}{path}", headers=told, timeout=30)

    def post(self, path: str, fields: Mapping[str, str | list[str]], csrf: str) -> httpx.Response:
        """A form, with the token its page had."""
        told = {"Cookie": self._jar}
        data = {**fields, "csrf": csrf}
        return httpx.post(f"{self._url}{path}", data=data, headers=told, timeout=30)

    def csrf(self, path: str) -> str:
        """The form token of a page."""
        found = _CSRF.search(self.get(path).text)
        assert found is not None, f"{path} has no form token"
        return found[1]
