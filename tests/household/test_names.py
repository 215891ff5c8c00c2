"""Names, addresses and words: sealed wherever they lie, and gone with whom they are about."""

from pathlib import Path

import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.persons import NewPerson
from bailee.store.rooms import ROOM_TABLES
from bailee.types.household import PersonSort, Stay
from bailee.types.role import Role
from conftest import MakeDatabase
from household.conftest import Home, Pigeon, Sessions, open_house
from support.vaults import HOME, NOW_MS, all_of, assert_sound, said

WORDS = (b"Zacharias", b"zacharias@", b"Wintergarten", b"pigeon://hidden-password")


def _rows(vault: Vault) -> list[str]:
    """Every row of every table above custody, as text."""

    def work(connection: sa.Connection) -> list[str]:
        found = []
        for table in ROOM_TABLES:
            found += [f"{table.name} {row}" for row in connection.execute(sa.select(table))]
        return found

    return vault._premises.database.read(work)


def _with_zacharias(home: Home) -> str:
    new = NewPerson(name="Zacharias", email="zacharias@example.org")
    who = home.house.persons.add(home.ana, home.account_id, new)
    principal = home.let_in(who, Role.MEMBER, Stay(since_ms=NOW_MS))
    home.house.channels.add(principal, home.account_id, "pigeon://hidden-password")
    home.house.members.grant(home.ana, home.account_id, who, [])
    return who


def test_no_word_lies_in_the_open(sqlite_home: Home) -> None:
    """Not one name, address or password is in any file of the vault; an opaque id is."""
    home = sqlite_home
    who = _with_zacharias(home)
    home.house.deliver()
    home.vault.publish()
    files = [each for each in home.vault.home.rglob("*") if each.is_file()]
    everything = b"".join(each.read_bytes() for each in files)
    assert who.encode() in everything  # the hunt sees what is there
    assert [word for word in WORDS if word in everything] == []


def test_a_person_takes_their_rows_along(home: Home) -> None:
    """Erased: no row names them any more, and what was sealed for them opens for nobody."""
    who = _with_zacharias(home)
    said(home.vault, NOW_MS - 1000, person="Zacharias")
    before = [row for row in _rows(home.vault) if who in row]
    assert {row.split()[0] for row in before} >= {"profile", "membership", "channel", "message"}
    desk = home.vault.desk()
    sealed = desk.write(lambda t: t.seal(who, b"walnuts", "note"))
    home.vault.erase(all_of(person="Zacharias"))
    assert [row for row in _rows(home.vault) if who in row] == []
    assert desk.read(lambda t: t.open(who, sealed, "note")) is None
    assert_sound(home.vault)


def test_an_account_takes_everything_along(home: Home) -> None:
    """Erased whole: nothing of the household is left but the public notices."""
    _with_zacharias(home)
    home.vault.erase(all_of(everything=True))
    assert {row.split()[0] for row in _rows(home.vault)} == {"notice"}


def test_a_device_takes_its_profile_along(home: Home) -> None:
    """Its name and room go with it; its people stay."""
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    home.vault.erase(all_of(device="kitchen"))
    assert [row for row in _rows(home.vault) if kitchen.id in row] == []
    assert len(home.house.houses.show(home.ana, home.account_id).persons) == 3


def test_who_lives_there_outlives_their_recordings(home: Home) -> None:
    """A year without a recording: who belongs is there, name and all; who only visited is not."""
    home.add("Visitor", PersonSort.GUEST)
    for _ in range(14):
        home.clock.advance(days=31)
        home.house.sweep()
        home.vault.expire()
    shown = home.house.houses.show(home.ana, home.account_id)
    assert [each.name for each in shown.persons] == ["Ana", "Leo"]
    assert home.house.houses.find(HOME) == home.account_id


def test_names_that_expired_unswept_come_back(home: Home) -> None:
    """A server that was off for two years loses no member; the sweep writes their names again."""
    home.clock.advance(days=800)
    home.vault.expire(confirm=0)
    home.house.sweep()
    names = home.vault.desk().read(
        lambda t: [t.name_of(home.account_id), t.name_of(home.account_id, person_id=home.leo_id)]
    )
    assert names == [HOME, "Leo"]


def test_a_backup_brings_the_household_back(
    home: Home, new_database: MakeDatabase, clock: FixedClock
) -> None:
    """People and rights as they were; nobody who was erased since, from a copy or not."""
    folder = home.vault.home.parent / "copy"
    who = _with_zacharias(home)
    home.vault.backup(folder)
    home.vault.erase(all_of(person="Zacharias"))
    home.vault.rotate()
    roots = [Path(each) for each in home.vault.config.root_stores]
    target = home.vault.home.parent / "again"
    made = Vault.restore(folder, target, root_stores=roots, database=new_database(), clock=clock)
    with made as vault:
        again = open_house(vault, Sessions(clock), Pigeon())
        shown = again.houses.show(home.ana, home.account_id)
        assert [each.name for each in shown.persons] == ["Ana", "Leo", "Mia"]
        assert [row for row in _rows(vault) if who in row] == []
