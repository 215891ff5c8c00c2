"""Facts: each from the database, and whatever is not known is what opens least."""

from dataclasses import replace

import pytest

from bailee.clock import DAY_MS, FixedClock
from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.errors import DeniedError, UnknownError
from bailee.household.facts import HouseholdFacts, NoSessions
from bailee.rules.gate import CedarGate
from bailee.types.decide import OPERATOR, Access, Principal, PrincipalKind, Verb
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, PersonId, new_account_id, new_device_id, new_person_id
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import Span
from household.conftest import Home, furnish, person
from support.vaults import HOME, NOW_MS, all_of, said


def sheet(home: Home, principal: Principal, **about: object) -> FactSheet:
    """The facts of a request to see something."""
    access = Access(
        principal=principal,
        verb=Verb.VIEW,
        purpose=Purpose.OWNER_VIEW,
        account_id=about.pop("account_id", home.account_id),  # type: ignore[arg-type]
        **about,  # type: ignore[arg-type]
    )
    return HouseholdFacts(home.vault.desk(), home.sessions)(access)


def test_what_is_known_of_a_member(home: Home) -> None:
    """Role, rights and the ages of the session; their own subject, and no guardian of it."""
    found = sheet(home, home.leo, person_id=home.leo_id)
    assert found.belongs
    assert found.role is Role.MEMBER
    assert found.rights == {Right.VIEW, Right.HEAR}
    assert (found.second_factor_age_s, found.step_up_age_s) == (0, 0)
    assert found.network is Network.HOME
    assert found.subject_is_self
    assert not found.subject_is_child
    assert not found.subject_is_ward
    assert found.consents == {Scope.USE}
    assert not found.held


def test_a_dead_session_is_barred(home: Home) -> None:
    """Ended between two requests: no age, no network."""
    home.sessions.dead.add(home.leo_id)
    found = sheet(home, home.leo)
    assert found.network is Network.BARRED
    assert found.second_factor_age_s is None


def test_without_sessions_only_the_operator_is_at_the_machine(home: Home) -> None:
    """Where nobody signs in, a person's network is barred."""
    facts = HouseholdFacts(home.vault.desk(), NoSessions())
    for who, network in ((OPERATOR, Network.MACHINE), (home.ana, Network.BARRED)):
        access = Access(
            principal=who,
            verb=Verb.LIST,
            purpose=Purpose.OWNER_VIEW,
            account_id=home.account_id,
        )
        assert facts(access).network is network


def test_who_has_not_joined_or_is_of_another_house_does_not_belong(home: Home) -> None:
    """A stranger's facts are a stranger's, whatever else is asked for."""
    gran = home.add("Gran")
    home.house.members.invite(
        home.ana, home.account_id, gran, Role.MEMBER, Stay(since_ms=NOW_MS), [Right.VIEW]
    )
    for who, account_id in (
        (person(gran), home.account_id),
        (person(new_person_id()), home.account_id),
        (home.ana, new_account_id()),
    ):
        found = sheet(home, who, account_id=AccountId(account_id))
        assert not found.belongs
        assert found.role is Role.STRANGER
        assert found.rights == frozenset()


def test_a_guests_window(home: Home) -> None:
    """From its first to its last millisecond, and then a stranger."""
    guest = home.add("Gran", PersonSort.GUEST)
    stay = Stay(since_ms=NOW_MS, until_ms=NOW_MS + DAY_MS)
    who = home.let_in(guest, Role.GUEST, stay)
    assert sheet(home, who).access == Span(begin_ms=NOW_MS, end_ms=NOW_MS + DAY_MS)
    home.clock.advance(days=1)
    assert sheet(home, who).role is Role.GUEST
    home.clock.advance(ms=1)
    assert sheet(home, who).role is Role.STRANGER


def test_whom_nobody_described_may_be_a_child(home: Home) -> None:
    """Recorded by name alone: no consent, and all that protects children holds."""
    desk = home.vault.desk()
    who = desk.write(lambda t: t.make_person(home.account_id, "Somebody"))
    found = sheet(home, home.ana, person_id=who)
    assert found.subject_is_child
    assert found.consents == frozenset()


def test_who_runs_a_vault_without_a_household_keeps_its_people(vault: Vault) -> None:
    """They count as grown-ups, for the operator at the machine and for nobody else."""
    said(vault, NOW_MS - 1000, person="Leo")
    facts = HouseholdFacts(vault.desk(), NoSessions())
    gate = CedarGate(facts)
    for purpose, verb in ((Purpose.OWNER_VIEW, Verb.HEAR), (Purpose.EXPORT, Verb.DOWNLOAD)):
        access = _of_leo(vault, OPERATOR, verb, purpose)
        assert not facts(access).subject_is_child
        assert facts(access).consents == {Scope.USE}
        assert gate(access).allowed
    for who in (person(new_person_id()), replace(OPERATOR, network=Network.AWAY)):
        assert not gate(_of_leo(vault, who)).allowed
    assert facts(_of_leo(vault, person(new_person_id()))).consents == frozenset()


def test_a_household_closes_whom_it_does_not_describe(vault: Vault, clock: FixedClock) -> None:
    """To the operator too, from the founding on, until they are described."""
    home = furnish(vault, clock)
    with pytest.raises(DeniedError, match="parental-consent"):
        said(vault, NOW_MS - 1000, person="Somebody")
    facts = HouseholdFacts(vault.desk(), NoSessions())
    gate = CedarGate(facts)
    access = _of_leo(vault, OPERATOR, person="Somebody")
    assert facts(access).subject_is_child
    assert gate(access).policies == ("parental-consent",)
    home.add("Somebody")
    assert gate(access).allowed


def _of_leo(
    vault: Vault,
    who: Principal,
    verb: Verb = Verb.HEAR,
    purpose: Purpose = Purpose.OWNER_VIEW,
    *,
    person: str = "Leo",
) -> Access:
    """To hear what they said."""

    def work(t: Transaction) -> tuple[AccountId, PersonId]:
        account_id = t.find_account(HOME)
        return account_id, t.make_person(account_id, person)

    account_id, person_id = vault.desk().write(work)
    return Access(
        principal=who,
        verb=verb,
        purpose=purpose,
        account_id=account_id,
        kind=Kind.AUDIO,
        person_id=person_id,
    )


def test_nobody_in_particular_is_shared(home: Home) -> None:
    """A place, an unknown speaker: nobody to ask, nobody's own."""
    hall = home.add("hall", PersonSort.UNKNOWN)
    found = sheet(home, home.leo, person_id=hall)
    assert found.subject_is_shared
    assert not found.subject_is_child


def test_what_is_not_of_the_account_raises(home: Home) -> None:
    """A doubt is no fact: whoever asks for what is not there gets no sheet at all."""
    for about in ({"person_id": new_person_id()}, {"device_id": new_device_id()}):
        with pytest.raises(UnknownError):
            sheet(home, home.ana, **about)


def test_a_hold_is_seen_where_it_reaches(home: Home) -> None:
    """By person and time; not beside it."""
    said(home.vault, NOW_MS - 1000, person="Leo")
    home.vault.hold(all_of(person="Leo", from_ms=NOW_MS - DAY_MS, to_ms=NOW_MS))
    inside = Span(begin_ms=NOW_MS - 1000, end_ms=NOW_MS - 500)
    before = Span(begin_ms=NOW_MS - 3 * DAY_MS, end_ms=NOW_MS - 2 * DAY_MS)
    assert sheet(home, home.ana, person_id=home.leo_id, span=inside).held
    assert not sheet(home, home.ana, person_id=home.leo_id, span=before).held
    assert not sheet(home, home.ana, person_id=home.ana_id, span=inside).held
    assert sheet(home, home.ana).held


def test_a_device_belongs_while_it_is_registered(home: Home) -> None:
    """And is known by its sort; revoked, it belongs no more."""
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    it = Principal(kind=PrincipalKind.DEVICE, id=kitchen.id, session="tok", network=Network.HOME)
    found = sheet(home, it, device_id=kitchen.id)
    assert found.belongs
    assert found.device is DeviceSort.SPEAKER
    home.house.devices.revoke(home.ana, home.account_id, kitchen.id)
    assert not sheet(home, it, device_id=kitchen.id).belongs


def test_staff_belong_nowhere(home: Home) -> None:
    """There is no door for them yet."""
    found = sheet(home, Principal(kind=PrincipalKind.STAFF, id="stf", session="s"))
    assert not found.belongs


def test_ages_round_down(home: Home) -> None:
    """What is half a second in the future is negative: never."""
    desk = home.vault.desk()

    class Ahead:
        def __call__(self, connection: object, principal: object) -> object:
            from bailee.types.session_facts import SessionSheet

            ahead = home.clock.now_ms() + 500
            return SessionSheet(second_factor_ms=ahead, stepped_up_ms=None)

    access = Access(
        principal=home.leo,
        verb=Verb.LIST,
        purpose=Purpose.OWNER_VIEW,
        account_id=home.account_id,
    )
    found = HouseholdFacts(desk, Ahead())(access)  # type: ignore[arg-type]  # a plain double
    assert found.second_factor_age_s == -1
    assert found.step_up_age_s is None
