"""The language model: what it says is a probability, and the recogniser reads it."""

import math
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bailee.intake.hearing.ngram import BEGIN, END, Counts, arpa, mixed

_WORDS = st.lists(st.sampled_from(("delete", "what", "i", "said", "keep")), min_size=1, max_size=5)
_SENTENCES = st.lists(_WORDS, min_size=1, max_size=8)


class Model:
    """ARPA, read as its definition says: a shorter history where a longer one was not seen."""

    def __init__(self, text: str) -> None:
        self.chance: dict[tuple[str, ...], float] = {}
        self.left: dict[tuple[str, ...], float] = {}
        for line in text.splitlines():
            first, _, rest = line.partition(" ")
            if rest and first.lstrip("-").replace(".", "").isdigit():
                *words, last = rest.split()
                if last.startswith("-") or last[0].isdigit():
                    self.left[tuple(words)] = float(last)
                else:
                    words.append(last)
                self.chance[tuple(words)] = float(first)

    def of(self, word: str, history: tuple[str, ...]) -> float:
        if (*history, word) in self.chance:
            return 10 ** self.chance[*history, word]
        assert history
        return 10 ** self.left.get(history, 0.0) * self.of(word, history[1:])


def _counted(sentences: list[list[str]]) -> Counts:
    counts = Counts()
    for sentence in sentences:
        counts.add(sentence)
    return counts


@given(_SENTENCES, _SENTENCES, st.sampled_from((0.1, 1.0, 3.0)))
def test_what_follows_a_history_sums_to_one(
    one: list[list[str]], other: list[list[str]], weight: float
) -> None:
    """After each history of two words and fewer, seen or not, all words together are certain."""
    model = Model(arpa(mixed(_counted(one).damped(), _counted(other).damped(), weight)).decode())
    words = {word for sentence in (*one, *other) for word in sentence} | {END}
    histories = [(), *((a,) for a in words | {BEGIN}), *product(words | {BEGIN}, words)]
    for history in histories:
        if END not in history:
            total = sum(model.of(word, history) for word in words)
            assert math.isclose(total, 1.0, abs_tol=2e-3), history


@given(_SENTENCES)
def test_every_sentence_may_be_one(sentences: list[list[str]]) -> None:
    """What was added, and each beginning of it, may be a command."""
    counts = _counted(sentences)
    assert all(
        counts.may_be(sentence[:until])
        for sentence in sentences
        for until in range(1, len(sentence) + 1)
    )


def test_another_beginning_is_none() -> None:
    counts = _counted([["delete", "what", "i", "said"]])
    assert not counts.may_be(["i", "delete", "what", "i", "said"])
    assert not counts.may_be(["delete", "what", "he", "said"])
    assert not counts.may_be([])


def test_a_way_that_was_taken_often_is_likelier() -> None:
    """By the square root of how often, so that a long list of dates drowns nothing else."""
    sentences = [["keep", "it"]] * 9 + [["keep", "that"]]
    model = Model(arpa(_counted(sentences).damped()).decode())
    assert 2 < model.of("it", (BEGIN, "keep")) / model.of("that", (BEGIN, "keep")) < 3.5
