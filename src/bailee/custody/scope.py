"""From a selection to acts: which keys go, found by catalogue *and* by interval."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from bailee.custody import address, entries
from bailee.custody.acts import Act, CutLeaves, CutSpan, Drop, streams_of
from bailee.custody.premises import Premises
from bailee.custody.touched import is_whole
from bailee.custody.view import living_artefact, why_missing
from bailee.errors import InputError, UnknownError
from bailee.keytree import first_leaf_of
from bailee.store.ring import covered
from bailee.store.tables import account, artefact, device, person, recording, source, stream
from bailee.types.ids import AccountId, RecordingId, parse_id
from bailee.types.kind import Kind
from bailee.types.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A selection in opaque ids, at one moment.

    Attributes:
        acts: What to do to the ring.
        whole: "person", "device" or "account" when one goes, name and all; otherwise "".
        reaching_in: Recordings that begin before the range and reach into it.
        person_id: None for everybody.
        device_id: None for every device.
        begin_ms: First millisecond.
        end_ms: Last millisecond: never later than the moment of asking.
    """

    account_id: AccountId
    acts: tuple[Act, ...]
    whole: str
    reaching_in: tuple[RecordingId, ...]
    person_id: str | None
    device_id: str | None
    kind: Kind | None
    begin_ms: int
    end_ms: int


def resolve(
    connection: sa.Connection, premises: Premises, selection: Selection, *, lock: bool = False
) -> Scope:
    """What *selection* means here and now; with *lock* until the transaction ends.

    Raises:
        InputError: It does not say one clear thing.
        UnknownError: No account, person, device or recording like that.
        GoneError: A recording picked by id is gone already.
    """
    selection.check()
    _check_times(premises, selection)
    if selection.kind is Kind.LABEL:
        raise InputError("Names go with whom they name; they cannot be picked by themselves.")
    account_id = address.find_account(connection, premises, selection.account, lock=lock)
    if selection.recordings:
        return _picked(connection, premises, account_id, selection)
    person_id = device_id = None
    if selection.person is not None:
        person_id = address.find_person(connection, premises, account_id, selection.person)
    if selection.device is not None:
        device_id = address.find_device(connection, premises, account_id, selection.device)
    now_ms, begin_ms = premises.now_ms(), selection.from_ms or 0
    span = CutSpan(
        account_id=account_id,
        person_id=person_id,
        device_id=device_id,
        kind=selection.kind,
        begin_ms=begin_ms,
        end_ms=now_ms if selection.to_ms is None else max(begin_ms, min(selection.to_ms, now_ms)),
    )
    whole = _whole(selection, span)
    reaching_in, leaves = _reaching_in(connection, premises, span)
    leaves = tuple(dict.fromkeys((*leaves, *_shared(connection, premises, span))))
    acts: list[Act] = [_drop(connection, span, whole, now_ms) if whole else span]
    if leaves:
        acts.append(CutLeaves(leaves=leaves))
    return Scope(
        account_id=account_id,
        acts=tuple(acts),
        whole=whole or "",
        reaching_in=reaching_in,
        person_id=person_id,
        device_id=device_id,
        kind=selection.kind,
        begin_ms=span.begin_ms,
        end_ms=span.end_ms,
    )


def _check_times(premises: Premises, selection: Selection) -> None:
    """What begins after now names nothing yet: taken as “now”, it would reach what goes on now."""
    if min(selection.from_ms or 0, selection.to_ms or 0) < 0:
        raise InputError("The range begins or ends before 1970.", hint="Give later times.")
    if selection.from_ms is not None and selection.from_ms > premises.now_ms():
        raise InputError(
            "The range begins in the future.",
            hint="Give an earlier --from, or set the clock right.",
        )


Whole = Literal["person", "device", "account"]


def _whole(selection: Selection, span: CutSpan) -> Whole | None:
    """Whether a person, a device or the account goes as a whole."""
    if not is_whole(selection):
        return None
    if span.person_id is not None:
        return "person"
    return "device" if span.device_id is not None else "account"


def _drop(connection: sa.Connection, span: CutSpan, whole: Whole, now_ms: int) -> Drop:
    table, part_id = {
        "person": (person, span.person_id),
        "device": (device, span.device_id),
        "account": (account, span.account_id),
    }[whole]
    assert part_id is not None
    lookup = connection.execute(sa.select(table.c.lookup).where(table.c.id == part_id)).scalar_one()
    return Drop(
        what=whole, account_id=span.account_id, part_id=part_id, lookup=lookup.hex(), at_ms=now_ms
    )


def _reaching_in(
    connection: sa.Connection, premises: Premises, span: CutSpan
) -> tuple[tuple[RecordingId, ...], tuple[tuple[int, int], ...]]:
    """Recordings, or artefacts of the kind, that begin before the range and reach into it."""
    if span.begin_ms == 0:
        return (), ()
    longest = connection.scalar(
        sa.select(sa.func.max(stream.c.longest_ms)).where(stream.c.account_id == span.account_id)
    )
    first = first_leaf_of(max(0, span.begin_ms - (longest or 0)))
    before = first_leaf_of(span.begin_ms)
    table = recording if span.kind is None else artefact
    wanted = sa.select(recording.c.id, table.c.stream_id, table.c.leaf).where(
        table.c.stream_id.in_(streams_of(span)),
        table.c.leaf >= first,
        table.c.leaf < before,
        recording.c.end_ms >= span.begin_ms,
        covered(table.c.stream_id, table.c.leaf),
    )
    if span.kind is not None:
        wanted = wanted.select_from(
            artefact.join(source, source.c.artefact_id == artefact.c.id).join(
                recording, recording.c.id == source.c.recording_id
            )
        ).where(artefact.c.due_day >= premises.today())
    rows = connection.execute(wanted.order_by(table.c.leaf)).all()
    return (
        tuple(dict.fromkeys(RecordingId(row.id) for row in rows)),
        tuple(dict.fromkeys((row.stream_id, row.leaf) for row in rows)),
    )


def _shared(connection: sa.Connection, premises: Premises, span: CutSpan) -> list[tuple[int, int]]:
    """Artefacts of the kind that are of this person too, but hang in another one's stream."""
    if span.kind is None or (span.person_id is None and span.device_id is None):
        return []
    wanted = (
        sa.select(artefact.c.stream_id, artefact.c.leaf)
        .select_from(
            artefact.join(source, source.c.artefact_id == artefact.c.id).join(
                recording, recording.c.id == source.c.recording_id
            )
        )
        .where(
            artefact.c.account_id == span.account_id,
            artefact.c.kind == span.kind,
            artefact.c.stream_id.not_in(streams_of(span)),
            recording.c.begin_ms <= span.end_ms,
            recording.c.end_ms >= span.begin_ms,
            *living_artefact(premises),
        )
    )
    if span.person_id is not None:
        wanted = wanted.where(recording.c.person_id == span.person_id)
    if span.device_id is not None:
        wanted = wanted.where(recording.c.device_id == span.device_id)
    rows = connection.execute(wanted.distinct().order_by(artefact.c.leaf))
    return [(row.stream_id, row.leaf) for row in rows]


def _picked(
    connection: sa.Connection, premises: Premises, account_id: AccountId, selection: Selection
) -> Scope:
    """Recordings by id: their leaves, or those of their artefacts of a kind."""
    leaves: list[tuple[int, int]] = []
    for recording_id in dict.fromkeys(selection.recordings):
        leaves += _leaves_of(connection, premises, account_id, recording_id, selection.kind)
    return Scope(
        account_id=account_id,
        acts=(CutLeaves(leaves=tuple(leaves)),),
        whole="",
        reaching_in=(),
        person_id=None,
        device_id=None,
        kind=selection.kind,
        begin_ms=0,
        end_ms=premises.now_ms(),
    )


def _leaves_of(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    recording_id: RecordingId,
    kind: Kind | None,
) -> list[tuple[int, int]]:
    parse_id(recording_id, "rec")
    whole = sa.select(recording.c.stream_id, recording.c.leaf).where(
        recording.c.id == recording_id,
        recording.c.account_id == account_id,
        covered(recording.c.stream_id, recording.c.leaf),
    )
    wanted = whole
    if kind is not None:
        wanted = (
            sa.select(artefact.c.stream_id, artefact.c.leaf)
            .join(source, source.c.artefact_id == artefact.c.id)
            .where(
                source.c.recording_id == recording_id,
                artefact.c.account_id == account_id,
                artefact.c.kind == kind,
                *living_artefact(premises),
            )
        )
    rows = connection.execute(wanted).all()
    if not rows and kind is not None and connection.execute(whole).one_or_none():
        raise UnknownError(f"{recording_id} has no {kind}.", hint="See `bailee show`.")
    if not rows:
        raise why_missing(connection, recording_id, account_id)
    return [(row.stream_id, row.leaf) for row in rows]


def places(scope: Scope) -> list[tuple[int, int]]:
    """The single leaves among its acts: ``(stream, leaf)`` each."""
    return [pair for act in scope.acts if isinstance(act, CutLeaves) for pair in act.leaves]


def as_entry(
    connection: sa.Connection, premises: Premises, scope: Scope
) -> dict[str, str | int | None] | None:
    """Its stretch as a ledger entry says it; None when it is single recordings alone."""
    if all(isinstance(act, CutLeaves) for act in scope.acts):
        return None
    return entries.scope(
        connection,
        premises,
        person_id=scope.person_id,
        device_id=scope.device_id,
        kind=scope.kind,
        begin_ms=scope.begin_ms,
        end_ms=scope.end_ms,
    )
