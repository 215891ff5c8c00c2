"""What an erasure does to the ring, as data: written to the journal first, then applied.

The same function applies acts when they are ordered, and when start-up or a restore replays the
journal (design §1). Each act is idempotent, and knows nothing of how many recordings there are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.address import note_change
from bailee.custody.premises import Premises
from bailee.errors import JournalGapError
from bailee.keytree import Interval, leaf_interval
from bailee.store.ring import DAYS_STREAM
from bailee.store.rooms import forget_owners
from bailee.store.roots import Journal, JournalRecord
from bailee.store.tables import (
    account,
    device,
    erased_name,
    erasure,
    forgotten,
    held,
    hold,
    person,
    secret,
    state,
    stream,
)
from bailee.types.ids import StreamId
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSpan:
    """Forget a stretch of time in every stream that fits, now and later ones alike.

    None means everybody, every device; a kind of None means recordings and all made from them.
    """

    account_id: str
    person_id: str | None
    device_id: str | None
    kind: str | None
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLeaves:
    """Forget single leaves: ``(stream, leaf)`` each."""

    leaves: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRuns:
    """Forget runs of leaves: ``(stream, first, last)`` each."""

    runs: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Forget a whole person, device or account; its name, used again, begins at `at_ms`."""

    what: Literal["person", "device", "account"]
    account_id: str
    part_id: str  # the person's or device's id; the account's own
    lookup: str  # hex of its keyed name
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutDays:
    """Let every day before `before` be over."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """Let a legal hold end: its key goes, and what it alone kept goes with it."""

    hold_id: str


Act = CutSpan | CutLeaves | CutRuns | Drop | CutDays | LiftHold
_TYPES = {each.__name__: each for each in (CutSpan, CutLeaves, CutRuns, Drop, CutDays, LiftHold)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A ledger entry that goes with acts: its type, whose it is, and its fields but the epoch."""

    type: str
    account_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The acts of one erasure with their entries, as the journal keeps them.

    `account_id` is "" for what is not an account's erasure: an expiry, a lifted hold.
    """

    erasure_id: str
    account_id: str
    at_ms: int
    acts: tuple[Act, ...]
    told: tuple[Told, ...]


def dump_acts(acts: Sequence[Act]) -> str:
    """Acts as JSON: opaque ids, leaves and times alone."""
    rows = [{"act": type(each).__name__, **_fields(each)} for each in acts]
    return json.dumps(rows, separators=(",", ":"))


def _fields(act: Act) -> dict[str, Any]:
    return {name: getattr(act, name) for name in act.__slots__}


def load_acts(text: str) -> tuple[Act, ...]:
    """Read back what `dump_acts` wrote."""
    return tuple(_load(dict(row)) for row in json.loads(text))


def _load(row: dict[str, Any]) -> Act:
    made = _TYPES[row.pop("act")]
    for name in ("leaves", "runs"):
        if name in row:
            row[name] = tuple(tuple(each) for each in row[name])
    act: Act = made(**row)
    return act


def to_payload(ordered: Ordered) -> bytes:
    head = {"erasure": ordered.erasure_id, "account": ordered.account_id, "at": ordered.at_ms}
    told = [
        {"type": each.type, "account": each.account_id, "fields": dict(each.fields)}
        for each in ordered.told
    ]
    return json.dumps({**head, "acts": dump_acts(ordered.acts), "told": told}).encode()


def from_payload(payload: bytes) -> Ordered:
    row = json.loads(payload)
    return Ordered(
        erasure_id=row["erasure"],
        account_id=row["account"],
        at_ms=row["at"],
        acts=load_acts(row["acts"]),
        told=tuple(
            Told(type=each["type"], account_id=each["account"], fields=each["fields"])
            for each in row["told"]
        ),
    )


def order(connection: sa.Connection, premises: Premises, ordered: Ordered) -> None:
    """Write *ordered* to every reachable root store, then apply it; the caller commits.

    The row of the state is locked from here to the commit, so epochs have no gaps. A crash after
    the journal and before the commit: start-up, or the next erasure, finds a journal ahead of the
    database and replays it, so what was asked to be forgotten is forgotten, and told. A try that
    failed there and is repeated finds its own acts carried out by that replay.
    """
    epoch = locked_epoch(connection)
    if premises.roots.newest_epoch() > epoch:
        known = premises.roots.merge_journal()
        replay(connection, premises, known)
        missed = (each for each in known.records if each.epoch > epoch)
        if any(from_payload(each.payload).erasure_id == ordered.erasure_id for each in missed):
            return
        epoch = known.epoch
    if ordered.account_id and _is_kept(connection, ordered):
        return
    premises.roots.append_all(JournalRecord(epoch + 1, to_payload(ordered)))
    apply(connection, premises, ordered, epoch + 1)


def replay(connection: sa.Connection, premises: Premises, known: Journal) -> int:
    """Apply what the journal knows and the database does not; how many erasures that were.

    Raises:
        JournalGapError: Erasures happened that no store can name any more.
    """
    epoch = locked_epoch(connection)
    if known.base_epoch > epoch:
        raise JournalGapError(have=epoch, need=known.base_epoch)
    missed = [record for record in known.records if record.epoch > epoch]
    for record in missed:
        apply(connection, premises, from_payload(record.payload), record.epoch)
    if missed:
        entries.append(
            connection, premises, "replay", entries.VAULT, **{"from": epoch, "to": known.epoch}
        )
    return len(missed)


def locked_epoch(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(state.c.epoch).with_for_update()).scalar_one())


def apply(connection: sa.Connection, premises: Premises, ordered: Ordered, epoch: int) -> None:
    """Carry out acts in the caller's transaction: the moment of forgetting is its commit.

    Entries and the row of the erasure come first, while the keys of their tags are alive; a replay
    that finds the row there finds all of it done, and does it again to no effect.
    """
    if not (ordered.account_id and _is_kept(connection, ordered)):
        requests = [
            entries.append(
                connection,
                premises,
                each.type,
                each.account_id,
                **each.fields,
                epoch=epoch,
                at=ordered.at_ms,
            )
            for each in ordered.told
        ]
        if ordered.account_id:
            _keep_erasure(connection, ordered, epoch, requests[0])
    for number, act in enumerate(ordered.acts):
        _apply_one(connection, premises, ordered, number, act)
    connection.execute(sa.update(state).values(epoch=epoch))


def _is_kept(connection: sa.Connection, ordered: Ordered) -> bool:
    known = sa.select(erasure.c.id).where(erasure.c.id == ordered.erasure_id)
    return connection.execute(known).one_or_none() is not None


def _keep_erasure(connection: sa.Connection, ordered: Ordered, epoch: int, request: int) -> None:
    """The row that clean-up is driven by. Its tag is the one its request was told with."""
    connection.execute(
        sa.insert(erasure).values(
            id=ordered.erasure_id,
            account_id=ordered.account_id,
            account_tag=ordered.told[0].fields["account"],
            acts=dump_acts(ordered.acts),
            epoch=epoch,
            generation=sa.select(state.c.generation).scalar_subquery(),
            requested_ms=ordered.at_ms,
            recordings=0,
            artefacts="{}",
            held=0,
            unreachable=0,
            request_entry=request,
        )
    )


def _apply_one(
    connection: sa.Connection, premises: Premises, ordered: Ordered, number: int, act: Act
) -> None:
    match act:
        case CutSpan():
            _cut_span(connection, premises, ordered, number, act)
        case CutLeaves():
            for stream_id, leaf in act.leaves:
                premises.ring.cut(connection, StreamId(stream_id), Interval(leaf, leaf))
        case CutRuns():
            for stream_id, first, last in act.runs:
                premises.ring.cut(connection, StreamId(stream_id), Interval(first, last))
        case Drop():
            _drop(connection, premises, act)
        case CutDays():
            _cut_days(connection, premises, act)
        case LiftHold():
            _lift_hold(connection, premises, act, ordered.at_ms)


def _cut_span(
    connection: sa.Connection, premises: Premises, ordered: Ordered, number: int, act: CutSpan
) -> None:
    gone = leaf_interval(Span(begin_ms=act.begin_ms, end_ms=act.end_ms))
    for stream_id in connection.scalars(streams_of(act)).all():
        premises.ring.cut(connection, StreamId(stream_id), gone)
    known = sa.select(forgotten.c.position).where(
        forgotten.c.erasure_id == ordered.erasure_id, forgotten.c.position == number
    )
    if connection.execute(known).one_or_none() is None:
        connection.execute(
            sa.insert(forgotten).values(
                erasure_id=ordered.erasure_id,
                position=number,
                account_id=act.account_id,
                person_id=act.person_id,
                device_id=act.device_id,
                kind=act.kind,
                begin_ms=act.begin_ms,
                end_ms=act.end_ms,
            )
        )


def streams_of(act: CutSpan) -> sa.Select[int]:
    """The streams a stretch is cut from: trees of recordings, or of the kind."""
    found = sa.select(stream.c.id).where(
        stream.c.account_id == act.account_id, stream.c.kind == (act.kind or "")
    )
    if act.person_id is not None:
        found = found.where(stream.c.person_id == act.person_id)
    if act.device_id is not None:
        found = found.where(stream.c.device_id == act.device_id)
    return found


def dropped_streams(act: Drop) -> sa.Select[int]:
    """Every stream of a person, device or account, of every kind, names included."""
    found = sa.select(stream.c.id).where(stream.c.account_id == act.account_id)
    if act.what == "person":
        return found.where(stream.c.person_id == act.part_id)
    if act.what == "device":
        return found.where(stream.c.device_id == act.part_id)
    return found


def _drop(connection: sa.Connection, premises: Premises, act: Drop) -> None:
    streams = connection.scalars(dropped_streams(act)).all()
    premises.ring.drop_streams(connection, act.account_id, [StreamId(each) for each in streams])
    if act.what == "account":
        secrets = connection.scalars(
            sa.select(secret.c.id).where(secret.c.shard_id == act.account_id)
        ).all()
    else:
        secrets = [act.part_id]
        note_change(connection, act.account_id)  # that name, used again, is somebody else
    premises.ring.drop_secrets(connection, act.account_id, secrets)
    forget_owners(connection, secrets)
    for each in secrets:
        premises.tags.pop(each, None)
    _drop_rows(connection, act)
    scope = "" if act.what == "account" else act.account_id
    lookup = bytes.fromhex(act.lookup)
    keep_beginning(connection, scope, lookup, act.at_ms)


def keep_beginning(connection: sa.Connection, scope: str, lookup: bytes, at_ms: int) -> None:
    """Whatever bears this name again, in this account or ("") as one, takes nothing up to then."""
    mine = sa.and_(erased_name.c.scope == scope, erased_name.c.lookup == lookup)
    if connection.execute(sa.select(erased_name).where(mine)).one_or_none() is None:
        row = sa.insert(erased_name).values(scope=scope, lookup=lookup, erased_ms=at_ms)
        connection.execute(row)
    else:
        later = sa.and_(mine, erased_name.c.erased_ms < at_ms)
        connection.execute(sa.update(erased_name).where(later).values(erased_ms=at_ms))


def _drop_rows(connection: sa.Connection, act: Drop) -> None:
    """The name answers no more from this moment: its row goes with its keys."""
    if act.what == "account":
        connection.execute(sa.delete(person).where(person.c.account_id == act.account_id))
        connection.execute(sa.delete(device).where(device.c.account_id == act.account_id))
        connection.execute(sa.delete(account).where(account.c.id == act.account_id))
    else:
        table = person if act.what == "person" else device
        connection.execute(sa.delete(table).where(table.c.id == act.part_id))


def _cut_days(connection: sa.Connection, premises: Premises, act: CutDays) -> None:
    if act.before > 0:
        premises.ring.cut(connection, DAYS_STREAM, Interval(0, act.before - 1))
    connection.execute(
        sa.update(state)
        .where(state.c.expired_before < act.before)
        .values(expired_before=act.before)
    )


def _lift_hold(connection: sa.Connection, premises: Premises, act: LiftHold, at_ms: int) -> None:
    """Clean-up goes on with what only this hold kept; its key ends with this generation."""
    mine = sa.and_(hold.c.id == act.hold_id, hold.c.lifted_ms.is_(None))
    account_id = connection.scalar(sa.select(hold.c.account_id).where(mine))
    if account_id is None:
        return
    premises.ring.drop_secrets(connection, act.hold_id, [act.hold_id])
    connection.execute(sa.delete(held).where(held.c.hold_id == act.hold_id))
    connection.execute(sa.update(hold).where(mine).values(lifted_ms=at_ms))
    connection.execute(
        sa.update(erasure)
        .where(erasure.c.account_id == account_id, erasure.c.held > 0)
        .values(finished_ms=None, generation=sa.select(state.c.generation).scalar_subquery())
    )
