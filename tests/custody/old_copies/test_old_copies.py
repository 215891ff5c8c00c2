"""Old copies of everything, under today's roots (design §1, generations)."""

from pathlib import Path

import pytest

from bailee.clock import FixedClock
from bailee.types.erasure import Outcome
from conftest import MakeVault
from custody.old_copies.household import WAYS, Household, furnish
from support.attacker import loot, rings_of, roots_of
from support.vaults import all_of, assert_sound, opened


@pytest.fixture
def house(vault_factory: MakeVault, clock: FixedClock, tmp_path: Path) -> Household:
    """With a replica of its root, and rotated once, so that its first generation is behind it."""
    vault = vault_factory(root_replicas=[tmp_path / "replica"])
    furnished = furnish(vault, clock)
    furnished.steal()
    vault.rotate()
    furnished.steal()
    return furnished


@pytest.mark.parametrize("way", WAYS)
def test_no_copy_of_any_age_opens_what_was_forgotten(
    house: Household, way: str, tmp_path: Path
) -> None:
    """After the rotation every copy together opens what lives and nothing else; before it, all."""
    gone = WAYS[way](house)
    everything = {house.artefacts[name]: house.contents[name] for name in house.artefacts}
    forgotten = {house.artefacts[name] for name in gone}
    house.steal()
    roots_then = roots_of(house.vault)

    before = loot(house.copies, roots_then)
    assert {each: before[each].content for each in everything} == everything
    house.vault.rotate()
    house.steal()
    rings = rings_of(house.vault, tmp_path / "roots")
    roots_now = roots_of(house.vault)

    # The control: the copies did not change, only the root did.
    assert {each: loot(house.copies, roots_then)[each].content for each in everything} == everything
    # Yesterday's rings under today's root are noise.
    assert loot(house.copies[:-1], roots_now) == {}
    # An old catalogue and contents with today's ring: what lives, as far as that copy knew it.
    for copy in house.copies:
        assert not forgotten & set(loot([copy, *rings], roots_now))
    union = loot([*house.copies, *rings], roots_now)
    assert {each for each in union if union[each].kind != "label"} == set(everything) - forgotten
    for artefact_id in set(everything) - forgotten:
        assert union[artefact_id].content == everything[artefact_id]
        assert opened(house.vault, artefact_id) == everything[artefact_id]
    assert_sound(house.vault)


@pytest.mark.parametrize(
    ("way", "names_left"),
    [("a person", {"home", "Ana", "kitchen", "phone"}), ("the account", set())],
)
def test_names_die_with_whom_they_name(
    house: Household, way: str, names_left: set[str], tmp_path: Path
) -> None:
    """No copy opens the name of an erased person or account; the other names open."""
    WAYS[way](house)
    house.vault.rotate()
    house.steal()
    union = loot([*house.copies, *rings_of(house.vault, tmp_path / "roots")], roots_of(house.vault))
    assert {each.name for each in union.values() if each.kind == "label"} == names_left


def test_what_was_given_away_no_longer_hangs_on_whom_it_was_taken_from(
    house: Household, tmp_path: Path
) -> None:
    """Old catalogues with today's ring do not open it; the catalogue of today does."""
    house.vault.reassign("home", house.recordings["leo kitchen"], "Ana")
    house.vault.rotate()
    rings, roots = rings_of(house.vault, tmp_path / "roots"), roots_of(house.vault)
    moved = {house.artefacts[name] for name in ("leo kitchen", "leo text")}
    assert not moved & set(loot([*house.copies, *rings], roots))
    assert moved <= set(loot([house.steal(), *rings], roots))


def test_held_things_are_not_called_unrecoverable_before_their_hold_lifts(house: Household) -> None:
    """A rotation under a hold leaves the second stamp open; the one after the lifting inks it."""
    held = house.vault.hold(all_of(person="Leo"))
    asked, erasure = house.vault.erase(all_of(person="Leo"))
    assert erasure.outcome is Outcome.HELD
    copy = house.steal()
    house.clock.advance(days=1)
    house.vault.rotate()
    assert house.vault.erasure(asked.id).unrecoverable_since_ms is None
    house.vault.lift(held.id)
    lifted = house.vault.erasure(asked.id)
    assert (lifted.outcome, lifted.unrecoverable_since_ms) == (Outcome.ERASED, None)
    house.clock.advance(days=1)
    rotated = house.vault.rotate()
    assert house.vault.erasure(asked.id).unrecoverable_since_ms == rotated.at_ms
    assert house.artefacts["leo phone"] not in loot([copy], roots_of(house.vault))


def test_an_unfinished_erasure_under_a_hold_is_not_called_unrecoverable(house: Household) -> None:
    """Also when the rotation comes between the moment of forgetting and its clean-up."""
    house.vault.hold(all_of(person="Leo"))
    asked = house.vault.forget(all_of(person="Leo"))
    house.vault.rotate()
    assert house.vault.erasure(asked.id).unrecoverable_since_ms is None
    assert house.vault.finish(asked.id).outcome is Outcome.HELD
