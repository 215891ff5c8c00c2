"""What an invitation may say, and one's own language of messages."""

import pytest

from bailee.errors import InputError, UnknownError
from bailee.household.persons import NewPerson
from bailee.types.household import Stay
from bailee.types.role import Role
from household.conftest import Home
from household.told import told


def test_an_offer_says_what_is_offered_and_ends_with_it(sqlite_home: Home) -> None:
    """The household's name, theirs, their part; nothing once somebody took it back."""
    home, house = sqlite_home, sqlite_home.house
    leo = house.persons.add(home.ana, home.account_id, NewPerson(name="Tom"))
    with pytest.raises(UnknownError):
        house.offers.show(home.account_id, leo)
    stay = Stay(since_ms=home.clock.now_ms())
    house.members.invite(home.ana, home.account_id, leo, Role.MEMBER, stay)
    offer = house.offers.show(home.account_id, leo)
    assert (offer.name, offer.role, offer.joined) == ("Tom", Role.MEMBER, False)
    house.members.end(home.ana, home.account_id, leo)
    with pytest.raises(UnknownError):
        house.offers.show(home.account_id, leo)


def test_everybody_chooses_the_language_of_their_own_messages(sqlite_home: Home) -> None:
    """A member too, who changes nothing else of what is known of them; the ledger has it."""
    home, house = sqlite_home, sqlite_home.house
    before = house.houses.person(home.leo, home.account_id, home.leo_id)
    house.persons.choose_language(home.leo, home.account_id, "de")
    after = house.houses.person(home.leo, home.account_id, home.leo_id)
    assert (after.language, after.name, after.email) == ("de", before.name, before.email)
    assert told(home.vault, "person")[-1]["policy"] == "own-language"
    with pytest.raises(InputError):
        house.persons.choose_language(home.leo, home.account_id, "xx")
