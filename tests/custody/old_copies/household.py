"""A small household, and every way of forgetting a part of it, each with what must be gone."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bailee import Kind, Vault
from bailee.clock import FixedClock
from bailee.types.ids import RecordingId
from support.attacker import Stolen, steal
from support.vaults import HOUR_MS, NOW_MS, all_of, derived, said

LARGE = 70_000
"""Bytes: two chunks, in the content store."""


@dataclass
class Household:
    """Artefacts and recordings by their name in the tests, with the very bytes."""

    vault: Vault
    clock: FixedClock
    contents: dict[str, bytes] = field(default_factory=dict)
    artefacts: dict[str, str] = field(default_factory=dict)
    recordings: dict[str, RecordingId] = field(default_factory=dict)
    copies: list[Stolen] = field(default_factory=list)

    def keep(self, name: str, person: str, device: str, hours_ago: float, size: int = 100) -> None:
        content = secrets.token_bytes(size)
        at_ms = NOW_MS - int(hours_ago * HOUR_MS)
        done = said(self.vault, at_ms, person=person, device=device, content=content)
        self._note(name, done.artefact_id, content)
        self.recordings[name] = done.recording_id

    def derive(self, name: str, kind: Kind, *of: str) -> None:
        content = secrets.token_bytes(60)
        sources = [self.recordings[each] for each in of]
        done = derived(self.vault, *sources, kind=kind, content=content)
        self._note(name, done.artefact_id, content)

    def _note(self, name: str, artefact_id: str, content: bytes) -> None:
        self.contents[name] = content
        self.artefacts[name] = artefact_id

    def steal(self) -> Stolen:
        """One more copy of everything, as it stands."""
        folder = self.vault.home.parent / f"{self.vault.home.name}-copy-{len(self.copies)}"
        self.copies.append(steal(self.vault, folder))
        return self.copies[-1]


def furnish(vault: Vault, clock: FixedClock) -> Household:
    """Two people, two devices, three texts and a fact made from two recordings."""
    house = Household(vault, clock)
    house.keep("leo kitchen", "Leo", "kitchen", 5, LARGE)
    house.keep("leo phone", "Leo", "phone", 4)
    house.keep("ana kitchen", "Ana", "kitchen", 3)
    house.keep("ana phone", "Ana", "phone", 2, LARGE)
    house.derive("leo text", Kind.TRANSCRIPT, "leo kitchen")
    house.derive("ana text", Kind.TRANSCRIPT, "ana phone")
    house.derive("fact of both", Kind.FACT, "leo phone", "ana kitchen")
    return house


Forget = Callable[[Household], frozenset[str]]
"""Forgets something; the names of the artefacts that must be gone."""


def recording(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(recordings=(house.recordings["leo phone"],)))
    return frozenset({"leo phone", "fact of both"})


def interval(house: Household) -> frozenset[str]:
    begin, end = NOW_MS - 4 * HOUR_MS - 100, NOW_MS - 3 * HOUR_MS + 100
    house.vault.erase(all_of(from_ms=begin, to_ms=end))
    return frozenset({"leo phone", "ana kitchen", "fact of both"})


def device(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(device="kitchen"))
    return frozenset({"leo kitchen", "leo text", "ana kitchen", "fact of both"})


def person(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(person="Leo"))
    return frozenset({"leo kitchen", "leo phone", "leo text", "fact of both"})


def account(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(everything=True))
    return frozenset(house.artefacts)


def kind(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(kind=Kind.TRANSCRIPT))
    return frozenset({"leo text", "ana text"})


def kind_of_recording(house: Household) -> frozenset[str]:
    picked = (house.recordings["leo kitchen"],)
    house.vault.erase(all_of(recordings=picked, kind=Kind.TRANSCRIPT))
    return frozenset({"leo text"})


def expiry(house: Household) -> frozenset[str]:
    """Everything but facts is kept for 30 days; facts for a year, and recordings keep them open."""
    house.clock.advance(days=31)
    house.vault.expire()
    return frozenset(house.artefacts) - {"fact of both"}


def shortening(house: Household) -> frozenset[str]:
    house.vault.retain(all_of(person="Ana"), 2)
    house.steal()
    house.clock.advance(days=3)
    house.vault.expire()
    return frozenset({"ana kitchen", "ana phone", "ana text", "fact of both"})


def shortening_after_widening(house: Household) -> frozenset[str]:
    """The copy between has the wrapping under the later day."""
    house.vault.retain(all_of(person="Ana", device="phone"), 200)
    house.steal()
    house.vault.retain(all_of(person="Ana", device="phone"), 2)
    house.clock.advance(days=3)
    house.vault.expire()
    return frozenset({"ana phone", "ana text"})


def widening_then_erasing(house: Household) -> frozenset[str]:
    house.vault.retain(all_of(person="Ana"), 200)
    house.steal()
    return person_ana(house)


def person_ana(house: Household) -> frozenset[str]:
    house.vault.erase(all_of(person="Ana"))
    return frozenset({"ana kitchen", "ana phone", "ana text", "fact of both"})


def lifted_hold(house: Household) -> frozenset[str]:
    """Held, then erased, then lifted: a copy is taken at each step."""
    held = house.vault.hold(all_of(person="Leo"))
    house.steal()
    house.keep("leo later", "Leo", "kitchen", 1)
    house.vault.erase(all_of(person="Leo"))
    house.steal()
    house.vault.rotate()
    house.steal()
    house.vault.lift(held.id)
    return frozenset({"leo kitchen", "leo phone", "leo text", "leo later", "fact of both"})


def lifted_hold_after_expiry(house: Household) -> frozenset[str]:
    held = house.vault.hold(all_of(person="Leo", kind=Kind.AUDIO))
    house.steal()
    gone = expiry(house)
    house.steal()
    house.vault.lift(held.id)
    return gone


def reassigned_then_erased(house: Household) -> frozenset[str]:
    """Given to Ana, who then forgets everything of hers."""
    house.vault.reassign("home", house.recordings["leo kitchen"], "Ana")
    house.steal()
    return person_ana(house) | {"leo kitchen", "leo text"}


WAYS: dict[str, Forget] = {
    "a recording": recording,
    "a range": interval,
    "a device": device,
    "a person": person,
    "the account": account,
    "a kind": kind,
    "a kind of a recording": kind_of_recording,
    "by expiry": expiry,
    "by shortening": shortening,
    "by shortening what was widened": shortening_after_widening,
    "what was widened": widening_then_erasing,
    "by lifting a hold": lifted_hold,
    "by lifting a hold after expiry": lifted_hold_after_expiry,
    "what was given away": reassigned_then_erased,
}
