"""Another name for a person or a device: the same keys, and nothing late slips in by it."""

import pytest

from bailee.errors import ConflictError, InputError, LateArrivalError, UnknownError
from bailee.household.persons import NewPerson, PersonChange
from bailee.types.ids import new_person_id
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, all_of, assert_sound, listed, said


def renamed(home: Home, name: str) -> None:
    home.house.persons.change(home.ana, home.account_id, home.leo_id, PersonChange(name=name))


def names(home: Home) -> list[str]:
    return [each.name for each in home.house.houses.show(home.ana, home.account_id).persons]


def test_a_new_name_finds_what_the_old_one_had(home: Home) -> None:
    """Recordings stay where they are, under the new name alone; the vault is sound."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo")
    renamed(home, "Leonardo")
    assert names(home) == ["Ana", "Leonardo", "Mia"]
    assert listed(home.vault, account="home", person="leonardo") == [mine.recording_id]
    with pytest.raises(UnknownError):
        listed(home.vault, account="home", person="Leo")
    assert told(home.vault, "person")[-1]["sort"] == "adult"
    assert_sound(home.vault)


def test_a_name_is_one_persons(home: Home) -> None:
    """Taken, empty or on two lines it is refused, and the old one stays."""
    for name, error in (("ANA", ConflictError), ("  ", InputError), ("a\nb", InputError)):
        with pytest.raises(error):
            renamed(home, name)
    assert names(home) == ["Ana", "Leo", "Mia"]
    with pytest.raises(UnknownError):
        home.house.persons.change(
            home.ana, home.account_id, new_person_id(), PersonChange(language="de")
        )


def test_a_name_can_be_written_otherwise(home: Home) -> None:
    """Another way to write the same name is no other name: nothing begins anew."""
    renamed(home, "LEO")
    assert names(home) == ["Ana", "LEO", "Mia"]
    said(home.vault, NOW_MS - 1000, person="leo")


def test_the_old_name_begins_anew(home: Home) -> None:
    """Who is called so from now on is somebody else: what is late for the first is not theirs."""
    renamed(home, "Leonardo")
    home.house.persons.add(home.ana, home.account_id, NewPerson(name="Leo"))
    with pytest.raises(LateArrivalError):
        said(home.vault, NOW_MS - 1000, person="Leo")
    home.clock.advance(ms=5000)
    said(home.vault, home.clock.now_ms() - 1000, person="Leo")


def test_the_name_of_somebody_erased_takes_nothing_late(home: Home) -> None:
    """Taken by another, it lets in no late upload that the erasure would have refused."""
    gran = home.add("Gran")
    said(home.vault, NOW_MS - 9000, person="Gran")
    home.vault.erase(all_of(person="Gran"))
    mine = said(home.vault, NOW_MS - 8000, person="Leo")
    home.clock.advance(ms=5000)
    renamed(home, "Gran")
    assert gran not in {
        each.id for each in home.house.houses.show(home.ana, home.account_id).persons
    }
    with pytest.raises(LateArrivalError):
        said(home.vault, NOW_MS - 7000, person="Gran")
    assert listed(home.vault, account="home", person="Gran") == [mine.recording_id]


def test_a_device_is_called_otherwise(home: Home) -> None:
    """Name and room change one by one; revoked, it changes no more."""
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    which = (home.ana, home.account_id, kitchen.id)
    said(home.vault, NOW_MS - 1000)
    home.house.devices.change(*which, name="Hall")
    home.house.devices.change(*which, room="hall")
    found = home.house.houses.device(*which)
    assert (found.name, found.room) == ("Hall", "hall")
    assert len(listed(home.vault, account="home", device="hall")) == 1
    assert [each["act"] for each in told(home.vault, "device")] == ["added", "changed", "changed"]
    home.house.devices.revoke(*which)
    with pytest.raises(UnknownError):
        home.house.devices.change(*which, room="attic")
    assert_sound(home.vault)
