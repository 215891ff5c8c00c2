"""One utterance: what reaches its turn, whatever the engine does and however it is fed."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.clock import FixedClock
from bailee.intake.listening import LONGEST_S, Listening
from bailee.types.turn import Unheard
from support.listening import (
    NOW_MS,
    SECOND,
    SimulatedEngine,
    SimulatedRoom,
    breaks,
    dies,
    endpoint,
    sound_of,
)


def listen(room: SimulatedRoom, engine: SimulatedEngine, **other: float) -> Listening:
    return Listening(room, engine, clock=FixedClock(NOW_MS), **other)  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 4_000), max_size=20), st.text(st.characters(max_codepoint=0xFF)))
def test_the_whole_sound_reaches_the_engine_and_the_turn(cuts: list[int], words: str) -> None:
    """However it is cut: no sample lost, none twice, none out of turn."""
    room, engine = SimulatedRoom(endpoint()), SimulatedEngine()
    words = words.replace("\0", "")
    pcm = sound_of(words, samples=4_000) + SECOND[:3_000]
    listening = listen(room, engine)
    at = 0
    for cut in cuts:
        listening.feed(pcm[at : at + 2 * cut])
        at += 2 * cut
    listening.feed(pcm[at:])
    listening.end()
    kept = room.heard or room.unheard
    assert [sound.pcm for _, sound in kept] == [pcm]
    assert room.said == ([words] if words else [])


def test_dropped_is_dropped() -> None:
    """Nothing reaches its turn; the engine forgets it."""
    room, engine = SimulatedRoom(endpoint()), SimulatedEngine()
    listening = listen(room, engine)
    listening.feed(sound_of("private"))
    listening.drop()
    assert engine.dropped.acquire(timeout=20)
    assert (room.begun, room.heard, room.unheard) == (1, [], [])


def test_who_stops_waiting_loses_no_sound() -> None:
    """Said to its end, and not heard yet when bailee has to end: kept as the mode says."""
    room, engine, stuck = SimulatedRoom(endpoint()), SimulatedEngine(), threading.Event()
    at_its_end = threading.Event()

    def hang() -> None:
        at_its_end.set()
        stuck.wait(60)

    engine.script["end"] = hang
    listening = listen(room, engine)
    listening.feed(sound_of("kept"))
    ends = threading.Thread(target=listening.end)
    ends.start()
    assert at_its_end.wait(20)
    listening.drop()
    ends.join()
    stuck.set()
    ((why, sound),) = room.unheard
    assert (why, sound.pcm) == (Unheard.FAILED, sound_of("kept"))


def test_a_slow_engine_is_not_one_that_hangs() -> None:
    """As long as it gets on it may take longer than its patience."""
    room, engine = SimulatedRoom(endpoint()), SimulatedEngine()
    engine.script["feed"] = partial(threading.Event().wait, 0.05)
    listening = listen(room, engine, patience_s=0.3)
    pcm = sound_of("slow") + 9 * SECOND
    listening.feed(pcm)
    assert listening.end().transcript == "slow"
    assert listening.unheard is None


@pytest.mark.parametrize("fault", [dies, breaks])
@pytest.mark.parametrize("at", ["listen", "feed", "end"])
def test_an_engine_that_fails_is_unheard(at: str, fault: Callable[[], None]) -> None:
    """And no error of its own reaches who speaks."""
    room, engine = SimulatedRoom(endpoint(), sorry="Sorry."), SimulatedEngine({at: fault})
    listening = listen(room, engine)
    listening.feed(sound_of("kept"))
    assert listening.end().answer == "Sorry."
    assert listening.unheard is Unheard.FAILED
    assert [why for why, _ in room.unheard] == [Unheard.FAILED]


def test_it_is_never_longer_than_there_may_be() -> None:
    """To the sample; whoever feeds it is told."""
    room, engine = SimulatedRoom(endpoint()), SimulatedEngine()
    listening = listen(room, engine)
    for _ in range(LONGEST_S):
        listening.feed(SECOND)
    assert not listening.is_too_long
    listening.feed(b"\1\1")
    assert listening.is_too_long
    listening.end()
    ((why, sound),) = room.unheard
    assert (why, len(sound.pcm)) == (Unheard.TOO_LONG, LONGEST_S * len(SECOND))
    assert engine.dropped.acquire(timeout=20)


def test_nothing_said_is_no_turns_end() -> None:
    """Without a sample there is nothing to keep, and nobody is asked to."""
    room, engine = SimulatedRoom(endpoint()), SimulatedEngine()
    listening = listen(room, engine)
    assert listening.end().transcript == ""
    assert listening.unheard is Unheard.SILENCE
    assert room.unheard == []
    assert engine.dropped.acquire(timeout=20)
