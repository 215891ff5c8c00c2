"""Help: a page a task, reached from every page; every link in it leads somewhere."""

import re

from playwright.sync_api import Browser

from api.house import House
from bailee.web.helps import BY_SLUG, HELPS, help_for
from bailee.web.pages import ROUTERS
from web.site import Look, Reader, browsing, in_every_look, require_usable, shoot

_HREF = re.compile(r'href="(/[^"#?]*)')


@in_every_look
def test_every_page_of_help_is_usable(browser: Browser, house: House, look: Look) -> None:
    with browsing(browser, house, house.ana, look) as page:
        for slug in ("", *BY_SLUG):
            page.goto(f"/help/{slug}".rstrip("/"))
            require_usable(page)
            shoot(page, f"help-{slug or 'all'}-{look.size['width']}-{look.scheme}")


def test_every_link_of_help_leads_somewhere(house: House) -> None:
    """And no text of it was left with a hole."""
    reader = Reader(house, house.ana)
    links: set[str] = set()
    for each in HELPS:
        text = reader.get(f"/help/{each.slug}").text
        assert "%(" not in text, each.slug
        links |= set(_HREF.findall(text.partition("<main")[2]))
    for path in sorted(links):
        assert reader.get(path).status_code == 200, path


def test_help_is_there_for_whoever_cannot_sign_in(house: House) -> None:
    """It says nothing of any household."""
    outside = Reader(house, None)
    for each in HELPS:
        answer = outside.get(f"/help/{each.slug}")
        assert answer.status_code == 200
        assert "Ana" not in answer.text
    assert outside.get("/help/nothing").status_code == 404


def test_each_page_has_its_own_help(house: House) -> None:
    """Pages by their addresses; the disclosure that stands alone has none (R-08)."""
    reader = Reader(house, house.ana)
    wanted = {
        "/": "see",
        "/people": "people",
        "/devices": "devices",
        "/sharing": "share",
        "/consents": "consents",
        "/looks": "who-looked",
        "/privacy": "deleting",
        f"/people/{house.ana.id}": "people",
        f"/people/{house.ana.id}/consents": "consents",
    }
    for path, slug in wanted.items():
        assert f'href="/help/{slug}"' in reader.get(path).text, path
    alone = reader.get(f"/people/{house.ana.id}/consents/train").text
    assert "/help/" not in alone
    slugs = {help_.slug for path in _paths() if (help_ := help_for(path)) is not None}
    assert slugs <= set(BY_SLUG)


def _paths() -> list[str]:
    return [str(getattr(route, "path", "")) for router in ROUTERS for route in router.routes]
