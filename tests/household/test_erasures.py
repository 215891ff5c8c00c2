"""Forgetting by ids: the moment, the words kept for receipts, and who may know of it."""

import pytest

from bailee.clock import DAY_MS
from bailee.custody import receipt as receipts
from bailee.errors import DeniedError, GoneError, InputError, UnknownError
from bailee.types.choice import Choice
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.erasure import Outcome
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, DeviceId, ErasureId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.role import Right, Role
from household.conftest import Home, person
from support.vaults import NOW_MS, said

AT_MS = NOW_MS - 60_000


def of_leo(home: Home, **parts: object) -> Choice:
    return Choice(person_id=home.leo_id, **parts)  # type: ignore[arg-type]  # as Choice takes them


def gran(home: Home) -> Principal:
    """A guest with every right, who may know of nothing of Leo's."""
    home.add("Gran", PersonSort.GUEST)
    who = next(
        p.id for p in home.house.houses.show(home.ana, home.account_id).persons if p.name == "Gran"
    )
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    return home.let_in(who, Role.GUEST, stay, *Right)


def kitchen(home: Home) -> DeviceId:
    return home.house.houses.show(home.ana, home.account_id).devices[0].id


def test_it_is_forgotten_at_once_and_proven(home: Home) -> None:
    """The plan counts what goes; the answer's receipt verifies before the clean-up, and after it."""
    made = [said(home.vault, AT_MS + each) for each in range(3)]
    choice = of_leo(home, to_ms=NOW_MS)
    plan = home.house.erasures.plan(home.leo, home.account_id, choice)
    assert plan.recordings == 3
    begun = home.house.erasures.ask(home.leo, home.account_id, choice)
    assert begun.erasure.sentence == plan.sentence
    assert begun.erasure.outcome is None
    assert receipts.verify(begun.receipt).unreadable_since_ms == begun.erasure.unreadable_since_ms
    with pytest.raises(GoneError):
        home.house.timeline.show(home.leo, home.account_id, made[0].recording_id)
    assert home.house.erasures.finish(begun.erasure.id).outcome is Outcome.ERASED
    later = home.house.erasures.receipt(home.leo, home.account_id, begun.erasure.id)
    assert later["sentence"] == plan.sentence
    receipts.verify(later)
    shown = home.house.erasures.show(home.leo, home.account_id, begun.erasure.id)
    assert (shown.sentence, shown.recordings) == (plan.sentence, 3)


@pytest.mark.parametrize("named", ["person", "device", "both", "neither"])
def test_the_words_die_with_whom_they_name(home: Home, named: str) -> None:
    """A receipt asked for later has no words once anybody in them is forgotten, and verifies."""
    said(home.vault, AT_MS)
    choice = Choice(
        person_id=home.leo_id if named in {"person", "both"} else None,
        device_id=kitchen(home) if named in {"device", "both"} else None,
        to_ms=NOW_MS,
    )
    begun = home.house.erasures.ask(home.ana, home.account_id, choice)

    def words() -> object:
        found = home.house.erasures.receipt(home.ana, home.account_id, begun.erasure.id)
        receipts.verify(found)
        return found["sentence"]

    assert words() == begun.erasure.sentence
    home.house.erasures.ask(home.ana, home.account_id, Choice(person_id=home.mia_id))
    assert words() == begun.erasure.sentence
    home.house.erasures.ask(home.ana, home.account_id, Choice(device_id=kitchen(home)))
    assert words() == (begun.erasure.sentence if named in {"person", "neither"} else None)
    home.house.erasures.ask(home.ana, home.account_id, Choice(person_id=home.leo_id))
    assert words() == (begun.erasure.sentence if named == "neither" else None)


def test_who_has_oneself_forgotten_keeps_the_receipt(home: Home) -> None:
    """It is in the answer, words and all; afterwards there is nobody to give it to."""
    begun = home.house.erasures.ask(home.leo, home.account_id, Choice(person_id=home.leo_id))
    assert begun.receipt["sentence"] == begun.erasure.sentence
    receipts.verify(begun.receipt)
    with pytest.raises(UnknownError):
        home.house.erasures.show(home.leo, home.account_id, begun.erasure.id)
    kept = home.house.erasures.receipt(home.ana, home.account_id, begun.erasure.id)
    assert kept["sentence"] is None


def test_everything_of_a_household(home: Home) -> None:
    """The whole account goes by the words that say so, and by nothing less."""
    said(home.vault, AT_MS)
    with pytest.raises(InputError):
        home.house.erasures.ask(home.ana, home.account_id, Choice())
    begun = home.house.erasures.ask(home.ana, home.account_id, Choice(everything=True))
    receipts.verify(begun.receipt)
    assert home.house.erasures.finish(begun.erasure.id).outcome is Outcome.ERASED


def test_who_may_know_of_an_erasure(home: Home) -> None:
    """Who asked, and who keeps house; to all others there is none."""
    said(home.vault, AT_MS)
    mine = home.house.erasures.ask(home.leo, home.account_id, of_leo(home, to_ms=AT_MS)).erasure
    anas = home.house.erasures.ask(
        home.ana, home.account_id, Choice(kind=Kind.VIDEO, to_ms=AT_MS)
    ).erasure
    show = home.house.erasures.show
    for who in (home.leo, home.ana, OPERATOR):
        assert show(who, home.account_id, mine.id).id == mine.id
    assert show(home.ana, home.account_id, anas.id).id == anas.id
    for who in (home.leo, gran(home), person("per_aaaaaaaaaaaaaaaa")):
        with pytest.raises(UnknownError):
            show(who, home.account_id, anas.id)
        with pytest.raises(UnknownError):
            home.house.erasures.receipt(who, home.account_id, anas.id)
    with pytest.raises(UnknownError):
        show(home.ana, AccountId("acc_aaaaaaaaaaaaaaaa"), anas.id)
    with pytest.raises(UnknownError):
        show(home.ana, home.account_id, ErasureId("era_aaaaaaaaaaaaaaaa"))


def test_they_are_listed_newest_first(home: Home) -> None:
    """Page by page, each once: all of them for who keeps house, else those they asked for."""
    said(home.vault, AT_MS)
    asked: dict[str, list[str]] = {home.ana_id: [], home.leo_id: []}
    for number in range(5):
        who = home.leo if number % 2 else home.ana
        choice = of_leo(home, to_ms=AT_MS - DAY_MS + number)
        asked[who.id].insert(0, home.house.erasures.ask(who, home.account_id, choice).erasure.id)
        home.clock.advance(ms=1)
    everything = [
        asked[home.leo_id if n % 2 else home.ana_id][(4 - n) // 2] for n in range(4, -1, -1)
    ]
    assert _pages(home, home.ana) == everything
    assert _pages(home, home.leo) == asked[home.leo_id]
    for who in (person("per_aaaaaaaaaaaaaaaa"), Principal(kind=PrincipalKind.STAFF, id="s")):
        with pytest.raises(UnknownError):
            home.house.erasures.list(who, home.account_id)
    for bad in ("x", "1.rec_aaaaaaaaaaaaaaaa", "9" * 16 + ".era_aaaaaaaaaaaaaaaa"):
        with pytest.raises(InputError):
            home.house.erasures.list(home.ana, home.account_id, after=bad)


def _pages(home: Home, who: Principal) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = home.house.erasures.list(who, home.account_id, limit=2, after=after)
        found += [each.id for each in page.erasures]
        if not page.next:
            return found
        after = page.next


def test_a_no_says_nothing_of_what_one_may_not_know(home: Home) -> None:
    """For another's recording or person the answer is that of one who never was; mine is denied."""
    made = said(home.vault, AT_MS, person="Ana")
    nobody, nothing = PersonId("per_aaaaaaaaaaaaaaaa"), RecordingId("rec_aaaaaaaaaaaaaaaa")
    guest = gran(home)
    for there, missing in (
        (Choice(person_id=home.ana_id), Choice(person_id=nobody)),
        (Choice(recordings=(made.recording_id,)), Choice(recordings=(nothing,))),
        (
            Choice(recordings=(made.recording_id,), kind=Kind.TRANSCRIPT),
            Choice(recordings=(nothing,), kind=Kind.TRANSCRIPT),
        ),
    ):
        for verb in (home.house.erasures.plan, home.house.erasures.ask):
            with pytest.raises(UnknownError) as known:
                verb(guest, home.account_id, there)
            with pytest.raises(UnknownError) as unknown:
                verb(guest, home.account_id, missing)
            assert str(known.value) == str(unknown.value)
    with pytest.raises(DeniedError):
        home.house.erasures.ask(guest, home.account_id, Choice(kind=Kind.AUDIO))
    assert (
        home.house.timeline.show(home.ana, home.account_id, made.recording_id).id
        == made.recording_id
    )


def test_what_is_gone_is_gone_for_who_may_know(home: Home) -> None:
    """Who asked and who keeps house are told it was forgotten; others that there is none."""
    made = said(home.vault, AT_MS, person="Ana")
    begun = home.house.erasures.ask(
        home.ana, home.account_id, Choice(recordings=(made.recording_id,))
    )
    guest = gran(home)
    for finish in (False, True):
        if finish:
            home.house.erasures.finish(begun.erasure.id)
        with pytest.raises(GoneError) as gone:
            home.house.timeline.show(home.ana, home.account_id, made.recording_id)
        assert gone.value.erasure_id == begun.erasure.id
        for who in (home.leo, guest):
            with pytest.raises(UnknownError):
                home.house.timeline.show(who, home.account_id, made.recording_id)
            with pytest.raises(UnknownError):
                home.house.erasures.ask(
                    who, home.account_id, Choice(recordings=(made.recording_id,))
                )


def test_a_stranger_learns_of_no_household(home: Home) -> None:
    """Whatever they ask, by whatever ids: the answer for one that never was."""
    made = said(home.vault, AT_MS)
    stranger = person("per_aaaaaaaaaaaaaaaa")
    for account_id in (home.account_id, AccountId("acc_aaaaaaaaaaaaaaaa")):
        for choice in (
            Choice(everything=True),
            of_leo(home),
            Choice(recordings=(made.recording_id,)),
        ):
            with pytest.raises(UnknownError, match="no such household"):
                home.house.erasures.ask(stranger, account_id, choice)
    assert (
        home.house.timeline.show(home.leo, home.account_id, made.recording_id).id
        == made.recording_id
    )


def test_an_old_session_is_told_so(home: Home) -> None:
    """Whatever is asked for, there or not: the second factor is the reason, and that is said."""
    made = said(home.vault, AT_MS)
    tired = Principal(kind=PrincipalKind.PERSON, id=home.leo_id, network=Network.HOME)
    home.sessions.dead.add(home.leo_id)
    for recording_id in (made.recording_id, RecordingId("rec_aaaaaaaaaaaaaaaa")):
        with pytest.raises(DeniedError) as caught:
            home.house.timeline.show(tired, home.account_id, recording_id)
        assert caught.value.policy in {"second-factor", "barred-network"}
    with pytest.raises(DeniedError):
        home.house.erasures.list(tired, home.account_id)
