"""Whether a remembered fact answers a question: by the words both have, and nothing kept for it.

No index and no cache: each question is compared with what opens at that moment, so what was
forgotten answers nothing (R-15).
"""

from collections.abc import Collection

from bailee.assistant.tokens import key_of

_STEM = 4
"""Characters that two forms of one word have in common at least: “allerg-ic”, “allerg-y”."""
_ENDING = 3
"""What may be left of either behind them."""


def content_of(text: str, small: Collection[str]) -> frozenset[str]:
    """The words of *text* that say what it is about: all but *small* ones."""
    return frozenset(each for each in key_of(text) if each not in small and len(each) > 1)


def likeness(asked: Collection[str], fact: Collection[str]) -> int:
    """How many of the words *asked* a fact has, in one form or another."""
    return sum(any(is_like(each, other) for other in fact) for each in asked)


def is_like(one: str, other: str) -> bool:
    """Whether two words are forms of one, or one is the other's last part: “nuts”, “walnut”."""
    if one == other:
        return True
    short, long = sorted((_singular(one), _singular(other)), key=len)
    if short == long:
        return True
    common = _common(short, long)
    if common >= _STEM and max(len(short), len(long)) - common <= _ENDING:
        return True
    return len(short) >= _ENDING and len(long) - len(short) >= _ENDING and long.endswith(short)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _ENDING and word.endswith("s") else word


def _common(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
