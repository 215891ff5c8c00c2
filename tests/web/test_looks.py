"""Who looked: the exact answer, one's own folded, others by name, refusals, and what else happened."""

from datetime import date, timedelta

from playwright.sync_api import Browser

from api.house import House, Someone
from api.test_links import consented
from api.test_recordings import deposited
from bailee.household.history import TYPES
from bailee.rules.cedar import policies_text
from bailee.rules.gate_clause import clauses_of
from bailee.types.consent import ConsentAct
from bailee.types.decide import OPERATOR, Verb
from bailee.types.erasure import Outcome
from bailee.types.history import Sort
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.sign_in import SignInEvent
from bailee.web.past import event_words
from bailee.web.past.events import _TELLERS
from bailee.web.past.reasons import POLICIES
from web.lived import heard
from web.site import Look, Reader, browsing, in_every_look, require_usable, shoot

_EPOCH = date(1970, 1, 1)
EVERYTHING = "/looks?sort="
NOBODY_ELSE = "<b>Nobody else.</b>"


def _seen(house: House, who: Someone, recording: str) -> int:
    return house.ask("GET", f"/recordings/{recording}/content", who).status_code


def _busy(house: House) -> str:
    """A house in which much has happened; a recording of Leo's."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
    kitchen = house.token_of(house.device())
    made = deposited(house, kitchen, person=leo.id)
    deposited(house, kitchen)
    for _ in range(3):
        assert _seen(house, house.ana, made["recording"]) == 200
    house.clock.advance(ms=86_400_000)
    house.ana, leo = house.step_up(house.ana), house.step_up(leo)
    assert _seen(house, leo, made["recording"]) == 200
    released = house.service.vault.release(
        made["recording"], purpose=Purpose.EXPORT, principal=OPERATOR
    )
    assert b"".join(released.stretches)
    consented(house, house.ana)
    answer = house.ask("DELETE", f"/persons/{house.ana.id}/consents/disclose", house.ana)
    assert answer.status_code == 200
    house.ask("POST", "/links", house.ana, json=_link(house, made["artefact"]))  # refused
    gone = deposited(house, kitchen, captured_at="2026-09-21T15:12:00Z")
    house.ask("POST", "/erasures", house.ana, json={"recordings": [gone["recording"]]})
    house.child()
    return str(made["recording"])


def _link(house: House, artefact: str) -> dict[str, object]:
    return {"artefact": artefact, "rights": ["hear"], "until": "2026-09-23T00:00:00Z"}


@in_every_look
def test_every_sort_is_told_and_usable(browser: Browser, house: House, look: Look) -> None:
    _busy(house)
    with browsing(browser, house, house.ana, look) as page:
        for sort in Sort:
            page.goto(f"{EVERYTHING}{sort}")
            require_usable(page)
            shoot(page, f"looks-{sort}-{look.size['width']}-{look.scheme}")
            assert page.locator(".past > li").count() > 0 or sort is Sort.KEPT, sort
        page.goto("/looks")
        page.locator("details.own summary").first.click()
        for each in page.locator("details summary").all():
            each.evaluate("it => it.parentElement.open = true")
        require_usable(page)
        shoot(page, f"looks-open-{look.size['width']}-{look.scheme}")


def test_the_answer_is_exact_and_each_line_says_why(house: House) -> None:
    """Three looks of a film played through are one line; nobody else is said only when it is so."""
    recording = _busy(house)
    shown = Reader(house, house.ana).get("/looks").text
    said = " ".join(shown.partition('class="said-plainly"')[2].partition("</p>")[0].split())
    for each in ("you, 3 times", "Leo, 1 time", "who runs the vault, 1 time"):
        assert each in said
    assert NOBODY_ELSE in said
    assert "1 time somebody was refused." in shown
    assert "1 copy was taken away." in shown
    assert "You looked 3 times." in shown
    assert "in 3 pieces" in shown
    assert shown.count(f'href="/recordings/{recording}"') == 3
    assert "Allowed, since: An owner of the household may." in shown
    assert "Why: Nothing goes to somebody outside without the yes of whom it is." in shown


def test_a_member_reads_what_is_theirs_and_no_more(house: House) -> None:
    """Who looked at what is Leo's, to Leo; nothing of what is Ana's."""
    recording = _busy(house)
    leo = next(
        each
        for each in house.service.household.houses.show(
            house.ana.principal, house.account_id
        ).persons
        if each.name == "Leo"
    )
    tom = house.person("Tom", Role.MEMBER)
    assert _seen(house, tom, recording) == 404
    shown = Reader(house, tom).get("/looks").text
    said = shown.partition('class="said-plainly"')[2].partition("</p>")[0]
    assert "Ana" not in shown
    assert "nobody" in said or "you" in said
    assert leo.name not in shown
    assert "This is of what is yours." in shown


def test_it_is_narrowed_by_who_whose_what_and_when(house: House) -> None:
    """Each filter alone, without scripts; what fits nothing says so."""
    _busy(house)
    reader = Reader(house, house.ana)
    houses = house.service.household.houses
    leo = next(
        each
        for each in houses.show(house.ana.principal, house.account_id).persons
        if each.name == "Leo"
    )
    device = houses.show(house.ana.principal, house.account_id).devices[0].id
    day = house.clock.now_ms() // 86_400_000
    today = (_EPOCH + timedelta(days=day)).isoformat()
    lines = {
        "/looks?by=operator": 1,
        f"/looks?by={leo.id}": 1,
        f"/looks?by={house.ana.id}": 2,  # one of three pieces, and what was refused
        f"/looks?person={leo.id}": 3,
        f"/looks?person={house.ana.id}": 0,
        f"/looks?device={device}": 3,
        "/looks?kind=video": 0,
        f"/looks?day={today}": 3,
        "/looks?day=2001-01-01": 0,
    }
    for path, wanted in lines.items():
        shown = reader.get(path)
        assert shown.status_code == 200, path
        assert shown.text.count('<div class="moment">') == wanted, path
        assert NOBODY_ELSE not in shown.text
    for wrong in ("kind=x", "day=x", "day=9999-12-31", "by=x", "sort=x", "after=x", "after=-1"):
        assert reader.get(f"/looks?{wrong}").status_code == 422, wrong


def test_pages_of_it_have_every_event_once(house: House) -> None:
    """A page ends with a whole day where it can; together they are the whole."""
    made = deposited(house, house.token_of(house.device()))
    for _ in range(5):
        for _ in range(60):
            released = house.service.vault.release(
                made["recording"], purpose=Purpose.OWNER_VIEW, principal=house.ana.principal
            )
            assert b"".join(released.stretches)
        house.clock.advance(ms=86_400_000)
    reader = Reader(house, house.ana)
    path, counts = "/looks", []
    while path:
        text = reader.get(path).text
        counts += [int(each.split(" ")[0]) for each in text.split("You looked ")[1:]]
        found = text.partition('rel="next" href="')[2]
        path = found.partition('"')[0].replace("&amp;", "&")
    assert counts == [60] * 5


def test_every_word_of_the_ledger_has_words_for_people() -> None:
    """A new policy, type or act without them is a fault of this page, found here."""
    assert {each.policy for each in clauses_of(policies_text())} <= set(POLICIES)
    assert set(_TELLERS) == {each for types in TYPES.values() for each in types}
    assert set(event_words.SIGNED_IN) == set(SignInEvent)
    assert set(event_words.REFUSED) == {"release", "late", "unkept", *Verb}
    assert set(event_words.OUTCOMES) == set(Outcome)
    assert set(event_words.CONSENTS) == set(ConsentAct)
    assert set(event_words.SCOPES) == set(Scope)


def test_a_page_that_opened_a_few_is_one_line_that_names_each(house: House) -> None:
    kitchen = house.device()
    now_ms = house.clock.now_ms()
    for number in range(3):
        heard(house, now_ms - (number + 1) * 60_000, kitchen, f"line {number}")
    reader = Reader(house, house.ana)
    assert reader.get("/").status_code == 200
    told = reader.get("/looks")
    assert told.status_code == 200
    assert "3 recordings" in told.text
