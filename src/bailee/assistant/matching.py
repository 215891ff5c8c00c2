"""Matching one text against the rules of a language: every way to take its words."""

from collections.abc import Iterator, Mapping
from typing import Any

from bailee.assistant.meaning import Named, mean
from bailee.assistant.phrases import Phrases
from bailee.assistant.phrases.shape import NAMES, REST, WORDS
from bailee.assistant.template import Choice, Node, Row, Slot, Word, takes
from bailee.assistant.tokens import Token, tidy, tokens_of

NamedBy = Mapping[str, Mapping[tuple[str, ...], Named]]
"""For each slot of names, the words of each name."""
_Taken = tuple[tuple[str, Any], ...]


class Matching:
    """One text; what a section made of a place in it is found once."""

    def __init__(self, phrases: Phrases, names: NamedBy, text: str) -> None:
        self._phrases = phrases
        self._names = names
        self._text = tidy(text)
        self._tokens: tuple[Token, ...] = tokens_of(self._text)
        self._found: dict[tuple[str, str, int], tuple[tuple[int, Any], ...]] = {}

    def __len__(self) -> int:
        """In words."""
        return len(self._tokens)

    def section(self, section: str, at: int, key: str = "") -> tuple[tuple[int, Any], ...]:
        """What its rules make of the words from *at* on, or that of *key* alone.

        Each way to read them: where it ends, and its value.
        """
        asked = (section, key, at)
        if asked not in self._found:
            self._found[asked] = tuple(self._section(section, at, key))
        return self._found[asked]

    def _section(self, section: str, at: int, key: str) -> Iterator[tuple[int, Any]]:
        for rule in self._phrases.rules[section]:
            if key in {"", rule.key}:
                for until, taken in self._match(rule.node, at):
                    value = mean(section, rule.key, _by_name(taken))
                    if value is not None:
                        yield until, value

    def _match(self, node: Node, at: int) -> Iterator[tuple[int, _Taken]]:
        match node:
            case Word():
                until = takes(node, self._tokens, at)
                if until >= 0:
                    yield until, ()
            case Choice(nodes):
                for each in nodes:
                    yield from self._match(each, at)
            case Row(nodes):
                yield from self._match_row(nodes, at)
            case Slot(name):
                for until, value in self._slot(name, at):
                    yield until, ((name, value),)

    def _match_row(self, nodes: tuple[Node, ...], at: int) -> Iterator[tuple[int, _Taken]]:
        if not nodes:
            yield at, ()
            return
        for until, taken in self._match(nodes[0], at):
            for end, more in self._match_row(nodes[1:], until):
                yield end, (*taken, *more)

    def _slot(self, name: str, at: int) -> Iterator[tuple[int, Any]]:
        if name == REST:
            yield from self._rests(at)
        elif name in WORDS:
            yield from self._phrases.lexicon.find(name, self._tokens, at)
        elif name in NAMES:
            yield from self._named(name, at)
        else:
            yield from self.section(name, at)

    def _rests(self, at: int) -> Iterator[tuple[int, str]]:
        for until in range(at + 1, len(self._tokens) + 1):
            yield until, self._text[self._tokens[at].begin : self._tokens[until - 1].end]

    def _named(self, name: str, at: int) -> Iterator[tuple[int, Named]]:
        known = self._names[name]
        longest = max((len(key) for key in known), default=0)
        for until in range(at + 1, min(len(self._tokens), at + longest) + 1):
            named = known.get(tuple(token.key for token in self._tokens[at:until]))
            if named is not None:
                yield until, named


def _by_name(taken: _Taken) -> dict[str, list[Any]]:
    slots: dict[str, list[Any]] = {}
    for name, value in taken:
        slots.setdefault(name, []).append(value)
    return slots
