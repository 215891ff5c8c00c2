"""Expire: let the days before today be over, for everyone at once (R-19, 312.10).

Order of writes: journal → one transaction with the entry, the puncture of the tree of days, and of
the leaves of what is due earlier than it was wrapped for → clean-up, lazily. A crash after the
journal is replayed at start-up; after the commit, clean-up is driven on.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.clock import day_of
from bailee.custody import cleanup, entries, hold
from bailee.custody.acts import Act, CutDays, CutRuns, Ordered, Told, order
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.errors import ClockStepError, InputError
from bailee.store.database import AnyRow
from bailee.store.tables import account, artefact, recording, source, state
from bailee.types.ids import new_erasure_id
from bailee.types.kind import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What an expiry did. `before` is the first day (since the epoch) that still lives."""

    before: int
    artefacts: dict[Kind, int]


def expire(
    premises: Premises,
    *,
    as_of_ms: int | None = None,
    confirm: int | None = None,
    progress: Progress = no_progress,
) -> Expired:
    """End everything whose day is over.

    Args:
        premises: The open vault.
        as_of_ms: The present, if not the clock's.
        confirm: The number of recordings that may go when the step is longer than policy allows.
        progress: Told how many artefacts are cleaned up.

    Raises:
        InputError: *as_of_ms* is no time.
        ClockStepError: The step is longer than policy allows, as with a wrong clock; it names the
            number that would go, which *confirm* must repeat.
    """
    if as_of_ms is not None and as_of_ms < 0:
        raise InputError("That is no time to expire by.", hint="Give one after 1970.")
    before = day_of(premises.now_ms() if as_of_ms is None else as_of_ms)
    premises.database.write(lambda c: _narrow_to_policy(c, premises))
    _refuse_long_step(premises, before, confirm)
    premises.database.write(lambda connection: _expire(connection, premises, before))
    gone = cleanup.finish_expired(premises, progress=progress)
    done = premises.database.read(lambda c: c.scalar(sa.select(state.c.expired_before))) or 0
    return Expired(before=done, artefacts={Kind(k): n for k, n in gone.items() if k != Kind.LABEL})


def due(premises: Premises, before: int) -> int:
    """How many recordings would lose something to an expiry of the days before *before*."""
    wanted = (
        sa.select(sa.func.count(recording.c.id.distinct()))
        .select_from(
            artefact.join(source, source.c.artefact_id == artefact.c.id).join(
                recording, recording.c.id == source.c.recording_id
            )
        )
        .where(artefact.c.due_day < before)
    )
    return premises.database.read(lambda c: c.scalar(wanted)) or 0


def _refuse_long_step(premises: Premises, before: int, confirm: int | None) -> None:
    """Measured from the last day punctured: a deposit made at a wrong time does not move it."""
    last = premises.database.read(lambda c: c.scalar(sa.select(state.c.expired_before))) or 0
    step = before - last
    if step <= premises.expiry_step_days:
        return
    would_go = due(premises, before)
    if confirm != would_go:
        raise ClockStepError(days=step, allowed_days=premises.expiry_step_days, would_go=would_go)


def _narrow_to_policy(connection: sa.Connection, premises: Premises) -> None:
    """A shorter policy applies to what is already stored (R-19): it is due earlier."""
    for kind, row in premises.policy.items():
        latest = artefact.c.deposited_day + row.at_most_days
        if kind is not Kind.LABEL:
            connection.execute(
                sa.update(artefact)
                .where(artefact.c.kind == kind, artefact.c.due_day > latest)
                .values(due_day=latest)
            )


def _expire(connection: sa.Connection, premises: Premises, before: int) -> None:
    for account_id in _lock_accounts(connection, before):
        hold.gather(connection, premises, account_id)
    last = connection.execute(sa.select(state.c.expired_before)).scalar_one()
    runs = _narrowed(connection, before)
    if before <= last and not runs:
        return
    acts: list[Act] = [CutDays(before=max(before, last))]
    if runs:
        acts.append(CutRuns(runs=tuple(runs)))
    told = Told(type="expire", account_id=entries.VAULT, fields={"before": max(before, last)})
    ordered = Ordered(
        erasure_id=new_erasure_id(),
        account_id="",
        at_ms=premises.now_ms(),
        acts=tuple(acts),
        told=(told,),
    )
    order(connection, premises, ordered)


def _lock_accounts(connection: sa.Connection, before: int) -> list[str]:
    """The accounts something of which is narrowed, locked in order: deposits wait, none dies."""
    wanted = sa.select(artefact.c.account_id).where(artefact.c.due_day < before).distinct()
    rows = connection.scalars(
        sa.select(account.c.id)
        .where(account.c.id.in_(wanted))
        .order_by(account.c.id)
        .with_for_update()
    )
    return list(rows.all())


def _narrowed(connection: sa.Connection, before: int) -> list[tuple[int, int, int]]:
    """Leaves due before the day they were wrapped for, as runs where nothing living lies between.

    Only widening wraps again (design §1): what was shortened goes by its own leaf, on its day.
    """
    streams = connection.scalars(
        sa.select(artefact.c.stream_id)
        .where(artefact.c.due_day < before, artefact.c.wrapped_day >= before)
        .distinct()
    ).all()
    runs: list[tuple[int, int, int]] = []
    for stream_id in streams:
        rows = connection.execute(
            sa.select(artefact.c.leaf, artefact.c.due_day, artefact.c.wrapped_day)
            .where(artefact.c.stream_id == stream_id)
            .order_by(artefact.c.leaf)
        )
        runs += [(stream_id, first, last) for first, last in _runs(list(rows), before)]
    return runs


def _runs(rows: list[AnyRow], before: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    open_run = False
    for row in rows:
        if row.due_day >= before:
            open_run = False
        elif open_run:
            found[-1] = (found[-1][0], row.leaf)
        elif row.wrapped_day >= before:
            found.append((row.leaf, row.leaf))
            open_run = True
    return found
