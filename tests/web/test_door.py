"""Coming in by the pages: a passkey, a password and a code, an invitation, the first household."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from api.browsing import cookies_of, fresh_code
from api.house import PASSWORD, House
from api.serving import Serving
from bailee.custody.vault import Vault
from bailee.identity.settings import DAY_MS
from bailee.types.household import Stay
from bailee.types.ids import PersonId
from bailee.types.role import Right, Role
from support.phone import Phone
from web.site import ON_A_PHONE, Look, Reader, browsing, in_every_look, require_usable, shoot

DARK_PHONE = Look(size=ON_A_PHONE.size, scheme="dark")
NOTHING_BY_ITSELF = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
"""A virtual authenticator says yes at once to what a browser offers in the field of a name."""
WRONG = "That did not work. Check your name, your password and your code, and try again."


def invited(house: House, name: str = "Leo") -> tuple[PersonId, str]:
    """Somebody who was offered a part, and their invitation."""
    person_id = house.add(name)
    members, stay = house.service.household.members, Stay(since_ms=house.clock.now_ms())
    rights = (Right.HEAR, Right.VIEW)
    members.invite(house.ana.principal, house.account_id, person_id, Role.MEMBER, stay, rights)
    made = house.service.identity.enrolment.invite_newcomer(person_id, house.account_id)
    return person_id, made.token


@contextmanager
def asked(page: Page) -> Iterator[list[str]]:
    """Every address and referrer that a page's requests had."""
    seen: list[str] = []
    page.on("request", lambda each: seen.append(f"{each.url} {each.headers.get('referer', '')}"))
    yield seen


def keep_codes(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    assert page.locator("#codes li").count() == 10
    page.get_by_label("I kept them").check()
    page.get_by_role("button", name="Go on").click()


def test_joining_with_a_passkey_and_signing_in_with_it(browser: Browser, house: House) -> None:
    """From the link to the codes, no password; the token is in no address that leaves the browser."""
    person_id, token = invited(house)
    with browsing(browser, house, None, ON_A_PHONE) as page, asked(page) as seen:
        phone = Phone(page)
        page.add_init_script(NOTHING_BY_ITSELF)
        page.goto(f"/join#{token}")
        expect(page.get_by_role("heading", level=1)).to_have_text("You are invited to home")
        require_usable(page)
        shoot(page, "join-390-light")
        page.get_by_label("What you sign in with").fill("leo@home.example")
        phone.verify_user(False)
        page.get_by_role("button", name="Join with a passkey").click()
        expect(page.locator("[data-told]")).not_to_be_empty()
        phone.verify_user(True)
        page.get_by_role("button", name="Join with a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
        require_usable(page)
        shoot(page, "codes-390-light")
        keep_codes(page)
        page.goto("/you")
        expect(page.get_by_role("heading", level=1)).to_have_text("Leo")
        page.get_by_role("button", name="Sign out here").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.goto("/you/security")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in")
        page.goto("/join")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your invitation")
    assert not [each for each in seen if token in each.replace(f"#{token}", "")]
    assert house.service.household.houses.person(
        house.ana.principal, house.account_id, person_id
    ).joined


def test_a_browser_offers_a_passkey_by_itself(browser: Browser, house: House) -> None:
    """In the field of the name, before any button; one touch and somebody is back where they were."""
    with browsing(browser, house, house.ana) as page:
        Phone(page)
        page.goto("/you/security")
        page.get_by_role("button", name="Add a passkey on this device").click()
        expect(page.locator("main")).to_contain_text("The passkey is added.")
        page.get_by_role("button", name="Sign out here").click()
        page.wait_for_url("/")


def test_an_invitation_outlives_whoever_stops_half_way(browser: Browser, house: House) -> None:
    """The page closed, the passkey refused: the same link goes on, in another browser too."""
    _, token = invited(house)
    with browsing(browser, house, None) as page:
        page.goto(f"/join#{token}")
        page.get_by_label("What you sign in with").fill("ana")
        page.get_by_role("button", name="Join with a passkey").click()
        expect(page.locator("[data-told]")).to_contain_text("This name cannot be used here.")
    with browsing(browser, house, None) as page:
        page.goto("/join")
        page.get_by_label("The link, or").fill(f"{house.url}/join#{token}")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are invited to home")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are invited to home")


def test_joining_with_a_password_and_an_app(browser: Browser, house: House) -> None:
    """A weak password is refused beside its field; then no page opens before the app is proven."""
    _, token = invited(house)
    with browsing(browser, house, None, DARK_PHONE) as page:
        page.goto(f"/join#{token}")
        page.get_by_label("What you sign in with").fill("leo@home.example")
        page.get_by_text("With a password and an app instead").click()
        page.get_by_label("Password", exact=True).fill("password123")
        page.get_by_role("button", name="Join with a password").click()
        expect(page.locator("#w-password")).to_contain_text("leaked elsewhere")
        shoot(page, "join-password-390-dark")
        page.get_by_label("Password", exact=True).fill("a kettle of grey geese")
        page.get_by_role("button", name="Join with a password").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One more proof that it is you")
        require_usable(page)
        shoot(page, "proof-390-dark")
        page.goto("/privacy")
        expect(page.get_by_role("heading", level=1)).to_have_text("One more proof that it is you")
        page.get_by_role("button", name="Use an authenticator app").click()
        require_usable(page)
        shoot(page, "app-390-dark")
        secret = (page.locator("#secret").text_content() or "").replace(" ", "")
        page.get_by_label("The six digits").fill("000000")
        page.get_by_role("button", name="That is it").click()
        assert (page.locator("#secret").text_content() or "").replace(" ", "") == secret
        page.get_by_label("The six digits").fill(house.code(secret))
        page.get_by_role("button", name="That is it").click()
        keep_codes(page)
        page.goto("/you")
        expect(page.get_by_role("heading", level=1)).to_have_text("Leo")


@in_every_look
def test_the_door_is_usable(browser: Browser, house: House, look: Look) -> None:
    with browsing(browser, house, None, look) as page:
        for path in ("/sign-in", "/sign-in/lost", "/sign-in/reset", "/join"):
            page.goto(path)
            require_usable(page)
            shoot(page, f"{path[1:].replace('/', '-')}-{look.size['width']}-{look.scheme}")


def test_right_and_wrong_read_the_same(house: House) -> None:
    """A right password, a wrong one and no such name lead to the same page with the same words."""
    answers = []
    for name, password in (("ana", PASSWORD), ("ana", "not it at all"), ("nobody", "not it")):
        reader = Reader(house, None)
        first = reader.post("/sign-in", {"name": name, "password": password, "back": "/you"}, "")
        assert first.status_code == 303
        assert first.headers["location"] == "/sign-in/code?back=%2Fyou"
        jar = {each: morsel.value for each, morsel in cookies_of(first).items()}
        cookie = "; ".join(f"{each}={value}" for each, value in jar.items())
        shown = reader.get(first.headers["location"], Cookie=cookie)
        wrong = httpx.post(
            f"{house.url}/sign-in/code",
            data={"code": "000000", "back": "/you"},
            headers={"Cookie": cookie},
        )
        assert WRONG in wrong.text
        answers.append((shown.status_code, shown.text, wrong.status_code, wrong.text))
    assert answers[0] == answers[1] == answers[2]


def test_without_scripts_a_password_and_a_code_let_in(browser: Browser, house: House) -> None:
    """And back to where somebody wanted to go; a recovery code stands in for the app."""
    look = Look(size=ON_A_PHONE.size, scripts=False)
    for code in (fresh_code(house, house.ana), house.ana.codes[0]):
        with browsing(browser, house, None, look) as page:
            page.goto("/privacy")
            expect(page.locator("body")).to_contain_text("A passkey needs scripts")
            page.get_by_label("Name").fill("ana")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Go on").click()
            page.get_by_label("Code").fill(code)
            shoot(page, "code-390-light")
            page.get_by_role("button", name="Sign in").click()
            arrived = page.get_by_role("heading", level=1)
            expect(arrived).to_have_text(re.compile("Privacy|How you sign in"))


def test_who_comes_by_a_link_from_elsewhere_is_still_signed_in(
    browser: Browser, house: House
) -> None:
    """Their cookie is not sent then; a page of our own asks once more, once."""
    elsewhere = f"data:text/html,<a href='{house.url}/privacy'>look</a>"
    with browsing(browser, house, house.ana) as page:
        page.goto(elsewhere)
        page.get_by_role("link", name="look").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Privacy")
    with browsing(browser, house, None) as page:
        page.goto(elsewhere)
        page.get_by_role("link", name="look").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_session_that_ended_does_not_bar_the_door(browser: Browser, house: House) -> None:
    """A dead cookie is taken back: the form that follows is not refused for it."""
    with browsing(browser, house, house.ana) as page:
        page.goto("/privacy")
        house.service.identity.end(house.ana.entered.token, house.ana.entered.session.id)
        page.goto("/privacy")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your code")


def test_a_reset_takes_its_day_and_is_stopped_from_within(browser: Browser, house: House) -> None:
    """Begun without being signed in; the link works in another browser; wrong codes read the same."""
    with browsing(browser, house, None) as page:
        for code in ("aaaa-aaaa-aaaa-aaaa", house.ana.codes[1]):
            page.goto("/sign-in/lost")
            page.get_by_label("Name").fill("ana")
            page.get_by_label("Recovery code").fill(code)
            page.get_by_role("button", name="Begin to set").click()
            expect(page.locator("body")).to_contain_text(
                "you can set a new password from this moment on"
            )
        require_usable(page)
        shoot(page, "reset-1280-light")
        link = page.locator("#reset-link").inner_text()
    answer = Reader(house, house.ana).get("/you/security")
    assert "Somebody began to set your password anew" in answer.text
    house.clock.advance(ms=DAY_MS + 1)
    with browsing(browser, house, None) as page:
        page.goto(link)
        assert "#" not in page.url
        page.get_by_label("New password").fill("nine green bottles sing")
        page.get_by_role("button", name="Set it").click()
        expect(page.locator("body")).to_contain_text("Your new password counts")


def test_nobody_is_sent_to_another_site_after_signing_in(house: House) -> None:
    reader = Reader(house, house.ana)
    for back in ("https://evil.example", "//evil.example", "/sign-in?back=/sign-in"):
        assert reader.get(f"/sign-in?back={back}").headers["location"] == "/"


# -- the first household --------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A vault in which nobody lives."""
    Vault.create(tmp_path / "vault").close()
    return tmp_path / "vault"


def test_an_empty_vault_is_set_up_in_three_steps(browser: Browser, empty: Path) -> None:
    """By the real program: its link, a passkey, people and a speaker; then the code opens nothing."""
    with Serving(empty) as serving:
        link = next(each.strip() for each in serving.said if "/set-up#" in each)
        context = browser.new_context(base_url=serving.url, viewport={"width": 390, "height": 844})
        context.set_default_timeout(20_000)
        page = context.new_page()
        Phone(page)
        page.goto(link)
        assert "#" not in page.url
        require_usable(page)
        shoot(page, "set-up-1-390-light")
        page.get_by_label("What you call your household").fill("Elm Street")
        page.get_by_label("Your own name").fill("Ana")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in, Ana")
        page.goto("/set-up")  # as after a crash
        expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in, Ana")
        shoot(page, "set-up-2-390-light")
        page.get_by_label("What you sign in with").fill("ana@home.example")
        page.get_by_role("button", name="Go on with a passkey").click()
        keep_codes(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Who lives here, and what records?"
        )
        page.locator("#f-person").fill("Mia")
        page.get_by_label("Child, under 13").check()
        page.get_by_role("button", name="Add them").click()
        page.locator("#f-device").fill("kitchen")
        page.get_by_label("Speaker").check()
        page.get_by_role("button", name="Add it").click()
        expect(page.locator("main")).to_contain_text("kitchen")
        require_usable(page)
        shoot(page, "set-up-3-390-light")
        context.close()
        code = link.rpartition("#")[2]
        late = serving.http.post("/set-up", data={"code": code, "house": "x", "name": "Eve"})
        assert (late.status_code, late.headers["location"]) == (303, "/")
        serving.end(signal.SIGTERM)
        assert code not in serving.errors


def test_the_code_of_the_terminal_is_asked_for(empty: Path) -> None:
    """A wrong one founds nothing; what was typed stays; guessing soon waits."""
    with Serving(empty) as serving:
        said = []
        for _ in range(14):
            asked_for = {"code": "aaaa-aaaa-aaaa-aaaa", "house": "Elm", "name": "Eve"}
            said.append(serving.http.post("/set-up", data=asked_for))
        assert said[0].status_code == 422
        assert "That is not the code" in said[0].text
        assert 'value="Elm"' in said[0].text
        assert said[-1].status_code == 429
        shown = serving.http.get("/set-up")
        assert "Set up your house" in shown.text
