"""The language that phrases are written in: ``(delete|forget) what i [just] said [{when}]``.

Words stand for themselves; ``(a|b)`` is one of them, ``[a|b]`` one of them or nothing, ``{name}``
whatever the slot of that name takes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from bailee.assistant.tokens import Token, key_of, tidy

MOST_EXPANSIONS = 4_000
"""Of one template, with its slots left open."""
_LONGEST = 1_000
_PIECE = re.compile(r"\{[a-z_]+\}|[()\[\]|]|[^\s()\[\]|{}]+|\S")
_CLOSES = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as a translator wrote it; `keys` is what is compared."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A hole, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One after another."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them."""

    nodes: tuple["Node", ...]


Node = Word | Slot | Row | Choice
_NOTHING = Row(())


def parse(text: str) -> Node:
    """What *text* says. Raises `ValueError`, in plain words, where it is no template."""
    if len(text) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST} characters")
    pieces = _PIECE.findall(tidy(text).lower())
    node, rest = _choice(pieces, 0, "")
    assert rest == len(pieces)
    if can_be_empty(node):
        raise ValueError("it takes no word at all")
    if count(node) > MOST_EXPANSIONS:
        raise ValueError(f"it stands for more than {MOST_EXPANSIONS} phrases")
    return node


def _choice(pieces: list[str], at: int, closes: str) -> tuple[Node, int]:
    rows: list[Node] = []
    nodes: list[Node] = []
    while at < len(pieces) and pieces[at] != closes:
        piece = pieces[at]
        at += 1
        if piece == "|" and not closes:
            raise ValueError("put alternatives in parentheses")
        if piece == "|":
            rows.append(_row(nodes))
            nodes = []
        elif piece in _CLOSES:
            node, at = _choice(pieces, at, _CLOSES[piece])
            at += 1
            nodes.append(Choice((node, _NOTHING)) if piece == "[" else node)
        else:
            nodes.append(_leaf(piece))
    if closes and at == len(pieces):
        raise ValueError(f"a “{closes}” is missing")
    rows.append(_row(nodes))
    return (rows[0] if len(rows) == 1 else Choice(tuple(rows))), at


def _row(nodes: list[Node]) -> Node:
    if not nodes:
        raise ValueError("something is empty")
    return nodes[0] if len(nodes) == 1 else Row(tuple(nodes))


def _leaf(piece: str) -> Node:
    if piece.startswith("{") and piece.endswith("}"):
        return Slot(piece[1:-1])
    keys = key_of(piece)
    if not keys or piece in ")]{}":
        raise ValueError(f"“{piece}” is out of place")
    return Word(piece, keys)


def can_be_empty(node: Node) -> bool:
    """Whether nothing at all fits it."""
    match node:
        case Row(nodes):
            return all(can_be_empty(each) for each in nodes)
        case Choice(nodes):
            return any(can_be_empty(each) for each in nodes)
        case Word() | Slot():
            return False


def count(node: Node) -> int:
    """How many `expansions` there are."""
    match node:
        case Row(nodes):
            return prod(count(each) for each in nodes)
        case Choice(nodes):
            return sum(count(each) for each in nodes)
        case Word() | Slot():
            return 1


def slots_of(node: Node) -> Iterator[str]:
    """The name of every slot, as often as it stands there."""
    if isinstance(node, Slot):
        yield node.name
    elif isinstance(node, Row | Choice):
        for each in node.nodes:
            yield from slots_of(each)


def filled(node: Node, macros: Mapping[str, Node]) -> Node:
    """The same with each slot that *macros* names replaced by what it stands for."""
    match node:
        case Slot(name):
            return macros.get(name, node)
        case Row(nodes):
            return Row(tuple(filled(each, macros) for each in nodes))
        case Choice(nodes):
            return Choice(tuple(filled(each, macros) for each in nodes))
        case Word():
            return node


def expansions(node: Node) -> Iterator[tuple[Word | Slot, ...]]:
    """Every phrase it stands for, with its slots left open."""
    match node:
        case Word() | Slot():
            yield (node,)
        case Choice(nodes):
            for each in nodes:
                yield from expansions(each)
        case Row(nodes):
            for parts in product(*(tuple(expansions(each)) for each in nodes)):
                yield tuple(leaf for part in parts for leaf in part)


def takes(word: Word, tokens: tuple[Token, ...], at: int) -> int:
    """Where *tokens* go on after *word*; -1 where it does not stand at *at*."""
    until = at + len(word.keys)
    said = tuple(token.key for token in tokens[at:until])
    return until if said == word.keys else -1
