"""The timeline: days, filters, moments, searching, picking, keys; with scripts and without."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, time
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect

from api.house import House
from bailee.custody.desk import Transaction
from bailee.errors import InputError
from bailee.household.calendar import day_edges, day_of_ms
from bailee.keytree.interval import first_leaf_of
from bailee.store.tables import artefact, recording, source
from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.role import Right, Role
from bailee.web.timeline.filters import Filters
from bailee.web.timeline.found import pieces
from bailee.web.timeline.ribbon import ribbon
from bailee.web.timeline.wave import wave
from web.lived import HOUR_MS, MINUTE_MS, forget, heard
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

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def kitchen(house: House) -> DeviceId:
    return house.device("kitchen")


def noon(house: House, days_ago: int = 0) -> int:
    """Noon, UTC, of a day that is over or begun."""
    day_ms = 24 * HOUR_MS
    return (house.clock.now_ms() // day_ms - days_ago) * day_ms + 12 * HOUR_MS - day_ms


def ids(text: str) -> list[str]:
    """The recordings a page lists, from the top."""
    return re.findall(r'data-row="(rec_\w+)"', text)


def test_the_newest_day_with_something_on_it_is_shown_newest_first(
    house: House, kitchen: DeviceId
) -> None:
    at = noon(house)
    old = heard(house, noon(house, 5), kitchen, "long ago")
    first = heard(house, at, kitchen, "good morning")
    second = heard(house, at + HOUR_MS, kitchen, "no more walnuts, please")
    text = Reader(house, house.ana).get("/").text
    assert ids(text) == [second, first]
    assert "no more walnuts, please" in text
    assert "until " in text
    earlier = re.search(r'rel="prev" href="([^"]+)"', text)
    assert earlier is not None
    assert ids(Reader(house, house.ana).get(earlier[1]).text) == [old]


def test_a_page_of_the_timeline_is_one_look_in_the_ledger(house: House, kitchen: DeviceId) -> None:
    for number in range(4):
        heard(house, noon(house) + number * MINUTE_MS, kitchen, f"words {number}")

    def looks() -> list[int]:
        found = house.service.household.history.page(house.ana.principal, house.account_id)
        return [len(each.things) for each in found.events if each.type in {"release", "releases"}]

    before = len(looks())
    Reader(house, house.ana).get("/")
    assert len(looks()) == before + 1


def test_a_gap_is_one_where_nothing_was_recorded(house: House, kitchen: DeviceId) -> None:
    """What began long before and goes on leaves none."""
    at = noon(house)
    heard(house, at, kitchen)
    heard(house, at + 3 * HOUR_MS, kitchen, seconds=3 * 3600)
    heard(house, at + 4 * HOUR_MS, kitchen)
    heard(house, at + 5 * HOUR_MS + 30 * MINUTE_MS, kitchen)
    text = Reader(house, house.ana).get("/").text
    assert re.findall(r"nothing for [^<]+", text) == ["nothing for 2 h 59 min"]


def test_filters_are_the_address_and_leave_only_what_fits(house: House, kitchen: DeviceId) -> None:
    at = noon(house)
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    hall = house.device("hall")
    hers = heard(house, at, kitchen)
    his = heard(house, at + HOUR_MS, kitchen, person=leo.id)
    in_the_hall = heard(house, at + 3 * HOUR_MS, hall)
    reader = Reader(house, house.ana)
    day = Filters(day=day_of_ms(at, UTC))
    assert ids(reader.get(f"/?person={leo.id}").text) == [his]
    assert ids(reader.get(f"/?device={hall}").text) == [in_the_hall]
    assert ids(reader.get("/?kind=video").text) == []
    assert "Nothing fits" in reader.get("/?kind=video").text
    part = day.address(begin=time(12), end=time(13))
    assert ids(reader.get(part).text) == [hers]
    # Leo may not know of Ana's: his page is his own.
    assert ids(Reader(house, leo).get("/").text) == [his]


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-13-40",
        "day=tomorrow",
        "kind=soul",
        "from=7",
        "at=now",
        "at=2026-01-01T00:00:00",
        "person=1",
        "device=dev_x",
        "after=zzz&day=2026-01-01",
        "shown=-1",
        "from=09:00&to=08:00&day=2026-01-01",
        f"q={'x' * 201}",
        "day=0001-01-01",
        "at=9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_filter_is_said_so(house: House, query: str) -> None:
    answer = Reader(house, house.ana).get(f"/?{query}")
    assert answer.status_code == 422
    assert "Something in that was not right" in answer.text


def test_more_comes_page_by_page_and_none_twice(house: House, kitchen: DeviceId) -> None:
    made = [heard(house, noon(house) + number * 1000, kitchen) for number in range(60)]
    reader = Reader(house, house.ana)
    first = reader.get("/").text
    more = re.search(r'<a class="button" href="([^"]+)" data-more', first)
    assert more is not None
    address = more[1].replace("&amp;", "&")
    second = reader.get(address).text
    assert "<html" in second  # a page of its own without scripts
    part = reader.get(address, **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert ids(part) == ids(second)
    assert ids(first) + ids(second) == made[::-1]
    assert ids(reader.get("/?shown=60").text) == made[::-1]


def test_a_moment_is_an_address(house: House, kitchen: DeviceId) -> None:
    at = noon(house)
    first, second, third = [heard(house, at + n * HOUR_MS, kitchen) for n in range(3)]
    reader = Reader(house, house.ana)
    link = re.search(rf'class="time" href="([^"]+#{second})"', reader.get("/").text)
    assert link is not None
    text = reader.get(link[1].partition("#")[0]).text
    assert ids(text) == [second, first]
    assert re.search(rf'entry here" id="{second}"', text)
    assert third not in text


def test_forgotten_stretches_say_who_and_link_the_receipt_to_those_entitled(
    house: House, kitchen: DeviceId
) -> None:
    at = noon(house)
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    heard(house, at, kitchen, person=leo.id)
    gone = heard(house, at + HOUR_MS, kitchen)
    heard(house, at + 2 * HOUR_MS, kitchen)
    receipt = forget(house, recordings=(gone,))
    text = Reader(house, house.ana).get("/").text
    assert f"/receipts/{receipt}" in text
    assert "You forgot" in text
    assert gone not in text
    assert receipt not in Reader(house, leo).get("/").text


def test_words_are_found_whatever_their_case_and_marked(house: House, kitchen: DeviceId) -> None:
    at = noon(house)
    walnuts = heard(house, at, kitchen, "No more WALNUTS, please")
    heard(house, at + HOUR_MS, kitchen, "good night")
    timed = b'{"segments":[{"start":0,"end":1,"text":"walnuts again"}]}'
    times = heard(house, noon(house, 3), kitchen, timed)
    reader = Reader(house, house.ana)
    text = reader.get("/?q=walnuts").text
    assert ids(text) == [walnuts, times]
    assert "<mark>WALNUTS</mark>" in text
    assert "segments" not in text
    assert ids(reader.get("/?q=segments").text) == []
    assert "Not found" in reader.get("/?q=cabbage").text


def test_what_is_said_is_text_and_never_markup(house: House, kitchen: DeviceId) -> None:
    heard(house, noon(house), kitchen, "<script>alert(1)</script> & <b>walnuts</b>")
    for path in ("/", "/?q=walnuts"):
        text = Reader(house, house.ana).get(path).text
        assert "<script>alert" not in text
        assert "<b>" not in text


def test_picked_ones_go_to_be_forgotten_without_scripts_too(
    house: House, kitchen: DeviceId
) -> None:
    heard(house, noon(house), kitchen)
    text = Reader(house, house.ana).get("/").text
    form = re.search(r'<form id="pick"[^>]*method="get" action="/forget"', text)
    assert form is not None
    assert re.search(r'name="recording" value="rec_\w+" form="pick"', text)
    shown = re.search(r'href="(/forget\?from=[^"]+)"', text)
    assert shown is not None
    asks = Reader(house, house.ana).get(shown[1].replace("&amp;", "&"))
    assert asks.status_code == 200
    assert re.search(r"Forget\s+1\s+recording", asks.text)


def test_the_empty_timeline_says_what_would_fill_it(browser: Browser, house: House) -> None:
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/")
        expect(page.get_by_role("heading", name="Nothing is kept")).to_be_visible()
        expect(page.get_by_role("link", name="Add a device")).to_be_visible()
        require_usable(page)
        shoot(page, "today-empty-390")


# -- in a browser ---------------------------------------------------------------------------------


def busy(house: House, kitchen: DeviceId) -> list[RecordingId]:
    """A day with some of everything."""
    at = noon(house)
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    lines = [
        "Good morning. Is there any coffee left?",
        "No more walnuts, please, and put the lid back on the jar when you are done with it.",
        "Remind me to call the plumber about the kitchen tap before we leave on Friday evening.",
        "",
        "Good night.",
    ]
    made = [
        heard(house, at + n * 47 * MINUTE_MS, kitchen, words, seconds=4 + n * 11)
        for n, words in enumerate(lines)
    ]
    made.append(heard(house, at + 5 * HOUR_MS, kitchen, "Where are my keys?", person=leo.id))
    gone = heard(house, at + 6 * HOUR_MS, kitchen, "secret")
    forget(house, recordings=(gone,))
    return made[::-1]


@in_every_look
def test_the_day_is_usable(browser: Browser, house: House, kitchen: DeviceId, look: Look) -> None:
    busy(house, kitchen)
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/")
        expect(page.locator("[data-row]")).to_have_count(6)
        page.locator(".wave").first.wait_for()
        require_usable(page)
        name = f"{look.size['width']}-{look.scheme}"
        shoot(page, f"today-{name}")
        page.get_by_text("Search, or show only some").click()
        page.locator("[form=pick]").first.check()
        page.locator("[form=pick]").nth(1).check()
        button = page.get_by_role("button", name="Forget 2 recordings…")
        expect(button).to_be_visible()
        require_usable(page)
        shoot(page, f"today-picked-{name}")
        page.goto("/?q=walnuts")
        require_usable(page)
        shoot(page, f"today-search-{name}")


def test_keys_alone_go_through_the_day(browser: Browser, house: House, kitchen: DeviceId) -> None:
    made = busy(house, kitchen)
    with browsing(browser, house, house.ana) as page:
        page.goto("/")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("j")
        expect(page.locator(f"#{made[1]} [data-open]")).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator(f"#{made[1]} [type=checkbox]")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.locator(f"#beside [data-item={made[1]}]")).to_be_visible()
        assert page.url.endswith(f"/recordings/{made[1]}")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        require_usable(page)
        shoot(page, "today-keys-1280")
        page.get_by_label("Single keys do something").uncheck()
        page.get_by_role("button", name="Close").last.click()
        page.locator(f"#{made[1]} [data-open]").focus()
        page.keyboard.press("j")
        expect(page.locator(f"#{made[1]} [data-open]")).to_be_focused()
        page.evaluate("localStorage.clear()")
        page.keyboard.press("/")
        expect(page.get_by_label("Words that were said")).to_be_focused()
        page.keyboard.type("jxk?")
        expect(page.get_by_label("Words that were said")).to_have_value("jxk?")
        page.locator(f"#{made[2]} [data-open]").focus()
        page.keyboard.press("Delete")
        page.wait_for_url(f"**/forget?recording={made[1]}")


def test_keys_go_from_one_open_recording_to_the_next(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    made = [heard(house, noon(house) + n * HOUR_MS, kitchen, seconds=2) for n in range(3)]
    with browsing(browser, house, house.ana, AT_A_DESK) as page:
        page.goto(f"/recordings/{made[1]}?device={kitchen}")
        page.keyboard.press("k")
        page.wait_for_url(f"**/recordings/{made[2]}?device={kitchen}")
        page.keyboard.press("j")
        page.wait_for_url(f"**/recordings/{made[1]}?device={kitchen}")
        page.keyboard.press(" ")
        expect(page.locator("audio")).to_have_js_property("paused", value=False)
        page.keyboard.press("Backspace")
        page.wait_for_url(f"**/forget?recording={made[1]}")


def test_back_from_a_recording_is_where_one_was(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    for number in range(120):
        heard(house, noon(house) + number * 1000, kitchen)
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/")
        page.locator("[data-more]").scroll_into_view_if_needed()
        expect(page.locator("[data-row]")).to_have_count(100)
        row = page.locator("[data-row]").nth(80)
        row.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        id_ = row.get_attribute("data-row")
        row.locator("[data-open]").click()
        page.wait_for_url(f"**/recordings/{id_}")
        page.go_back()
        expect(page.locator(f"#{id_}")).to_be_in_viewport()
        assert abs(page.evaluate("scrollY") - before) < 200


def test_what_does_not_come_is_asked_for_again(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    for number in range(60):
        heard(house, noon(house) + number * 1000, kitchen)
    with browsing(browser, house, house.ana) as page:
        page.goto("/")
        page.context.set_offline(True)
        page.locator("[data-more]").scroll_into_view_if_needed()
        again = page.get_by_role("link", name="It did not come. Try again")
        expect(again).to_be_visible()
        page.context.set_offline(False)
        again.click()
        expect(page.locator("[data-row]")).to_have_count(60)


def test_without_scripts_a_row_opens_its_own_page(
    browser: Browser, house: House, kitchen: DeviceId
) -> None:
    made = busy(house, kitchen)
    with browsing(browser, house, house.ana, Look(size=AT_A_DESK.size, scripts=False)) as page:
        page.goto("/")
        page.locator(f"#{made[0]} .open").click()
        page.wait_for_url(f"**/recordings/{made[0]}")
        page.go_back()
        page.locator("[form=pick]").first.check()
        page.get_by_role("button", name="Forget what is picked").click()
        page.wait_for_url("**/forget?recording=rec_*")


# -- 100,000 recordings -----------------------------------------------------------------------------


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def crowd(house: House, like: RecordingId, begin_ms: int, count: int) -> None:
    """As many recordings before a moment, a second apart: rows alone, which nothing opens."""

    def work(t: Transaction) -> None:
        made = t.connection.execute(sa.select(recording).where(recording.c.id == like)).one()
        held = t.connection.execute(
            sa.select(artefact).join(source, source.c.artefact_id == artefact.c.id).limit(1)
        ).one()
        rows: dict[sa.Table, list[dict[str, object]]] = {recording: [], artefact: [], source: []}
        for number in range(count):
            at_ms = begin_ms - 1000 * number
            place = {"stream_id": made.stream_id, "leaf": first_leaf_of(at_ms)}
            own = {"stream_id": held.stream_id, "leaf": first_leaf_of(at_ms)}
            known, part = f"rec_{number:016}", f"art_{number:016}"
            times = {"begin_ms": at_ms, "end_ms": at_ms}
            rows[recording].append({**made._mapping, **place, **times, "id": known})
            rows[artefact].append({**held._mapping, **own, "id": part})
            rows[source].append(
                {"artefact_id": part, "position": 0, "recording_id": known, **place}
            )
        for table, some in rows.items():
            t.connection.execute(sa.insert(table), some)

    house.service.vault.desk().write(work)


def test_a_hundred_thousand_recordings_cost_a_page_no_more_statements(
    house: House, kitchen: DeviceId
) -> None:
    """Nor does what is on other days cost anything: no statement reads more with more of them."""
    made = [heard(house, noon(house) + n * 1000, kitchen, f"words {n}") for n in range(55)]
    heard(house, noon(house, 1), kitchen)
    reader = Reader(house, house.ana)
    reader.get("/")
    with statements() as few:
        assert len(ids(reader.get("/").text)) == 50
    crowd(house, made[0], noon(house, 1) - HOUR_MS, 100_000)
    with statements() as many:
        assert ids(reader.get("/").text) == made[:4:-1]
    assert len(many) == len(few) < 8 * 50


# -- pure parts -------------------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.data())
def test_the_ribbon_has_every_recording_of_a_day_once(day: date, data: st.DataObject) -> None:
    """On days of 23 and of 25 hours too."""
    edges = day_edges(day, BERLIN)
    counts = data.draw(
        st.lists(st.integers(0, 50), min_size=len(edges) - 1, max_size=len(edges) - 1)
    )
    parts = ribbon(counts, edges, BERLIN, (edges[0], edges[-1] - 1))
    assert len(parts) == 8
    assert sum(each.count for each in parts) == sum(counts)
    assert sum(each.slots for each in parts) == len(counts)
    assert all(0 < bar.height <= 40 for each in parts for bar in each.bars)
    assert sum(len(each.bars) for each in parts) == sum(each > 0 for each in counts)


@given(
    person=st.none() | st.just(PersonId("per_abcdefghijklmnop")),
    kind=st.none() | st.sampled_from(Kind),
    day=st.none() | st.dates(date(1971, 1, 1), date(2200, 1, 1)),
    begin=st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    words=st.text(max_size=40).map(lambda each: " ".join(each.split())),
    at_ms=st.none() | st.integers(400 * 86_400_000, 4_000_000_000_000),
)
def test_an_address_says_what_it_was_made_of(**parts: object) -> None:
    asked = Filters(**parts)  # type: ignore[arg-type]  # as the strategies say
    assert Filters.parse(lambda name: asked.said().get(name, "")) == asked


def test_a_stretch_of_a_day_is_the_readers_own() -> None:
    begin, end = Filters(begin=time(7), end=time(8)).span(date(2026, 7, 1), BERLIN)
    assert (end + 1 - begin) == HOUR_MS
    assert begin % (24 * HOUR_MS) == 5 * HOUR_MS
    with pytest.raises(InputError):
        Filters(begin=time(8), end=time(8)).span(date(2026, 7, 1), BERLIN)


@given(st.binary(max_size=300))
def test_a_waveform_stays_in_its_box(peaks: bytes) -> None:
    for y, length in re.findall(r"M\d+ ([\d.]+)v(\d+)", wave(peaks)):
        assert float(y) >= 0
        assert float(y) + int(length) <= 32


def test_a_hit_is_cut_about_its_words() -> None:
    text = "a " * 200 + "walnut" + " b" * 200
    found = pieces(text, ((400, 406),))
    assert [each.text for each in found if each.marked] == ["walnut"]
    assert len("".join(each.text for each in found)) < 220
