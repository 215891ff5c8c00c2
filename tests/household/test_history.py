"""Who looked, and what else happened: as the ledger says it, for whom it concerns (R-23)."""

import json

import pytest
import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.errors import DeniedError, InputError, UnknownError
from bailee.household.history import TYPES
from bailee.rules.entries import FIELDS
from bailee.store.tables import entry
from bailee.types.choice import Choice
from bailee.types.decide import OPERATOR, Principal
from bailee.types.history import Event, Sort, WhoSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from household.conftest import Home, person
from support.vaults import NOW_MS, said

AT_MS = NOW_MS - 60_000
EVERYTHING = tuple(Sort)


def look(home: Home, who: Principal, recording_id: str) -> None:
    released = home.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=who)
    assert b"".join(released.stretches)


def read(home: Home, who: Principal, *sorts: Sort, limit: int = 100) -> list[Event]:
    """All pages of it."""
    found: list[Event] = []
    after = ""
    while True:
        page = home.house.history.page(
            who, home.account_id, sorts=sorts or (Sort.LOOKED,), limit=limit, after=after
        )
        found += page.events
        if not page.next:
            return found
        after = page.next


def test_every_entry_of_a_household_has_its_sort() -> None:
    """Whatever the ledger may say of an account is in the history, once."""
    told = [each for types in TYPES.values() for each in types]
    assert sorted(told) == sorted(name for name, fields in FIELDS.items() if "account" in fields)


def test_who_looked_at_what(home: Home) -> None:
    """Newest first: who, at what of whom, for what, by which policy and what that says."""
    made = said(home.vault, AT_MS)
    look(home, home.leo, made.recording_id)
    home.clock.advance(ms=10)
    look(home, home.ana, made.recording_id)
    look(home, OPERATOR, made.recording_id)
    operator, anas, leos = read(home, home.leo)
    assert [each.who and each.who.sort for each in (operator, anas, leos)] == [
        WhoSort.OPERATOR,
        WhoSort.PERSON,
        WhoSort.YOU,
    ]
    assert anas.who is not None
    assert (anas.who.id, anas.who.name) == (home.ana_id, "Ana")
    assert (anas.at_ms, anas.kind, anas.purpose) == (NOW_MS + 10, Kind.AUDIO, Purpose.OWNER_VIEW)
    assert (anas.policy, anas.type) == ("owner", "release")
    assert anas.why.startswith("The owner of an account")
    [thing] = anas.things
    assert (thing.recording_id, thing.begin_ms) == (made.recording_id, AT_MS)
    assert thing.person is not None
    assert thing.device is not None
    assert (thing.person.sort, thing.device.name) == (WhoSort.YOU, "kitchen")


def test_a_refusal_is_in_it(home: Home) -> None:
    """For who keeps house and for who was refused; with the policy that refused."""
    made = said(home.vault, AT_MS, person="Ana")
    with pytest.raises(DeniedError):
        home.vault.release(made.recording_id, purpose=Purpose.OWNER_VIEW, principal=home.leo)
    for who in (home.ana, home.leo):
        [event] = read(home, who)
        assert event.type == "refusal"
        assert event.who is not None
        assert event.who.id == home.leo_id
        assert event.policy


def test_others_see_what_is_theirs_alone(home: Home) -> None:
    """Not who looked at somebody else; a guardian sees what is their ward's."""
    said(home.vault, AT_MS, person="Leo")
    anas = said(home.vault, AT_MS, person="Ana")
    look(home, home.ana, anas.recording_id)
    assert read(home, home.leo) == []
    assert len(read(home, home.ana)) == 1
    assert {each.type for each in read(home, home.leo, *EVERYTHING)} == {
        *("deposit", "person", "member", "grant")
    }
    for account_id in (home.account_id, AccountId("acc_aaaaaaaaaaaaaaaa")):
        with pytest.raises(UnknownError, match="no such household"):
            home.house.history.page(person("per_aaaaaaaaaaaaaaaa"), account_id)


def test_a_guest_reads_nothing_from_before(home: Home) -> None:
    """Not even of who looked at themselves, where it was recorded before their stay."""
    guest = home.add("Gran", PersonSort.GUEST)
    old = said(home.vault, NOW_MS - 2 * DAY_MS, person="Gran")
    new = said(home.vault, AT_MS, person="Gran")
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    gran = home.let_in(guest, Role.GUEST, stay, *Right)
    look(home, home.ana, old.recording_id)
    look(home, home.ana, new.recording_id)
    [event] = read(home, gran)
    assert event.things[0].recording_id == new.recording_id


def test_what_was_forgotten_has_no_name(home: Home) -> None:
    """A forgotten recording has no id, and who was forgotten is somebody who is gone."""
    made = said(home.vault, AT_MS)
    look(home, home.leo, made.recording_id)
    home.house.erasures.ask(home.ana, home.account_id, Choice(recordings=(made.recording_id,)))
    [event] = read(home, home.ana)
    assert event.things[0].recording_id is None
    home.house.erasures.ask(home.ana, home.account_id, Choice(person_id=home.leo_id))
    [event] = read(home, home.ana)
    assert event.who is not None
    assert event.who.sort is WhoSort.GONE
    assert event.things[0].person is not None
    assert event.things[0].person.sort is WhoSort.GONE
    assert home.leo_id not in repr(event)
    assert "Leo" not in repr(event)


def test_everything_else_on_request(home: Home) -> None:
    """People, consents, devices and erasures, with ids for tags, and no tag left."""
    said(home.vault, AT_MS)
    home.house.erasures.ask(home.leo, home.account_id, Choice(person_id=home.leo_id, to_ms=AT_MS))
    events = read(home, home.ana, *EVERYTHING)
    assert [each.number for each in events] == sorted((e.number for e in events), reverse=True)
    assert {each.sort for each in events} >= {Sort.PEOPLE, Sort.DEVICES, Sort.FORGOTTEN}
    [erase] = [each for each in events if each.type == "erase"]
    assert erase.who is not None
    assert (erase.who.id, erase.details["person"]) == (home.leo_id, home.leo_id)
    device = next(each for each in events if each.type == "device")
    assert str(device.details["device"]).startswith("dev_")
    for event in events:
        assert all(len(str(each)) != 32 for each in event.details.values())


def test_pages_are_whole(home: Home) -> None:
    """Every event once, in the same order, whatever the size of a page; and no cursor but ours."""
    made = [said(home.vault, AT_MS + each) for each in range(3)]
    for each in made * 2:
        look(home, home.leo, each.recording_id)
    whole = read(home, home.leo, *EVERYTHING)
    for limit in (1, 4, 1000):
        assert read(home, home.leo, *EVERYTHING, limit=limit) == whole
    for bad in ("x", "-1", "9" * 19, "²"):
        with pytest.raises(InputError):
            home.house.history.page(home.ana, home.account_id, after=bad)
    for limit in (0, 1001):
        with pytest.raises(InputError):
            home.house.history.page(home.ana, home.account_id, limit=limit)


def test_a_page_reads_a_few_rows_of_many(home: Home) -> None:
    """Among 20,000 deposits and another household's releases a page finds its own by the index."""
    made = said(home.vault, AT_MS)
    look(home, home.leo, made.recording_id)
    body = json.dumps({"v": 1})
    rows = [
        {"account_id": account_id, "type": type_, "at_ms": NOW_MS, "body": body.encode()}
        for account_id, type_ in (
            (home.account_id, "deposit"),
            ("acc_aaaaaaaaaaaaaaaa", "release"),
        )
        for _ in range(10_000)
    ]
    home.vault._premises.database.write(lambda c: c.execute(sa.insert(entry), rows))
    page = home.house.history.page(home.leo, home.account_id)
    assert [each.type for each in page.events] == ["release"]
    assert page.next == ""


def test_a_page_that_finds_nothing_goes_on(home: Home) -> None:
    """Where thousands of events are others', a page ends early and says where it goes on."""
    mine = said(home.vault, AT_MS)
    look(home, home.leo, mine.recording_id)
    theirs = said(home.vault, AT_MS, person="Ana")
    look(home, home.ana, theirs.recording_id)
    last = sa.select(entry).where(entry.c.type == "release").order_by(entry.c.id.desc()).limit(1)

    def repeat(c: sa.Connection) -> None:
        row = c.execute(last).one()
        same = {"account_id": row.account_id, "type": row.type, "at_ms": NOW_MS, "body": row.body}
        c.execute(sa.insert(entry), [same] * 6_000)

    home.vault._premises.database.write(repeat)
    page = home.house.history.page(home.leo, home.account_id)
    assert (page.events, bool(page.next)) == ((), True)
    page = home.house.history.page(home.leo, home.account_id, after=page.next)
    assert [each.things[0].recording_id for each in page.events] == [mine.recording_id]
    assert page.next == ""
