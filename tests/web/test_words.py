"""Languages: complete, switched by the reader, and never in the way of what a page does."""

import re
from zoneinfo import ZoneInfo

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser
from tools import words

from api.house import House
from bailee.web.pages import ROUTERS
from bailee.web.words import choose, languages, words_in
from web.site import ON_A_PHONE, Look, Reader, browsing, require_usable, shoot

EVERY_PAGE = sorted(
    route.path
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
)


def test_every_language_has_every_text_with_its_placeholders() -> None:
    texts = dict(words._texts())
    assert len(texts) > 1500
    for language in languages()[1:]:
        path = words.CATALOGUE / f"{language}.po"
        assert list(words._faults(path, texts)) == []


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_comes_in_another_language(house: House, path: str) -> None:
    """What a placeholder lacks, or has too much, would break it."""
    house.device()
    house.child()
    answer = Reader(house, house.ana).get(path, **{"Accept-Language": "de"})
    assert answer.status_code < 500, f"{path}: {answer.status_code}"
    if "<html" in answer.text:
        assert '<html lang="de"' in answer.text
        assert not re.search(r"%\(\w+\)s", answer.text)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("sv", "en"),
        ("", "en"),
        ("de;q=nonsense,*;q=0.1," + "x" * 5000, "en"),
    ],
)
def test_a_browser_is_answered_in_the_first_language_there_is(accepted: str, language: str) -> None:
    assert choose(accepted) == language


def test_numbers_days_and_plurals_are_the_readers() -> None:
    german, english = words_in("de"), words_in("en")
    assert german.number(1234567) == "1.234.567"
    assert english.number(1234567) == "1,234,567"
    day = german.date_of(1_700_000_000_000, ZoneInfo("Europe/Berlin"))
    assert german.weekday(day) == "Dienstag, 14. November"
    assert english.weekday(day) == "Tuesday, 14 November"
    assert german.ngettext("%(n)s transcript", "%(n)s transcripts", 2) == "%(n)s Abschriften"


def test_a_reader_changes_the_language_and_it_stays(browser: Browser, house: House) -> None:
    with browsing(browser, house, house.ana, Look(size=ON_A_PHONE.size, language="de-DE")) as page:
        page.goto("/privacy")
        assert page.get_by_role("link", name="Heute").is_visible()
        page.get_by_role("link", name="Vergessen").first.click()
        assert page.locator("html").get_attribute("lang") == "de"
        require_usable(page)
        shoot(page, "forget-390-german")
        page.goto("/you")
        page.get_by_label("Sprache der Seiten").select_option("en")
        page.get_by_label("Sprache der Seiten").locator("..").locator("..").get_by_role(
            "button"
        ).click()
        page.get_by_role("link", name="Today").wait_for()
        page.goto("/privacy")
        assert page.locator("html").get_attribute("lang") == "en"
