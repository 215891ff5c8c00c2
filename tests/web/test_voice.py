"""Listening: rooms that listen, whose voice it is, what is kept of it, and what can be said."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from api.house import House, Someone
from bailee.household.endpoints import NewEndpoint, voice_at
from bailee.intake.wyoming.status import State, Status
from bailee.types.choice import Choice
from bailee.types.endpoint import Endpoint, Mode, Way
from bailee.types.facts import DeviceSort
from bailee.types.ids import DeviceId, PersonId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.role import Right, Role
from web.lived import heard
from web.site import PHONE, Look, Reader, browsing, in_every_look, require_usable, shoot

KITCHEN = {"way": "listen", "address": "tcp://127.0.0.1:10300", "language": "en"}


@pytest.fixture
def kitchen(house: House) -> DeviceId:
    return house.device("kitchen")


@pytest.fixture
def listening(house: House, kitchen: DeviceId) -> DeviceId:
    """The kitchen, as Ana let it listen, taken for nobody in particular."""
    new = NewEndpoint(way=Way.LISTEN, address="tcp://127.0.0.1:10300", zone="Europe/Berlin")
    house.service.household.endpoints.set(house.ana.principal, house.account_id, kitchen, new)
    return kitchen


def endpoint(house: House, device: DeviceId) -> Endpoint:
    return house.service.household.endpoints.of(house.account_id, device)


def mode(house: House, device: DeviceId) -> Mode:
    return house.service.household.listening.mode(endpoint(house, device))


def rule(house: House, who: Someone, kind: Kind, person_id: PersonId | None, days: int) -> None:
    reach = Reach(kind=kind, person_id=person_id)
    house.service.household.keep_rules.put(who.principal, house.account_id, reach, days)


@in_every_look
def test_it_is_usable(browser: Browser, house: House, listening: DeviceId, look: Look) -> None:
    """Every page of it, on a phone and at a desk, in both lights."""
    look_around(browser, house, listening, look)


def test_it_is_usable_in_german(browser: Browser, house: House, listening: DeviceId) -> None:
    """Whose words are longer, on the narrowest screen."""
    look_around(browser, house, listening, Look(size=PHONE, language="de-DE"))


def look_around(browser: Browser, house: House, listening: DeviceId, look: Look) -> None:
    bedroom = house.device("bedroom")
    mia = house.child()
    household = house.service.household
    bath = house.device("bath")
    new = NewEndpoint(way=Way.POST, person_id=mia)
    household.endpoints.set(house.ana.principal, house.account_id, bath, new)
    size = f"{look.size['width']}-{look.scheme}-{look.language}"
    with browsing(browser, house, house.ana, look) as page:
        for name, path in (
            ("list", "/voice"),
            ("say", "/voice/say"),
            ("new", f"/voice/{bedroom}"),
            ("child", f"/voice/{bath}"),
            ("end", f"/voice/{listening}/end"),
            ("device", f"/devices/{listening}"),
            ("privacy", "/privacy"),
            ("help", "/help/voice"),
        ):
            page.goto(path)
            require_usable(page)
            shoot(page, f"voice-{name}-{size}")
        page.goto(f"/voice/{listening}")
        page.locator("summary").first.click()
        require_usable(page)
        shoot(page, f"voice-room-{size}")


def test_a_speaker_is_let_listen(browser: Browser, house: House, kitchen: DeviceId) -> None:
    """From its own page; a free port and the browser's zone are proposed."""
    with browsing(browser, house, house.ana) as page:
        page.goto("/voice")
        expect(page.get_by_role("heading", name="Nothing listens")).to_be_visible()
        page.goto(f"/devices/{kitchen}")
        page.get_by_role("link", name="Let it listen").click()
        expect(page.get_by_role("textbox", name="Address")).to_have_value("tcp://127.0.0.1:10300")
        expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
        page.get_by_role("button", name="Let it listen").click()
        expect(page.get_by_role("status").first).to_contain_text("kitchen listens now")
        it = endpoint(house, kitchen)
        assert (it.way, it.is_unknown, it.zone) == (Way.LISTEN, True, "Europe/Berlin")
        page.get_by_label("It is the voice of").select_option(label="Ana")
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_role("status").first).to_contain_text("taken for Ana from now on")
        assert endpoint(house, kitchen).person_id == house.ana.id
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status").first).to_contain_text("the unknown speaker")
        assert endpoint(house, kitchen).is_unknown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"way": "shout"}, "Say who calls whom."),
        ({"address": "http://127.0.0.1:10300"}, "That is no address to listen at."),
        ({"address": ""}, "That is no address to listen at."),
        ({"address": "tcp://127.0.0.1:10301"}, "Another endpoint listens at that address."),
        ({"language": "tlh"}, "There are no phrases in that language."),
        ({"zone": "Mars/Olympus"}, "That is no time zone."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field(
    house: House, listening: DeviceId, wrong: dict[str, str], said: str
) -> None:
    """What was typed is still there, and it listens as before."""
    other = house.device("hall")
    new = NewEndpoint(way=Way.LISTEN, address="tcp://127.0.0.1:10301")
    house.service.household.endpoints.set(house.ana.principal, house.account_id, other, new)
    before = endpoint(house, listening)
    reader = Reader(house, house.ana)
    where = f"/voice/{listening}"
    asked = {**KITCHEN, "zone": "Europe/Vienna", **wrong}
    answer = reader.post(where, asked, reader.csrf(where))
    assert answer.status_code == 422
    assert said in answer.text.partition('class="wrong"')[2]
    assert f'value="{asked["zone"]}"' in answer.text
    assert endpoint(house, listening) == before


def test_another_place_keeps_whose_voice_it_is(house: House, listening: DeviceId) -> None:
    """Who keeps house may move what listens, and not say for others that it is theirs."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    where = f"/voice/{listening}"
    own = Reader(house, leo)
    assert own.post(f"{where}/person", {"person": leo.id}, own.csrf(where)).status_code == 303
    reader = Reader(house, house.ana)
    csrf = reader.csrf(where)
    assert f'value="{leo.id}"' not in reader.get(where).text
    moved = {**KITCHEN, "address": "unix:///run/kitchen.sock", "zone": "UTC"}
    assert reader.post(where, moved, csrf).status_code == 303
    it = endpoint(house, listening)
    assert (it.person_id, it.address) == (leo.id, moved["address"])
    assert reader.post(f"{where}/person", {"person": ""}, csrf).status_code == 303
    assert endpoint(house, listening).is_unknown
    assert reader.post(f"{where}/person", {"person": leo.id}, csrf).status_code == 403
    assert endpoint(house, listening).is_unknown


def test_a_member_reads_how_it_is_and_changes_nothing_else(
    browser: Browser, house: House, listening: DeviceId
) -> None:
    """They are told whose it is taken for; they may say it is theirs, and give it up."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    with browsing(browser, house, leo, Look(size=PHONE, scripts=False)) as page:
        page.goto("/privacy")
        page.get_by_role("link", name="Listening").click()
        page.get_by_role("link", name="kitchen").click()
        assert page.get_by_text("How it listens").count() == 0
        assert page.get_by_role("link", name="Listen no more").count() == 0
        page.get_by_label("It is the voice of").select_option(label="Leo")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("taken for Leo")
        assert endpoint(house, listening).person_id == leo.id
        page.get_by_label("It is the voice of").select_option(label="nobody in particular")
        page.get_by_role("button", name="Save").click()
        assert endpoint(house, listening).is_unknown
    reader = Reader(house, leo)
    csrf = reader.csrf(f"/voice/{listening}")
    for path in (f"/voice/{listening}", f"/voice/{listening}/end"):
        assert reader.post(path, {**KITCHEN, "zone": "UTC"}, csrf).status_code == 403
    assert endpoint(house, listening).address == "tcp://127.0.0.1:10300"


def test_nothing_is_kept_after_it_was_said_what_goes(
    browser: Browser, house: House, listening: DeviceId
) -> None:
    """Two steps: numbers, then a button that repeats them; receipts; and both are rules."""
    it = endpoint(house, listening)
    now_ms = house.clock.now_ms()
    heard(house, now_ms - 60_000, listening, "walnuts", person=it.person_id)
    heard(house, now_ms - 120_000, listening, person=it.person_id)
    with browsing(browser, house, house.ana) as page:
        page.goto(f"/voice/{listening}")
        page.get_by_role("radio", name="Nothing").check()
        page.get_by_role("button", name="Look what that does").click()
        page.wait_for_url("**/keep?keep=nothing")
        main = page.get_by_role("main")
        expect(main).to_contain_text("Forgets 2 sound recordings now")
        expect(main).to_contain_text("Forgets 1 transcript now")
        require_usable(page)
        shoot(page, "voice-keep")
        assert mode(house, listening).keeps
        page.get_by_role("button", name="Forget 2 sound recordings and 1 transcript").click()
        page.wait_for_url("**/receipts")
        page.goto(f"/voice/{listening}")
        expect(page.get_by_role("radio", name="Nothing")).to_be_checked()
    rules = house.service.vault.keep_rules(house.account_id)
    assert {(each.reach.kind, each.days) for each in rules} == {
        (Kind.AUDIO, DONT_KEEP),
        (Kind.TRANSCRIPT, DONT_KEEP),
    }
    assert not mode(house, listening).keeps


def test_what_loses_nothing_is_done_and_undone(
    browser: Browser, house: House, listening: DeviceId
) -> None:
    """Words only, and back: the rule is taken away again."""
    with browsing(browser, house, house.ana) as page:
        page.goto(f"/voice/{listening}")
        page.get_by_role("radio", name="Words only").check()
        page.get_by_role("button", name="Look what that does").click()
        expect(page.get_by_role("main")).to_contain_text("Nothing is forgotten now.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("words only")
        assert (mode(house, listening).audio, mode(house, listening).transcript) == (False, True)
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status").first).to_contain_text("kept")
        assert house.service.vault.keep_rules(house.account_id) == ()


def test_more_than_was_told_is_told_again(house: House, listening: DeviceId) -> None:
    """A recording that came in between does not go untold."""
    it = endpoint(house, listening)
    heard(house, house.clock.now_ms() - 60_000, listening, person=it.person_id)
    reader = Reader(house, house.ana)
    where = f"/voice/{listening}/keep"
    csrf = reader.csrf(f"{where}?keep=words")
    for told in ({}, {"now-audio": "0"}):
        answer = reader.post(where, {"keep": "words", **told}, csrf)
        assert answer.headers["location"] == f"{where}?keep=words"
    assert mode(house, listening).audio
    done = reader.post(where, {"keep": "words", "now-audio": "1"}, csrf)
    assert done.headers["location"].startswith("/receipts/era_")
    assert reader.get(f"{where}?keep=all").status_code == 422
    assert reader.post(where, {"keep": ""}, csrf).status_code == 422


def test_a_wider_rule_is_shown_and_outdone_for_this_room(house: House, listening: DeviceId) -> None:
    """“Don't keep” of everybody says why; to keep here after all is a rule of its own."""
    rule(house, house.ana, Kind.AUDIO, None, DONT_KEEP)
    reader = Reader(house, house.ana)
    where = f"/voice/{listening}"
    assert "Don&#39;t keep sound recordings of anybody on any device" in reader.get(where).text
    assert not mode(house, listening).audio
    done = reader.post(f"{where}/keep", {"keep": "both"}, reader.csrf(where))
    assert done.headers["location"] == where
    assert mode(house, listening).audio
    assert "of anybody on any device" not in reader.get(where).text


def test_what_somebody_chose_for_themselves_nobody_lengthens(
    house: House, listening: DeviceId
) -> None:
    """The owner sees that Leo keeps no sound, and cannot choose that it be kept."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    household = house.service.household
    household.endpoints.take_for(leo.principal, house.account_id, listening, leo.id)
    rule(house, leo, Kind.AUDIO, leo.id, DONT_KEEP)
    reader = Reader(house, house.ana)
    where = f"/voice/{listening}"
    text = reader.get(where).text
    assert "somebody else chose to keep less" in text
    assert "Don&#39;t keep sound recordings of Leo on any device" in text
    csrf = reader.csrf(where)
    assert reader.post(f"{where}/keep", {"keep": "both"}, csrf).status_code == 403
    assert reader.post(f"{where}/keep", {"keep": "nothing"}, csrf).status_code == 303
    assert not mode(house, listening).keeps
    own = Reader(house, leo)
    assert own.post(f"{where}/keep", {"keep": "words"}, own.csrf(where)).status_code == 403
    assert not mode(house, listening).keeps, "the owner's word stands beside their own"


def test_a_child_without_a_yes_is_answered_and_nothing_is_kept(house: House) -> None:
    """The page says so in words, links the consents, and offers nothing to choose."""
    mia, bath = house.child(), house.device("bath")
    new = NewEndpoint(way=Way.POST, person_id=mia)
    house.service.household.endpoints.set(house.ana.principal, house.account_id, bath, new)
    text = Reader(house, house.ana).get(f"/voice/{bath}").text
    assert "No parent has said yes for Mia." in text
    assert f'href="/people/{mia}/consents"' in text
    assert 'name="keep"' not in text
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    other = Reader(house, leo).get(f"/voice/{bath}").text
    assert "nothing kept" in other
    assert "No parent" not in other


def test_it_listens_no_more(browser: Browser, house: House, listening: DeviceId) -> None:
    """Two steps; what was said stays."""
    it = endpoint(house, listening)
    heard(house, house.clock.now_ms() - 60_000, listening, person=it.person_id)
    with browsing(browser, house, house.ana) as page:
        page.goto(f"/voice/{listening}")
        page.get_by_role("link", name="Listen no more").click()
        page.get_by_role("button", name="Listen no more with kitchen").click()
        expect(page.get_by_role("status").first).to_contain_text("kitchen listens no more")
        expect(page.get_by_role("link", name="kitchen")).to_be_visible()
    assert house.service.household.endpoints.all() == ()
    assert Reader(house, house.ana).get(f"/voice/{listening}/end").status_code == 404


def test_an_address_for_all_to_reach_is_warned_of(house: House, kitchen: DeviceId) -> None:
    """Wyoming has no password; beyond this machine the page says what that means."""
    reader = Reader(house, house.ana)
    where = f"/voice/{kitchen}"
    csrf = reader.csrf(where)
    for address, warned in (("tcp://127.0.0.1:1", False), ("tcp://192.168.1.5:1", True)):
        reader.post(where, {**KITCHEN, "address": address, "zone": "UTC"}, csrf)
        assert ("Wyoming has no password" in reader.get(where).text) is warned


def test_what_is_no_room_is_none(house: House, listening: DeviceId) -> None:
    """A neighbour's, one that never was, a camera, one that was revoked."""
    _, eve = house.neighbour()
    assert Reader(house, eve).get(f"/voice/{listening}").status_code == 404
    reader = Reader(house, house.ana)
    assert reader.get("/voice/dev_aaaaaaaaaaaaaaaa").status_code == 404
    camera = house.device("door", DeviceSort.CAMERA)
    assert reader.get(f"/voice/{camera}").status_code == 422
    house.service.household.devices.revoke(house.ana.principal, house.account_id, listening)
    assert reader.get(f"/voice/{listening}").status_code == 404
    assert "kitchen" not in reader.get("/voice").text


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_can_be_said_is_in_the_rooms_language(house: House, language: str) -> None:
    """Made from the phrase file, whichever language the page is in."""
    text = Reader(house, house.ana).get(f"/voice/say?language={language}").text
    wanted = {"en": "Delete everything I just said", "de": "was ich gerade gesagt habe"}
    assert wanted[language] in text
    assert f'<dt lang="{language}">' in text
    assert Reader(house, house.ana).get("/voice/say?language=tlh").status_code == 200


def test_who_an_unknown_speaker_was_is_said_at_the_recording(
    browser: Browser, house: House, listening: DeviceId
) -> None:
    """In sight, where somebody's own has it folded away; done, and undone."""
    it = endpoint(house, listening)
    now_ms = house.clock.now_ms()
    unknown = heard(house, now_ms - 60_000, listening, "walnuts", person=it.person_id)
    own = heard(house, now_ms - 120_000, listening)
    with browsing(browser, house, house.ana) as page:
        page.goto(f"/recordings/{own}")
        assert page.get_by_role("heading", name="Who was it?").count() == 0
        page.goto(f"/recordings/{unknown}")
        require_usable(page)
        shoot(page, "voice-who-was-it")
        page.get_by_label("This was").select_option(label="Ana")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("It is Ana’s now.")
        assert page.get_by_role("heading", name="Who was it?").count() == 0
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", name="Who was it?")).to_be_visible()


def test_what_a_voice_did_is_told_as_that(house: House, listening: DeviceId) -> None:
    """In Who looked and on the receipt: by voice, and in which room."""
    it = endpoint(house, listening)
    said = heard(house, house.clock.now_ms() - 60_000, listening, person=it.person_id)
    voice = voice_at(listening)
    erasures = house.service.household.erasures
    begun = erasures.ask(voice, house.account_id, Choice(recordings=(said,)))
    erasures.finish(begun.erasure.id)
    reader = Reader(house, house.ana)
    assert "A voice at kitchen" in reader.get("/looks?sort=forgotten").text
    assert "Asked by voice, at kitchen" in reader.get(f"/receipts/{begun.erasure.id}").text


def test_how_it_is_going_is_shown(house: House, listening: DeviceId) -> None:
    """What the process that listens knows: refused, out of reach, ready; nothing where it is not."""
    reader = Reader(house, house.ana)
    where = f"/voice/{listening}"
    voices = house.service.voices
    assert "It is ready now." not in reader.get(where).text
    voices._refused[listening] = "Another program has that port."
    assert "something has to be changed first. Another program has" in reader.get(where).text
    voices._refused.clear()
    for state, said in (
        (State.TRYING, "Its satellite is not there."),
        (State.CONNECTED, "It is connected to its satellite now."),
        (State.LISTENING, "It is ready now."),
    ):
        voices._doors = _Doors({listening: Status(state=state, since_ms=0)})
        assert said in reader.get(where).text


@dataclass(frozen=True, slots=True)
class _Doors:
    """Simulated: doors whose state is read exactly."""

    states: Mapping[DeviceId, Status]

    def status(self) -> Mapping[DeviceId, Status]:
        return self.states

    def stop(self) -> None:
        pass
