"""The words of a language for numbers, ordinals, weekdays and months, and what they count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bailee.assistant.tokens import Token, key_of

_FIRST_YEAR = 2_000
_TEN = 10


class Words:
    """A list of words, each with alternatives after a ``|``; the first is the one that is said."""

    def __init__(self, words: Sequence[str], *, begin: int) -> None:
        """The first word counts *begin*.

        Raises:
            ValueError: One of them is empty, or stands for two numbers.
        """
        self.spoken = tuple(word.split("|")[0].strip() for word in words)
        self.begin = begin
        self._values: dict[tuple[str, ...], int] = {}
        for value, word in enumerate(words, begin):
            for each in word.split("|"):
                key = key_of(each)
                if not key:
                    raise ValueError(f"“{word}” has an empty word")
                if self._values.setdefault(key, value) != value:
                    raise ValueError(f"“{each.strip()}” stands for two things")
        self._longest = max(len(key) for key in self._values)

    def say(self, value: int) -> str:
        """The word for *value*. Raises `IndexError` where there is none."""
        if value < self.begin:
            raise IndexError(value)
        return self.spoken[value - self.begin]

    def find(self, tokens: tuple[Token, ...], at: int) -> Iterator[tuple[int, int]]:
        """Where the word at *at* ends, and what it counts: each way to read it."""
        for until in range(at + 1, min(len(tokens), at + self._longest) + 1):
            value = self._values.get(tuple(token.key for token in tokens[at:until]))
            if value is not None:
                yield until, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What a phrase file says under ``[words]``.

    Attributes:
        suffixes: What may follow the digits of an ordinal; "" where nothing need to.
        endings: What is hung on a name whose owner is meant: ``'s``.
        decades: What stands before the last two digits of a year: “twenty” twenty-six.
        millennia: What stands before any last digits of a year: “two thousand and” six.
    """

    numbers: Words
    ordinals: Words
    weekdays: Words
    months: Words
    suffixes: tuple[str, ...]
    endings: tuple[str, ...]
    decades: tuple[str, ...]
    millennia: tuple[str, ...]

    def find(self, slot: str, tokens: tuple[Token, ...], at: int) -> Iterator[tuple[int, int]]:
        """Where the words for *slot* that stand at *at* end, and what they count."""
        if at >= len(tokens):
            return
        match slot:
            case "number":
                yield from self.numbers.find(tokens, at)
                yield from _digits(tokens, at, range(1, 3))
            case "few":
                yield from (each for each in self.numbers.find(tokens, at) if each[1] < _TEN)
                yield from _digits(tokens, at, range(1, 2))
            case "minute":
                yield from (each for each in self.numbers.find(tokens, at) if each[1] >= _TEN)
                yield from _digits(tokens, at, range(2, 3))
            case "ordinal":
                yield from self.ordinals.find(tokens, at)
                yield from self._counted(tokens, at)
            case "weekday":
                yield from self.weekdays.find(tokens, at)
            case "month":
                yield from self.months.find(tokens, at)
            case "year":
                yield from self._years(tokens, at)
            case _:
                raise AssertionError(slot)

    def _counted(self, tokens: tuple[Token, ...], at: int) -> Iterator[tuple[int, int]]:
        for until, value in _digits(tokens, at, range(1, 3)):
            if "" in self.suffixes:
                yield until, value
            if until < len(tokens) and tokens[until].key in self.suffixes:
                yield until + 1, value

    def _years(self, tokens: tuple[Token, ...], at: int) -> Iterator[tuple[int, int]]:
        for until, value in _digits(tokens, at, range(4, 5)):
            if _FIRST_YEAR <= value < _FIRST_YEAR + 100:
                yield until, value
        for before in (*self.decades, *self.millennia):
            least = _TEN if before in self.decades else 0
            for until, value in self._after(key_of(before), tokens, at):
                if value >= least:
                    yield until, _FIRST_YEAR + value

    def _after(
        self, before: tuple[str, ...], tokens: tuple[Token, ...], at: int
    ) -> Iterator[tuple[int, int]]:
        """Numbers behind *before*, as words of their own or hung on its last one."""
        said = tuple(token.key for token in tokens[at : at + len(before)])
        if said == before:
            yield from self.numbers.find(tokens, at + len(before))
        elif said[:-1] == before[:-1] and said and said[-1].startswith(before[-1]):
            last = tokens[at + len(before) - 1]
            hung = Token(last.key.removeprefix(before[-1]), last.begin, last.end)
            for _, value in self.numbers.find((hung,), 0):
                yield at + len(before), value


def _digits(tokens: tuple[Token, ...], at: int, lengths: range) -> Iterator[tuple[int, int]]:
    key = tokens[at].key
    if key.isdecimal() and len(key) in lengths:
        yield at + 1, int(key)
