"""Where pocketsphinx lies, its model of English within, and how the words of that are spoken."""

import re
from collections.abc import Collection, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bailee.errors import UnavailableError

LANGUAGE = "en"
_ANOTHER = re.compile(r"\(\d+\)$")
_BREAKS = re.compile(r"[\s‐‑–-]+")
_OWN = "'s"
_BY_HEART = {"bailee": ("B EY L IY",)}
_AROUND = ',;:!?"“”‘()…'


def folder() -> Path:
    """Where the model lies: ``en-us``, ``en-us.lm.bin`` and ``cmudict-en-us.dict``.

    Raises:
        UnavailableError: pocketsphinx is not installed.
    """
    spec = find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        raise UnavailableError(
            "bailee cannot hear by itself here.",
            hint="Install what hears: `pip install 'bailee[voice]'`.",
        )
    return Path(spec.origin).parent / "model" / "en-us"


def engine_name() -> str:
    """As it is kept beside a transcript."""
    return f"pocketsphinx {version('pocketsphinx')}, en-us"


def pronounced(words: Collection[str]) -> dict[str, tuple[str, ...]]:
    """How each of *words* is spoken, in every way that is known; no more words."""
    owners = {word.removesuffix(_OWN) for word in words if word.endswith(_OWN)}
    found = _looked_up({*words, *owners})
    for owner in owners:
        if f"{owner}{_OWN}" not in found and owner in found:
            found[owner + _OWN] = tuple(f"{way} {_hiss(way)}" for way in found[owner])
    found |= {word: ways for word, ways in _BY_HEART.items() if word not in found}
    return {word: ways for word, ways in found.items() if word in words}


def _looked_up(words: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with (folder() / "cmudict-en-us.dict").open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.rstrip().partition(" ")
            if (word := _ANOTHER.sub("", word)) in words:
                found[word] = (*found.get(word, ()), phones)
    return found


def _hiss(way: str) -> str:
    """How the s of an owner sounds behind it."""
    last = way.rsplit(maxsplit=1)[-1]
    if last in {"S", "Z", "SH", "ZH", "CH", "JH"}:
        return "IH Z"
    return "S" if last in {"P", "T", "K", "F", "TH"} else "Z"


def words_of(sentence: str) -> Iterator[str]:
    """The words of *sentence*, as the dictionary writes them: small letters, no hyphens."""
    for piece in _BREAKS.split(sentence.lower().replace("’", "'")):
        word = piece.strip(_AROUND)
        if word := word if "." in word[:-1] else word.rstrip("."):
            yield word
