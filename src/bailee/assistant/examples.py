"""What can be said, as sentences for people to read: one for each rule of a phrase file.

They are made from the file itself, so that none is shown that would not be understood::

    examples(load_phrases("en"), "delete")["mine"]      # “delete everything i said today”
"""

from collections.abc import Iterator, Mapping
from itertools import count

from bailee.assistant.phrases import Phrases
from bailee.assistant.phrases.shape import REST
from bailee.assistant.template import Choice, Node, Row, Slot, Word, can_be_empty

_ROOM, _PERSON = "kitchen", "Leo"
_NUMBERS = (4, 5)
_MINUTE, _MONTH, _YEAR = 20, 3, "2026"
_ORDINALS = (3, 10)
_WEEKDAYS = (0, 2)
_USUAL = {"time": "plain", "when": "day", "day": "near", "near": "today", "place": "here"}
"""Which rule of a section stands for it where it is a slot; of others, the first."""


def examples(
    phrases: Phrases, section: str, *, room: str = _ROOM, person: str = _PERSON
) -> Mapping[str, str]:
    """By the names of the section's rules, in the file's order; what a rule lacks is left out.

    Args:
        phrases: One language.
        section: Of the file, such as ``delete`` or ``when``.
        room: What stands for a room.
        person: What stands for a person's name.
    """
    found: dict[str, str] = {}
    for rule in phrases.rules[section]:
        if rule.key not in found:
            told = _Telling(phrases, room, person)
            found[rule.key] = " ".join(told.words(rule.node, within=section))
    return found


class _Telling:
    """One sentence being made: a word that comes twice is another one the second time."""

    def __init__(self, phrases: Phrases, room: str, person: str) -> None:
        self._phrases = phrases
        self._names = {"room": room, "person": person, REST: "…"}
        self._names["owner"] = f"{person}{next(iter(phrases.lexicon.endings), '')}"
        self._turns = {name: count() for name in ("number", "ordinal", "weekday")}

    def words(self, node: Node, *, within: str) -> Iterator[str]:
        """The first of several; where nothing need be said nothing, but for a small word: “the”."""
        match node:
            case Word(text):
                yield text
            case Slot(name):
                yield from self._slot(name, within)
            case Row(nodes):
                for each in nodes:
                    yield from self.words(each, within=within)
            case Choice((Word(text), Row(()))):
                yield text
            case Choice(nodes):
                if not can_be_empty(node):
                    yield from self.words(nodes[0], within=within)

    def _slot(self, name: str, within: str) -> Iterator[str]:
        if name in self._names:
            yield self._names[name]
        elif name in self._phrases.rules:
            # A time by itself is shown by its weekdays: “from Monday to Wednesday”.
            usual = "weekday" if within == "when" and name == "near" else _USUAL.get(name)
            rules = self._phrases.rules[name]
            rule = next((each for each in rules if each.key == usual), rules[0])
            yield from self.words(rule.node, within=within)
        else:
            yield self._word(name)

    def _word(self, name: str) -> str:
        lexicon = self._phrases.lexicon
        match name:
            case "minute":
                return lexicon.numbers.say(_MINUTE)
            case "month":
                return lexicon.months.say(_MONTH)
            case "number":
                return lexicon.numbers.say(self._next(name, _NUMBERS))
            case "ordinal":
                return lexicon.ordinals.say(self._next(name, _ORDINALS))
            case "weekday":
                return lexicon.weekdays.say(self._next(name, _WEEKDAYS))
            case _:
                return _YEAR

    def _next(self, name: str, values: tuple[int, ...]) -> int:
        return values[next(self._turns[name]) % len(values)]
