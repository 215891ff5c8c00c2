"""Who decides about how long is kept, who sees it, and what a change says and does."""

import pytest

from bailee.custody.receipt import verify
from bailee.errors import DeniedError, UnkeptError, UnknownError
from bailee.household.consents import Agreement
from bailee.household.keeping import NewRecording
from bailee.types.consent import Channel, How, Notice
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.household import Proof
from bailee.types.ids import DeviceId, PersonId
from bailee.types.keep_for import DONT_KEEP, Reach, Voice
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, opened, said

AUDIO = Reach(kind=Kind.AUDIO)


def of(person_id: str) -> Reach:
    return Reach(kind=Kind.AUDIO, person_id=PersonId(person_id))


def kept_until(home: Home, person: str) -> int:
    return said(home.vault, NOW_MS - 5, person=person).kept_until_day - NOW_MS // 86_400_000


def test_the_owner_decides_about_everybody_and_a_member_about_themselves(sqlite_home: Home) -> None:
    """Nobody learns that there is somebody by being refused; the refusals are in the ledger."""
    home, rules = sqlite_home, sqlite_home.house.keep_rules
    rules.put(home.ana, home.account_id, AUDIO, 20)
    rules.put(home.leo, home.account_id, of(home.leo_id), 10)
    assert (kept_until(home, "Ana"), kept_until(home, "Leo")) == (20, 10)
    with pytest.raises(DeniedError):
        rules.put(home.leo, home.account_id, AUDIO, 5)
    with pytest.raises(UnknownError):
        rules.put(home.leo, home.account_id, of(home.ana_id), 5)
    with pytest.raises(UnknownError):
        rules.plan(home.leo, home.account_id, of("per_aaaaaaaaaaaaaaaa"), 5)
    assert len(told(home.vault, "refusal")) == 2
    assert [each["days"] for each in told(home.vault, "keep")] == [20, 10]


def test_what_leo_chose_for_himself_the_owner_makes_shorter_and_not_longer(
    sqlite_home: Home,
) -> None:
    """Both stand, the shorter counts, and each takes back their own alone."""
    home, rules = sqlite_home, sqlite_home.house.keep_rules
    mine = of(home.leo_id)
    rules.put(home.leo, home.account_id, mine, 10)
    rules.put(home.ana, home.account_id, mine, 90, longer=True)
    assert kept_until(home, "Leo") == 10
    rules.put(home.ana, home.account_id, mine, 3)
    assert kept_until(home, "Leo") == 3
    shown = rules.table(home.ana, home.account_id).rules
    assert [(each.rule.voice, each.days, each.may_end) for each in shown] == [
        (Voice.OWN, 10, False),
        (Voice.HOUSE, 3, True),
    ]
    rules.put(home.ana, home.account_id, mine, None)
    assert kept_until(home, "Leo") == 10
    with pytest.raises(UnknownError, match="no such rule of yours"):
        rules.put(home.ana, home.account_id, mine, None)


def test_a_parent_speaks_for_their_child(sqlite_home: Home) -> None:
    """Once verified, and with consent in force; before, there is nothing to keep."""
    home, rules = sqlite_home, sqlite_home.house.keep_rules
    with pytest.raises(DeniedError):
        rules.put(home.ana, home.account_id, of(home.mia_id), 3)
    home.house.guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    home.house.guardians.verify(OPERATOR, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR)
    home.house.notices.show(home.account_id, home.ana_id, Notice.CHILDREN, 1, Channel.PAGE)
    use = Agreement(scope=Scope.USE, version=1, how=How.SIGNED, evidence={"form": "12"})
    home.house.consents.give(home.ana, home.account_id, home.mia_id, use)
    rules.put(home.ana, home.account_id, of(home.mia_id), 3)
    [shown] = rules.table(home.ana, home.account_id).rules
    assert (shown.rule.voice, shown.person, shown.may_end) == (Voice.OWN, "Mia", True)
    assert kept_until(home, "Mia") == 3


def test_it_says_beforehand_what_goes_and_proves_it_afterwards(sqlite_home: Home) -> None:
    """The numbers of the plan are those of the receipt, whose words are kept for later."""
    home, rules = sqlite_home, sqlite_home.house.keep_rules
    old = said(home.vault, NOW_MS - 5)
    home.clock.advance(days=9)
    young = said(home.vault, home.clock.now_ms() - 5)
    plan = rules.plan(home.leo, home.account_id, of(home.leo_id), 7)
    assert (plan.now, plan.sooner, plan.others) == (1, 1, False)
    done = rules.put(home.leo, home.account_id, of(home.leo_id), 7)
    assert done.begun is not None
    assert done.begun.erasure.sentence == "all audio of Leo in home, older than 7 days"
    finished = home.house.erasures.finish(done.begun.erasure.id)
    assert finished.artefacts == {Kind.AUDIO: 1}
    again = home.house.erasures.receipt(home.leo, home.account_id, done.begun.erasure.id)
    assert again["sentence"] == done.begun.erasure.sentence
    assert verify(again, home.vault.config.vkey).steps
    assert opened(home.vault, young.artefact_id)
    assert old.artefact_id not in str(home.vault.show(young.recording_id))


def test_each_sees_the_rules_about_whom_they_may_know(sqlite_home: Home) -> None:
    """Everybody's, their own; not that there are others. And what they may set."""
    home, rules = sqlite_home, sqlite_home.house.keep_rules
    rules.put(home.ana, home.account_id, AUDIO, 20)
    rules.put(home.ana, home.account_id, of(home.ana_id), 10)
    rules.put(home.leo, home.account_id, of(home.leo_id), 5)
    seen = rules.table(home.leo, home.account_id)
    assert {each.days for each in seen.rules} == {20, 5}
    assert (seen.may_all, seen.may) == (False, frozenset({home.leo_id}))
    hers = rules.table(home.ana, home.account_id)
    assert {each.days for each in hers.rules} == {20, 10, 5}
    assert hers.may_all
    assert Kind.LABEL not in hers.policy
    nobody = Principal(kind=PrincipalKind.PERSON, id="per_aaaaaaaaaaaaaaaa", network=Network.HOME)
    with pytest.raises(UnknownError, match="no such household"):
        rules.table(nobody, home.account_id)


def test_a_device_is_told_that_nothing_of_it_is_kept(sqlite_home: Home) -> None:
    """The hint says where that is set; another device goes on."""
    home = sqlite_home
    [kitchen] = home.house.houses.show(home.ana, home.account_id).devices
    speaker = Principal(
        kind=PrincipalKind.DEVICE, id=kitchen.id, session="tok", network=Network.HOME
    )
    reach = Reach(kind=Kind.AUDIO, device_id=DeviceId(kitchen.id))
    home.house.keep_rules.put(home.ana, home.account_id, reach, DONT_KEEP)
    new = NewRecording(
        kind=Kind.AUDIO, content=b"walnuts", person_id=home.leo_id, captured_at_ms=NOW_MS - 5
    )
    with pytest.raises(UnkeptError, match="chose not to keep"):
        home.house.keeping.deposit(speaker, home.account_id, new)
    assert opened(home.vault, said(home.vault, NOW_MS - 5, device="porch").artefact_id)
