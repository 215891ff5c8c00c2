"""The receipt as a slip of paper: the sentence, what went, two stamps, its place in the ledger."""

from datetime import UTC, datetime
from typing import Any

import click

from bailee.cli import say
from bailee.clock import to_ms
from bailee.types.erasure import Outcome
from bailee.types.kind import Kind

_INKED, _EMPTY = "●", "○"
_OUTCOMES = {
    Outcome.NOT_FOUND: "Nothing was there to forget.",
    Outcome.HELD: "A legal hold keeps some of it: nobody can use it, its bytes stay until it lifts.",
    Outcome.UNREACHABLE: "Nobody can open it; its bytes go when the store that is away comes back.",
    Outcome.CLAIMED: "A third party claims some of it: nobody can use it until that is settled.",
}


def at(text: str) -> int:
    """Milliseconds of a time in a receipt."""
    return to_ms(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))


def slip(receipt: dict[str, Any]) -> list[str]:
    """*receipt*, verified, as lines for people."""
    sentence = (
        receipt["sentence"] or "what was asked (only the receipt that was saved has the words)"
    )
    indices = [str(each["index"]) for each in receipt["entries"]]
    places = f"{'entry' if len(indices) == 1 else 'entries'} {', '.join(indices)} of the ledger"
    body = [
        click.style(f"Forgotten: {say.name(sentence)}", bold=True),
        "",
        *_went(receipt),
        "",
        *_stamps(receipt),
        "",
        f"{receipt['erasure']} · {places}",
    ]
    rule = "─" * 72
    return [f"┌{rule}", *(f"│ {line}".rstrip() for line in body), f"└{rule}"]


def _went(receipt: dict[str, Any]) -> list[str]:
    outcome = None if receipt["outcome"] is None else Outcome(receipt["outcome"])
    artefacts = {Kind(kind): many for kind, many in receipt["artefacts"].items()}
    went = say.count(receipt["recordings"], "recording")
    lines = [f"{went}: {say.kinds(artefacts)}" if artefacts else went]
    if outcome is not None and not receipt["recordings"] and not artefacts:
        lines = []
    if outcome is None:
        lines.append("Cleaning up is not finished; it goes on when the vault is next opened.")
    elif outcome in _OUTCOMES:
        lines.append(click.style(_OUTCOMES[outcome], fg="red"))
    if receipt["held"]:
        lines.append(f"{say.count(receipt['held'], 'artefact')} kept by a hold")
    return lines


def _stamps(receipt: dict[str, Any]) -> list[str]:
    since, due = receipt["unrecoverable_since"], receipt["unrecoverable_due"]
    inked = click.style(_INKED, fg="green")
    later = (
        f"{inked} unrecoverable since  {say.local(at(since))}"
        if since
        else f"{_EMPTY} unrecoverable        due {say.local(at(due))}, by `bailee rotate`"
    )
    return [f"{inked} unreadable since     {say.local(at(receipt['unreadable_since']))}", later]
