"""Expire, retain and the policy: nothing outlives its day, whoever's clock says what."""

import json
from unittest import mock

import pytest

from bailee.clock import DAY_MS, FixedClock, day_of
from bailee.custody.vault import Vault
from bailee.errors import (
    ClockStepError,
    GoneError,
    InputError,
    LateArrivalError,
    UnavailableError,
    UnknownError,
)
from bailee.store.tables import artefact
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from support.vaults import (
    HOUR_MS,
    LARGE,
    NOW_MS,
    all_of,
    assert_sound,
    derived,
    entry_types,
    listed,
    opened,
    reopened,
    said,
)

TODAY = day_of(NOW_MS)


def test_what_is_over_ends_and_the_rest_stays(vault: Vault, clock: FixedClock) -> None:
    """On the day after its last; each artefact by its own day."""
    short = said(vault, NOW_MS, keep_days=2)
    long = said(vault, NOW_MS, keep_days=9)
    text = derived(vault, short.recording_id, keep_days=9)
    clock.advance(days=2)
    assert vault.expire().artefacts == {}
    assert len(listed(vault)) == 2
    clock.advance(days=1)
    done = vault.expire()
    assert (done.before, done.artefacts) == (TODAY + 3, {Kind.AUDIO: 1})
    assert opened(vault, short.recording_id) == opened(vault, text.artefact_id)
    assert opened(vault, long.recording_id)
    clock.advance(days=7)
    assert vault.expire().artefacts == {Kind.AUDIO: 1, Kind.TRANSCRIPT: 1}
    assert listed(vault) == []
    for each in (short.recording_id, text.artefact_id, long.artefact_id):
        with pytest.raises(GoneError) as refused:
            opened(vault, each)
        assert refused.value.erasure_id is None
    assert_sound(vault)


def test_expiring_twice_a_day_is_expiring_once(vault: Vault, clock: FixedClock) -> None:
    """No second entry, no second puncture."""
    said(vault, NOW_MS, keep_days=1)
    clock.advance(days=2)
    vault.expire()
    vault.expire()
    assert entry_types(vault).count("expire") == 1


def test_a_clock_ten_years_on(vault: Vault, clock: FixedClock) -> None:
    """Refused with the number that would go; also after a deposit made at that time."""
    there = [said(vault, NOW_MS, keep_days=days) for days in (5, 30, 300)]
    clock.advance(days=3650)
    for _ in range(2):
        with pytest.raises(ClockStepError) as refused:
            vault.expire()
        assert refused.value.would_go == 3
        assert "--confirm 3" in refused.value.hint
        said(vault, clock.now_ms())
    clock.advance(days=-3650)
    assert vault.expire().artefacts == {}
    for each in there:
        assert opened(vault, each.recording_id)
    assert_sound(vault)


def test_a_long_step_that_is_confirmed(vault: Vault, clock: FixedClock) -> None:
    """With the very number, and no other."""
    for days in (5, 30):
        said(vault, NOW_MS, keep_days=days)
    kept = said(vault, NOW_MS, keep_days=300)
    clock.advance(days=100)
    for wrong in (1, 3, 0):
        with pytest.raises(ClockStepError):
            vault.expire(confirm=wrong)
    vault.expire(confirm=2)
    assert listed(vault) == [kept.recording_id]
    assert_sound(vault)


def test_as_of_another_time(vault: Vault) -> None:
    """A drill: what would be over by then ends now, the same step allowed and no more."""
    said(vault, NOW_MS, keep_days=5)
    assert vault.expire(as_of_ms=NOW_MS + 6 * DAY_MS).artefacts == {Kind.AUDIO: 1}
    with pytest.raises(ClockStepError):
        vault.expire(as_of_ms=NOW_MS + 99 * DAY_MS)
    with pytest.raises(InputError):
        vault.expire(as_of_ms=-1)


def test_shorter(vault: Vault, clock: FixedClock) -> None:
    """Reads end on the earlier day; expiry cuts its leaf on that day, though wrapped for later."""
    done = said(vault, NOW_MS, keep_days=30)
    other = said(vault, NOW_MS + 1 - HOUR_MS, keep_days=30)
    changed = vault.retain(all_of(recordings=(done.recording_id,)), 2)
    assert (changed.longer, changed.shorter, changed.until_day) == (0, 1, TODAY + 2)
    assert vault.show(done.recording_id).artefacts[0].kept_until_day == TODAY + 2
    clock.advance(days=3)
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert vault.expire().artefacts == {Kind.AUDIO: 1}
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert opened(vault, other.recording_id)
    assert_sound(vault)


def test_shorter_takes_many_leaves_in_one_run(vault: Vault, clock: FixedClock) -> None:
    """Contiguous ones cost a run, not a node each; one between them that lives stays alive."""
    done = vault.deposit_many(
        [
            Deposit(
                account="home",
                person="Leo",
                device="kitchen",
                kind=Kind.AUDIO,
                content=b"%d" % each,
                captured_at_ms=NOW_MS - 1000 * each,
            )
            for each in range(60)
        ]
    )
    vault.retain(all_of(everything=True), 3)
    vault.retain(all_of(recordings=(done[30].recording_id,)), 20)
    clock.advance(days=4)
    assert vault.expire().artefacts == {Kind.AUDIO: 59}
    assert listed(vault) == [done[30].recording_id]
    assert opened(vault, done[30].recording_id) == b"30"
    assert_sound(vault)


def test_longer(vault: Vault, clock: FixedClock) -> None:
    """Wrapped again for a later day: it outlives the day it first had, its neighbour does not."""
    done, other = said(vault, NOW_MS, keep_days=3), said(vault, NOW_MS, keep_days=3)
    text = derived(vault, done.recording_id, keep_days=3)
    changed = vault.retain(all_of(recordings=(done.recording_id,)), 25)
    assert (changed.longer, changed.shorter) == (2, 0)
    clock.advance(days=4)
    vault.expire()
    assert listed(vault) == [done.recording_id]
    assert opened(vault, done.recording_id)
    assert opened(vault, text.artefact_id)
    with pytest.raises(GoneError):
        opened(vault, other.recording_id)
    assert_sound(vault)


def test_shorter_then_longer_then_shorter(vault: Vault, clock: FixedClock) -> None:
    """The last word counts."""
    done = said(vault, NOW_MS, keep_days=10)
    for days in (2, 20, 5, 8):
        vault.retain(all_of(everything=True), days)
    clock.advance(days=8)
    vault.expire()
    assert opened(vault, done.recording_id)
    clock.advance(days=1)
    vault.expire()
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)


def test_no_longer_than_policy_lets_it_live(vault: Vault, clock: FixedClock) -> None:
    """Counted from the day it came, so that nobody keeps for ever by asking again and again."""
    at_most = vault._premises.policy[Kind.LOCATION].at_most_days
    done = said(vault, NOW_MS, kind=Kind.LOCATION, keep_days=300)
    clock.advance(days=20)
    with pytest.raises(InputError):
        vault.retain(all_of(everything=True), at_most)
    changed = vault.retain(all_of(everything=True), at_most - 20)
    assert changed.until_day == TODAY + at_most
    vault.expire()
    assert vault.show(done.recording_id).artefacts[0].kept_until_day == TODAY + at_most


def test_retaining_nothing_says_so(vault: Vault) -> None:
    """Zero effect is not success; nor is a time that is none."""
    said(vault, NOW_MS)
    with pytest.raises(UnknownError):
        vault.retain(all_of(kind=Kind.VIDEO), 5)
    with pytest.raises(InputError):
        vault.retain(all_of(everything=True), 0)
    with pytest.raises(InputError):
        vault.retain(all_of(everything=True), 5000)


def test_a_kind_is_kept_by_its_own_time(vault: Vault, clock: FixedClock) -> None:
    """Text may be kept longer than voice: the voice ends, the text opens."""
    done = said(vault, NOW_MS, keep_days=2)
    text = derived(vault, done.recording_id, keep_days=2)
    vault.retain(all_of(kind=Kind.TRANSCRIPT), 20)
    clock.advance(days=3)
    assert vault.expire().artefacts == {Kind.AUDIO: 1}
    assert opened(vault, text.artefact_id) == b"no more walnuts"
    assert opened(vault, done.recording_id) == b"no more walnuts"


def test_a_narrower_policy_applies_to_what_is_stored(vault: Vault, clock: FixedClock) -> None:
    """The published time is the time: what came before the change ends by it too (R-19)."""
    done = said(vault, NOW_MS, keep_days=300)
    film = said(vault, NOW_MS, kind=Kind.VIDEO, keep_days=300)
    home = vault.home
    vault.close()
    config = json.loads((home / "vault.json").read_text())
    config["retention"] = {"audio": {"keep": "5d", "at_most": "5d"}}
    (home / "vault.json").write_text(json.dumps(config))
    clock.advance(days=6)
    with Vault.open(home, clock=clock) as again:
        assert again.expire().artefacts == {Kind.AUDIO: 1}
        with pytest.raises(GoneError):
            opened(again, done.recording_id)
        assert opened(again, film.recording_id)
        assert_sound(again)


def test_a_policy_that_does_not_hold_does_not_open(sqlite_vault: Vault) -> None:
    """No audio for ever: the vault stays shut until its table says something."""
    home = sqlite_vault.home
    config = json.loads((home / "vault.json").read_text())
    config["retention"] = {"audio": {"at_most": "100y"}}
    (home / "vault.json").write_text(json.dumps(config))
    with pytest.raises(InputError):
        Vault.open(home)


def test_names_live_as_long_as_what_bears_them(vault: Vault, clock: FixedClock) -> None:
    """And a name that has gone with everything under it comes back with the next deposit."""
    said(vault, NOW_MS, keep_days=20)
    for _ in range(30):
        clock.advance(days=20)
        said(vault, clock.now_ms(), keep_days=25)
        vault.expire()
        assert {vault.show(each).person for each in listed(vault)} == {"Leo"}
    for _ in range(5):
        clock.advance(days=25)
        vault.expire()
    assert listed(vault) == []
    names = vault._premises.database.read(lambda c: c.execute(artefact.select()).all())
    assert names == []
    again = said(vault, clock.now_ms())
    assert vault.show(again.recording_id).person == "Leo"
    assert_sound(vault)


def test_a_name_comes_back_without_what_it_had_forgotten(vault: Vault, clock: FixedClock) -> None:
    """A house that was idle until its name expired does not take what it forgot before."""
    said(vault, NOW_MS - DAY_MS, keep_days=5)
    said(vault, NOW_MS, person="Ana", keep_days=5)
    vault.erase(all_of(from_ms=NOW_MS - 2 * DAY_MS, to_ms=NOW_MS - HOUR_MS))
    vault.erase(all_of(person="Ana"))
    for _ in range(4):
        clock.advance(days=25)
        vault.expire()
    with pytest.raises(UnknownError):
        listed(vault, account="home")
    for person, device in (("Leo", "kitchen"), ("Bea", "phone")):
        with pytest.raises(LateArrivalError):
            said(vault, NOW_MS - DAY_MS, person=person, device=device)
    with pytest.raises(LateArrivalError):
        said(vault, NOW_MS, person="Ana")
    said(vault, clock.now_ms())
    with pytest.raises(LateArrivalError):
        said(vault, NOW_MS - DAY_MS)
    assert_sound(vault)


def test_a_person_who_was_idle_does_not_take_what_they_forgot(
    vault: Vault, clock: FixedClock
) -> None:
    """As for a house, while the house itself lives on."""
    said(vault, NOW_MS - DAY_MS, keep_days=5)
    vault.erase(all_of(person="Leo", from_ms=NOW_MS - 2 * DAY_MS, to_ms=NOW_MS - HOUR_MS))
    for _ in range(4):
        clock.advance(days=25)
        said(vault, clock.now_ms(), person="Ana", device="phone")
        vault.expire()
    with pytest.raises(UnknownError):
        listed(vault, account="home", person="Leo")
    with pytest.raises(LateArrivalError):
        said(vault, NOW_MS - DAY_MS)
    said(vault, NOW_MS - DAY_MS, person="Ana")
    said(vault, clock.now_ms())


def test_a_content_store_that_is_away_while_it_expires(vault: Vault, clock: FixedClock) -> None:
    """Over is over; the bytes go when the store is back, at the latest when the vault is opened."""
    done = said(vault, NOW_MS, content=bytes(LARGE), keep_days=1)
    clock.advance(days=2)
    away = UnavailableError("The store is away.")
    with (
        mock.patch.object(type(vault._premises.content), "delete", side_effect=away),
        pytest.raises(UnavailableError),
    ):
        vault.expire()
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    again = reopened(vault)
    assert list(again._premises.content.keys()) == []
    assert_sound(again)
    again.close()


def test_a_crash_after_the_moment_is_cleaned_up_on_opening(vault: Vault, clock: FixedClock) -> None:
    """Rows and bytes of what is over do not wait for tomorrow's expiry."""
    said(vault, NOW_MS, content=bytes(LARGE), keep_days=1)
    clock.advance(days=2)
    with (
        mock.patch("bailee.custody.cleanup.finish_expired", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        vault.expire()
    again = reopened(vault)
    assert list(again._premises.content.keys()) == []
    assert_sound(again)
    again.close()


def test_a_millisecond_of_which_only_some_expired(vault: Vault, clock: FixedClock) -> None:
    """What comes later to it takes leaves that nothing uses, one by one or together."""
    for days in (1, 30, 30):
        said(vault, NOW_MS, keep_days=days)
    clock.advance(days=2)
    vault.expire()
    fresh = Deposit(
        account="home",
        person="Leo",
        device="kitchen",
        kind=Kind.AUDIO,
        content=b"again",
        captured_at_ms=NOW_MS,
    )
    vault.deposit_many([fresh] * 4)
    vault.deposit(fresh)
    assert len(listed(vault)) == 7
    assert_sound(vault)
