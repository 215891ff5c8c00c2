"""A household founded where there was only a vault."""

import pytest

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, DeniedError
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from household.conftest import Home, Pigeon, Sessions, open_house
from support.vaults import NOW_MS, said


def test_a_household_takes_over_what_was_kept_under_its_name(
    vault: Vault, clock: FixedClock
) -> None:
    """What the operator kept so far is the household's then, and closed until people are named."""
    kept = said(vault, NOW_MS - 9_000, person="Leo")
    house = open_house(vault, Sessions(clock), Pigeon())
    assert b"".join(vault.release(kept.recording_id, purpose=Purpose.OWNER_VIEW).stretches)
    founded = house.houses.found(OPERATOR, "home", NewPerson(name="Ana"))
    assert [each.id for each in vault.list(Query(account="home")).recordings] == [kept.recording_id]
    with pytest.raises(DeniedError):
        vault.release(kept.recording_id, purpose=Purpose.OWNER_VIEW)
    house.persons.add(OPERATOR, founded.account_id, NewPerson(name="Leo"))
    opened = vault.release(kept.recording_id, purpose=Purpose.OWNER_VIEW)
    assert b"".join(opened.stretches)


def test_a_household_is_founded_once(home: Home) -> None:
    """A second one of the same name is refused, and changes nothing."""
    before = home.house.houses.show(OPERATOR, home.account_id)
    with pytest.raises(ConflictError):
        home.house.houses.found(OPERATOR, "home", NewPerson(name="Eve"))
    assert home.house.houses.show(OPERATOR, home.account_id) == before
