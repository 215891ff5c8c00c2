"""What the assistant says, as a phrase file has it: every sentence there is, with its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from bailee.assistant.phrases.file import PhraseFile


@dataclass(frozen=True, slots=True)
class Sentence:
    """For one, and for any other number; both the same where nothing is counted."""

    one: str
    other: str


def read_sentences(
    file: PhraseFile, section: str, values: Mapping[str, frozenset[str]]
) -> Mapping[str, Sentence]:
    """Each that *values* names, which says what its braces may hold.

    Raises:
        InputError: One is missing, unknown or no text, or puts in what it is not given.
    """
    table = file.table(section)
    for name in table:
        if name not in values:
            raise file.wrong(f"there is no “{section}.{name}”", f"[{section}]", name)
    return {name: _sentence(file, section, name, allowed) for name, allowed in values.items()}


def _sentence(file: PhraseFile, section: str, name: str, allowed: frozenset[str]) -> Sentence:
    found = file.table(section).get(name)
    if found is None:
        raise file.wrong(f"“{section}.{name}” is missing", f"[{section}]")
    forms = found if isinstance(found, dict) else {"one": found, "other": found}
    texts = [text for text in forms.values() if isinstance(text, str)]
    if set(forms) != {"one", "other"} or len(texts) != len(forms):
        what = f"“{section}.{name}” has to be a text, or “one” and “other”"
        raise file.wrong(what, f"[{section}]", name)
    for text in texts:
        for value in _values(file, section, name, text):
            if value not in allowed:
                what = f"“{section}.{name}” is not given {{{value}}}"
                raise file.wrong(what, f"[{section}]", name)
    return Sentence(str(forms["one"]), str(forms["other"]))


def _values(file: PhraseFile, section: str, name: str, text: str) -> set[str]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise file.wrong(f"“{section}.{name}”: {error}", f"[{section}]", name) from error
    if any(spec or turned for _, _, spec, turned in parts):
        raise file.wrong(f"“{section}.{name}” has more than a name in braces", f"[{section}]", name)
    return {value for _, value, _, _ in parts if value is not None}
