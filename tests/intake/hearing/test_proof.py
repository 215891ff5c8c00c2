"""The bar: nothing is deleted that nobody asked for, and what somebody asks for is understood.

Sentences and voices here are those of `support.utterances` that nothing was tuned on: `HELD`, none
of which is in the ears' background, in `HELD_VOICES` (two of flite's four, also faster, slower,
higher; four of espeak-ng's, one in noise), none of which is among `TUNED_VOICES`. 71 of the 125
other sentences are near-misses. The whole is 1,000 other utterances and takes half an hour of a
processor; a sample runs each time.
"""

from collections.abc import Sequence
from importlib.resources import files

import pytest

from bailee.intake.hearing import Embedded
from support.judged import Outcome, Said, every, judged
from support.utterances import (
    FRESH,
    FRESH_VOICES,
    HELD,
    HELD_FLITE,
    HELD_VOICES,
    TUNED,
    TUNED_VOICES,
)

OTHERS = tuple(every(HELD.others, HELD_VOICES))
COMMANDS = tuple(every(HELD.commands, HELD_FLITE))
LEAST_UNDERSTOOD = 0.95
LEAST_FRESH = 0.9
"""83 of 88 were, when they were first counted after the last change."""


def test_what_is_judged_was_not_tuned_on() -> None:
    """No sentence is in both halves or in the background; no voice is in both."""
    background = (files("bailee.intake.hearing") / "background.en.txt").read_text(encoding="utf-8")
    known = {*background.splitlines(), *TUNED.commands, *TUNED.others}
    assert known.isdisjoint({*HELD.commands, *HELD.others})
    assert {each.name for each in HELD_VOICES}.isdisjoint(each.name for each in TUNED_VOICES)
    assert len(OTHERS) == 1000


def test_nothing_is_deleted_that_nobody_asked_for(engine: Embedded) -> None:
    """40 of the 1,000, each sentence and each voice by turns."""
    _assert_nothing_deleted(engine, OTHERS[::25])


@pytest.mark.long
def test_nothing_of_a_thousand_is_deleted_that_nobody_asked_for(engine: Embedded) -> None:
    _assert_nothing_deleted(engine, OTHERS)


def test_what_is_asked_for_is_understood(engine: Embedded) -> None:
    """Done, or asked about with the right scope; every fifth."""
    _assert_understood(engine, COMMANDS[::5], 0.8)


@pytest.mark.long
def test_every_command_is_understood(engine: Embedded) -> None:
    _assert_understood(engine, COMMANDS, LEAST_UNDERSTOOD)


@pytest.mark.long
def test_fresh_words_delete_nothing_either(engine: Embedded) -> None:
    """Sentences that were written when all knobs stood, in flite's four voices."""
    _assert_nothing_deleted(engine, tuple(every(FRESH.others, FRESH_VOICES)))


@pytest.mark.long
def test_fresh_commands_are_understood(engine: Embedded) -> None:
    _assert_understood(engine, tuple(every(FRESH.commands, FRESH_VOICES)), LEAST_FRESH)


def _assert_nothing_deleted(engine: Embedded, said: Sequence[Said]) -> None:
    assert [each for each in judged(said, engine) if each.wanted or each.deletes] == []


def _assert_understood(engine: Embedded, said: Sequence[Said], least: float) -> None:
    outcomes = judged(said, engine)
    missed: list[Outcome] = [each for each in outcomes if not each.is_understood]
    assert len(missed) <= (1 - least) * len(outcomes), missed
