"""How the bundled list of passwords came to be: common words, and what people do to them.

`data/common.txt` was typed by hand; `data/common.sha1` is `derived_lines` of it, and a test holds
the two together. It is small on purpose, the first few thousand tries of any attacker; the whole
corpus is what a deployment configures beside it.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha1

from bailee.identity.passwords import LEAST

_ENDINGS = ("", "1", "12", "123", "1234", "!", "1!", "123!", "01", "2024", "2025", "2026")
_LEET_ENDINGS = ("", "1", "123", "!")
_LEET = str.maketrans({"a": "@", "o": "0", "i": "1", "e": "3", "s": "$"})


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list, without its comments."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def derived(words: Iterable[str]) -> frozenset[str]:
    """What people make of *words*, if it is long enough to be a password at all."""
    return frozenset(each for word in words for each in _of(word) if len(each) >= LEAST)


def derived_lines(words: Iterable[str]) -> str:
    """The same as a sorted list of ``SHA1:count`` lines; the count is not known, so it is 1."""
    digests = (sha1(each.encode(), usedforsecurity=False).hexdigest() for each in derived(words))
    return "".join(f"{digest.upper()}:1\n" for digest in sorted(digests))


def _of(word: str) -> Iterator[str]:
    yield word * 2
    yield from (shape + end for shape in (word, word.capitalize()) for end in _ENDINGS)
    yield from (word.translate(_LEET) + end for end in _LEET_ENDINGS)
