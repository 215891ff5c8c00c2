"""Places: as coarse as said to the last byte, the same with and without a map, a script, a mouse."""

import base64
import html
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

import h3  # type: ignore[import-untyped]  # it has no types
import pytest
from playwright.sync_api import Browser, expect

from api.house import House
from bailee.clock import FixedClock, iso
from bailee.custody.vault import Vault
from bailee.errors import InputError
from bailee.rules.precision import RESOLUTION
from bailee.types.kind import Kind
from bailee.types.place import Precision
from bailee.types.recording import Deposit
from bailee.web import Tiles, create_site
from web.site import Look, Reader, browsing, in_every_look, require_usable, shoot
from web.walks import HOME, LAKE, a_day, phone, sent

HOME_CELL = h3.latlng_to_cell(*HOME, RESOLUTION[Precision.COARSE])


def at_home(house: House) -> Reader:
    """Ana, after a day with her phone."""
    sent(house, house.ana.id, phone(house), a_day(house.clock.now_ms() // 1000 - 60))
    return Reader(house, house.ana)


@in_every_look
def test_a_day_is_a_map_and_a_list(browser: Browser, house: House, look: Look) -> None:
    at_home(house)
    name = f"{look.size['width']}-{look.scheme}"
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/location")
        shoot(page, f"location-{name}")
        require_usable(page)
        page.get_by_role("link", name=re.compile("^14 points")).first.click()
        page.get_by_label("Name", exact=True).fill("home")
        page.get_by_role("button", name="Name it").click()
        expect(page.get_by_text("It is called home from now on.")).to_be_visible()
        expect(page.get_by_role("table").get_by_text("home").first).to_be_visible()
        shoot(page, f"location-named-{name}")
        page.get_by_label("How exactly").select_option("exact")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("These are exact.")).to_be_visible()
        page.get_by_role("table").locator("summary").first.click()
        require_usable(page)
        shoot(page, f"location-exact-{name}")
        page.get_by_role("link", name="Earlier").click()
        expect(page.get_by_role("heading", name=re.compile("^No places on"))).to_be_visible()
        expect(page.get_by_label("How exactly")).to_have_value("coarse")
        require_usable(page)
        shoot(page, f"location-empty-{name}")


def told(house: House, device: str, precision: str) -> str:
    """What the page says of a device's day, but for what names the device."""
    page = Reader(house, house.ana).get(f"/location?device={device}&precision={precision}").text
    whole = re.sub(r"(dev|csrf)[=_\"a-z2-7A-Z0-9 -]{16,}", "", page)
    return whole[whole.index('<nav class="steps"') :].replace("second phone", "first phone")


def test_a_coarse_page_is_the_same_for_all_places_in_the_same_cells(house: House) -> None:
    """To the last byte: no corner, scale or link of it comes from a finer number."""
    now_s = house.clock.now_ms() // 1000 - 60
    stops = a_day(now_s)
    middles = []
    for at_s, (latitude, longitude) in stops:
        cell = h3.latlng_to_cell(latitude, longitude, RESOLUTION[Precision.COARSE])
        middles.append((at_s, h3.cell_to_latlng(cell)))
    first, second = (house.device(f"{which} phone") for which in ("first", "second"))
    sent(house, house.ana.id, first, stops)
    sent(house, house.ana.id, second, middles)
    coarse = told(house, first, "coarse")
    assert "38 points" in coarse
    assert coarse == told(house, second, "coarse")
    for latitude, longitude in (HOME, LAKE):
        assert str(latitude)[:6] not in coarse
        assert str(longitude)[:6] not in coarse
    assert told(house, first, "exact") != told(house, second, "exact")
    told_by_api = house.ask(
        "GET",
        house.path("/places"),
        house.ana,
        params={"from": iso((now_s - 86_400) * 1000), "to": iso((now_s + 1) * 1000)},
    ).text
    assert not re.search(r"\d+\.\d{3}(?!Z)", told_by_api)


def test_a_look_is_one_entry_and_an_exact_one_its_own(house: House) -> None:
    reader = at_home(house)

    def entries() -> int:
        history = house.service.household.history
        return len(history.page(house.ana.principal, house.account_id).events)

    before = entries()
    reader.get("/location")
    once = entries()
    reader.get("/location?precision=exact")
    assert (once - before, entries() - once) == (1, 1)


def test_without_scripts_everything_is_there(house: House) -> None:
    """The map moves by links, names are forms, forgetting is a link that says what."""
    reader = at_home(house)
    page = reader.get("/location?begin=11:00&end=14:10").text
    assert "13 points" in page
    assert 'viewBox="0 0 640 640"' in page
    nearer = html.unescape(re.findall(r'id="map-in" href="([^"]+)"', page)[0])
    assert reader.get(nearer).text.count("<polygon") == 2
    forget = html.unescape(re.findall(r'class="button" href="(/forget[^"]+)"', page)[0])
    assert parse_qs(forget.partition("?")[2]) == {
        "kind": ["location"],
        "when": ["range"],
        "from": ["2026-09-21T11:00:00+00:00"],
        "to": ["2026-09-21T14:09:59.999000+00:00"],
    }
    [cell] = set(re.findall(r"cell=(\w+)#name", page)) & {HOME_CELL}
    form = reader.get(f"/location?cell={cell}").text
    assert f'name="cell" value="{cell}"' in form
    answer = reader.post(
        "/location/names",
        {"cell": cell, "name": "home & <garden>", "back": "//evil.example"},
        reader.csrf("/location"),
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/location")
    page = reader.get("/location").text
    assert "<strong>home &amp; &lt;garden&gt;</strong>" in page
    [place] = set(re.findall(r'action="/location/names/(plc_\w+)"', page))
    for path, fields in ((f"{place}", {"name": "hut"}), (f"{place}/remove", {})):
        done = reader.post(f"/location/names/{path}", fields, reader.csrf("/location"))
        assert done.status_code == 303
    assert "plc_" not in reader.get("/location").text


def test_days_without_places_lead_to_one_with_some(house: House) -> None:
    reader = at_home(house)
    page = reader.get("/location?day=2026-10-05").text
    assert "No places on Monday, 5 October" in page
    assert 'href="/location?day=2026-09-21"' in page
    assert "38 points" in reader.get("/location?at=2026-09-21T13:00:00.000Z").text
    month = reader.get("/location?day=2026-09-01&until=2026-09-30").text
    assert "38 points" in month


@pytest.mark.parametrize(
    "asked",
    [
        "day=yesterday",
        "day=2026-09-21&until=2026-09-20",
        "day=2026-01-01&until=2026-09-20",
        "day=0001-01-01",
        "at=9999-12-31T23:59:59Z",
        "at=1e9",
        "begin=16:00&end=15:00",
        "begin=25:00",
        "precision=atomic",
        "person=Ana",
        "zoom=1e9",
        "after=zz",
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(house: House, asked: str) -> None:
    answer = Reader(house, house.ana).get(f"/location?{asked}")
    assert answer.status_code == 422
    assert "Something in that was not right" in answer.text


def test_what_cannot_be_read_is_counted_and_never_an_error(house: House) -> None:
    reader = at_home(house)
    house.service.vault.deposit(
        Deposit(
            account="home",
            person="Ana",
            device="her phone",
            kind=Kind.LOCATION,
            content=b'{"lat": NaN}',
            captured_at_ms=house.clock.now_ms() - 1000,
        )
    )
    page = reader.get("/location?cell=%22%3E&zoom=8&east=400&north=-400")
    assert page.status_code == 200
    assert "1 place cannot be read" in page.text
    assert reader.get("/location?zoom=-8&north=400").status_code == 200


def test_a_map_moves_by_keys_buttons_and_a_mouse(browser: Browser, house: House) -> None:
    at_home(house)
    with browsing(browser, house, house.ana) as page:
        page.goto("/location")
        squares = page.locator("#squares")
        expect(squares).to_contain_text("5 km")
        page.get_by_role("link", name="Nearer").click()
        expect(squares).to_contain_text("2 km")
        page.get_by_role("link", name="Nearer").press("+")
        expect(squares).to_contain_text("1 km")
        ground = page.locator("#ground")
        before = ground.get_attribute("transform")
        page.keyboard.press("ArrowLeft")
        assert ground.get_attribute("transform") != before
        box = page.locator(".map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 50, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 150, box["y"] + 90, steps=4)
        before = ground.get_attribute("transform")
        page.mouse.up()
        assert ground.get_attribute("transform") == before
        page.get_by_role("link", name="Nearer").press("0")
        expect(squares).to_contain_text("5 km")
        page.goto("/location?precision=fine")  # drawn wider than told: it asks the server
        page.get_by_role("link", name="Nearer").click()
        expect(squares).to_contain_text("2 km")
        assert page.evaluate("document.activeElement.id") == "map-in"


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def mapped(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """A household whose operator has map tiles."""
    tile = tmp_path / "tiles/11/1100/671.png"
    tile.parent.mkdir(parents=True)
    tile.write_bytes(PNG)
    (tmp_path / "tiles/11/1100/672.png").write_bytes(b"not a picture")
    (tmp_path / "secret.png").write_bytes(PNG)
    Vault.create(tmp_path / "vault", clock=clock).close()
    create = partial(create_site, tiles=Tiles.of(tmp_path / "tiles"))
    with House(tmp_path / "vault", clock, create=create) as made:
        yield made


def test_tiles_are_the_operators_own_and_nothing_else(mapped: House) -> None:
    """For who is signed in; no path leads out of their folder."""
    reader = at_home(mapped)
    answer = reader.get("/tiles/11/1100/671.png")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["cache-control"].startswith("private")
    assert Reader(mapped, None).get("/tiles/11/1100/671.png").status_code == 303
    for path in ("11/1100/672", "11/1100/9", "11/1/../../../secret", "..%2f..%2fsecret", "-1/0/0"):
        assert reader.get(f"/tiles/{path}.png").status_code in {404, 422}
    page = reader.get("/location").text
    assert 'href="/tiles/11/1100/671.png"' in page
    assert 'id="grid"' not in page
    with pytest.raises(InputError, match="no map tiles"):
        Tiles.of(Path("/nowhere"))
