"""Sentences that can be said, written out: what a recogniser's language model is made of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, cycle, islice

from bailee.assistant.lexicon import Lexicon
from bailee.assistant.phrases import Phrases, Rule
from bailee.assistant.phrases.shape import REST
from bailee.assistant.template import Slot, Word, count, expansions, slots_of

_WHEN = "when"
_TIMES_A_WORDING = 3
"""With how many times and places each wording that has room for one is said."""
_MOST_A_TEMPLATE = 60
"""At most so many sentences stand for one template of a time."""
_POLITE_EVERY = 5
"""One in so many is said twice more with what is only polite."""


def wordings(phrases: Phrases, *, rooms: Sequence[str], persons: Sequence[str]) -> Iterator[str]:
    """As `Reader.sentences` says."""
    says = _Says(phrases, rooms, persons)
    commands = chain(phrases.rules["delete"], phrases.rules["commands"])
    usual = next(rule for rule in phrases.rules["delete"] if _WHEN in slots_of(rule.node))
    plain = dict.fromkeys(
        chain(says.each_time(usual), chain.from_iterable(says.command(rule) for rule in commands))
    )
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
        most = max((len(self._of(slot)) for slot in slots_of(rule.node)), default=1)
        turns = max(count(rule.node), min(most, _MOST_A_TEMPLATE))
        for wording in islice(cycle(expansions(rule.node)), turns):
            yield from self._said(wording)

    def _said(self, wording: tuple[Word | Slot, ...]) -> Iterator[str]:
        """One sentence; none where a slot has nothing to say: a household without a room."""
        parts = [leaf.text if isinstance(leaf, Word) else self._next(leaf.name) for leaf in wording]
        if all(parts):
            yield " ".join(parts).lower()

    def _next(self, slot: str) -> str:
        if slot not in self._turns:
            self._turns[slot] = cycle(self._of(slot))
        return next(self._turns[slot], "")

    def _of(self, slot: str) -> tuple[str, ...]:
        if slot not in self._values:
            self._values[slot] = self.section(slot)
        return self._values[slot]


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
