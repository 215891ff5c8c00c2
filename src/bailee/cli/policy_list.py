"""`bailee policy list`: every policy that decides, as a lawyer reads it."""

import textwrap
from collections.abc import Iterator

import click

from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.rules.cedar import CONCERNS, FOLDER
from bailee.rules.gate_clause import Clause, clauses_of

_WIDTH = 96


def clauses() -> Iterator[tuple[str, Clause]]:
    """Every bundled policy with the file it is in, in the order in which they are named."""
    for concern in CONCERNS:
        text = (FOLDER / f"{concern}.cedar").read_text(encoding="utf-8")
        for clause in clauses_of(text):
            yield f"{concern}.cedar", clause


def told(clause: Clause) -> list[str]:
    """A policy as lines: what it does and its name, then its words."""
    lead = "opens " if clause.effect == "permit" else "closes"
    words = textwrap.wrap(clause.says or "It has no words of its own.", _WIDTH - 4)
    return [f"  {lead}  {clause.policy}", *(f"    {line}" for line in words)]


@click.command(name="list")
@common
def list_(desk: Desk) -> None:
    """Print every policy that decides, with its file and what it says.

    What closes, no other policy opens again. What none opens stays closed.

      bailee policy list
    """
    found = list(clauses())
    lines: list[str] = []
    for place in dict.fromkeys(place for place, _ in found):
        lines.append(place)
        for where, clause in found:
            lines += told(clause) if where == place else []
        lines.append("")
    closing = sum(clause.effect == "forbid" for _, clause in found)
    desk.answer(
        {
            "policies": [
                {
                    "file": place,
                    "policy": clause.policy,
                    "effect": clause.effect,
                    "says": clause.says,
                }
                for place, clause in found
            ]
        },
        [
            *lines,
            f"{len(found)} policies: {closing} close, {len(found) - closing} open.",
            "Ask about one case: bailee policy explain ID --as WHO --purpose PURPOSE",
        ],
    )
