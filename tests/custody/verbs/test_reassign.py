"""Reassign: one operation, after which the recording is somebody else's and the old is gone."""

from pathlib import Path
from unittest import mock

import pytest

from bailee.custody import reassign
from bailee.custody.audit import audit
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, GoneError, InputError, LateArrivalError, UnknownError
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


def test_a_recording_and_all_made_from_it_move(vault: Vault) -> None:
    """The bytes are the same, the person is another, the old id is gone."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    text = derived(vault, done.recording_id)
    moved = vault.reassign("home", done.recording_id, "Ana")
    assert moved.artefacts == 2
    shown = vault.show(moved.new_id)
    assert (shown.person, shown.device) == ("Ana", "kitchen")
    assert opened(vault, moved.new_id) == bytes(LARGE)
    assert opened(vault, text.artefact_id) == b"no more walnuts"
    with pytest.raises(GoneError) as refused:
        vault.show(done.recording_id)
    assert refused.value.erasure_id is not None
    assert vault.erasure(refused.value.erasure_id).outcome is Outcome.ERASED
    assert listed(vault, account="home", person="Leo") == []
    told = [each for each in entry_types(vault) if each != "release"]
    assert told[-3:] == ["reassign", "erase", "erased"]
    assert_sound(vault)


def test_what_the_old_person_forgets_does_not_reach_it(vault: Vault) -> None:
    """Person, kind and range of theirs: it is not theirs any more."""
    done = said(vault, NOW_MS - 10)
    derived(vault, done.recording_id)
    moved = vault.reassign("home", done.recording_id, "Ana")
    vault.erase(all_of(person="Leo", from_ms=1))
    vault.erase(all_of(person="Leo", kind=Kind.TRANSCRIPT))
    vault.erase(all_of(person="Leo"))
    assert opened(vault, moved.new_id)
    assert opened(vault, moved.new_id, Kind.TRANSCRIPT)
    vault.rotate()
    assert_sound(vault)


def test_what_the_new_person_forgets_does(vault: Vault) -> None:
    """With everything made from it."""
    done = said(vault, NOW_MS - 10)
    text = derived(vault, done.recording_id)
    moved = vault.reassign("home", done.recording_id, "Ana")
    vault.erase(all_of(person="Ana", from_ms=NOW_MS - 20))
    for each in (moved.new_id, text.artefact_id):
        with pytest.raises(GoneError):
            opened(vault, each)
    assert_sound(vault)


def test_what_is_made_from_two_people_keeps_both(vault: Vault) -> None:
    """One source moves, the other stays: it dies with either of those it now has."""
    leo, ana = said(vault, NOW_MS - 9), said(vault, NOW_MS - 5, person="Ana")
    for leo_first in (True, False):
        order = (leo, ana) if leo_first else (ana, leo)
        made = derived(vault, *(each.recording_id for each in order), kind=Kind.FACT)
        moved = vault.reassign("home", leo.recording_id, "Bea")
        assert opened(vault, made.artefact_id) == b"no more walnuts"
        leo = said(vault, NOW_MS - 9)
        shown = vault.show(moved.new_id)
        assert {each.kind for each in shown.artefacts} == {Kind.AUDIO, Kind.FACT}
    vault.erase(all_of(person="Bea"))
    assert listed(vault) == [leo.recording_id, ana.recording_id]
    assert [each.kind for each in vault.show(ana.recording_id).artefacts] == [Kind.AUDIO]
    assert_sound(vault)


def test_the_ledger_says_what_moved_and_not_what_was_made_from_it(
    vault: Vault, tmp_path: Path
) -> None:
    """The leaf a fact leaves behind is no recording's: that one's releases are no breach."""
    leo, ana = said(vault, NOW_MS - 9), said(vault, NOW_MS - 5, person="Ana")
    derived(vault, leo.recording_id, ana.recording_id, kind=Kind.FACT)
    moved = vault.reassign("home", leo.recording_id, "Ana")
    vault.reassign("home", ana.recording_id, "Leo")
    assert opened(vault, moved.new_id)
    derived(vault, moved.new_id)
    vault.ledger_export(tmp_path / "export")
    assert audit(tmp_path / "export", vault.config.vkey).problems == ()


def test_it_moves_twice_and_home_again(vault: Vault) -> None:
    """Each time under a new id; nothing of the way is left."""
    done = said(vault, NOW_MS, content=b"walnuts")
    here = done.recording_id
    for person in ("Ana", "Bea", "Leo", "Ana"):
        here = vault.reassign("home", here, person).new_id
        assert vault.show(here).person == person
    assert opened(vault, here) == b"walnuts"
    assert listed(vault) == [here]
    assert_sound(vault)


def test_refusals(vault: Vault) -> None:
    """Theirs already, gone, unknown, another account's: nothing moves."""
    done = said(vault, NOW_MS)
    theirs = said(vault, NOW_MS, account="next door")
    before = entry_types(vault)
    with pytest.raises(ConflictError):
        vault.reassign("home", done.recording_id, "leo")
    for account, opaque_id in (
        ("home", "rec_aaaaaaaaaaaaaaaa"),
        ("home", theirs.recording_id),
        ("nobody", done.recording_id),
    ):
        with pytest.raises(UnknownError):
            vault.reassign(account, opaque_id, "Ana")
    for opaque_id, person in (("art_aaaaaaaaaaaaaaaa", "Ana"), (done.recording_id, "")):
        with pytest.raises(InputError):
            vault.reassign("home", opaque_id, person)
    assert entry_types(vault) == before
    vault.erase(all_of(recordings=(done.recording_id,)))
    with pytest.raises(GoneError):
        vault.reassign("home", done.recording_id, "Ana")
    assert opened(vault, theirs.recording_id)


def test_into_a_stretch_the_new_person_forgot(vault: Vault) -> None:
    """Refused, and it stays whole where it was; as for one who was erased since."""
    done = said(vault, NOW_MS - HOUR_MS)
    derived(vault, done.recording_id)
    for person in ("Ana", "Bea"):
        said(vault, NOW_MS - 9 * HOUR_MS, person=person)
    vault.erase(all_of(person="Ana", from_ms=NOW_MS - 2 * HOUR_MS))
    vault.erase(all_of(person="Bea"))
    for person in ("Ana", "Bea"):
        with pytest.raises(LateArrivalError):
            vault.reassign("home", done.recording_id, person)
    assert vault.show(done.recording_id).person == "Leo"
    assert opened(vault, done.recording_id, Kind.TRANSCRIPT)
    assert_sound(vault)


def test_a_crash_between_its_two_halves(vault: Vault) -> None:
    """Whole under the new person already; the next opening cuts what it left."""
    done = said(vault, NOW_MS)
    with (
        mock.patch.object(reassign, "cut_moved", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        vault.reassign("home", done.recording_id, "Ana")
    [moved] = listed(vault)
    assert vault.show(moved).person == "Ana"
    again = reopened(vault)
    assert opened(again, moved)
    assert entry_types(again)[-3:] == ["erase", "erased", "release"]
    assert_sound(again)
    again.close()


@pytest.mark.parametrize("whose", [{"person": "Leo"}, {"person": "Ana"}, {"everything": True}])
def test_erased_between_its_two_halves(vault: Vault, whose: dict[str, object]) -> None:
    """Whoever's person, or the account, goes meanwhile: the vault opens and is whole."""
    done = said(vault, NOW_MS)
    derived(vault, done.recording_id)
    said(vault, NOW_MS, person="Bea", account="next door")
    with (
        mock.patch.object(reassign, "cut_moved", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        vault.reassign("home", done.recording_id, "Ana")
    vault.erase(all_of(**whose))
    vault._premises.stream_parts.clear()  # as another process would come to it
    vault._premises.tags.clear()
    again = reopened(vault)
    kept = whose == {"person": "Leo"}
    assert len(listed(again)) == 1 + kept
    assert_sound(again)
    again.close()


def test_a_longer_recording_is_found_by_its_end_after_it_moved(vault: Vault) -> None:
    """The new stream knows how far it reaches."""
    done = said(vault, NOW_MS - 5 * HOUR_MS, duration_ms=3 * HOUR_MS)
    moved = vault.reassign("home", done.recording_id, "Ana")
    plan = vault.plan(all_of(person="Ana", from_ms=NOW_MS - 3 * HOUR_MS))
    assert plan.reaching_in == (moved.new_id,)
