"""What an ear for commands knows: the commands, and a background that makes all else none of them.

A recogniser that knows commands alone hears one in everything. This one also knows what people say
every day, and what sounds like a command and is none: “don't …”, “I deleted …”, “… is sad”.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bailee.intake.hearing.english import pronounced, words_of
from bailee.intake.hearing.ngram import Counts, arpa, mixed

_BACKGROUND = "background.en.txt"
_GOES_ON = "..."
_BACKGROUND_WEIGHT = 0.3
_OTHER_WORD = {"two": "to", "four": "for", "hear": "here"}
_USUAL_WORD = {other: usual for usual, other in _OTHER_WORD.items()}
_JUNCTION = 2
"""Words of a command that a trigram sees from what stands before or behind it."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The ear's knowledge, ready for a recogniser.

    Attributes:
        language_model: ARPA.
        dictionary: How its words are spoken.
        unknown: Words of the sentences that no dictionary has, in order; sentences with one are
            left out.
    """

    language_model: bytes
    dictionary: bytes
    unknown: tuple[str, ...]
    _counts: Counts

    def taken(self, guesses: Sequence[str]) -> str:
        """Which of *guesses*, likeliest first, may be a command; "" for none.

        The likeliest must begin as one and have no other words. Taken is then which has the fewest
        neighbours that stand together in no command, by twos and then by threes.
        """
        if not guesses or not self._counts.may_be(guesses[0].split()):
            return ""
        return min((each for guess in guesses for each in _alike(guess)), key=self._strange)

    def _strange(self, guess: str) -> tuple[int, int]:
        words = guess.split()
        return self._counts.unseen(words, 2), self._counts.unseen(words, 3)

    def knows(self, text: str) -> bool:
        """Whether all words of *text* are words of commands; what is none of that is no command."""
        return self._counts.knows(text.split())


@dataclass(frozen=True, slots=True)
class _Line:
    words: Words
    before: bool
    """A command follows."""
    behind: bool
    """It follows a command."""


def learn(sentences: Iterable[str]) -> Commands:
    """Make it of *sentences*; those of a household are in memory alone.

    Raises:
        UnavailableError: pocketsphinx is not installed.
    """
    said = list(dict.fromkeys(tuple(words_of(sentence)) for sentence in sentences))
    background = _background()
    wanted = {word for words in said for word in words}
    wanted |= {word for line in background for word in line.words}
    spoken = pronounced(wanted)
    unknown = tuple(dict.fromkeys(word for words in said for word in words if word not in spoken))
    known = [words for words in said if words and all(word in spoken for word in words)]
    counts = Counts()
    for words in known:
        counts.add(words)
    both = mixed(counts.damped(), _none_of(known, background).damped(), _BACKGROUND_WEIGHT)
    return Commands(
        language_model=arpa(both),
        dictionary=_dictionary(spoken),
        unknown=unknown,
        _counts=counts,
    )


def unknown_words(sentences: Iterable[str]) -> tuple[str, ...]:
    """Words of *sentences* that the embedded engine cannot hear: unusual names, as a rule.

    Raises:
        UnavailableError: pocketsphinx is not installed.
    """
    words = list(dict.fromkeys(word for sentence in sentences for word in words_of(sentence)))
    spoken = pronounced(set(words))
    return tuple(word for word in words if word not in spoken)


def _alike(guess: str) -> Iterator[str]:
    """What sounds like *guess*, one word written otherwise; then itself; then the other way."""
    words = guess.split()
    usual = [at for at, word in enumerate(words) if word in _OTHER_WORD]
    others = [at for at, word in enumerate(words) if word in _USUAL_WORD]
    yield from (_with(words, at, _OTHER_WORD) for at in usual)
    yield guess
    yield from (_with(words, at, _USUAL_WORD) for at in others)


def _with(words: Sequence[str], at: int, other: Mapping[str, str]) -> str:
    return " ".join((*words[:at], other[words[at]], *words[at + 1 :]))


def _none_of(commands: Sequence[Words], background: Iterable[_Line]) -> Counts:
    counts = Counts()
    heads = dict.fromkeys(words[:_JUNCTION] for words in commands)
    tails = dict.fromkeys(words[-_JUNCTION:] for words in commands)
    for line in background:
        if line.before:
            for head in heads:
                counts.add((*line.words, *head), ends=False)
        elif line.behind:
            for tail in tails:
                counts.add((*tail, *line.words), begins=False)
        else:
            counts.add(line.words)
    return counts


@cache
def _background() -> tuple[_Line, ...]:
    text = (files("bailee.intake.hearing") / _BACKGROUND).read_text(encoding="utf-8")
    return tuple(_line(line) for line in text.splitlines() if line and not line.startswith("#"))


def _line(text: str) -> _Line:
    return _Line(
        words=tuple(words_of(text.removeprefix(_GOES_ON).removesuffix(_GOES_ON))),
        before=text.endswith(_GOES_ON),
        behind=text.startswith(_GOES_ON),
    )


def _dictionary(spoken: dict[str, Words]) -> bytes:
    lines = (
        f"{word}{f'({number})' if number > 1 else ''} {phones}\n"
        for word, ways in sorted(spoken.items())
        for number, phones in enumerate(ways, start=1)
    )
    return "".join(lines).encode()
