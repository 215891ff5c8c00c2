"""People and devices: who may what, letting in and out, what is shown once."""

import re

from playwright.sync_api import Browser, expect

from api.house import House
from api.test_recordings import deposited, hand_in
from bailee.types.facts import DeviceSort
from bailee.types.household import Person, PersonSort
from bailee.types.role import Right, Role
from web.site import ON_A_PHONE, Look, Reader, browsing, in_every_look, require_usable, shoot


def _lived_in(house: House) -> str:
    """Two grown-ups, a child, a guest to come, a speaker and a camera; a recording of Ana's."""
    house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    house.person("Granny with a very long name indeed", Role.GUEST)
    house.child()
    speaker = house.device()
    house.device("street door", DeviceSort.CAMERA)
    deposited(house, house.token_of(speaker))
    return speaker


@in_every_look
def test_every_page_of_people_is_usable(browser: Browser, house: House, look: Look) -> None:
    speaker = _lived_in(house)
    mia = next(each.id for each in _persons(house) if each.name == "Mia")
    leo = next(each.id for each in _persons(house) if each.name == "Leo")
    paths = {
        "people": "/people",
        "add": "/people/add",
        "child": f"/people/{mia}",
        "member": f"/people/{leo}",
        "part": f"/people/{leo}/part",
        "let-out": f"/people/{leo}/let-out",
        "devices": "/devices",
        "device-add": "/devices/add",
        "device": f"/devices/{speaker}",
        "device-end": f"/devices/{speaker}/end",
    }
    with browsing(browser, house, house.ana, look) as page:
        for name, path in paths.items():
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, (path, answer.status)
            require_usable(page)
            shoot(page, f"people-{name}-{look.size['width']}-{look.scheme}")


def test_somebody_is_added_let_in_and_invited(browser: Browser, house: House) -> None:
    """Three pages of one thing each; the invitation works, and is told once."""
    with browsing(browser, house, house.ana, ON_A_PHONE) as page:
        page.goto("/people")
        page.get_by_role("link", name="Add somebody").click()
        page.get_by_label("Name").fill("Leo")
        page.get_by_label("A grown-up who lives here").check()
        page.get_by_role("button", name="Add them").click()
        page.get_by_label("hear", exact=True).check()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Make an invitation").click()
        link = page.get_by_label("The link").input_value()
        shoot(page, "people-invite-390-light")
        require_usable(page)
        assert link.startswith(f"{house.url}/join#")
        page.goto("/people")
        expect(page.locator("body")).to_contain_text("Invited, and has not come yet.")
    token = link.partition("#")[2]
    taken = house.http.post(
        "/v1/invitations/accept",
        json={"invitation": token, "name": "leo@example.org", "password": "six green kettles"},
    )
    assert taken.status_code == 200
    [leo] = [each for each in _persons(house) if each.name == "Leo"]
    assert (leo.role, leo.rights, leo.joined) == (Role.MEMBER, frozenset({Right.HEAR}), True)


def test_a_guests_stay_ends_with_the_day_that_was_chosen(house: House) -> None:
    """The last millisecond of it, where the reader is; without a day there is no guest."""
    reader = Reader(house, house.ana)
    guest = house.add("Tom", PersonSort.GUEST)
    path = f"/people/{guest}/part"
    csrf = reader.csrf(path)
    refused = reader.post(path, {"role": "guest", "view": "yes"}, csrf)
    assert refused.status_code == 422
    assert "stay needs an end" in refused.text
    assert 'name="view" value="yes" checked' in refused.text
    done = reader.post(path, {"role": "guest", "until": "2027-02-01", "hear": "yes"}, csrf)
    assert done.status_code == 303
    [tom] = [each for each in _persons(house) if each.id == guest]
    assert tom.until_ms is not None
    assert (tom.until_ms + 1) % 86_400_000 == 0  # no zone was told: UTC
    assert tom.rights == {Right.HEAR}
    for wrong in ("2027-13-01", "never", "1500-01-01"):
        assert reader.post(path, {"role": "guest", "until": wrong}, csrf).status_code == 422


def test_a_child_has_a_parent_named_and_two_acts_side_by_side(house: House) -> None:
    """To stop and to forget are two (R-12); a name that was given can be taken back."""
    reader = Reader(house, house.ana)
    csrf = reader.csrf("/people/add")
    added = reader.post("/people/add", {"name": "Mia", "sort": "child"}, csrf)
    path = added.headers["location"]
    assert "Nothing of Mia" not in reader.get("/people").text
    assert "Nothing is kept before a parent says yes" in reader.get("/people").text
    assert reader.post(f"{path}/guardians", {"guardian": house.ana.id}, csrf).status_code == 303
    shown = reader.get(path).text
    assert "does not count yet" in shown
    assert "verify-guardian home Mia" in shown
    assert f"/forget?person={path.rpartition('/')[2]}&amp;when=ever" in shown
    assert f"{path}/consents" in shown
    assert reader.post(f"{path}/guardians/end", {"guardian": house.ana.id}, csrf).status_code == 303
    assert "Nobody is named" in reader.get(path).text


def test_letting_out_ends_what_they_may_and_keeps_what_is_theirs(house: House) -> None:
    leo = house.person("Leo", Role.MEMBER, *Right)
    deposited(house, house.token_of(house.device()), person=leo.id)
    reader = Reader(house, house.ana)
    path = f"/people/{leo.id}/let-out"
    assert reader.post(path, {}, reader.csrf(path)).status_code == 303
    shown = reader.get(f"/people/{leo.id}").text
    assert "no part in it" in shown
    assert "1 sound recording" in shown
    assert Reader(house, leo).get("/people").status_code in {303, 404}


def test_a_device_hands_in_with_its_token_until_it_is_revoked(house: House) -> None:
    """Added, given a token that is told once, renamed with undo, and let record no more."""
    reader = Reader(house, house.ana)
    csrf = reader.csrf("/devices/add")
    fields = {"name": "hall speaker", "sort": "speaker", "room": "hall"}
    path = reader.post("/devices/add", fields, csrf).headers["location"]
    assert reader.post("/devices/add", fields, csrf).status_code == 422
    shown = reader.post(f"{path}/tokens", {}, csrf)
    found = re.search(r'value="(bailee_dev_[^"]+)"', shown.text)
    assert found is not None
    auth = {"Authorization": f"Bearer {found[1]}"}
    assert found[1] not in reader.get(path).text
    deposited(house, auth)
    assert "Used last on" in reader.get(path).text
    assert "1 sound recording" in reader.get(path).text
    renamed = reader.post(f"{path}/name", {"name": "porch", "room": ""}, csrf)
    assert renamed.status_code == 303
    assert "porch" in reader.get("/people").text
    assert reader.post(f"{path}/end", {}, csrf).status_code == 303
    assert hand_in(house, auth).status_code == 401
    assert "records no more" in reader.get("/devices").text


def test_a_member_sees_themselves_and_may_add_nobody(house: House) -> None:
    """Nor is there a page that tells them of others."""
    leo = house.person("Leo", Role.MEMBER)
    device = house.device()
    reader = Reader(house, leo)
    shown = reader.get("/people").text
    assert "Ana" not in shown
    assert "Add somebody" not in shown
    assert reader.get(f"/people/{leo.id}").status_code == 200
    for path in (f"/people/{house.ana.id}", f"/people/{house.ana.id}/part", f"/devices/{device}"):
        assert reader.get(path).status_code == 404, path
    csrf = reader.csrf("/people")
    assert reader.post("/people/add", {"name": "Eve", "sort": "adult"}, csrf).status_code == 403
    assert reader.post(f"/people/{leo.id}/part", {"role": "owner"}, csrf).status_code == 403
    assert reader.post(f"/people/{house.ana.id}/let-out", {}, csrf).status_code == 404


def test_whoever_letting_in_needs_a_factor_again_is_asked_before_the_form(house: House) -> None:
    """So that nothing that was typed is lost on the way."""
    leo = house.add("Leo")
    house.clock.advance(ms=11 * 60_000)
    answer = Reader(house, house.ana).get(f"/people/{leo}/part")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/step-up?back=%2Fpeople%2F{leo}%2Fpart"


def _persons(house: House) -> tuple[Person, ...]:
    return house.service.household.houses.show(house.ana.principal, house.account_id).persons


def test_a_parent_who_keeps_house_is_not_shown_what_is_kept_of_others(house: House) -> None:
    """They look after names and devices; what is Ana's, and not their child's, stays hers."""
    tom = house.person("Tom", Role.GUARDIAN)
    mia = house.child()
    hall = house.add("hall", PersonSort.UNKNOWN)
    deposited(house, house.token_of(house.device()))
    reader = Reader(house, tom)
    shown = reader.get("/people")
    assert shown.status_code == 200
    assert "Mia" in shown.text
    for each in (house.ana.id, mia):
        page = reader.get(f"/people/{each}")
        assert page.status_code == 200
        assert "sound recording" not in page.text
        assert "What is kept of" in page.text
    assert reader.get(f"/people/{house.ana.id}/consents").status_code == 404
    own = Reader(house, house.ana).get(f"/people/{hall}").text
    assert "Stop using it" not in own
    assert "/forget?person=" in own
