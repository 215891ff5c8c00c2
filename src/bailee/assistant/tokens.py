"""A text in words, as they are compared: whatever its case, its hyphens and its punctuation."""

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = r"[^\W\d_]"
_WORD = re.compile(rf"\d+|{_LETTERS}+(?:['’.]{_LETTERS}+)*")
_JOINTS = re.compile(r"['’.]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number; `begin` and `end` are where it stands in the text it was made of."""

    key: str
    begin: int
    end: int


def tidy(text: str) -> str:
    """The text whose places tokens name: composed (Unicode NFC)."""
    return unicodedata.normalize("NFC", text)


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of *text*, which is `tidy`: ``5pm`` is two, ``a.m.`` and ``o'clock`` are one."""
    return tuple(
        Token(_JOINTS.sub("", match.group()).casefold(), match.start(), match.end())
        for match in _WORD.finditer(text)
    )


def key_of(text: str) -> tuple[str, ...]:
    """What is compared of *text*."""
    return tuple(token.key for token in tokens_of(tidy(text)))
