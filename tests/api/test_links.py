"""Links over the API: sharing one thing for a while with whoever holds the link."""

from collections.abc import Mapping
from typing import Any

from api.house import House, Someone, problem
from api.test_recordings import WORDS, deposited
from bailee.api.bodies import tell_moment
from bailee.household.consents import Agreement
from bailee.types.consent import Channel, How
from bailee.types.role import Right, Role
from bailee.types.scope import Scope

DAY_MS = 86_400_000


def consented(house: House, who: Someone) -> None:
    """To disclosure, after the notice was shown."""
    show, give = house.service.household.notices.show, house.service.household.consents.give
    show(house.account_id, who.id, Scope.DISCLOSE, 1, Channel.PAGE)  # type: ignore[arg-type]  # the notice of that scope
    yes = Agreement(scope=Scope.DISCLOSE, version=1, how=How.BUTTON, evidence={})
    give(who.principal, house.account_id, who.id, yes)


def share(house: House, who: Someone, artefact: str, **more: Any) -> Any:
    until = tell_moment(house.clock.now_ms() + DAY_MS)
    body = {"artefact": artefact, "rights": ["hear"], "until": until, **more}
    return house.ask("POST", "/links", who, json=body)


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_whoever_holds_it_hears_one_thing(house: House) -> None:
    """Whole or in part, without its name, until it is revoked; each time is in the history."""
    made = deposited(house, house.token_of(house.device()), name="walnuts.wav")
    consented(house, house.ana)
    shared = share(house, house.ana, made["artefact"])
    assert shared.status_code == 201
    link, holder = shared.json()["link"], bearer(shared.json()["token"])
    shown = house.ask("GET", "/v1/shared", holder).json()
    assert (shown["kind"], shown["size_bytes"], shown["rights"]) == ("audio", len(WORDS), ["hear"])
    heard = house.ask("GET", "/v1/shared/content", holder)
    assert heard.content == WORDS
    assert heard.headers["content-disposition"] == "inline"
    assert "walnuts.wav" not in str(heard.headers)
    part = house.ask("GET", "/v1/shared/content", {**holder, "Range": "bytes=3-6"})
    assert (part.status_code, part.content) == (206, WORDS[3:7])
    problem(house.ask("GET", "/v1/shared/content", {**holder, "Range": "bytes=99-"}), 416)
    looked = house.ask("GET", "/history", house.ana).json()["events"]
    assert [each["who"]["sort"] for each in looked] == ["link", "link"]
    problem(house.ask("GET", f"/recordings/{made['recording']}", holder), 401)
    [listed] = house.ask("GET", "/links", house.ana).json()["links"]
    assert listed == link
    assert "token" not in listed
    assert house.ask("DELETE", f"/links/{link['id']}", house.ana).status_code == 204
    problem(house.ask("GET", "/v1/shared", holder), 401)
    problem(house.ask("DELETE", f"/links/{link['id']}", house.ana), 404)


def test_it_ends_with_what_it_showed_and_with_the_consent(house: House) -> None:
    """Its holder is told one thing, whatever the reason: not that there was anything."""
    made = deposited(house, house.token_of(house.device()))
    consented(house, house.ana)
    holder = bearer(share(house, house.ana, made["artefact"]).json()["token"])
    consents = house.service.household.consents
    consents.withdraw(house.ana.principal, house.account_id, house.ana.id, Scope.DISCLOSE)
    paths = ("/v1/shared", "/v1/shared/content")
    withdrawn = [problem(house.ask("GET", each, holder), 404) for each in paths]
    consented(house, house.ana)
    assert house.ask("GET", "/v1/shared/content", holder).content == WORDS
    house.ask("POST", "/erasures", house.ana, json={"recordings": [made["recording"]]})
    assert [problem(house.ask("GET", each, holder), 404) for each in paths] == withdrawn


def test_a_member_shares_and_ends_their_own(house: House) -> None:
    """Each sees their own links, the owner all; another's is none to end."""
    leo = house.person("Leo", Role.MEMBER, *Right)
    token = house.token_of(house.device())
    mine, anas = deposited(house, token, person=leo.id), deposited(house, token)
    problem(share(house, leo, mine["artefact"]), 403)
    consented(house, leo)
    consented(house, house.ana)
    never = problem(share(house, leo, "art_aaaaaaaaaaaaaaaa"), 404)
    assert problem(share(house, leo, anas["artefact"]), 404) == never
    own = share(house, leo, mine["artefact"]).json()["link"]
    other = share(house, house.ana, anas["artefact"]).json()["link"]
    ids = [each["id"] for each in house.ask("GET", "/links", house.ana).json()["links"]]
    assert sorted(ids) == sorted([own["id"], other["id"]])
    assert [each["id"] for each in house.ask("GET", "/links", leo).json()["links"]] == [own["id"]]
    problem(house.ask("DELETE", f"/links/{other['id']}", leo), 403)
    assert house.ask("DELETE", f"/links/{own['id']}", leo).status_code == 204


def test_what_no_link_is_made_of(house: House) -> None:
    """Rights that none can give, no end, an end that is past, too far, or no time at all."""
    made = deposited(house, house.token_of(house.device()))
    consented(house, house.ana)
    far = tell_moment(house.clock.now_ms() + 31 * DAY_MS)
    wrongs: tuple[dict[str, Any], ...] = (
        {"rights": []},
        {"rights": ["download"]},
        {"until": far},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": None},
        {"token": "mine"},
    )
    for wrong in wrongs:
        problem(share(house, house.ana, made["artefact"], **wrong), 422)
    house.clock.advance(ms=11 * 60_000)
    assert problem(share(house, house.ana, made["artefact"]), 403)["type"].endswith("step-up")
    assert house.ask("GET", "/links", house.ana).json() == {"links": []}
