"""`bailee list` and `bailee show`: what is held."""

from dataclasses import replace
from typing import Any

import click

from bailee.cli import moments, say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common, whose
from bailee.cli.shown import as_json, details
from bailee.errors import UnknownError
from bailee.types.kind import Kind
from bailee.types.query import Page, Query
from bailee.types.recording import Recording

_NAME = 24
"""Columns a name may take in a list; `show` has it whole."""


def _query(
    desk: Desk, *, kind: str | None, from_: str | None, to: str | None, **said: Any
) -> Query:
    return Query(
        kind=Kind(kind) if kind else None,
        from_ms=moments.begin(desk, from_, "--from"),
        to_ms=moments.end(desk, to, "--to"),
        **said,
    )


# -- list -----------------------------------------------------------------------------------


@click.command(name="list")
@whose
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", metavar="PLACE", default="", help="Go on where the last page ended.")
@common
def list_(desk: Desk, **said: Any) -> None:
    """List what is held, oldest first.

    Persons and devices belong to an account, so naming one needs --account.

      bailee list --account home --person Leo --from yesterday
    """
    query = _query(desk, **said)
    with opened(desk) as vault:
        page = vault.list(query)
    desk.answer(
        {"recordings": [as_json(each) for each in page.recordings], "next": page.next or None},
        _lines(page, query),
    )


def _lines(page: Page, query: Query) -> list[str]:
    if not page.recordings:
        return _nothing(query)
    accounts = len({each.account for each in page.recordings}) > 1
    head: tuple[str, ...] = (
        f"when ({say.zone()})",
        "length",
        "who",
        "device",
        "kinds",
        "until",
        "id",
    )
    rows = [_row(each) for each in page.recordings]
    if accounts:
        head = (*head[:2], "account", *head[2:])
        names = [say.fit(say.name(each.account), _NAME) for each in page.recordings]
        rows = [(*row[:2], at, *row[2:]) for row, at in zip(rows, names, strict=True)]
    more = f" There are more: add --after {page.next}" if page.next else ""
    listed = say.count(len(page.recordings), "recording")
    return [*say.table(head, rows), "", f"{listed}.{more}"]


def _row(recording: Recording) -> tuple[str, ...]:
    found = sorted({each.kind for each in recording.artefacts}, key=list(Kind).index)
    days = {each.kept_until_day for each in recording.artefacts}
    until = say.day(max(days)) if days else "–"
    return (
        say.local(recording.begin_ms).rpartition(" ")[0],
        say.length(recording.end_ms - recording.begin_ms),
        say.fit(say.name(recording.person), _NAME),
        say.fit(say.name(recording.device), _NAME),
        ", ".join(found),
        until,
        recording.id,
    )


def _nothing(query: Query) -> list[str]:
    if query == replace(Query(), limit=query.limit):
        next_ = "bailee deposit FILE --account home --person NAME --device NAME"
        return ["Nothing is held yet.", f"Next: {next_}"]
    return ["Nothing that is held fits.", "See all: bailee list"]


# -- show -----------------------------------------------------------------------------------


@click.command()
@click.argument("id_", metavar="ID")
@whose
@common
def show(desk: Desk, id_: str, **said: Any) -> None:
    """Show one recording, and all that is held of it.

    With filters it is shown only if it fits them.

      bailee show rec_k3vwrq7ahozc5ttx
    """
    query = _query(desk, **said)
    with opened(desk) as vault:
        found = _fitting(vault.show(id_), query)
    desk.answer(as_json(found), details(found))


def _fitting(found: Recording, query: Query) -> Recording:
    """*found* with the kind that was asked for.

    Raises:
        UnknownError: It is none of those asked for.
    """
    fits = (
        query.account in {None, found.account},
        query.person in {None, found.person},
        query.device in {None, found.device},
        query.from_ms is None or found.end_ms >= query.from_ms,
        query.to_ms is None or found.begin_ms <= query.to_ms,
    )
    artefacts = tuple(each for each in found.artefacts if query.kind in {None, each.kind})
    if not all(fits) or not artefacts:
        raise UnknownError(
            f"{found.id} is held, and does not fit what you asked for.",
            hint=f"See it without filters: `bailee show {found.id}`.",
        )
    return replace(found, artefacts=artefacts)
