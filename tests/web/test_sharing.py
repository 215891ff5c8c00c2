"""Sharing: a link made, opened by somebody outside, and ended; its token in no address or log."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from api.house import House, Someone
from api.test_links import consented
from api.test_recordings import WORDS, deposited
from bailee.types.history import Sort, WhoSort
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from web.lived import tone
from web.site import ON_A_PHONE, Look, Reader, browsing, in_every_look, require_usable, shoot

_LINK = re.compile(r'value="(http[^"]+/shared#[^"]+)"')


def _made(house: House, hours: str = "24") -> tuple[str, str]:
    """A recording of Ana's, and a link to it."""
    recording = deposited(house, house.token_of(house.device()), content=tone())
    consented(house, house.ana)
    return recording["recording"], _share(house, house.ana, recording, hours)


def _share(house: House, who: Someone, made: dict[str, str], hours: str) -> str:
    reader = Reader(house, who)
    path = f"/recordings/{made['recording']}/share"
    answer = reader.post(path, {"what": made["artefact"], "hours": hours}, reader.csrf(path))
    found = _LINK.search(answer.text)
    assert found is not None, answer.text
    return found[1]


class _Holder:
    """Somebody without scripts who pasted a link: where it led, and what is there."""

    def __init__(self, url: str, where: str, cookie: str) -> None:
        self.where = where
        self._url, self._cookie = url, cookie

    def get(self, rest: str = "", **headers: str) -> httpx.Response:
        told = {"Cookie": self._cookie, **headers}
        return httpx.get(f"{self._url}{self.where}{rest}", headers=told, timeout=30)


def _opened(house: House, link: str) -> _Holder:
    answer = httpx.post(f"{house.url}/shared", data={"token": link}, timeout=30)
    assert answer.status_code == 303
    [cookie] = answer.headers.get_list("set-cookie")
    assert {"HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; "))
    assert cookie.startswith("__Host-bailee-lnk_")
    return _Holder(house.url, answer.headers["location"], cookie.partition(";")[0])


@in_every_look
def test_a_recording_is_shared_played_and_the_link_ended(
    browser: Browser, house: House, look: Look
) -> None:
    """The link stops at once, and says so; what it was opened for is in the history."""
    made = deposited(house, house.token_of(house.device()), content=tone())
    consented(house, house.ana)
    name = f"{look.size['width']}-{look.scheme}"
    with browsing(browser, house, house.ana, look) as page:
        page.goto(f"/recordings/{made['recording']}/share")
        require_usable(page)
        shoot(page, f"share-{name}")
        page.get_by_label("A day", exact=True).check()
        page.get_by_role("button", name="Make the link").click()
        link = page.get_by_label("The link").input_value()
        require_usable(page)
        shoot(page, f"share-made-{name}")
        with browsing(browser, house, None, look) as outside:
            asked: list[str] = []
            outside.on("request", lambda request: asked.append(request.url + str(request.headers)))
            outside.goto(link)
            outside.get_by_role("heading", name="Ana shared 1 sound recording with you").wait_for()
            assert _plays(outside)
            require_usable(outside)
            shoot(outside, f"share-shown-{name}")
            token = link.partition("#")[2]
            assert not [each for each in asked if token in each]
            assert token not in outside.url
            assert not outside.evaluate(
                "performance.getEntries().some(each => each.name.includes('#'))"
            )
            page.goto("/sharing")
            expect(page.locator("body")).to_contain_text("Opened")
            require_usable(page)
            shoot(page, f"sharing-{name}")
            page.get_by_role("button", name="End it").click()
            page.get_by_text("That link shows nothing any more").wait_for()
            page.get_by_role("heading", name="Nothing is shared").wait_for()
            outside.goto(link)
            outside.get_by_role("heading", name="This link shows nothing").wait_for()
            require_usable(outside)
            shoot(outside, f"share-ended-{name}")
    events = house.service.household.history.page(
        house.ana.principal, house.account_id, sorts=[Sort.LOOKED]
    ).events
    assert {each.who.sort for each in events if each.who} == {WhoSort.LINK}


def _plays(page: Page) -> bool:
    return bool(
        page.evaluate(
            """() => new Promise(done => {
              const media = document.querySelector("audio, video");
              if (media.readyState > 0) return done(media.duration > 0);
              media.addEventListener("loadedmetadata", () => done(media.duration > 0));
              media.addEventListener("error", () => done(false));
            })"""
        )
    )


def test_without_scripts_a_link_is_pasted_and_opened(house: House) -> None:
    """Whole or in parts, with the cookie of that one link alone; ended, it is gone with it."""
    _, link = _made(house)
    holder = _opened(house, link)
    shown = holder.get()
    assert shown.status_code == 200
    assert "Ana shared 1 sound recording with you" in shown.text
    part = holder.get("/content", Range="bytes=0-3")
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert part.headers["cache-control"] == "no-store"
    assert httpx.get(f"{house.url}{holder.where}/content").status_code == 404
    assert httpx.get(f"{house.url}{holder.where}").status_code == 404
    reader = Reader(house, house.ana)
    link_id = holder.where.rpartition("/")[2]
    ended = reader.post(f"/sharing/{link_id}/end", {}, reader.csrf("/sharing"))
    assert ended.status_code == 303
    assert holder.get().status_code == 404
    assert holder.get("/content").status_code == 404
    again = httpx.post(f"{house.url}/shared", data={"token": link})
    assert again.headers["location"] == "/shared/ended"
    assert "set-cookie" not in again.headers


def test_a_link_ends_with_its_time_its_consent_and_its_recording(house: House) -> None:
    """Whoever holds it is told one thing, whatever the reason."""
    made = deposited(house, house.token_of(house.device()))
    consented(house, house.ana)
    consents = house.service.household.consents
    texts = set()
    holder = _opened(house, _share(house, house.ana, made, "1"))
    house.clock.advance(ms=3_600_001)
    texts.add(holder.get().text)
    house.ana = house.step_up(house.ana)
    holder = _opened(house, _share(house, house.ana, made, "720"))
    assert holder.get("/content").content == WORDS
    consents.withdraw(house.ana.principal, house.account_id, house.ana.id, Scope.DISCLOSE)
    texts.add(holder.get().text)
    consented(house, house.ana)
    house.ask("POST", "/erasures", house.ana, json={"recordings": [made["recording"]]})
    texts.add(holder.get().text)
    assert len(texts) == 1


def test_what_may_not_be_shared_says_why_before_there_is_a_form(
    browser: Browser, house: House
) -> None:
    """No consent: where it is given. Not one's own: that. No link is made by asking anyway."""
    made = deposited(house, house.token_of(house.device()))
    reader = Reader(house, house.ana)
    path = f"/recordings/{made['recording']}/share"
    asked = reader.get(path).text
    assert "somebody has not" in asked
    assert f"/people/{house.ana.id}/consents" in asked
    fields = {"what": made["artefact"], "hours": "1"}
    assert not _LINK.search(reader.post(path, fields, reader.csrf(path)).text)
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto(path)
        require_usable(page)
        shoot(page, "share-barred-390-light")
    leo = house.person("Leo", Role.MEMBER, *Right)
    assert Reader(house, leo).get(path).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "#", "a" * 5000, "é", "/shared#", "\x00"])
def test_no_guess_opens_anything(house: House, token: str) -> None:
    answer = httpx.post(f"{house.url}/shared", data={"token": token})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/shared/ended"


@pytest.mark.parametrize("link", ["x", "lnk_aaaaaaaaaaaaaaaa", "a%2fb", "lnk_'"])
def test_no_address_of_a_link_opens_anything(house: House, link: str) -> None:
    assert Reader(house, None).get(f"/shared/{link}").status_code == 404
    assert Reader(house, None).get(f"/shared/{link}/content").status_code == 404
