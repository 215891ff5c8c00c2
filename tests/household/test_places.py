"""What places are called: whose word it is, who sees it, and that it dies with them."""

import pytest
import sqlalchemy as sa

from bailee.errors import DeniedError, InputError, UnknownError
from bailee.store.place_tables import named_place
from bailee.types.choice import Choice
from bailee.types.household import Stay
from bailee.types.ids import AccountId
from bailee.types.role import Right, Role
from household.conftest import Home
from support.vaults import HOUR_MS, NOW_MS

CELL = "871f1d48bffffff"


def names(home: Home, who: str = "ana") -> list[str]:
    principal = home.ana if who == "ana" else home.leo
    return [each.name for each in home.house.places.list(principal, home.account_id)]


def stored(home: Home) -> list[bytes]:
    return home.house._ground.desk.read(
        lambda t: list(t.connection.scalars(sa.select(named_place.c.details)))
    )


def test_they_are_their_owners_and_die_with_them(home: Home) -> None:
    """Nobody else sees one's own; the household's are everybody's; nothing of it is in the clear."""
    places = home.house.places
    places.add(home.ana, home.account_id, "home", CELL, for_all=True)
    mine = places.add(home.leo, home.account_id, "  the   quiet bench ", CELL)
    assert (names(home), names(home, "leo")) == (["home"], ["home", "the quiet bench"])
    assert not any(word in each for each in stored(home) for word in (b"bench", CELL.encode()))
    with pytest.raises(UnknownError):
        places.rename(home.ana, home.account_id, mine, "found you")
    with pytest.raises(DeniedError):
        places.add(home.leo, home.account_id, "x", CELL, for_all=True)
    home.house.erasures.ask(home.ana, home.account_id, Choice(person_id=home.leo_id))
    assert len(stored(home)) == 1
    assert names(home) == ["home"]


def test_a_name_changes_and_goes(sqlite_home: Home) -> None:
    places, home = sqlite_home.house.places, sqlite_home
    made = places.add(home.ana, home.account_id, "home", CELL)
    places.rename(home.ana, home.account_id, made, "old home")
    assert names(home) == ["old home"]
    places.remove(home.ana, home.account_id, made)
    assert names(home) == []
    with pytest.raises(UnknownError):
        places.remove(home.ana, home.account_id, made)
    with pytest.raises(UnknownError):
        places.rename(home.ana, AccountId("acc_aaaaaaaaaaaaaaaa"), made, "x")


@pytest.mark.parametrize("name", ["", " ", "a\u0000b", "x" * 61, "a\u202eb"])
def test_a_name_is_one_line_of_words(sqlite_home: Home, name: str) -> None:
    with pytest.raises(InputError):
        sqlite_home.house.places.add(sqlite_home.ana, sqlite_home.account_id, name, CELL)


def test_a_guest_is_told_none_after_their_stay(sqlite_home: Home) -> None:
    """Where the household lives is no guest's to keep."""
    home, places = sqlite_home, sqlite_home.house.places
    places.add(home.ana, home.account_id, "home", CELL, for_all=True)
    stay = Stay(since_ms=NOW_MS, until_ms=NOW_MS + HOUR_MS)
    gus = home.let_in(home.add("Gus"), Role.GUEST, stay, Right.VIEW)
    assert [each.name for each in places.list(gus, home.account_id)] == ["home"]
    home.clock.advance(ms=2 * HOUR_MS)
    assert places.list(gus, home.account_id) == ()
