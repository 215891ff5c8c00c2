"""Where somebody was: as coarse as asked, of whom one may know, without what was forgotten."""

from dataclasses import replace

import pytest

from bailee.clock import DAY_MS
from bailee.errors import InputError, UnknownError
from bailee.household.whereabouts import Where, Whereabouts
from bailee.types.choice import Choice
from bailee.types.decide import Principal
from bailee.types.ids import PersonId
from bailee.types.kind import Kind
from bailee.types.place import Precision
from bailee.types.purpose import Purpose
from household.conftest import Home
from household.test_keeping_places import NOW_S, fix, hand_in
from support.vaults import HOUR_MS, NOW_MS, said

DAY = Where(begin_ms=NOW_MS - DAY_MS, end_ms=NOW_MS + 1)


def tell(home: Home, who: Principal, where: Where = DAY) -> Whereabouts:
    return home.house.whereabouts.tell(who, home.account_id, where)


def points(found: Whereabouts) -> int:
    return sum(each.points for each in found.spells)


def test_an_hour_that_is_forgotten_is_on_no_map(home: Home) -> None:
    """At once, and alone: what lay before and after is there, within the times asked for."""
    for ago_s in (3 * 3600, 2 * 3600, 3600):
        hand_in(home, [fix(NOW_S - ago_s), fix(NOW_S - ago_s + 60)])
    assert points(tell(home, home.ana)) == 6
    middle_ms = NOW_MS - 2 * HOUR_MS
    choice = Choice(
        kind=Kind.LOCATION,
        person_id=home.ana_id,
        from_ms=middle_ms - 60_000,
        to_ms=middle_ms + 60_000,
    )
    home.house.erasures.ask(home.ana, home.account_id, choice)
    found = tell(home, home.ana, replace(DAY, precision=Precision.EXACT))
    assert [each.at_ms for spell in found.spells for each in spell.fixes] == [
        (NOW_S - ago_s) * 1000 for ago_s in (10_800, 10_740, 3600, 3540)
    ]
    part = replace(DAY, begin_ms=(NOW_S - 3600) * 1000, end_ms=(NOW_S - 3540) * 1000)
    assert points(tell(home, home.ana, part)) == 1


def test_it_is_told_of_whom_one_may_know(sqlite_home: Home) -> None:
    """Ana's are not Leo's to see, nor is that there are any."""
    home = sqlite_home
    hand_in(home, fix(NOW_S - 60))
    assert points(tell(home, home.ana)) == 1
    assert tell(home, home.leo) == tell(home, home.leo, replace(DAY, begin_ms=NOW_MS))
    with pytest.raises(UnknownError):
        tell(home, home.leo, replace(DAY, person_id=home.ana_id))
    with pytest.raises(UnknownError):
        tell(home, home.ana, replace(DAY, person_id=PersonId("per_aaaaaaaaaaaaaaaa")))


def test_what_may_be_known_of_and_not_opened_is_counted(sqlite_home: Home) -> None:
    """Nobody agreed to training: that there is a place is told, and not where."""
    home = sqlite_home
    hand_in(home, fix(NOW_S - 60))
    found = tell(home, home.ana, replace(DAY, purpose=Purpose.TRAIN))
    assert (found.closed, found.spells) == (1, ())


def test_a_purpose_is_told_no_more_than_it_needs(sqlite_home: Home) -> None:
    home = sqlite_home
    hand_in(home, fix(NOW_S - 60))
    exact = replace(DAY, precision=Precision.EXACT)
    assert tell(home, home.ana, exact).spells[0].fixes
    shared = tell(home, home.ana, replace(exact, purpose=Purpose.SHARE))
    assert shared.precision is Precision.COARSE
    assert not any(each.fixes for each in shared.spells)


def test_pages_end_and_months_are_enough(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every point is on one page and none twice; what cannot be read is counted."""
    home = sqlite_home
    monkeypatch.setattr("bailee.household.whereabouts._AT_ONCE", 2)
    monkeypatch.setattr("bailee.household.whereabouts._MOST_POINTS", 3)
    for ago_s in range(100, 107):
        hand_in(home, fix(NOW_S - ago_s, 52.5 + ago_s - 100))
    said(home.vault, NOW_MS - 1000, person="Ana", kind=Kind.LOCATION, content=b"somewhere")
    pages: list[Whereabouts] = []
    where = DAY
    while not pages or pages[-1].next:
        pages.append(tell(home, home.ana, where))
        where = replace(where, after=pages[-1].next)
    assert [points(each) for each in pages] == [4, 3]
    assert sum(each.unread for each in pages) == 1
    with pytest.raises(InputError, match="month"):
        tell(home, home.ana, replace(DAY, begin_ms=NOW_MS - 33 * DAY_MS))
    with pytest.raises(InputError, match="before it begins"):
        tell(home, home.ana, replace(DAY, end_ms=DAY.begin_ms))
