"""Sentences that can be said, written out: what a recogniser's language model is made of."""

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, cycle, islice, product

from bailee.assistant.lexicon import Lexicon
from bailee.assistant.phrases import Phrases, Rule
from bailee.assistant.phrases.shape import REST
from bailee.assistant.template import Slot, Word, count, expansions, slots_of

_WHEN = "when"
_TIMES_A_WORDING = 3
"""With how many times and places each wording that has room for one is said."""
_MOST_A_TEMPLATE = 60
"""At most so many sentences stand for one template of a time."""
_MOST_OF_DATES = 400
"""The same for templates of dates: each day of each month has to be there."""
_TIMES_A_TEMPLATE = 2
"""How often each wording of a template is said, with other values."""
_DATE = "date"
_POLITE_EVERY = 2
"""One in so many is said twice more with what is only polite."""


def wordings(phrases: Phrases, *, rooms: Sequence[str], persons: Sequence[str]) -> Iterator[str]:
    """As `Reader.sentences` says."""
    says = _Says(phrases, rooms, persons)
    commands = chain(phrases.rules["delete"], phrases.rules["commands"])
    usual = next(rule for rule in phrases.rules["delete"] if _WHEN in slots_of(rule.node))
    plain = dict.fromkeys(
        chain(says.each_time(usual), chain.from_iterable(says.command(rule) for rule in commands))
    )
    yield from dict.fromkeys(_politely(says, plain))


def _politely(says: "_Says", plain: Iterable[str]) -> Iterator[str]:
    """Each of *plain*, and some once more with what is said before and behind."""
    before = cycle(says.section("politeness", "before"))
    after = cycle(says.section("politeness", "after"))
    for number, sentence in enumerate(plain):
        yield sentence
        if number % _POLITE_EVERY == 0:
            yield f"{next(before)} {sentence}"
            yield f"{sentence} {next(after)}"


class _Says:
    """What is said for each slot, by turns."""

    def __init__(self, phrases: Phrases, rooms: Sequence[str], persons: Sequence[str]) -> None:
        self._rules = phrases.rules
        endings = phrases.lexicon.endings[:1]
        self._values: dict[str, tuple[str, ...]] = {
            **_words(phrases.lexicon),
            "room": tuple(rooms),
            "person": tuple(persons),
            "owner": tuple(name + ending for name in persons for ending in endings),
        }
        self._turns: dict[str, Iterator[str]] = {}

    def command(self, rule: Rule) -> Iterator[str]:
        """Each wording, some times over where slots change it."""
        if REST in set(slots_of(rule.node)):
            return
        for wording in expansions(rule.node):
            has_slots = any(isinstance(leaf, Slot) for leaf in wording)
            for _ in range(_TIMES_A_WORDING if has_slots else 1):
                yield from self._said(wording)

    def each_time(self, rule: Rule) -> Iterator[str]:
        """The shortest wording that has a time, with every one there is."""
        timed = (each for each in expansions(rule.node) if Slot(_WHEN) in each)
        shortest = min(timed, key=len)
        for when in self._of(_WHEN):
            words = [leaf.text if isinstance(leaf, Word) else when for leaf in shortest]
            yield " ".join(words).lower()

    def section(self, section: str, key: str = "") -> tuple[str, ...]:
        """Phrases for the rules of a section, each value of each slot in one if there is room."""
        rules = (rule for rule in self._rules[section] if key in {"", rule.key})
        return tuple(dict.fromkeys(chain.from_iterable(self._covered(rule) for rule in rules)))

    def _covered(self, rule: Rule) -> Iterator[str]:
        slots = tuple(slots_of(rule.node))
        if slots and len(slots) == len(set(slots)):
            yield from self._each(min(expansions(rule.node), key=len))
        most = max((len(self._of(slot)) for slot in slots), default=1)
        cap = _MOST_OF_DATES if _DATE in slots else _MOST_A_TEMPLATE
        times = _TIMES_A_TEMPLATE if slots else 1
        turns = max(times * count(rule.node), min(most, cap))
        for wording in islice(cycle(expansions(rule.node)), turns):
            yield from self._said(wording)

    def _each(self, wording: tuple[Word | Slot, ...]) -> Iterator[str]:
        """The wording with every value of its slots, where that is not too many."""
        choices = [
            (leaf.text,) if isinstance(leaf, Word) else self._of(leaf.name) for leaf in wording
        ]
        if math.prod(len(each) for each in choices) <= _MOST_OF_DATES:
            yield from (" ".join(parts).lower() for parts in product(*choices))

    def _said(self, wording: tuple[Word | Slot, ...]) -> Iterator[str]:
        """One sentence; none where a slot has nothing to say: a household without a room."""
        parts = [leaf.text if isinstance(leaf, Word) else self._next(leaf.name) for leaf in wording]
        if all(parts):
            yield " ".join(parts).lower()

    def _next(self, slot: str) -> str:
        if slot not in self._turns:
            self._turns[slot] = _by_turns(slot, self._of(slot))
        return next(self._turns[slot], "")

    def _of(self, slot: str) -> tuple[str, ...]:
        if slot not in self._values:
            self._values[slot] = self.section(slot)
        return self._values[slot]


def _by_turns(slot: str, values: Sequence[str]) -> Iterator[str]:
    """Each of *values* once in every round, in another order each time, the same in every run.

    In one and the same order, a value would meet the same wordings again and again.
    """
    some = random.Random(slot)  # noqa: S311 - no secret hangs on it
    while values:
        yield from some.sample(values, len(values))


def _words(words: Lexicon) -> Mapping[str, tuple[str, ...]]:
    years = [words.numbers.say(number) for number in range(20, 40)]
    return {
        "number": words.numbers.spoken[1:13],
        "few": words.numbers.spoken[1:10],
        "minute": tuple(words.numbers.say(number) for number in range(10, 60, 5)),
        "ordinal": words.ordinals.spoken,
        "weekday": words.weekdays.spoken,
        "month": words.months.spoken,
        "year": tuple(
            [f"{before} {year}" for before in words.decades for year in years]
            or [f"{before}{year}" for before in words.millennia[:1] for year in years]
        ),
    }
