"""What is one's own: how one signs in, where, what one was told; and a proof in the middle of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from api.browsing import fresh_code
from api.house import HERE, PASSWORD, House
from bailee.types.role import Role
from support.phone import Phone
from web.site import ON_A_PHONE, Look, Reader, browsing, in_every_look, require_usable, shoot

TEN_MINUTES_MS = 600_000


def prove(page: Page, house: House) -> None:
    """The second factor once more, by a code."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Code").fill(fresh_code(house, house.ana))
    page.get_by_role("button", name="Go on").click()


@in_every_look
def test_the_pages_are_usable(browser: Browser, house: House, look: Look) -> None:
    with browsing(browser, house, house.ana, look) as page:
        for path in ("/you", "/you/messages", "/you/security", "/step-up?back=/export"):
            page.goto(path)
            require_usable(page)
            name = path[1:].split("?", maxsplit=1)[0].replace("/", "-")
            shoot(page, f"{name}-{look.size['width']}-{look.scheme}")


def test_a_proof_in_the_middle_leads_back_and_the_act_is_done_again(
    browser: Browser, house: House
) -> None:
    """Nothing was done before it; wrong codes say so; afterwards the same button works."""
    house.clock.advance(ms=TEN_MINUTES_MS)
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/you/security")
        page.get_by_text("Make ten new ones").click()
        page.get_by_role("button", name="Make ten new codes").click()
        expect(page.locator("body")).to_contain_text("Changing how you sign in")
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("body")).to_contain_text("A code counts once")
        prove(page, house)
        expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in")
        page.get_by_text("Make ten new ones").click()
        page.get_by_role("button", name="Make ten new codes").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def test_passkeys_are_added_named_shown_and_removed(browser: Browser, house: House) -> None:
    """Added after a proof, as the page's own script finds out; the last factor has no such button."""
    house.clock.advance(ms=TEN_MINUTES_MS)
    with browsing(browser, house, house.ana) as page:
        Phone(page)
        page.goto("/you/security")
        assert page.get_by_text("It is your last proof.").count() == 1
        page.get_by_role("button", name="Add a passkey on this device").click()
        prove(page, house)
        page.get_by_role("button", name="Add a passkey on this device").click()
        expect(page.locator("main")).to_contain_text("Chrome on Linux")
        assert page.get_by_text("It is your last proof.").count() == 0
        page.get_by_text("Rename").click()
        page.get_by_label("Its name").fill("my phone")
        page.locator(".acts").get_by_role("button", name="Save").first.click()
        expect(page.locator("body")).to_contain_text("The passkey is called my phone now.")
        page.get_by_role("button", name="Add a passkey on this device").click()
        expect(page.locator("[data-told]")).to_contain_text("has a passkey of yours already")
        house.clock.advance(ms=TEN_MINUTES_MS)
        page.goto("/step-up?back=/you/security")
        page.get_by_role("button", name="Show your passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in")
        shoot(page, "you-security-passkey-1280-light")
        page.locator("section", has=page.locator("#passkeys")).get_by_text("Remove").first.click()
        page.get_by_role("button", name="Remove my phone").click()
        expect(page.locator("body")).to_contain_text("The passkey is removed.")


def test_a_password_is_changed_and_every_other_session_ends(house: House) -> None:
    """A wrong old one and a weak new one are refused beside their fields; both change nothing."""
    reader, path = Reader(house, house.ana), "/you/security"
    csrf = reader.csrf(path)
    other = house.service.identity.sign_in.together(
        "ana", PASSWORD, fresh_code(house, house.ana), HERE
    )
    fresh = "nine green bottles sing"
    wrong = reader.post(f"{path}/password", {"old": "not it", "new": fresh}, csrf)
    assert (wrong.status_code, "That is not your password." in wrong.text) == (422, True)
    weak = reader.post(f"{path}/password", {"old": PASSWORD, "new": "short"}, csrf)
    assert (weak.status_code, "8 to 256 characters" in weak.text) == (422, True)
    done = reader.post(f"{path}/password", {"old": PASSWORD, "new": fresh}, csrf)
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert house.service.identity.authenticate(other.token) is None
    assert reader.get("/you").status_code == 303


def test_sessions_are_seen_and_ended(browser: Browser, house: House) -> None:
    """Each with what it runs on; all others by one button; then oneself."""
    others = [
        house.service.identity.sign_in.together("ana", PASSWORD, fresh_code(house, house.ana), HERE)
        for _ in range(2)
    ]
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/you/security")
        assert page.get_by_text("this one").count() == 1
        page.get_by_role("button", name="End it").first.click()
        expect(page.locator("body")).to_contain_text("That session is ended.")
        page.get_by_role("button", name="End 1 other session").click()
        expect(page.locator("body")).to_contain_text("1 other session is ended.")
        alive = [house.service.identity.authenticate(each.token) for each in others]
        assert alive == [None, None]
        page.get_by_role("button", name="Sign out here").click()
        page.goto("/you")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert house.service.identity.authenticate(house.ana.entered.token) is None


def test_messages_are_put_away_and_sent_elsewhere(house: House) -> None:
    """One's own alone; an address is never shown again."""
    reader, path = Reader(house, house.ana), "/you/messages"
    csrf, inbox = reader.csrf(path), house.service.household.inbox
    shown = [str(each.id) for each in inbox.list(house.ana.principal)]
    assert shown
    reader.post(f"{path}/away", {"message": shown}, csrf)
    assert inbox.list(house.ana.principal) == ()
    assert "Nothing waits for you" in reader.get(path).text
    secret = "pigeon://ana:quiet@roost"
    assert reader.post("/you/channels", {"url": secret}, csrf).status_code == 303
    assert reader.post("/you/channels", {"url": "carrier"}, csrf).status_code == 422
    assert "Address 1" in reader.get(path).text
    assert "quiet@roost" not in reader.get(path).text
    (channel,) = house.service.household.channels.list(house.ana.principal)
    reader.post(f"/you/channels/{channel}/remove", {}, csrf)
    assert house.service.household.channels.list(house.ana.principal) == ()


def test_a_member_chooses_their_languages_and_not_their_name(house: House) -> None:
    leo = house.person("Leo", Role.MEMBER)
    reader = Reader(house, leo)
    page = reader.get("/you").text
    assert "/you/name" not in page
    csrf = reader.csrf("/you")
    assert reader.post("/you/language", {"language": "de"}, csrf).status_code == 303
    assert reader.post("/you/language", {"language": "xx"}, csrf).status_code == 422
    me = house.service.household.houses.person(leo.principal, house.account_id, leo.id)
    assert me.language == "de"
    chosen = reader.post("/theme", {"theme": "dark", "back": "/you"}, csrf)
    assert chosen.headers["location"] == "/you"
    assert "bailee-theme=dark" in chosen.headers["set-cookie"]


def test_a_name_is_changed_and_taken_back(browser: Browser, house: House) -> None:
    with browsing(browser, house, house.ana) as page:
        page.goto("/you")
        page.get_by_label("Your name in the household").fill("Anna")
        page.get_by_role("button", name="Save your name").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ana")


def test_what_the_rooms_below_say_is_for_translators_too(house: House) -> None:
    """What a form's own fault reads like is in the catalogue's source."""
    from bailee.errors import BaileeError
    from bailee.web.past.sign_in_words import OF_THE_ROOMS

    identity, household = house.service.identity, house.service.household
    passwords = identity._parts.passwords
    tries = (
        lambda: passwords.judge("short"),
        lambda: passwords.judge("bailee12"),
        lambda: passwords.judge("password123"),
        lambda: identity.own_passkeys.add(house.ana.entered.token, "x", "y", HERE),
        lambda: household.channels.add(house.ana.principal, house.account_id, "x"),
        lambda: house.add("Ana"),
    )
    for each in tries:
        with pytest.raises(BaileeError) as caught:
            each()
        assert caught.value.message in OF_THE_ROOMS
        assert not caught.value.hint or caught.value.hint in OF_THE_ROOMS
