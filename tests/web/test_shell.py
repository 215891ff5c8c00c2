"""What every page stands on: headers, assets, the shell's cache, languages, refusals."""

import re

import pytest
from playwright.sync_api import Browser

from api.house import House
from bailee.web.assets import Assets, Linker
from bailee.web.pages import privacy
from bailee.web.said import is_local
from web.site import Look, Reader, browsing, in_every_look, require_usable, shoot


def test_a_page_allows_nothing_inline_and_nothing_from_elsewhere(house: House) -> None:
    answer = Reader(house, house.ana).get("/privacy")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", answer.text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text)


def test_assets_are_kept_for_ever_and_change_their_name_with_what_they_hold(house: House) -> None:
    address = Assets.here().url("css/base.css")
    assert address in Reader(house, house.ana).get("/privacy").text
    answer = Reader(house, None).get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert Reader(house, None).get("/static/css/base.css").status_code == 404
    assert Reader(house, None).get("/static/%2e%2e/words.py").status_code == 404
    assert Reader(house, None).get("/nothing/here").status_code == 404


def test_a_module_is_named_anew_when_what_it_imports_changes() -> None:
    """Else a browser would go on with the old one for a year."""
    plain = {"js/a.js": b'import {x} from "./b.js";', "js/b.js": b'import {y} from "./c.js";'}
    before = Linker({**plain, "js/c.js": b"export const y = 1;"}).bodies
    after = Linker({**plain, "js/c.js": b"export const y = 2;"}).bodies
    assert before["js/a.js"] != after["js/a.js"]
    assert b"./b.js" not in before["js/a.js"]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(house: House) -> None:
    answer = Reader(house, None).get("/privacy?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?back=%2Fprivacy%3Fx%3D1"


def test_the_api_keeps_its_own_answers(house: House) -> None:
    for method, path, status in (("GET", "/v1/nothing", 404), ("PATCH", "/v1/session", 405)):
        answer = house.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_page_with_a_number_and_says_nothing_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("walnuts")

    monkeypatch.setattr(privacy, "page", breaks)
    answer = Reader(house, house.ana).get("/privacy")
    assert answer.status_code == 500
    assert "Something broke here" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "walnuts" not in answer.text


def test_a_form_without_its_token_does_nothing(house: House) -> None:
    reader = Reader(house, house.ana)
    answer = reader.post("/language", {"language": "de", "back": "/privacy"}, csrf="wrong")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "", "/v1/me"]
)
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert not is_local(path)


def test_the_worker_keeps_the_shell_and_nothing_of_anybodys(browser: Browser, house: House) -> None:
    with browsing(browser, house, house.ana) as page:
        page.goto("/privacy")
        page.evaluate(
            """Promise.race([
              navigator.serviceWorker.ready.then(() => true),
              new Promise((_, no) => setTimeout(() => no("no worker in 30 s"), 30000)),
            ])"""
        )
        page.reload()
        kept = page.evaluate(
            """async () => {
              const found = [];
              for (const name of await caches.keys())
                for (const each of await (await caches.open(name)).keys())
                  found.push(new URL(each.url).pathname);
              return found;
            }"""
        )
        assert kept
        assert {each for each in kept if not each.startswith("/static/")} == {"/offline"}
        page.context.set_offline(True)
        page.goto("/privacy")
        assert page.get_by_role("heading", level=1).inner_text() == "There is no line to your house"
        assert "Ana" not in page.content()


@in_every_look
def test_the_privacy_page_is_usable(browser: Browser, house: House, look: Look) -> None:
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/privacy")
        require_usable(page)
        shoot(page, f"privacy-{look.size['width']}-{look.scheme}")
