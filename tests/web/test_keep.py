"""Keep for: the slider says what goes before it goes, and without scripts it is a form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.house import House
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.types.facts import DeviceSort
from bailee.types.keep_for import Reach
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from bailee.types.role import Right, Role
from bailee.web import create_site
from bailee.web.keeping.keep_words import STEPS, TITLES, steps
from web.site import (
    AT_A_DESK,
    ON_A_PHONE,
    PHONE,
    Look,
    Reader,
    browsing,
    in_every_look,
    require_usable,
    shoot,
)

HOUR_MS = 3_600_000


@pytest.fixture
def kept(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """Three of Ana's sounds are nine days old, one is of today; a film, places, a fact beside them."""
    with Vault.create(tmp_path / "vault", clock=clock) as vault:
        for hour in range(3):
            put(vault, clock, Kind.AUDIO, hour=hour)
        put(vault, clock, Kind.VIDEO, device="garden")
    clock.advance(days=9)
    with House(tmp_path / "vault", clock, create=create_site) as house:
        house.device("kitchen")
        house.device("garden", DeviceSort.CAMERA)
        vault = house.service.vault
        put(vault, clock, Kind.AUDIO)
        put(vault, clock, Kind.FACT, keep_days=365)
        for hour in range(6):
            put(vault, clock, Kind.LOCATION, hour=hour, keep_days=1 + hour)
        yield house


def put(
    vault: Vault,
    clock: FixedClock,
    kind: Kind,
    *,
    device: str = "kitchen",
    hour: int = 0,
    keep_days: int | None = None,
) -> None:
    vault.deposit(
        Deposit(
            account="home",
            person="Ana",
            device=device,
            kind=kind,
            content=b"bytes",
            captured_at_ms=clock.now_ms() - (hour + 1) * HOUR_MS,
            duration_ms=500,
            keep_days=keep_days,
        )
    )


def held(house: House, kind: Kind) -> int:
    table = house.service.household.keep_rules.table(house.ana.principal, house.account_id)
    found = house.service.household.keep_rules.held(house.account_id, table)
    return sum(found.get(kind, {}).values())


def slider(page: Page, title: str) -> None:
    """Find it, and put the keyboard on it."""
    page.get_by_role("slider", name=title).focus()


@in_every_look
def test_it_is_usable(browser: Browser, kept: House, look: Look) -> None:
    """On a phone and a desk, in both lights; nothing sideways, nothing that axe finds."""
    reach = Reach(kind=Kind.VIDEO, person_id=kept.ana.id)
    kept.service.household.keep_rules.put(kept.ana.principal, kept.account_id, reach, 90)
    size = f"{look.size['width']}-{look.scheme}"
    with browsing(browser, kept, kept.ana, look) as page:
        page.goto("/keep")
        page.get_by_text("The same in numbers").click()
        require_usable(page)
        shoot(page, f"keep-{size}")
        slider(page, "What was said")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("button", name="Forget 3 sound recordings")).to_be_visible()
        require_usable(page)
        shoot(page, f"keep-ahead-{size}")
        page.goto("/retention")
        require_usable(page)
        shoot(page, f"retention-{size}")


def test_a_shorter_time_by_keyboard_says_what_goes_before_it_goes(
    browser: Browser, kept: House
) -> None:
    """Words move with the slider; the button repeats the number; then there is a receipt."""
    with browsing(browser, kept, kept.ana) as page:
        page.goto("/keep")
        said = page.get_by_role("slider", name="What was said")
        assert said.get_attribute("aria-valuetext") == "a month"
        said.focus()
        page.keyboard.press("ArrowLeft")
        assert said.get_attribute("aria-valuetext") == "a week"
        ahead = page.locator("#a-audio")
        expect(ahead).to_contain_text("Forgets 3 sound recordings now")
        expect(ahead).to_contain_text("1 more ends sooner")
        assert held(kept, Kind.AUDIO) == 4
        page.get_by_role("button", name="Leave it").click()
        assert said.get_attribute("aria-valuetext") == "a month"
        said.focus()
        page.keyboard.press("ArrowLeft")
        page.get_by_role("button", name="Forget 3 sound recordings").click()
        page.wait_for_url("**/receipts/era_*")
        assert held(kept, Kind.AUDIO) == 1
        page.goto("/keep")
        said = page.get_by_role("slider", name="What was said")
        assert said.get_attribute("aria-valuetext") == "a week"


def test_what_loses_nothing_is_undone(browser: Browser, kept: House) -> None:
    """Films for three months, on a phone; and back."""
    with browsing(browser, kept, kept.ana, ON_A_PHONE) as page:
        page.goto("/keep")
        slider(page, "Films")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#a-video")).to_contain_text("Nothing is forgotten now.")
        page.get_by_role("checkbox", name="Also keep the 1 longer").check()
        page.get_by_role("button", name="Keep for 3 months").click()
        expect(page.get_by_role("status").first).to_contain_text("for 3 months")
        assert len(kept.service.vault.keep_rules(kept.account_id)) == 1
        page.get_by_role("button", name="Undo").click()
        films = page.get_by_role("slider", name="Films")
        expect(films).to_have_attribute("aria-valuetext", "a month")
        assert held(kept, Kind.VIDEO) == 1


def test_not_at_all_for_one_device(browser: Browser, kept: House) -> None:
    """Picked in the sentence; the rule stands beneath, and is taken away."""
    with browsing(browser, kept, kept.ana) as page:
        page.goto("/keep")
        page.get_by_label("On which device").select_option(label="garden")
        page.wait_for_url("**device=dev_*")
        slider(page, "Films")
        page.keyboard.press("Home")
        page.get_by_role("button", name="Forget 1 film").click()
        page.wait_for_url("**/receipts/era_*")
        page.goto("/keep")
        rule = page.get_by_role("listitem").filter(has_text="Don't keep films of anybody on garden")
        rule.get_by_role("button", name="Take away").click()
        expect(page.get_by_role("status").first).to_contain_text("Take away the rule about films")
        assert kept.service.vault.keep_rules(kept.account_id) == ()


def test_without_scripts_it_is_a_form_and_a_question(browser: Browser, kept: House) -> None:
    """Pick, save, read what goes, say so again."""
    with browsing(browser, kept, kept.ana, Look(size=PHONE, scripts=False)) as page:
        page.goto("/keep")
        page.get_by_label("What was said").select_option(label="a week")
        page.get_by_role("button", name="Save").first.click()
        page.wait_for_url("**/keep/change?*")
        expect(page.get_by_role("heading", level=1)).to_contain_text("for a week?")
        expect(page.get_by_role("main")).to_contain_text("Forgets 3 sound recordings now")
        assert held(kept, Kind.AUDIO) == 4
        shoot(page, "keep-change-plain")
        page.get_by_role("button", name="Forget 3 sound recordings").click()
        page.wait_for_url("**/receipts/era_*")
        assert held(kept, Kind.AUDIO) == 1


def test_more_than_was_told_is_told_again(kept: House) -> None:
    """Two tabs, or a recording that came in between: nothing goes that nobody was told of."""
    reader = Reader(kept, kept.ana)
    csrf = reader.csrf("/keep")
    asked = {"kind": "audio", "person": "", "device": "", "days": "7"}
    for told in ({}, {"now": "2"}):
        answer = reader.post("/keep", {**asked, **told}, csrf)
        assert answer.headers["location"].startswith("/keep/change?kind=audio")
    assert held(kept, Kind.AUDIO) == 4
    done = reader.post("/keep", {**asked, "now": "3"}, csrf)
    assert done.headers["location"].startswith("/receipts/era_")
    again = reader.post("/keep", {**asked, "now": "3"}, csrf)
    assert again.headers["location"] == "/keep"


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "label"}, {"kind": "<b>"}, {"days": "-1"}, {"days": "9999999"}, {"days": "x"},
     {"days": "1500"}, {"person": "per_x"}, {"device": "' or 1"}, {"now": "many"}],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing(kept: House, wrong: dict[str, str]) -> None:
    """A page that says so; no rule, and nothing gone."""
    reader = Reader(kept, kept.ana)
    asked = {"kind": "audio", "person": "", "device": "", "days": "0", "now": "99", **wrong}
    assert reader.post("/keep", asked, reader.csrf("/keep")).status_code == 422
    assert kept.service.vault.keep_rules(kept.account_id) == ()
    assert held(kept, Kind.AUDIO) == 4


def test_a_member_reads_everybodys_and_sets_their_own(browser: Browser, kept: House) -> None:
    """And another's page is none to them."""
    leo = kept.person("Leo", Role.MEMBER, *Right)
    with browsing(browser, kept, leo, AT_A_DESK) as page:
        page.goto("/keep")
        assert page.get_by_role("slider").count() == 0
        expect(page.get_by_role("main")).to_contain_text("An owner decides about this.")
        require_usable(page)
        page.get_by_label("Whose").select_option(label="Leo")
        page.wait_for_url("**person=per_*")
        slider(page, "Places")
        page.keyboard.press("Home")
        page.get_by_role("button", name="Don't keep").click()
        expect(page.get_by_role("status").first).to_contain_text("Don't keep places of Leo")
    assert "of Ana" not in Reader(kept, leo).get("/keep").text
    answer = Reader(kept, leo).get(f"/keep/change?kind=audio&days=1&person={kept.ana.id}")
    assert answer.status_code == 404


def test_the_published_table_is_the_one_it_goes_by(kept: House) -> None:
    """For anybody who is not signed in, each kind with its time, and no rule of a household."""
    reach = Reach(kind=Kind.AUDIO)
    kept.service.household.keep_rules.put(kept.ana.principal, kept.account_id, reach, 45)
    answer = Reader(kept, None).get("/retention")
    assert answer.status_code == 200
    policy = kept.service.vault.config.policy
    times = re.findall(r"</th><td>([^<]+)</td>", answer.text)
    assert times == [STEPS[row.keep_days] for kind, row in policy.items() if kind is not Kind.LABEL]
    assert "45 days" not in answer.text


def test_a_slider_ends_at_the_policys_most_and_has_what_counts() -> None:
    assert steps(1096, 30) == [0, 1, 7, 30, 90, 180, 365, 1095]
    assert steps(365, 10) == [0, 1, 7, 10, 30, 90, 180, 365]
    assert steps(45, 30) == [0, 1, 7, 30, 45]
    assert set(TITLES) == set(Kind) - {Kind.LABEL, Kind.DATASET, Kind.MODEL}
