"""Who belongs, with what role, rights and stay; each act decided, and told to the ledger."""

import pytest

from bailee.clock import DAY_MS
from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import PersonId, new_person_id
from bailee.types.role import Right, Role
from household.conftest import Home, person
from household.told import told
from support.vaults import HOME, NOW_MS


def test_three_steps_make_a_household(home: Home) -> None:
    """Found it, say who lives there, say what records: each told to the ledger in tags."""
    shown = home.house.houses.show(home.ana, home.account_id)
    assert shown.name == HOME
    assert [(each.name, each.sort, each.role) for each in shown.persons] == [
        ("Ana", PersonSort.ADULT, Role.OWNER),
        ("Leo", PersonSort.ADULT, Role.MEMBER),
        ("Mia", PersonSort.CHILD, None),
    ]
    assert [(each.name, each.sort) for each in shown.devices] == [("kitchen", DeviceSort.SPEAKER)]
    assert [each["sort"] for each in told(home.vault, "person")] == ["adult", "adult", "child"]
    assert [each["act"] for each in told(home.vault, "member")] == ["joined", "invited", "joined"]
    assert told(home.vault, "device")[0]["sort"] == "speaker"
    assert told(home.vault, "household")[0]["policy"] == "founding"


def test_only_the_operator_founds(home: Home) -> None:
    """Somebody signed in cannot make accounts; nor does a taken name make a second one."""
    new = NewPerson(name="Eve")
    with pytest.raises(DeniedError):
        home.house.houses.found(home.ana, "other", new)
    with pytest.raises(ConflictError):
        home.house.houses.found(OPERATOR, HOME.upper(), new)


def test_a_member_sees_themselves_alone(home: Home) -> None:
    """Who does not keep house learns no other name or address by asking."""
    shown = home.house.houses.show(home.leo, home.account_id)
    assert [each.name for each in shown.persons] == ["Leo"]
    assert shown.devices == ()


def test_a_stranger_is_told_that_there_is_none(home: Home) -> None:
    """Not *denied*: whoever does not belong may not learn that the household exists."""
    eve = person(new_person_id())
    with pytest.raises(UnknownError):
        home.house.persons.add(eve, home.account_id, NewPerson(name="Eve"))
    assert told(home.vault, "refusal")[-1]["verb"] == "administer"


def test_a_refusal_is_told(home: Home) -> None:
    """A member may not let others in, and the ledger says that it was asked."""
    gran = home.add("Gran")
    with pytest.raises(DeniedError):
        home.house.members.invite(
            home.leo, home.account_id, gran, Role.MEMBER, Stay(since_ms=NOW_MS)
        )
    assert told(home.vault, "refusal")[-1]["verb"] == "admit"


def test_nobody_who_was_let_in_takes_a_household_over(home: Home) -> None:
    """A guardian lets people in, and makes no owner: not of others, not of themselves."""
    gran_id = home.add("Gran")
    gran = home.let_in(gran_id, Role.GUARDIAN, Stay(since_ms=NOW_MS), *Right)
    stay = Stay(since_ms=NOW_MS)
    members, where = home.house.members, home.account_id
    eve = home.house.persons.add(gran, where, NewPerson(name="Eve"))
    for attempt in (
        lambda: members.set(gran, where, gran_id, Role.OWNER),
        lambda: members.change(gran, where, gran_id, Role.OWNER, stay),
        lambda: members.invite(gran, where, eve, Role.OWNER, stay),
        lambda: members.set(gran, where, home.ana_id, Role.MEMBER),
        lambda: members.grant(gran, where, home.ana_id, []),
        lambda: members.end(gran, where, home.ana_id),
    ):
        with pytest.raises(DeniedError):
            attempt()
        assert told(home.vault, "refusal")[-1]["policy"] == "owners-make-owners"
    members.set(home.ana, where, gran_id, Role.OWNER)
    members.end(gran, where, home.ana_id)


def test_who_is_invited_sees_nothing_until_they_join(home: Home) -> None:
    """An invitation opens nothing by itself."""
    gran = home.add("Gran")
    stay = Stay(since_ms=NOW_MS)
    home.house.members.invite(home.ana, home.account_id, gran, Role.MEMBER, stay, [Right.VIEW])
    with pytest.raises(DeniedError):
        home.house.houses.show(person(gran), home.account_id)
    home.house.members.join(person(gran), home.account_id)
    assert home.house.houses.show(person(gran), home.account_id).persons[0].joined


def test_an_invitation_is_ones_own(home: Home) -> None:
    """Nobody joins by another's invitation, nor after it is over, nor twice to any effect."""
    guest = home.add("Guest", PersonSort.GUEST)
    stay = Stay(since_ms=NOW_MS, until_ms=NOW_MS + DAY_MS)
    home.house.members.invite(home.ana, home.account_id, guest, Role.GUEST, stay)
    with pytest.raises(UnknownError):
        home.house.members.join(person(home.mia_id), home.account_id)
    home.house.members.join(person(guest), home.account_id)
    home.house.members.join(person(guest), home.account_id)
    assert [each["act"] for each in told(home.vault, "member")][-2:] == ["invited", "joined"]
    home.clock.advance(days=2)
    with pytest.raises(UnknownError):
        home.house.members.join(person(guest), home.account_id)


@pytest.mark.parametrize(
    ("who", "role", "stay"),
    [
        ("Mia", Role.MEMBER, Stay(since_ms=NOW_MS)),
        ("Leo", Role.CHILD, Stay(since_ms=NOW_MS)),
        ("Leo", Role.GUEST, Stay(since_ms=NOW_MS)),
        ("Leo", Role.STRANGER, Stay(since_ms=NOW_MS)),
        ("Leo", Role.MEMBER, Stay(since_ms=NOW_MS, until_ms=NOW_MS)),
        ("Leo", Role.MEMBER, Stay(since_ms=-1)),
        ("Nobody", Role.MEMBER, Stay(since_ms=NOW_MS)),
    ],
    ids=[
        "a child as an adult",
        "an adult as a child",
        "a guest without an end",
        "a stranger's part",
        "a stay that is over",
        "a stay before time",
        "an unknown speaker",
    ],
)
def test_what_is_no_part_in_a_household(
    sqlite_home: Home, who: str, role: Role, stay: Stay
) -> None:
    """Refused before anything is kept."""
    home = sqlite_home
    nobody = home.add("Nobody", PersonSort.UNKNOWN)
    ids = {"Mia": home.mia_id, "Leo": home.leo_id, "Nobody": nobody}
    with pytest.raises(InputError):
        home.house.members.change(home.ana, home.account_id, ids[who], role, stay)


def test_a_household_keeps_an_owner(home: Home) -> None:
    """The last one can neither leave nor step down; with another, they can."""
    stay = Stay(since_ms=NOW_MS)
    with pytest.raises(ConflictError):
        home.house.members.end(home.ana, home.account_id, home.ana_id)
    with pytest.raises(ConflictError):
        home.house.members.change(home.ana, home.account_id, home.ana_id, Role.MEMBER, stay)
    home.house.members.change(home.ana, home.account_id, home.leo_id, Role.OWNER, stay)
    home.house.members.end(home.ana, home.account_id, home.ana_id)
    with pytest.raises(UnknownError):
        home.house.persons.add(home.ana, home.account_id, NewPerson(name="Eve"))
    assert home.house.houses.show(home.leo, home.account_id).persons


def test_rights_are_set_one_by_one(home: Home) -> None:
    """What is granted replaces what was; leaving takes all of it; each time the ledger is told."""
    home.house.members.grant(home.ana, home.account_id, home.leo_id, [Right.DELETE])
    leo = home.house.houses.show(home.leo, home.account_id).persons[0]
    assert leo.rights == {Right.DELETE}
    assert told(home.vault, "grant")[-1]["rights"] == ["delete"]
    home.house.members.end(home.leo, home.account_id, home.leo_id)
    everybody = home.house.houses.show(home.ana, home.account_id).persons
    assert next(each for each in everybody if each.id == home.leo_id).rights == frozenset()


def test_a_stay_that_is_over_ends(home: Home) -> None:
    """From its last moment on by itself; the sweep tells the ledger and the guest."""
    guest = home.add("Guest", PersonSort.GUEST)
    until_ms = NOW_MS + DAY_MS
    who = home.let_in(guest, Role.GUEST, Stay(since_ms=NOW_MS, until_ms=until_ms))
    home.clock.advance(days=1, ms=1)
    with pytest.raises(DeniedError):
        home.house.houses.show(who, home.account_id)
    home.house.sweep()
    home.house.sweep()
    assert [each["act"] for each in told(home.vault, "member")].count("ended") == 1
    assert home.house.inbox.list(who)[0].subject == "You are no longer in the household"


def test_a_device_that_is_revoked_comes_back_by_name(home: Home) -> None:
    """Revoked it is known no more as one that may record; added again it is the same device."""
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    home.house.devices.revoke(home.ana, home.account_id, kitchen.id)
    with pytest.raises(UnknownError):
        home.house.devices.revoke(home.ana, home.account_id, kitchen.id)
    again = home.house.devices.add(home.ana, home.account_id, "Kitchen", DeviceSort.CAMERA, "")
    assert again == kitchen.id
    with pytest.raises(ConflictError):
        home.house.devices.add(home.ana, home.account_id, "kitchen", DeviceSort.CAMERA, "")
    assert [each["act"] for each in told(home.vault, "device")] == ["added", "revoked", "added"]


def test_who_may_be_handed_the_means_to_sign_in(home: Home) -> None:
    """Somebody who was invited, while it lasts, by who may let people in."""
    members, account = home.house.members, home.account_id
    members.require_invited(home.ana, account, PersonId(home.leo.id))
    with pytest.raises(DeniedError):
        members.require_invited(home.leo, account, PersonId(home.leo.id))
    eve = home.house.persons.add(home.ana, account, NewPerson(name="Eve"))
    with pytest.raises(UnknownError):
        members.require_invited(home.ana, account, eve)
    members.invite(home.ana, account, eve, Role.GUEST, Stay(since_ms=NOW_MS, until_ms=NOW_MS + 9))
    members.require_invited(home.ana, account, eve)
    home.clock.advance(ms=10)
    with pytest.raises(UnknownError):
        members.require_invited(home.ana, account, eve)
