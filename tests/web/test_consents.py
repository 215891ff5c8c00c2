"""Consents: asked for by a notice alone, answered by one of two equal buttons, taken back."""

from playwright.sync_api import Browser

from api.house import House
from api.test_recordings import deposited, hand_in
from bailee.types.consent import How
from bailee.types.history import Sort
from bailee.types.household import Consent
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from web.site import Look, Reader, browsing, in_every_look, require_usable, shoot


@in_every_look
def test_a_yes_is_given_and_taken_back(browser: Browser, house: House, look: Look) -> None:
    """Two presses each; the two answers have one size, and neither is chosen (R-08, R-12)."""
    name = f"{look.size['width']}-{look.scheme}"
    with browsing(browser, house, house.ana, look) as page:
        page.goto("/consents")
        require_usable(page)
        shoot(page, f"consents-{name}")
        page.get_by_role("link", name="Read and decide").first.click()
        require_usable(page)
        shoot(page, f"consents-question-{name}")
        yes, no = page.get_by_role("button", name="Yes"), page.get_by_role("button", name="No,")
        sizes = [each.bounding_box() for each in (yes, no)]
        assert sizes[0] is not None
        assert sizes[1] is not None
        assert [sizes[0][key] for key in ("width", "height")] == [
            sizes[1][key] for key in ("width", "height")
        ]
        styles = [
            each.evaluate("it => getComputedStyle(it).cssText || getComputedStyle(it).color")
            for each in (yes, no)
        ]
        assert styles[0] == styles[1]
        assert page.evaluate("document.activeElement.tagName") != "BUTTON"
        yes.click()
        page.get_by_text("You said yes: sharing outside the household.").wait_for()
        shown = page.get_by_text("Yes, allow sharing")
        assert shown.count() == 1  # the evidence: what was pressed
        page.locator("li", has=page.get_by_role("heading", name="Sharing outside")).get_by_role(
            "link", name="Take it back"
        ).click()
        require_usable(page)
        shoot(page, f"consents-end-{name}")
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("It has ended, from this moment on.").wait_for()
        assert page.get_by_role("link", name="Forget everything of you").is_visible()
        require_usable(page)
        shoot(page, f"consents-ended-{name}")
    acts = _acts(house)
    assert [(each.scope, each.how) for each in acts] == [
        (Scope.DISCLOSE, How.BUTTON),
        (Scope.DISCLOSE, None),
    ]


def test_after_use_ended_nothing_more_is_taken_in(house: House) -> None:
    """Without scripts: the deposit after it is refused, the page says so, and nothing is forgotten."""
    auth = house.token_of(house.device())
    deposited(house, auth)
    reader = Reader(house, house.ana)
    path = f"/people/{house.ana.id}/consents/use/end"
    assert "Nothing more is taken in." in reader.get(path).text
    answer = reader.post(path, {}, reader.csrf(path))
    assert answer.headers["location"] == "/consents?ended=use"
    assert hand_in(house, auth).status_code == 403
    shown = reader.get("/consents?ended=use").text
    assert "It has ended, from this moment on." in shown
    assert f"/forget?person={house.ana.id}&amp;when=ever" in shown
    person = reader.get(f"/people/{house.ana.id}").text
    assert "1 sound recording" in person
    assert "It is off" in person
    again = reader.post(path, {}, reader.csrf(path))
    assert again.status_code == 409


def test_no_is_no_act_and_is_not_asked_again_that_day(house: House) -> None:
    """It is in no ledger; this browser keeps it until midnight."""
    reader = Reader(house, house.ana)
    path = f"/people/{house.ana.id}/consents/train"
    answer = reader.post(path, {"answer": "no", "version": "1"}, reader.csrf(path))
    assert answer.status_code == 303
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if "bailee-no" in each]
    age_s = int(cookie.partition("Max-Age=")[2].partition(";")[0])
    assert 0 < age_s <= 86_400
    shown = reader.get("/consents", Cookie=f"{_cookies(house)}; {cookie.partition(';')[0]}").text
    assert "You said no today" in shown
    assert not _acts(house)


def test_there_is_no_yes_without_its_notice_or_its_button(house: House) -> None:
    """Another version, no answer, no showing before: nothing is given (R-08)."""
    reader = Reader(house, house.ana)
    path = f"/people/{house.ana.id}/consents/review"
    csrf = reader.csrf("/consents")
    assert reader.post(path, {"answer": "yes", "version": "1"}, csrf).status_code == 409
    reader.get(path)
    assert reader.post(path, {"answer": "yes", "version": "2"}, csrf).status_code == 409
    assert reader.post(path, {"version": "1"}, csrf).status_code == 409
    assert reader.post(path, {"answer": "yes"}, csrf).status_code == 422
    assert not _acts(house)
    assert reader.post(path, {"answer": "yes", "version": "1"}, csrf).status_code == 303
    shown = house.service.household.history.page(
        house.ana.principal, house.account_id, sorts=[Sort.CONSENT]
    ).events
    assert [each.type for each in shown] == ["consent", "shown"]


def test_a_parent_answers_for_a_child_and_nobody_for_a_grown_up(house: House) -> None:
    mia = house.child()
    leo = house.person("Leo", Role.MEMBER, *Right)
    reader = Reader(house, house.ana)
    path = f"/people/{mia}/consents/use"
    asked = reader.get(path).text
    assert "To a parent or guardian" in asked
    auth = house.token_of(house.device())
    assert hand_in(house, auth, person=mia).status_code == 403
    done = reader.post(path, {"answer": "yes", "version": "1"}, reader.csrf(path))
    assert done.headers["location"] == f"/people/{mia}/consents"
    assert hand_in(house, auth, person=mia).status_code == 201
    assert "Ana said yes for Mia" in reader.get(f"/people/{mia}/consents").text
    others = reader.get(f"/people/{leo.id}/consents")
    assert "Only Leo can say yes for themselves" in others.text
    assert "Read and decide" not in others.text
    assert "not yours to give" in reader.get(f"/people/{leo.id}/consents/train").text
    named = house.add("Tom")
    assert Reader(house, leo).get(f"/people/{named}/consents").status_code == 404


def test_a_yes_asks_for_a_factor_again_and_taking_back_does_not(house: House) -> None:
    house.clock.advance(ms=11 * 60_000)
    reader = Reader(house, house.ana)
    path = f"/people/{house.ana.id}/consents"
    assert reader.get(f"{path}/train").headers["location"].startswith("/step-up?back=")
    assert reader.post(f"{path}/use/end", {}, reader.csrf("/consents")).status_code == 303


def _acts(house: House) -> tuple[Consent, ...]:
    consents = house.service.household.consents
    return consents.history(house.ana.principal, house.account_id, house.ana.id)


def _cookies(house: House) -> str:
    return f"__Host-bailee-session={house.ana.entered.token}"
