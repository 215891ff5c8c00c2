"""A clip of two people is both's: either one's erasure reaches it, and the other is told."""

import pytest

from bailee.clock import DAY_MS
from bailee.errors import DeniedError, GoneError, InputError, LateArrivalError
from bailee.types.kind import Kind
from bailee.types.recording import Deposit, Deposited
from bailee.types.selection import Selection
from household.conftest import Home
from support.vaults import HOME, NOW_MS, all_of, assert_sound, derived, listed, opened, said

AT_MS = NOW_MS - 60_000


def clip(home: Home, at_ms: int = AT_MS, kind: Kind = Kind.VIDEO) -> Deposited:
    """Ana and Leo in the kitchen."""
    return home.vault.deposit(
        Deposit(
            account=HOME,
            person="Ana",
            also=("Leo",),
            device="kitchen",
            kind=kind,
            content=b"both of us",
            captured_at_ms=at_ms,
            duration_ms=5000,
        )
    )


def test_it_is_in_the_list_of_both(home: Home) -> None:
    """One artefact, a recording of each at the same moment; named twice is one person."""
    made = clip(home)
    whole = home.vault.show(made.recording_id)
    assert len(whole.artefacts[0].sources) == 2
    for who in ("Ana", "Leo"):
        [mine] = listed(home.vault, account=HOME, person=who)
        assert home.vault.show(mine).artefacts[0].id == made.artefact_id
    again = Deposit(
        account=HOME,
        person="Leo",
        also=("leo", "LEO"),
        device="kitchen",
        kind=Kind.AUDIO,
        content=b"alone",
        captured_at_ms=AT_MS,
    )
    assert len(home.vault.show(home.vault.deposit(again).recording_id).artefacts[0].sources) == 1


@pytest.mark.parametrize(
    "selection",
    [
        all_of(person="Leo"),
        all_of(person="Leo", from_ms=AT_MS + 1000, to_ms=AT_MS + 2000),
        all_of(person="Leo", kind=Kind.VIDEO),
        all_of(person="Leo", kind=Kind.VIDEO, from_ms=AT_MS + 4000),
    ],
    ids=["the whole person", "a stretch inside it", "their video", "their video from then on"],
)
def test_the_second_ones_erasure_reaches_it(home: Home, selection: Selection) -> None:
    """However it is picked: gone for both, with what was made from it, and nothing else of Ana's."""
    made = clip(home)
    text = derived(home.vault, made.recording_id, content=b"what both said")
    alone = said(home.vault, AT_MS - DAY_MS, person="Ana", kind=Kind.VIDEO)
    home.vault.erase(selection)
    with pytest.raises(GoneError):
        opened(home.vault, made.artefact_id)
    if selection.kind is None:
        with pytest.raises(GoneError):
            opened(home.vault, text.artefact_id)
    assert opened(home.vault, alone.artefact_id)
    assert_sound(home.vault)


def test_the_other_is_told_and_not_by_whom(home: Home) -> None:
    """One message for an erasure, with how many; the eraser gets none; nobody is named."""
    for number in range(3):
        clip(home, AT_MS + number * 10_000)
    said(home.vault, AT_MS - 1000, person="Leo")
    home.vault.erase(all_of(person="Leo", to_ms=NOW_MS))
    home.house.sweep()
    home.house.sweep()
    [message] = [m for m in home.house.inbox.list(home.ana) if "forgotten" in m.subject]
    assert ": 3." in message.body
    assert "Leo" not in message.subject + message.body
    assert not [m for m in home.house.inbox.list(home.leo) if "yours too" in m.subject]


def test_a_crash_before_the_telling_loses_nothing(home: Home) -> None:
    """What is to be told is a row, written with the clean-up: a later sweep tells it."""
    made = clip(home)
    asked = home.vault.forget(Selection(account=HOME, recordings=(made.recording_id,)))
    home.vault.finish(asked.id)
    home.vault.finish(asked.id)
    home.house.sweep()
    assert home.house.inbox.list(home.leo)[0].subject.startswith("Something")


def test_everybodys_erasure_tells_nobody(home: Home) -> None:
    """A day forgotten for all: nobody is told that somebody else asked."""
    clip(home)
    home.vault.erase(all_of(from_ms=AT_MS, kind=Kind.VIDEO))
    home.house.sweep()
    assert not [m for m in home.house.inbox.list(home.leo) if "yours too" in m.subject]


def test_what_either_forgot_does_not_come_back(home: Home) -> None:
    """A late upload of both is refused where one of them forgot that stretch, or that kind of it."""
    said(home.vault, NOW_MS - 1000, person="Leo")
    home.vault.erase(
        all_of(person="Leo", kind=Kind.VIDEO, from_ms=AT_MS - 1000, to_ms=AT_MS + 9000)
    )
    with pytest.raises(LateArrivalError):
        clip(home)
    clip(home, kind=Kind.AUDIO)
    home.vault.erase(all_of(person="Leo", from_ms=AT_MS + 20_000, to_ms=AT_MS + 30_000))
    with pytest.raises(LateArrivalError):
        clip(home, AT_MS + 16_000, Kind.AUDIO)
    assert_sound(home.vault)


def test_either_ones_no_is_a_no(home: Home) -> None:
    """Leo may not open what Ana is in too; Ana, who owns the household, may."""
    made = clip(home)
    from bailee.types.purpose import Purpose

    with pytest.raises(DeniedError):
        home.vault.release(made.artefact_id, purpose=Purpose.OWNER_VIEW, principal=home.leo)
    released = home.vault.release(made.artefact_id, purpose=Purpose.OWNER_VIEW, principal=home.ana)
    assert b"".join(released.stretches) == b"both of us"


def test_what_is_made_from_recordings_names_nobody_else(sqlite_home: Home) -> None:
    """It is of whom its recordings are of."""
    made = clip(sqlite_home)
    with pytest.raises(InputError):
        derived(sqlite_home.vault, made.recording_id, also=("Mia",))
