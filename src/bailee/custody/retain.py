"""Retain: keep longer, or shorter (R-19).

Longer wraps the DEK again under a later day. Shorter never wraps: an old catalogue would keep the
old wrapping. It sets an earlier day, enforced at once by every read and carried out on that day by
`expire`. One transaction with its entry: a crash leaves all of it or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody import entries, labels
from bailee.custody.asking import Answer, Look, Question, act
from bailee.custody.keys import KeyFinder
from bailee.custody.owner import OWNER
from bailee.custody.premises import Premises
from bailee.custody.reach import artefacts_of_recordings, reached
from bailee.custody.scope import Scope, as_entry, places, resolve
from bailee.custody.touched import of_selection
from bailee.custody.view import living_artefact, lock_of, sources_of
from bailee.errors import InputError, UnknownError
from bailee.rules.retention import keep_days
from bailee.seal import unwrap, wrap
from bailee.store.database import AnyRow
from bailee.store.ring import covered
from bailee.store.tables import artefact, recording, stream
from bailee.types.decide import Principal, Verb
from bailee.types.kind import Kind
from bailee.types.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What changed: artefacts kept longer, and shorter; until which day (since the epoch)."""

    longer: int
    shorter: int
    until_day: int


def retain(
    premises: Premises, selection: Selection, keep_for_days: int, *, principal: Principal = OWNER
) -> Retained:
    """Keep what *selection* names for *keep_for_days* days from today.

    Raises:
        InputError: The policy does not let a kind among them be kept that long.
        DeniedError: The decision was no, about anybody it touches; it is in the ledger.
        UnknownError: Nothing that is held fits.
    """
    look: Look[Question] = partial(
        of_selection,
        premises=premises,
        selection=selection,
        verb=Verb.RETAIN,
        principal=principal,
    )

    def work(connection: sa.Connection, answer: Answer[Question]) -> Retained:
        asked = answer.said(connection, premises)
        return _retain(connection, premises, selection, keep_for_days, asked)

    return act(premises, look, work)


def _retain(
    connection: sa.Connection,
    premises: Premises,
    selection: Selection,
    days: int,
    asked: Mapping[str, str],
) -> Retained:
    scope = resolve(connection, premises, selection, lock=True)
    rows = connection.execute(_wanted(premises, scope)).all()
    if not rows:
        raise UnknownError("Nothing that is held fits.", hint="See what is held: `bailee list`.")
    for kind in {row.kind for row in rows}:
        keep_days(premises.policy, Kind(kind), days)
    day = premises.today() + days
    longer = [row for row in rows if row.due_day < day]
    shorter = [row for row in rows if row.due_day > day]
    _refuse_beyond_policy(premises, longer, day)
    lengthen(connection, premises, longer, day)
    _shorten(connection, shorter, day)
    count = len(longer) + len(shorter)
    _tell(connection, premises, scope, due=day * DAY_MS, count=count, **asked)
    return Retained(longer=len(longer), shorter=len(shorter), until_day=day)


def _refuse_beyond_policy(premises: Premises, longer: Sequence[AnyRow], day: int) -> None:
    """Counted from the day it came: else it would end by the policy before the day we told."""
    for row in longer:
        last = row.deposited_day + premises.policy[Kind(row.kind)].at_most_days
        if day > last:
            raise InputError(
                f"Some {row.kind} may not be kept that long: the policy counts from its deposit.",
                hint=f"Keep it {max(last - premises.today(), 0)} days from today at most.",
            )


def _wanted(premises: Premises, scope: Scope) -> sa.Select[*tuple[object, ...]]:
    whole = sa.and_(
        reached(scope.acts, recording), covered(recording.c.stream_id, recording.c.leaf)
    )
    return sa.select(artefact).where(
        artefact.c.kind != Kind.LABEL,
        sa.or_(artefact.c.id.in_(artefacts_of_recordings(whole)), reached(scope.acts, artefact)),
        *living_artefact(premises),
    )


def lengthen(
    connection: sa.Connection, premises: Premises, rows: Sequence[AnyRow], day: int
) -> None:
    """Let *rows* of `artefact` end on a later *day*: each DEK is wrapped again under it."""
    finder = KeyFinder(connection, premises.ring)
    for row in rows:
        sources = sources_of(connection, row.id)
        values: dict[str, object] = {"due_day": day}
        if day > row.wrapped_day:
            old = finder.kek(lock_of(row, sources))
            new = finder.kek(lock_of(row, sources, day=day))
            if old is None or new is None:
                continue  # forgotten by one of its other sources: nothing to keep
            values |= {
                "wrapped_day": day,
                "wrapped_dek": wrap(new, unwrap(old, row.wrapped_dek)),
            }
        connection.execute(sa.update(artefact).where(artefact.c.id == row.id).values(**values))
    owners = sa.select(stream.c.account_id, stream.c.person_id, stream.c.device_id).where(
        stream.c.id.in_({row.stream_id for row in rows})
    )
    for where in connection.execute(owners).all():
        labels.extend_all(connection, premises, where, until_day=day)


def _shorten(connection: sa.Connection, rows: Sequence[AnyRow], day: int) -> None:
    ids = [row.id for row in rows]
    for at in range(0, len(ids), 500):
        connection.execute(
            sa.update(artefact).where(artefact.c.id.in_(ids[at : at + 500])).values(due_day=day)
        )


def _tell(connection: sa.Connection, premises: Premises, scope: Scope, **said: str | int) -> None:
    entries.append(
        connection,
        premises,
        "retain",
        scope.account_id,
        account=entries.tag(connection, premises, scope.account_id),
        scope=as_entry(connection, premises, scope),
        addresses=[entries.address(connection, premises, *each) for each in places(scope)[:400]],
        **said,
    )
