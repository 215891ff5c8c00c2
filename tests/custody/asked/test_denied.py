"""Every verb of custody is decided, about everybody it touches; a no leaves its entry alone."""

import pytest

from bailee.custody.vault import Vault
from bailee.errors import DeniedError
from bailee.types.decide import OPERATOR, Access, Verb
from bailee.types.kind import Kind
from bailee.types.selection import Selection
from household.told import told
from support.gates import ANA, VERBS, Gate, World, gated, rows
from support.vaults import HOME, NOW_MS, all_of, said


@pytest.fixture
def world(sqlite_vault: Vault) -> World:
    """Where the database makes no difference to what is asked."""
    return World.of(sqlite_vault)


@pytest.fixture
def gate(sqlite_vault: Vault) -> Gate:
    """It says yes until it is closed."""
    return gated(sqlite_vault)


def test_a_no_leaves_its_refusal_and_nothing_else(vault: Vault) -> None:
    """No row moves, no byte is read; the ledger says who asked, and which policy said no."""
    world = World.of(vault)
    gate = gated(vault)
    gate.open = False
    before = rows(world.vault)
    for verb, ask in VERBS.items():
        many = len(told(world.vault, "refusal"))
        with pytest.raises(DeniedError, match="policy no") as refused:
            ask(world, ANA)
        assert refused.value.policy == "no"
        assert rows(world.vault) == before, verb
        assert world.upload.tell() == 0
        (entry,) = told(world.vault, "refusal")[many:]
        assert (entry["why"], entry["policy"]) == ("denied", "no")
        asked = gate.asked[-1]
        assert (entry["verb"], entry["purpose"]) == (asked.verb, asked.purpose)
        nowhere = verb == "deposit in a new home"
        assert (entry["principal"] is None) is nowhere
        assert (entry["account"] is None) is nowhere


@pytest.mark.parametrize("verb", VERBS)
def test_a_yes_is_enough(sqlite_vault: Vault, verb: str) -> None:
    """Whoever asks: custody itself refuses nobody whom the gate lets."""
    world = World.of(sqlite_vault)
    gate = gated(sqlite_vault)
    VERBS[verb](world, ANA)
    assert {each.principal for each in gate.asked} == {ANA}


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_gate_the_operator_keeps_house(sqlite_vault: Vault, verb: str) -> None:
    """Who opens a vault in Python may do all of it, and nobody else any of it."""
    world = World.of(sqlite_vault)
    with pytest.raises(DeniedError, match="default-deny"):
        VERBS[verb](world, ANA)
    VERBS[verb](world, OPERATOR)


def _asked(gate: Gate, verb: Verb) -> list[Access]:
    return [each for each in gate.asked if each.verb is verb]


def test_no_person_named_is_everybody_asked_about(world: World, gate: Gate) -> None:
    """A kind, a range, a device: of all who are known there, each once."""
    world.vault.plan(all_of(kind=Kind.AUDIO, from_ms=NOW_MS - 9999, to_ms=NOW_MS))
    assert len(gate.asked) == len({each.person_id for each in gate.asked}) == 2
    assert {(each.kind, each.device_id) for each in gate.asked} == {(Kind.AUDIO, None)}
    assert {each.span.begin_ms for each in gate.asked if each.span} == {NOW_MS - 9999}


@pytest.mark.parametrize(
    ("selection", "verb", "whose"),
    [
        (all_of(person="Leo"), Verb.ERASE_ALL, 1),
        (all_of(device="kitchen"), Verb.ERASE_ALL, 3),
        (all_of(everything=True), Verb.ERASE_ALL, 3),
        (all_of(person="Leo", device="kitchen"), Verb.ERASE, 1),
        (all_of(person="Leo", kind=Kind.AUDIO), Verb.ERASE, 1),
        (all_of(from_ms=1), Verb.ERASE, 2),
    ],
    ids=lambda each: each.sentence() if isinstance(each, Selection) else None,
)
def test_what_goes_with_its_name_is_asked_as_all(
    world: World, gate: Gate, selection: Selection, verb: Verb, whose: int
) -> None:
    """A person, a device, an account; the last two also as the account's own, of nobody."""
    world.vault.plan(selection)
    assert [each.verb for each in gate.asked] == [verb] * whose
    assert (None in {each.person_id for each in gate.asked}) is (whose == 3)


def test_recordings_by_id_are_asked_about_once_a_person_and_device(
    world: World, gate: Gate
) -> None:
    """However many they are, with the time they span."""
    many = [said(world.vault, NOW_MS - 500 + number).recording_id for number in range(5)]
    gate.asked.clear()
    world.vault.plan(all_of(recordings=(world.leo, *many)))
    (access,) = gate.asked
    assert access.span is not None
    assert (access.span.begin_ms, access.span.end_ms) == (NOW_MS - 9000, NOW_MS - 496 + 500)


def test_a_gift_is_asked_about_for_both(world: World, gate: Gate) -> None:
    """Who gives it up, and who would have it from then on."""
    world.vault.reassign(HOME, world.alone, "Ana")
    (given,), (taken,) = _asked(gate, Verb.REASSIGN), _asked(gate, Verb.DEPOSIT)
    assert given.person_id != taken.person_id
    assert given.device_id == taken.device_id


def test_five_hundred_deposits_are_asked_about_once_for_each_who_and_what(
    world: World, gate: Gate
) -> None:
    """Not five hundred times."""
    items = [
        world.item(
            content=b"y",
            person=("Leo", "Ana")[number % 2],
            kind=(Kind.AUDIO, Kind.VIDEO)[number % 3 % 2],
            captured_at_ms=NOW_MS - 5000 + number,
        )
        for number in range(500)
    ]
    assert len(world.vault.deposit_many(items)) == 500
    assert len(gate.asked) == 4


def test_a_hold_on_somebody_erased_can_be_lifted(world: World, gate: Gate) -> None:
    """There is nobody left to ask about: it is asked about as the account's."""
    world.vault.erase(all_of(person="Ana"))
    held = world.vault.hold(all_of(person="Leo"))
    world.vault.erase(all_of(person="Leo"))
    gate.asked.clear()
    world.vault.lift(held.id)
    assert [each.person_id for each in _asked(gate, Verb.HOLD)] == [None]


@pytest.mark.parametrize("type_", ["erase", "retain", "reassign", "hold", "lift"])
def test_the_ledger_says_who_asked(sqlite_vault: Vault, type_: str) -> None:
    """The same tag for the same one, another for another, and the policy that let them."""
    world = World.of(sqlite_vault)
    gated(sqlite_vault)
    for who in (OPERATOR, ANA):
        VERBS["release"](world, who)
    operator, ana = (each["principal"] for each in told(sqlite_vault, "release"))
    VERBS["erase somebody" if type_ == "erase" else type_](world, ANA)
    last = told(sqlite_vault, type_)[-1]
    assert (last["principal"], last["policy"]) == (ana, "yes")
    assert ana != operator


def test_the_erasure_that_ends_a_gift_keeps_who_asked(world: World, gate: Gate) -> None:
    """It is ordered by what was noted, at the next start too."""
    VERBS["reassign"](world, ANA)
    moved, cut = told(world.vault, "reassign")[-1], told(world.vault, "erase")[-1]
    assert (moved["principal"], moved["policy"]) == (cut["principal"], cut["policy"])
    assert cut["policy"] == "yes"
