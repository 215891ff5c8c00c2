"""After the moment: catalogue rows, in batches → content bytes → read back → the outcome's entry.

Nothing here makes anything more forgotten; it takes away the husks. Rows and the list of contents
to delete (`debris`) change in one transaction, so a crash between rows and bytes leaves the list,
and start-up goes on with it. Every step may be repeated.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody import entries
from bailee.custody.acts import Drop, dropped_streams, keep_beginning, load_acts
from bailee.custody.address import lock_account
from bailee.custody.hold import is_held
from bailee.custody.loss import note_losses
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.custody.reach import artefacts_of_recordings, reached
from bailee.errors import EvidenceError, UnavailableError
from bailee.store.database import AnyRow
from bailee.store.ring import uncovered
from bailee.store.rooms import drop_ownerless, forget_owners, is_known
from bailee.store.tables import (
    account,
    artefact,
    debris,
    derivation,
    device,
    erased_name,
    erasure,
    forgotten,
    person,
    recording,
    secret,
    source,
    state,
    stream,
    tombstone,
)
from bailee.types.erasure import Outcome
from bailee.types.ids import StreamId
from bailee.types.kind import Kind

BATCH = 500
REQUESTS_KEPT_DAYS = 1827
"""Five years: how long a request and its answer are kept, without content (R-16, OA XI.C)."""
EXPIRED = ""
"""The erasure id of what went by its time."""


def finish(premises: Premises, erasure_id: str, *, progress: Progress = no_progress) -> None:
    """Clean up after one erasure, to its outcome's entry.

    When the content store cannot be reached the erasure stays open: what was forgotten is
    unreadable all the same, its bytes are deleted when start-up or a sweep finds the store back.
    """
    done = 0
    for table in (recording, artefact):
        walk: _Walk | None = _Walk(table=table, after=None)
        while walk is not None:
            walk, went = premises.database.write(
                partial(_batch, premises=premises, erasure_id=erasure_id, walk=walk)
            )
            done += went
            progress(done, 0)
    try:
        _delete_debris(premises, erasure_id)
    except UnavailableError:
        premises.database.write(lambda connection: _note_unreachable(connection, erasure_id))
        return
    premises.database.write(lambda connection: _conclude(connection, premises, erasure_id))


def finish_open(premises: Premises) -> int:
    """Drive on every erasure that was not finished; how many."""
    unfinished = sa.select(erasure.c.id).where(erasure.c.finished_ms.is_(None))
    waiting = premises.database.read(lambda c: c.scalars(unfinished).all())
    for erasure_id in waiting:
        finish(premises, erasure_id)
    return len(waiting)


def finish_expired(premises: Premises, *, progress: Progress = no_progress) -> Counter[str]:
    """Take away what has expired; how many artefacts of each kind went."""
    gone = clear_expired(premises, progress=progress)
    premises.database.write(lambda connection: _forget_old_requests(connection, premises))
    for account_id in premises.database.read(_nameless_accounts):
        premises.database.write(partial(_retire_idle, premises=premises, account_id=account_id))
    return gone


def clear_expired(premises: Premises, *, progress: Progress = no_progress) -> Counter[str]:
    """The rows and bytes of what is over: what a crash or an absent store left, too."""
    gone: Counter[str] = Counter()
    while went := premises.database.write(lambda c: _expired_batch(c, premises)):
        gone += went
        progress(gone.total(), 0)
    _delete_debris(premises, EXPIRED)
    return gone


def _forget_old_requests(connection: sa.Connection, premises: Premises) -> None:
    """After the years requests are kept for, their rows and tombstones go (R-16)."""
    before_ms = premises.now_ms() - REQUESTS_KEPT_DAYS * DAY_MS
    connection.execute(sa.delete(tombstone).where(tombstone.c.at_ms < before_ms))
    connection.execute(
        sa.delete(erasure).where(
            erasure.c.finished_ms < before_ms, erasure.c.unrecoverable_ms.is_not(None)
        )
    )


def _nameless_accounts(connection: sa.Connection) -> list[str]:
    """Accounts in which somebody's or something's name has expired, and with it all they had."""
    found: set[str] = set()
    for table in (person, device):
        found |= set(connection.scalars(sa.select(table.c.account_id).where(_is_idle(table))))
    found |= set(connection.scalars(sa.select(account.c.id).where(_is_idle(account))))
    return sorted(found)


def _is_idle(table: sa.Table) -> sa.ColumnElement[bool]:
    """SQL for “its name has expired and nothing is held of it” (a name outlives what is held)."""
    person_id = table.c.id if table is person else sa.literal("")
    device_id = table.c.id if table is device else sa.literal("")
    account_id = table.c.id if table is account else table.c.account_id
    named = (
        sa.select(sa.literal(1))
        .select_from(stream.join(artefact, artefact.c.stream_id == stream.c.id))
        .where(
            stream.c.account_id == account_id,
            stream.c.person_id == person_id,
            stream.c.device_id == device_id,
            stream.c.kind == Kind.LABEL,
        )
    )
    mine = sa.select(sa.literal(1)).where(recording.c.account_id == account_id)
    if table is person:
        mine = mine.where(recording.c.person_id == table.c.id)
    if table is device:
        mine = mine.where(recording.c.device_id == table.c.id)
    idle = [~named.exists(), ~mine.exists(), ~is_known(table.c.id)]
    if table is account:  # members first
        idle += [
            ~sa.select(sa.literal(1)).where(part.c.account_id == account.c.id).exists()
            for part in (person, device)
        ]
    return sa.and_(*idle)


def _retire_idle(connection: sa.Connection, premises: Premises, account_id: str) -> None:
    """Take away what has neither a name nor recordings any more: its row, key and streams.

    One transaction under the account's lock: a deposit at the same time comes before or after it.
    """
    lock_account(connection, account_id)
    for table in (person, device, account):
        whose = table.c.id if table is account else table.c.account_id
        idle = connection.scalars(
            sa.select(table.c.id).where(whose == account_id, _is_idle(table))
        ).all()
        if idle:
            _keep_beginnings(connection, table, account_id, idle)
            part = {person: stream.c.person_id, device: stream.c.device_id}.get(
                table, stream.c.account_id
            )
            streams = connection.scalars(
                sa.select(stream.c.id).where(stream.c.account_id == account_id, part.in_(idle))
            ).all()
            premises.ring.drop_streams(connection, account_id, [StreamId(each) for each in streams])
            premises.ring.drop_secrets(connection, account_id, idle)
            forget_owners(connection, idle)
            connection.execute(sa.delete(stream).where(stream.c.id.in_(streams)))
            connection.execute(sa.delete(table).where(table.c.id.in_(idle)))


def _keep_beginnings(
    connection: sa.Connection, table: sa.Table, account_id: str, idle: Sequence[str]
) -> None:
    """What bears such a name again begins after the last moment it had forgotten."""
    scope = "" if table is account else account_id
    for row in connection.execute(
        sa.select(table.c.id, table.c.lookup).where(table.c.id.in_(idle))
    ):
        whose = {person: forgotten.c.person_id, device: forgotten.c.device_id}.get(
            table, forgotten.c.account_id
        )
        ends = [
            sa.select(sa.func.max(forgotten.c.end_ms)).where(
                forgotten.c.account_id == account_id, whose == row.id
            ),
            # An account takes along what the names inside it had forgotten.
            sa.select(sa.func.max(erased_name.c.erased_ms)).where(erased_name.c.scope == row.id),
        ]
        known = [each for each in map(connection.scalar, ends) if each is not None]
        if known:
            keep_beginning(connection, scope, row.lookup, max(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """How far a clean-up has come through one table: the last ``(stream, leaf)`` looked at.

    It goes by the index of addresses, and never back: what a hold keeps is passed over, and a
    batch costs the same at the end of a million rows as at their beginning.
    """

    table: sa.Table
    after: tuple[int, int] | None

    def next_rows(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool]
    ) -> Sequence[AnyRow]:
        """The next rows that fit and whose keys are gone, in the order of their addresses."""
        columns = self.table.c
        wanted = sa.select(columns.id, columns.account_id, columns.stream_id, columns.leaf).where(
            condition, uncovered(columns.stream_id, columns.leaf)
        )
        if self.after is not None:
            here = sa.tuple_(columns.stream_id, columns.leaf)
            wanted = wanted.where(
                here > sa.tuple_(*self.after, types=[columns.stream_id.type, columns.leaf.type])
            )
        ordered = wanted.order_by(columns.stream_id, columns.leaf).limit(BATCH)
        return connection.execute(ordered).all()


def _batch(
    connection: sa.Connection, premises: Premises, erasure_id: str, walk: _Walk
) -> tuple[_Walk | None, int]:
    """One step of the walk; where to go on, None at the end, and how many rows went."""
    row = connection.execute(
        sa.select(erasure).where(erasure.c.id == erasure_id).with_for_update()
    ).one()
    acts = load_acts(row.acts)
    rows = walk.next_rows(connection, reached(acts, walk.table))
    if row.finished_ms is not None or not rows:
        return None, 0
    ids = [each.id for each in rows]
    mine = source.c.recording_id if walk.table is recording else source.c.artefact_id
    below = sa.select(source.c.artefact_id).where(mine.in_(ids))
    chosen = sa.or_(artefact.c.id.in_(ids), artefact.c.id.in_(below))
    going = connection.scalars(sa.select(artefact.c.id).where(chosen, ~is_held())).all()
    note_losses(connection, acts, set(going), erasure_id)
    kinds = _remove_artefacts(connection, premises, going, erasure_id)
    went = kinds.pop("recordings", 0) + _remove_empty(connection, premises, ids, erasure_id)
    total = Counter(json.loads(row.artefacts)) + kinds
    total.pop(Kind.LABEL, None)
    connection.execute(
        sa.update(erasure)
        .where(erasure.c.id == erasure_id)
        .values(recordings=row.recordings + went, artefacts=json.dumps(dict(total)))
    )
    last = rows[-1]
    return _Walk(table=walk.table, after=(last.stream_id, last.leaf)), len(going) + went


def _remove_empty(
    connection: sa.Connection, premises: Premises, ids: Sequence[str], erasure_id: str
) -> int:
    """Delete those of these recordings of which nothing is held any more; how many.

    Locked before they are looked at: whoever derives from one at this moment shares its row, and is
    either done, and seen here, or finds it gone.
    """
    mine = sa.select(recording.c.id).where(recording.c.id.in_(ids)).order_by(recording.c.id)
    connection.execute(mine.with_for_update()).all()
    left = connection.execute(
        sa.select(recording.c.id, recording.c.account_id).where(
            recording.c.id.in_(ids),
            ~sa.select(source.c.recording_id).where(_of_recording()).exists(),
        )
    ).all()
    return _remove_recordings(connection, premises, left, erasure_id)


def _of_recording() -> sa.ColumnElement[bool]:
    return source.c.recording_id == recording.c.id


def _expired_batch(connection: sa.Connection, premises: Premises) -> Counter[str]:
    before = connection.execute(sa.select(state.c.expired_before)).scalar_one()
    wanted = sa.select(artefact.c.id).where(artefact.c.due_day < before, ~is_held()).limit(BATCH)
    kinds = _remove_artefacts(connection, premises, connection.scalars(wanted).all(), EXPIRED)
    kinds.pop("recordings", None)
    return kinds


def _remove_artefacts(
    connection: sa.Connection, premises: Premises, ids: Iterable[str], erasure_id: str
) -> Counter[str]:
    """Delete rows, and recordings that hold nothing any more; counts by kind, and those."""
    chosen = list(ids)
    if not chosen:
        return Counter()
    rows = connection.execute(
        sa.select(
            artefact.c.id, artefact.c.kind, artefact.c.account_id, artefact.c.content_key
        ).where(artefact.c.id.in_(chosen))
    ).all()
    of = connection.scalars(
        sa.select(source.c.recording_id).where(source.c.artefact_id.in_(chosen)).distinct()
    ).all()
    keys = [row.content_key for row in rows if row.content_key is not None]
    if keys:
        connection.execute(
            sa.insert(debris), [{"content_key": key, "erasure_id": erasure_id} for key in keys]
        )
    _bury(connection, premises, [row for row in rows if row.kind != Kind.LABEL], erasure_id)
    for table, column in (
        (derivation, derivation.c.artefact_id),
        (derivation, derivation.c.from_artefact_id),
        (source, source.c.artefact_id),
        (artefact, artefact.c.id),
    ):
        connection.execute(sa.delete(table).where(column.in_(chosen)))
    counts = Counter(row.kind for row in rows)
    counts["recordings"] = _remove_empty(connection, premises, of, erasure_id)
    return counts


def _remove_recordings(
    connection: sa.Connection, premises: Premises, rows: Sequence[AnyRow], erasure_id: str
) -> int:
    if rows:
        _bury(connection, premises, rows, erasure_id)
        ids = [row.id for row in rows]
        connection.execute(sa.delete(recording).where(recording.c.id.in_(ids)))
    return len(rows)


def _bury(
    connection: sa.Connection, premises: Premises, rows: Sequence[AnyRow], erasure_id: str
) -> None:
    """Keep the opaque ids of what went, so that whoever asks is told that it is gone."""
    if rows:
        connection.execute(
            sa.insert(tombstone),
            [
                {
                    "id": row.id,
                    "account_id": row.account_id,
                    "erasure_id": erasure_id or None,
                    "at_ms": premises.now_ms(),
                }
                for row in rows
            ],
        )


def _delete_debris(premises: Premises, erasure_id: str) -> None:
    """Delete contents, read back that they are gone, then cross them off the list."""
    wanted = sa.select(debris.c.content_key).where(debris.c.erasure_id == erasure_id).limit(BATCH)
    while keys := premises.database.read(lambda connection: connection.scalars(wanted).all()):
        premises.content.delete(keys)
        if any(premises.content.size(key) is not None for key in keys):
            raise EvidenceError(
                "The content store kept something it was told to delete.",
                hint="Check its retention or versioning settings, then run `bailee fsck`.",
            )
        _cross_off(premises, keys)


def _cross_off(premises: Premises, keys: Sequence[str]) -> None:
    premises.database.write(
        lambda connection: connection.execute(
            sa.delete(debris).where(debris.c.content_key.in_(keys))
        )
    )


def _note_unreachable(connection: sa.Connection, erasure_id: str) -> None:
    waiting = (
        sa.select(sa.func.count()).select_from(debris).where(debris.c.erasure_id == erasure_id)
    )
    connection.execute(
        sa.update(erasure)
        .where(erasure.c.id == erasure_id)
        .values(unreachable=waiting.scalar_subquery())
    )


def _conclude(connection: sa.Connection, premises: Premises, erasure_id: str) -> None:
    row = connection.execute(
        sa.select(erasure).where(erasure.c.id == erasure_id).with_for_update()
    ).one()
    if row.finished_ms is not None:
        return
    acts = load_acts(row.acts)
    held = connection.execute(
        sa.select(sa.func.count())
        .select_from(artefact)
        .where(
            sa.or_(
                reached(acts, artefact),
                artefact.c.id.in_(artefacts_of_recordings(reached(acts, recording))),
            ),
            is_held(),
        )
    ).scalar_one()
    if not held:
        _drop_husks(connection, [act for act in acts if isinstance(act, Drop)])
    artefacts = json.loads(row.artefacts)
    named = any(isinstance(act, Drop) for act in acts)
    if held:
        outcome = Outcome.HELD
    elif row.recordings or artefacts or named:
        outcome = Outcome.ERASED
    else:
        outcome = Outcome.NOT_FOUND
    told = entries.append(
        connection,
        premises,
        "erased",
        row.account_id,
        account=row.account_tag,
        erasure=erasure_id,
        outcome=outcome,
        recordings=row.recordings,
        artefacts=artefacts,
        held=held,
    )
    connection.execute(
        sa.update(erasure)
        .where(erasure.c.id == erasure_id)
        .values(finished_ms=premises.now_ms(), outcome_entry=told, held=held, unreachable=0)
    )


def _drop_husks(connection: sa.Connection, drops: Sequence[Drop]) -> None:
    """Take away the rows of streams that have no keys and nothing hanging on them."""
    for act in drops:
        unused = [
            ~sa.select(sa.literal(1)).where(table.c.stream_id == stream.c.id).exists()
            for table in (recording, artefact)
        ]
        connection.execute(sa.delete(stream).where(stream.c.id.in_(dropped_streams(act)), *unused))


def sweep(premises: Premises) -> int:
    """Take away rows whose keys are gone though no open erasure names them; how many artefacts.

    An older catalogue beside a newer ring has such rows: their erasures were cleaned up elsewhere.
    """
    done = 0
    for table in (artefact, recording):
        after: str | None = ""
        while after is not None:
            after, went = premises.database.write(
                partial(_sweep_batch, premises=premises, table=table, after=after)
            )
            done += went
    premises.database.write(drop_nameless)
    _delete_debris(premises, EXPIRED)
    return done


def drop_nameless(connection: sa.Connection) -> None:
    """Persons, devices and accounts whose key is gone were erased: their rows go too."""
    alive = sa.select(secret.c.id)
    for table in (person, device):
        connection.execute(
            sa.delete(table).where(
                sa.or_(table.c.id.not_in(alive), table.c.account_id.not_in(alive))
            )
        )
    connection.execute(sa.delete(account).where(account.c.id.not_in(alive)))
    drop_ownerless(connection)


def _sweep_batch(
    connection: sa.Connection, premises: Premises, table: sa.Table, after: str
) -> tuple[str | None, int]:
    """One step through the dead rows of a table; the last id looked at, None at the end."""
    dead = uncovered(table.c.stream_id, table.c.leaf)
    if table is artefact:
        by_source = sa.select(source.c.artefact_id).where(
            source.c.artefact_id == artefact.c.id, uncovered(source.c.stream_id, source.c.leaf)
        )
        dead = sa.and_(sa.or_(dead, by_source.exists()), ~is_held())
    wanted = sa.select(table.c.id).where(table.c.id > after, dead).order_by(table.c.id)
    ids = connection.scalars(wanted.limit(BATCH)).all()
    if not ids:
        return None, 0
    if table is artefact:
        _remove_artefacts(connection, premises, ids, EXPIRED)
        return ids[-1], len(ids)
    return ids[-1], _remove_empty(connection, premises, ids, EXPIRED)
