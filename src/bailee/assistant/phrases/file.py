"""A phrase file as it lies there: TOML, with the line of whatever is wrong."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bailee.errors import InputError

_HINT = "See docs/guide/voice.md, “Other words, other languages”."


@dataclass(frozen=True, slots=True)
class PhraseFile:
    """What it says, and what it is called in a sentence about it."""

    name: str
    text: str
    said: Mapping[str, Any]

    @classmethod
    def read(cls, name: str, data: bytes) -> "PhraseFile":
        """Raises `InputError` where *data* is no TOML."""
        try:
            text = data.decode()
            return cls(name, text, tomllib.loads(text))
        except ValueError as error:
            raise InputError(f"{name} is no phrase file: {error}.", hint=_HINT) from error

    def wrong(self, what: str, *places: str) -> InputError:
        """That *what* is wrong, on the line where all of *places* were found, one after another."""
        return InputError(f"{self.name}, line {self.line(*places)}: {what}.", hint=_HINT)

    def line(self, *places: str) -> int:
        """From 1. Where a place is not found, that of the one before."""
        at = 0
        for place in places:
            key = re.compile(rf"^{re.escape(place)} *=", re.MULTILINE).search(self.text, at)
            at = key.start() if key else max(at, self.text.find(place, at))
        return self.text.count("\n", 0, at) + 1

    def table(self, section: str) -> Mapping[str, Any]:
        """Raises `InputError` where there is no such section."""
        found = self.said.get(section)
        if not isinstance(found, dict):
            raise self.wrong(f"the section [{section}] is missing")
        return found

    def texts(self, section: str, key: str, *, missing: bool = False) -> tuple[str, ...]:
        """A list of texts; empty where it may be *missing* and is.

        Raises:
            InputError: It is no list of texts, or is missing.
        """
        found = self.table(section).get(key, [] if missing else None)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self.wrong(f"“{key}” has to be a list of texts", f"[{section}]", key)
        if not found and not missing:
            raise self.wrong(f"“{key}” is empty", f"[{section}]", key)
        return tuple(found)
