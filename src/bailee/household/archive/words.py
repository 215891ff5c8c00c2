"""The words of an archive, which is read without bailee: one catalogue a language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bailee.household.messages.templates import DEFAULT_LANGUAGE

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


@cache
def languages() -> frozenset[str]:
    """Which there are."""
    folder = files("bailee.household.archive")
    return frozenset(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


@cache
def words_of(language: str) -> Mapping[str, Any]:
    """Every text; English for a language there is none of."""
    known = language if language in languages() else DEFAULT_LANGUAGE
    source = files("bailee.household.archive") / f"{known}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def told_size(size_bytes: int) -> str:
    """As people read it: ``3.4 MB``, by thousands."""
    value, unit = float(size_bytes), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return (
        f"{value:.0f} {_UNITS[unit]}"
        if unit == 0 or value >= 99.5
        else f"{value:.1f} {_UNITS[unit]}"
    )
