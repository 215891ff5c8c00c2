"""What was decided still holds when it happens: whatever changes in between wins."""

import pytest

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import DeniedError, GoneError
from bailee.types.decide import NOBODY_YET
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from household.told import told
from support.gates import ANA, VERBS, Gate, World, elsewhere, gated, rows
from support.vaults import HOME, NOW_MS, all_of, said

ACTS = [each for each in VERBS if each not in {"plan", "deposit in a new home"}]
MANY_STRETCHES = 3 * 1024 * 1024


@pytest.fixture
def world(vault: Vault) -> World:
    """On each sort of database."""
    return World.of(vault)


@pytest.fixture
def gate(vault: Vault) -> Gate:
    """It says yes until it is closed."""
    return gated(vault)


def _but_for_the_count(vault: Vault) -> dict[str, list[str]]:
    return {name: each for name, each in rows(vault).items() if name != "account"}


def test_a_no_between_the_decision_and_the_act_wins(world: World, gate: Gate) -> None:
    """It comes from another thread, waits for nobody, and nothing but a refusal is left."""
    before = _but_for_the_count(world.vault)
    for verb in ACTS:
        gate.open, many = True, len(told(world.vault, "refusal"))
        gate.meanwhile = lambda: gate.close(world.vault)
        with pytest.raises(DeniedError):
            VERBS[verb](world, ANA)
        assert _but_for_the_count(world.vault) == before, verb
        assert len(told(world.vault, "refusal")) == many + 1
        world.upload.seek(0)


@pytest.mark.parametrize("verb", ACTS)
def test_what_changed_and_is_still_allowed_is_done_once(sqlite_vault: Vault, verb: str) -> None:
    """A change that takes nothing away costs a second decision and no more."""
    world = World.of(sqlite_vault)
    gate = gated(sqlite_vault)
    gate.meanwhile = lambda: sqlite_vault.desk().write(lambda t: t.lock(t.find_account(HOME)))
    VERBS[verb](world, ANA)
    assert told(sqlite_vault, "refusal") == []
    assert len(told(sqlite_vault, "release")) <= 1
    assert len(gate.asked) >= 2


def test_a_home_founded_meanwhile_is_asked_about_anew(world: World, gate: Gate) -> None:
    """A deposit that would have made it takes nothing by the answer it had."""

    def found() -> None:
        world.vault.desk().write(lambda t: t.make_account("new"))
        gate.open = False

    gate.meanwhile = found
    with pytest.raises(DeniedError):
        VERBS["deposit in a new home"](world, ANA)


def test_a_name_used_again_is_somebody_else(world: World, gate: Gate, clock: FixedClock) -> None:
    """Decided about one Leo, who is erased meanwhile: whom the deposit makes was not asked about."""

    def erase() -> None:
        world.vault.erase(all_of(person="Leo"))
        clock.advance(ms=2000)

    gate.meanwhile = erase
    world.vault.deposit(world.item(captured_at_ms=NOW_MS + 1000), principal=ANA)
    first, second = (each.person_id for each in gate.asked if each.principal == ANA)
    assert first != second == NOBODY_YET


def test_somebody_who_comes_meanwhile_is_asked_about_too(world: World, gate: Gate) -> None:
    """An erasure of a kind asks about everybody there is when it happens."""
    gate.meanwhile = lambda: said(world.vault, NOW_MS - 100, person="Eve")
    world.vault.forget(all_of(kind=Kind.AUDIO), principal=ANA)
    asked = [each.person_id for each in gate.asked if each.principal == ANA]
    assert len(asked) == 2 + 3
    assert len(set(asked)) == 3


def _large(world: World) -> str:
    content = bytes(MANY_STRETCHES)
    return world.vault.deposit(world.item(content=content)).recording_id


def test_a_stream_stops_when_what_let_it_ends(world: World, gate: Gate) -> None:
    """At the next stretch, with its refusal; the entry of the release stands."""
    recording_id = _large(world)
    released = world.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=ANA)
    assert next(released.stretches)
    elsewhere(lambda: gate.close(world.vault))
    with pytest.raises(DeniedError):
        list(released.stretches)
    assert [each["verb"] for each in told(world.vault, "refusal")] == ["hear"]


def test_a_stream_flows_on_over_what_takes_nothing_away(world: World, gate: Gate) -> None:
    """It is asked about again, once, and comes whole."""
    recording_id = _large(world)
    gate.asked.clear()
    released = world.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=ANA)
    first = next(released.stretches)
    world.vault.desk().write(lambda t: t.lock(t.find_account(HOME)))
    world.vault.erase(all_of(person="Ana"))
    gate.asked = [each for each in gate.asked if each.principal == ANA]
    rest = b"".join(released.stretches)
    assert len(first) + len(rest) == MANY_STRETCHES
    assert len(gate.asked) == 2


def test_a_stream_is_asked_about_again_as_time_goes_by(
    world: World, gate: Gate, clock: FixedClock
) -> None:
    """Stays, links and sessions end by the clock, and no row changes when they do."""
    recording_id = _large(world)
    released = world.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=ANA)
    assert next(released.stretches)
    gate.open = False
    assert next(released.stretches)
    clock.advance(ms=60_000)
    with pytest.raises(DeniedError):
        next(released.stretches)


def test_a_stream_that_is_erased_is_gone_and_not_denied(world: World, gate: Gate) -> None:
    """Who was let see it is told what became of it."""
    recording_id = _large(world)
    released = world.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=ANA)
    assert next(released.stretches)
    world.vault.forget(all_of(person="Leo"))
    gate.open = False
    with pytest.raises(GoneError):
        list(released.stretches)
