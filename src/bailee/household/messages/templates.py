"""The words of messages: one catalogue a language, every template in each."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter

from bailee.types.sign_in import SignInEvent

DEFAULT_LANGUAGE = "en"
_LONGEST_WORDS = 200


class Template(StrEnum):
    """What people are told, beside the events of signing in, whose templates bear their names."""

    INVITED = "invited-home"
    RIGHTS_CHANGED = "rights-changed"
    STAY_ENDED = "stay-ended"
    CONSENT_REVOKED = "consent-revoked"
    SHARED_FORGOTTEN = "shared-forgotten"
    NOTICE = "notice"
    EXPORT_READY = "export-ready"


NAMES = frozenset({*Template, *SignInEvent})


@cache
def languages() -> frozenset[str]:
    """Which there are."""
    folder = files("bailee.household.notices")
    return frozenset(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Subject and body of every template; English for a language there is none of."""
    known = language if language in languages() else DEFAULT_LANGUAGE
    source = files("bailee.household.notices") / f"{known}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def fields_of(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def render(template: str, language: str, details: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body. *details* is untrusted: put in as it is, on one line, cut when long.

    A notice's own text alone is put in whole. What a template names and *details* lacks is "–".
    """
    said = catalogue(language)[template]
    words = {name: details.get(name) or "–" for name in fields_of(said["subject"] + said["body"])}
    shown = {name: text if name == "text" else _one_line(text) for name, text in words.items()}
    return said["subject"].format_map(shown), said["body"].format_map(shown).strip()


def _one_line(text: str) -> str:
    line = "".join(char for char in text if char.isprintable())
    return line if len(line) <= _LONGEST_WORDS else line[: _LONGEST_WORDS - 1] + "…"
