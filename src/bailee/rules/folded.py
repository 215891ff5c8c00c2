"""Finding words in a text as people read it: not by its bytes, its case or its forms of letters."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

Mark = tuple[int, int]
"""Where in a text: characters, half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text in NFC, and folded (NFKC and casefold).

    Attributes:
        plain: As it is shown; marks are places in it.
        text: As it is compared.
        origins: At which character of `plain` the letter begins that each one of `text` is of; and
            where `plain` ends.
    """

    plain: str
    text: str
    origins: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """Fold *text* letter by letter, each with the marks upon it, so that places are known."""
        if text.isascii():
            return cls(plain=text, text=text.lower(), origins=range(len(text) + 1))
        plain = unicodedata.normalize("NFC", text)
        parts: list[str] = []
        origins: list[int] = []
        for at, letter in _letters(plain):
            folded = _fold_letter(letter)
            parts.append(folded)
            origins += [at] * len(folded)
        return cls(plain=plain, text="".join(parts), origins=(*origins, len(plain)))

    def marks(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Where any of *words* (folded) stands, in order; empty unless every one of them does."""
        found: list[Mark] = []
        for word in words:
            at = self.text.find(word)
            if at < 0:
                return ()
            while at >= 0:
                end = at + len(word)
                found.append((self.origins[at], self._end(end)))
                at = self.text.find(word, end)
        return tuple(_joined(sorted(found)))

    def _end(self, end: int) -> int:
        """Where the letter ends whose last folded character is before *end*."""
        last = self.origins[end - 1]
        while self.origins[end] == last:
            end += 1
        return self.origins[end]


def fold(text: str) -> str:
    """*text* as it is compared; folding it again changes nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    again = unicodedata.normalize("NFKC", plain).casefold()
    return unicodedata.normalize("NFKC", again)


_fold_letter = lru_cache(maxsize=8192)(fold)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a question, folded as `Folded.of` folds, each once."""
    return tuple(dict.fromkeys(Folded.of(text).text.split()))


def _letters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the marks that follow it, and where it begins."""
    begin = 0
    for at in range(1, len(text)):
        if not unicodedata.combining(text[at]):
            yield begin, text[begin:at]
            begin = at
    if text:
        yield begin, text[begin:]


def _joined(marks: Sequence[Mark]) -> Iterator[Mark]:
    """*marks*, in order, with those that touch as one."""
    held: Mark | None = None
    for begin, end in marks:
        if held is not None and begin <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held is not None:
            yield held
        held = (begin, end)
    if held is not None:
        yield held
