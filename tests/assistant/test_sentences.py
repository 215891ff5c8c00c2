"""The sentences that a language model is made of: each a command, and every word in one of them."""

from itertools import islice

import pytest

from assistant.words import NAMES, reader
from bailee.assistant.command import Act, Command, Unclear
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader

MOST = 25_000


@pytest.mark.parametrize("language", ["en", "de"])
def test_they_are_bounded_and_each_is_said_once(language: str) -> None:
    said = list(reader(language).sentences())
    assert 1_000 < len(said) <= MOST
    assert len(set(said)) == len(said)
    assert list(reader(language).sentences()) == said


def understood(language: str, every: int) -> float:
    """What share of every so many sentences is a command."""
    sample = list(islice(reader(language).sentences(), 0, None, every))
    found = [reader(language).understand(each) for each in sample]
    assert not any(isinstance(each, Unclear) for each in found)
    return sum(isinstance(each, Command) for each in found) / len(sample)


@pytest.mark.parametrize("language", ["en", "de"])
def test_they_are_commands(language: str) -> None:
    """But for the odd time that is none: “from noon to midday”."""
    assert understood(language, 37) >= 0.995


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "de"])
def test_they_are_all_commands(language: str) -> None:
    assert understood(language, 1) >= 0.995


def test_every_act_but_those_of_free_words_is_among_them() -> None:
    found = {
        command.act
        for each in islice(reader().sentences(), 0, None, 5)
        if (command := reader().read(each)) is not None
    }
    assert found == set(Act) - {Act.REMEMBER}


def test_every_word_for_a_time_and_every_name_is_among_them() -> None:
    words = {word for each in reader().sentences() for word in each.split()}
    lexicon = load_phrases("en").lexicon
    for each in (lexicon.months, lexicon.weekdays, lexicon.ordinals):
        assert {spoken.lower() for spoken in each.spoken} <= words
    assert set(lexicon.numbers.spoken[1:13]) <= words
    assert {"kitchen", "children's", "leo", "leo's", "o'clock", "a.m.", "p.m."} <= words


def test_a_household_without_names_says_the_rest() -> None:
    bare = list(Reader(load_phrases("en"), Names()).sentences())
    assert 1_000 < len(bare) < len(list(Reader(load_phrases("en"), NAMES).sentences()))
    assert "delete what i just said" in bare
    assert not any("leo" in each.split() for each in bare)
