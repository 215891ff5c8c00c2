"""A policy as a person reads it: its name, whether it opens or closes, and what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Effect = Literal["permit", "forbid"]

_POLICY = re.compile(
    r"(?P<says>(?:^//[^\n]*\n)+)^@id\(\"(?P<id>[^\"]*)\"\)\s*(?P<effect>permit|forbid)\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One policy.

    Attributes:
        policy: Its id, as the ledger names it.
        effect: ``forbid`` for a safeguard.
        says: The comment above it, on one line, with the clauses it cites; empty if it has none.
    """

    policy: str
    effect: Effect
    says: str


def clauses_of(text: str) -> Iterator[Clause]:
    """Every policy of *text* that has an id and a comment right above it, in order."""
    for match in _POLICY.finditer(text):
        lines = match["says"].splitlines()
        yield Clause(
            policy=match["id"],
            effect="permit" if match["effect"] == "permit" else "forbid",
            says=" ".join(line.removeprefix("//").strip() for line in lines),
        )
