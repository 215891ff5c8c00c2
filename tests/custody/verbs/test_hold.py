"""Holds: destruction waits, use never comes back, and it lifts whole (R-17)."""

from unittest import mock

import pytest

from bailee.clock import FixedClock
from bailee.custody import hold as hold_module
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, GoneError, InputError, UnknownError
from bailee.types.erasure import Outcome
from bailee.types.kind import Kind
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


def contents(vault: Vault) -> int:
    return len(list(vault._premises.content.keys()))


def test_erased_under_a_hold_and_after_it(vault: Vault) -> None:
    """Held: unreadable at once, its bytes kept for the hold alone; lifted, they go."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    standing = vault.hold(all_of(person="Leo"))
    assert standing.held == 1
    asked, erased = vault.erase(all_of(recordings=(done.recording_id,)))
    assert (erased.outcome, erased.held) == (Outcome.HELD, 1)
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert listed(vault) == []
    assert contents(vault) == 1
    assert_sound(vault)
    vault.lift(standing.id)
    assert vault.erasure(asked.id).outcome is Outcome.ERASED
    assert contents(vault) == 0
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert_sound(vault)


def test_what_was_not_erased_stays_after_a_hold(vault: Vault) -> None:
    """A hold that lifts takes nothing along."""
    done = said(vault, NOW_MS)
    vault.lift(vault.hold(all_of(everything=True)).id)
    assert opened(vault, done.recording_id)
    assert_sound(vault)


def test_expired_under_a_hold(vault: Vault, clock: FixedClock) -> None:
    """Over for every use on its day, kept for the hold until it lifts."""
    done = said(vault, NOW_MS, content=bytes(LARGE), keep_days=2)
    standing = vault.hold(all_of(everything=True))
    clock.advance(days=3)
    assert vault.expire().artefacts == {}
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert contents(vault) == 1
    assert_sound(vault)
    vault.lift(standing.id)
    assert contents(vault) == 0
    assert_sound(vault)


def test_later_deposits_in_scope_join(vault: Vault) -> None:
    """Whatever comes while it stands, if it fits; what does not fit goes as ever."""
    said(vault, NOW_MS - HOUR_MS)
    standing = vault.hold(all_of(person="Leo", device="kitchen"))
    inside = said(vault, NOW_MS, content=bytes(LARGE))
    beside = said(vault, NOW_MS, content=bytes(LARGE), device="phone")
    other = said(vault, NOW_MS, content=bytes(LARGE), person="Ana")
    assert [each.held for each in vault.holds()] == [2]
    for each, outcome in (
        (inside, Outcome.HELD),
        (beside, Outcome.ERASED),
        (other, Outcome.ERASED),
    ):
        _, erased = vault.erase(all_of(recordings=(each.recording_id,)))
        assert erased.outcome is outcome
    assert contents(vault) == 1
    vault.lift(standing.id)
    assert contents(vault) == 0


def test_what_is_made_of_somebody_held_joins(vault: Vault) -> None:
    """By any of its sources, before the hold or after it, and whoever's stream it lies in."""
    leo, ana = said(vault, NOW_MS - 9), said(vault, NOW_MS - 5, person="Ana")
    before = derived(vault, leo.recording_id, ana.recording_id)
    vault.hold(all_of(person="Ana"))
    after = derived(vault, leo.recording_id, ana.recording_id)
    assert [each.held for each in vault.holds()] == [3]
    _, erased = vault.erase(all_of(person="Leo"))
    assert (erased.outcome, erased.held) == (Outcome.HELD, 2)
    for each in (before, after):
        with pytest.raises(GoneError):
            opened(vault, each.artefact_id)
    assert opened(vault, ana.recording_id, Kind.AUDIO)
    assert_sound(vault)


def test_given_to_somebody_held_joins(vault: Vault) -> None:
    """A recording that moves into the scope of a hold is kept like one deposited there."""
    ana = said(vault, NOW_MS, person="Ana")
    done = said(vault, NOW_MS)
    text = derived(vault, done.recording_id)
    vault.hold(all_of(person="Ana"))
    vault.reassign("home", done.recording_id, "Ana")
    _, erased = vault.erase(all_of(person="Ana"))
    assert (erased.outcome, erased.held) == (Outcome.HELD, 3)
    for each in (ana, done, text):
        with pytest.raises(GoneError):
            opened(vault, each.artefact_id)
    assert_sound(vault)


def test_a_hold_over_a_stretch_of_time(vault: Vault) -> None:
    """Whatever overlaps it, however little."""
    begin, end = NOW_MS - 4 * HOUR_MS, NOW_MS - 2 * HOUR_MS
    reaches = said(vault, begin - 100, duration_ms=100)
    outside = said(vault, begin - 101, duration_ms=100)
    vault.hold(all_of(from_ms=begin, to_ms=end))
    late = said(vault, end, duration_ms=5)
    later = said(vault, end + 1)
    assert [each.held for each in vault.holds()] == [2]
    for each in (reaches, outside, late, later):
        vault.erase(all_of(recordings=(each.recording_id,)))
    assert [each.held for each in vault.holds()] == [2]
    assert_sound(vault)


def test_two_holds_over_one_recording(vault: Vault) -> None:
    """It goes when the last of them lifts."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    first, second = vault.hold(all_of(person="Leo")), vault.hold(all_of(device="kitchen"))
    asked, _ = vault.erase(all_of(recordings=(done.recording_id,)))
    vault.lift(first.id)
    assert vault.erasure(asked.id).outcome is Outcome.HELD
    assert contents(vault) == 1
    assert_sound(vault)
    vault.lift(second.id)
    assert vault.erasure(asked.id).outcome is Outcome.ERASED
    assert contents(vault) == 0


def test_a_whole_account_under_a_hold(vault: Vault) -> None:
    """Its keys and names go; what is held opens with the hold's own key, and goes with it."""
    for person in ("Leo", "Ana"):
        said(vault, NOW_MS, person=person, content=bytes(LARGE))
    standing = vault.hold(all_of(person="Ana"))
    _, erased = vault.erase(all_of(everything=True))
    assert (erased.outcome, erased.recordings, erased.held) == (Outcome.HELD, 1, 1)
    assert contents(vault) == 1
    assert_sound(vault)
    again = reopened(vault)
    assert_sound(again)
    again.rotate()
    assert_sound(again)
    again.lift(standing.id)
    assert contents(again) == 0
    assert_sound(again)
    again.close()


def test_a_held_recording_does_not_move(vault: Vault) -> None:
    """It stays where the hold found it."""
    done = said(vault, NOW_MS)
    vault.hold(all_of(person="Leo"))
    with pytest.raises(ConflictError):
        vault.reassign("home", done.recording_id, "Ana")
    assert opened(vault, done.recording_id)


def test_a_hold_that_was_not_gathered(vault: Vault) -> None:
    """Its scope stands from its commit: erasures gather it first, start-up gathers what is left."""
    done, other = said(vault, NOW_MS), said(vault, NOW_MS, device="phone")
    dies = mock.patch.object(hold_module, "gather", side_effect=KeyboardInterrupt)
    with dies, pytest.raises(KeyboardInterrupt):
        vault.hold(all_of(person="Leo"))
    assert [each.held for each in vault.holds()] == [0]
    _, erased = vault.erase(all_of(recordings=(done.recording_id,)))
    assert erased.outcome is Outcome.HELD
    assert [each.held for each in vault.holds()] == [2]
    with dies, pytest.raises(KeyboardInterrupt):
        vault.hold(all_of(device="phone"))
    again = reopened(vault)
    assert [each.held for each in again.holds()] == [2, 1]
    assert opened(again, other.recording_id)
    assert_sound(again)
    again.close()


def test_what_is_no_hold(vault: Vault) -> None:
    """By recording, of nobody, twice lifted, unknown: each in its own words, nothing changed."""
    done = said(vault, NOW_MS)
    standing = vault.hold(all_of(person="Leo"))
    vault.lift(standing.id)
    before = entry_types(vault)
    with pytest.raises(InputError):
        vault.hold(all_of(recordings=(done.recording_id,)))
    with pytest.raises(InputError):
        vault.hold(all_of())
    with pytest.raises(UnknownError):
        vault.hold(all_of(person="Bea"))
    with pytest.raises(ConflictError):
        vault.lift(standing.id)
    with pytest.raises(UnknownError):
        vault.lift("hld_aaaaaaaaaaaaaaaa")
    with pytest.raises(InputError):
        vault.lift("Leo")
    assert entry_types(vault) == before


def test_nothing_old_opens_after_it_lifted_and_rotated(vault: Vault) -> None:
    """What the hold alone kept is unrecoverable only once its own key is gone with a generation."""
    done = said(vault, NOW_MS)
    standing = vault.hold(all_of(person="Leo"))
    asked, _ = vault.erase(all_of(recordings=(done.recording_id,)))
    vault.rotate()
    assert vault.erasure(asked.id).unrecoverable_since_ms is None
    vault.lift(standing.id)
    assert vault.erasure(asked.id).unrecoverable_since_ms is None
    vault.rotate()
    assert vault.erasure(asked.id).unrecoverable_since_ms == NOW_MS
