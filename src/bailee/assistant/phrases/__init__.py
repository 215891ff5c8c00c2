"""Phrases: one file for each language, which a translator can edit, read and checked at the door.

::

    load_phrases("de")                          # what is in the package
    load_phrases("en", Path("my-phrases.toml")) # a household's own

A file has what can be said (`shape`: rules, each with templates), the words for numbers and dates,
and every sentence that the assistant says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from bailee.assistant.answers import ANSWER_VALUES, SAID_VALUES
from bailee.assistant.lexicon import Lexicon, Words
from bailee.assistant.phrases.file import PhraseFile
from bailee.assistant.phrases.rules import Rule, Rules, read_rules
from bailee.assistant.phrases.sentences import Sentence, read_sentences
from bailee.assistant.phrases.shape import LISTS, SPOKEN_LISTS
from bailee.assistant.tokens import key_of
from bailee.errors import InputError

__all__ = ["Phrases", "Rule", "Sentence", "languages", "load_phrases"]

_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language.

    Attributes:
        language: ISO 639-1.
        rules: By section.
        answers: By the names of `Answer`.
        said: What answers are put together from.
        hours: The hours of a clock in a sentence, twelve first: ten past “one”.
        full_hours: The same where nothing is past: “one o'clock”.
        small_words: What says nothing of what a sentence is about.
        question_words: What a question begins with.
    """

    language: str
    rules: Rules
    lexicon: Lexicon
    answers: Mapping[str, Sentence]
    said: Mapping[str, Sentence]
    hours: tuple[str, ...]
    full_hours: tuple[str, ...]
    small_words: frozenset[str]
    question_words: frozenset[str]


@cache
def languages() -> frozenset[str]:
    """Which there are in the package; ISO 639-1."""
    names = (each.name for each in files("bailee.assistant.phrases").iterdir())
    return frozenset(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def load_phrases(language: str, path: Path | None = None) -> Phrases:
    """The phrases of *language*, from the package or from *path*.

    Raises:
        InputError: There are none, the file cannot be read, or something in it is wrong: the
            sentence says on which line.
    """
    return _packaged(language) if path is None else _own(language, path)


@cache
def _packaged(language: str) -> Phrases:
    if language not in languages():
        raise InputError(f"There are no phrases in “{language}”.", hint=f"There are: {_known()}.")
    source = files("bailee.assistant.phrases") / f"{language}{_SUFFIX}"
    return _checked(language, PhraseFile.read(f"{language}{_SUFFIX}", source.read_bytes()))


def _own(language: str, path: Path) -> Phrases:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    return _checked(language, PhraseFile.read(str(path), data))


def _checked(language: str, file: PhraseFile) -> Phrases:
    lists = {key: _list(file, "words", key, count) for key, count in LISTS.items()}
    spoken = {key: _list(file, "words", key, count) for key, count in SPOKEN_LISTS.items()}
    return Phrases(
        language=language,
        rules=read_rules(file),
        lexicon=Lexicon(
            numbers=_words(file, "numbers", lists, 0),
            ordinals=_words(file, "ordinals", lists, 1),
            weekdays=_words(file, "weekdays", lists, 0),
            months=_words(file, "months", lists, 1),
            suffixes=file.texts("words", "ordinal_suffixes", missing=True),
            endings=file.texts("words", "owner_endings"),
            decades=file.texts("words", "year_decades", missing=True),
            millennia=file.texts("words", "year_millennia", missing=True),
        ),
        answers=read_sentences(file, "answers", ANSWER_VALUES),
        said=read_sentences(file, "said", SAID_VALUES),
        hours=spoken["hours"],
        full_hours=spoken["full_hours"],
        small_words=_keys(file, "small"),
        question_words=_keys(file, "questions"),
    )


def _list(file: PhraseFile, section: str, key: str, count: int) -> tuple[str, ...]:
    found = file.texts(section, key)
    if len(found) != count:
        what = f"“{key}” has {len(found)} words, not {count}"
        raise file.wrong(what, f"[{section}]", key)
    return found


def _words(file: PhraseFile, key: str, lists: Mapping[str, tuple[str, ...]], begin: int) -> Words:
    try:
        return Words(lists[key], begin=begin)
    except ValueError as error:
        raise file.wrong(str(error), "[words]", key) from error


def _keys(file: PhraseFile, key: str) -> frozenset[str]:
    return frozenset(each for text in file.texts("words", key) for each in key_of(text))


def _known() -> str:
    return ", ".join(sorted(languages()))
