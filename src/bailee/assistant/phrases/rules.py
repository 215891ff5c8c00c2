"""The templates of a phrase file, parsed and held against what a rule may use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bailee.assistant.phrases.file import PhraseFile
from bailee.assistant.phrases.shape import MAY_BE_EMPTY, RULES
from bailee.assistant.template import Node, Slot, Word, expansions, filled, parse, slots_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One template of a rule, its macros filled in."""

    key: str
    node: Node
    text: str


Rules = Mapping[str, tuple[Rule, ...]]


def read_rules(file: PhraseFile) -> Rules:
    """By section.

    Raises:
        InputError: A rule is missing, empty, unknown or ambiguous, or uses an unknown slot.
    """
    macros = _macros(file)
    rules = {section: tuple(_section(file, section, macros)) for section in RULES}
    _refuse_ambiguous(file, rules)
    return rules


def _macros(file: PhraseFile) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, text in file.said.get("macros", {}).items():
        node = _parsed(file, "macros", str(text), found)
        for slot in slots_of(node):
            raise file.wrong(f"there is no {{{slot}}} for a macro", "[macros]", name)
        found[name] = node
    return found


def _section(file: PhraseFile, section: str, macros: Mapping[str, Node]) -> Iterator[Rule]:
    for key in file.table(section):
        if key not in RULES[section]:
            raise file.wrong(f"there is no rule “{section}.{key}”", f"[{section}]", key)
    for key, allowed in RULES[section].items():
        for text in file.texts(section, key, missing=(section, key) in MAY_BE_EMPTY):
            node = _parsed(file, section, text, macros)
            for slot in slots_of(node):
                if slot not in allowed:
                    what = f"“{section}.{key}” has no slot {{{slot}}}"
                    raise file.wrong(what, f"[{section}]", text)
            yield Rule(key, node, text)


def _parsed(file: PhraseFile, section: str, text: str, macros: Mapping[str, Node]) -> Node:
    try:
        return filled(parse(text), macros)
    except ValueError as error:
        raise file.wrong(f"“{text}” is no template: {error}", f"[{section}]", text) from error


def _refuse_ambiguous(file: PhraseFile, rules: Rules) -> None:
    """The same phrase, slots and all, may stand under one rule of all commands alone."""
    taken: dict[tuple[str, ...], tuple[str, str]] = {}
    for section in ("delete", "commands"):
        for rule in rules[section]:
            for phrase in expansions(rule.node):
                name = f"{section}.{rule.key}"
                shown = tuple(part for leaf in phrase for part in _keys(leaf))
                if taken.setdefault(shown, (name, rule.text))[0] != name:
                    raise file.wrong(
                        f"“{' '.join(shown)}” is both “{taken[shown][0]}” and “{name}”",
                        f"[{section}]",
                        rule.text,
                    )


def _keys(leaf: Word | Slot) -> tuple[str, ...]:
    return leaf.keys if isinstance(leaf, Word) else (f"{{{leaf.name}}}",)
