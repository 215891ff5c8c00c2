"""Legal holds: destruction waits, use is never re-enabled (R-17).

The scope commits first. Then the DEK of everything in scope is wrapped again under the hold's own
key, which hangs on a shard of its own, apart from the account's. Erasures and expiries that overlap
a hold that is still gathering finish the gathering in their own transaction, then proceed; what
they destroy for the household stays readable under the hold's key alone, and clean-up skips its
bytes. Later deposits in scope join. A hold lifts whole.

A crash after the scope committed leaves a hold that is not gathered: start-up gathers it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.acts import LiftHold, Ordered, Told, order
from bailee.custody.address import lock_account, note_change
from bailee.custody.asking import Answer, Look, Question, act
from bailee.custody.keys import KeyFinder
from bailee.custody.owner import OWNER
from bailee.custody.premises import Premises
from bailee.custody.scope import resolve
from bailee.custody.touched import of_hold, of_selection
from bailee.custody.view import living_artefact, lock_of, sources_of
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.seal import unwrap, wrap
from bailee.store.database import AnyRow
from bailee.store.tables import artefact, held, recording, source, stream
from bailee.store.tables import hold as hold_table
from bailee.types.decide import Principal, Verb
from bailee.types.ids import ArtefactId, HoldId, new_erasure_id, new_hold_id, parse_id
from bailee.types.kind import Kind
from bailee.types.selection import Selection
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fresh deposit that a hold may have to take in.

    `parts` are person, device and time of each recording it comes from, and of its own address.
    """

    account_id: str
    parts: tuple[tuple[str, str, Span], ...]
    kind: Kind
    artefact_id: ArtefactId
    dek: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold. `lifted_ms` is None while it stands; `held` counts artefacts."""

    id: HoldId
    opened_ms: int
    lifted_ms: int | None
    held: int


def hold(premises: Premises, selection: Selection, *, principal: Principal = OWNER) -> Hold:
    """Stop the destruction of what *selection* names, and of what joins it later.

    Raises:
        InputError: Recordings were picked by id: a hold is by person, device, kind and time.
        DeniedError: The decision was no; it is in the ledger.
        UnknownError: No account, person or device of that name.
    """
    if selection.recordings:
        raise InputError(
            "A hold is by account, person, device, kind and time, not by recording.",
            hint="Give the stretch of time the recordings lie in.",
        )
    hold_id = new_hold_id()
    look: Look[Question] = partial(
        of_selection,
        premises=premises,
        selection=selection,
        verb=Verb.HOLD,
        principal=principal,
    )

    def work(connection: sa.Connection, answer: Answer[Question]) -> None:
        _open(connection, premises, selection, hold_id, answer.said(connection, premises))

    act(premises, look, work)
    premises.database.write(lambda connection: gather(connection, premises, None))
    return premises.database.read(lambda connection: _shown(connection, hold_id))


def _open(
    connection: sa.Connection,
    premises: Premises,
    selection: Selection,
    hold_id: HoldId,
    asked: Mapping[str, str],
) -> None:
    scope = resolve(connection, premises, selection, lock=True)
    note_change(connection, scope.account_id)
    premises.ring.make_shard(connection, hold_id)
    premises.ring.put_secret(connection, hold_id, hold_id)
    open_end = selection.to_ms is None
    connection.execute(
        sa.insert(hold_table).values(
            id=hold_id,
            account_id=scope.account_id,
            person_id=scope.person_id,
            device_id=scope.device_id,
            kind=scope.kind,
            begin_ms=scope.begin_ms,
            end_ms=(1 << 48) - 1 if open_end else selection.to_ms,
            gathered=0,
            opened_ms=premises.now_ms(),
        )
    )
    row = connection.execute(sa.select(hold_table).where(hold_table.c.id == hold_id)).one()
    entries.append(
        connection,
        premises,
        "hold",
        scope.account_id,
        account=entries.tag(connection, premises, scope.account_id),
        hold=hold_id,
        scope=entries.scope(
            connection,
            premises,
            person_id=row.person_id,
            device_id=row.device_id,
            kind=row.kind,
            begin_ms=row.begin_ms,
            end_ms=row.end_ms,
        ),
        **asked,
    )


def gather(connection: sa.Connection, premises: Premises, account_id: str | None) -> None:
    """Finish every hold (of an account) whose scope committed and whose DEKs are not all in."""
    waiting = sa.select(hold_table).where(
        hold_table.c.gathered == 0, hold_table.c.lifted_ms.is_(None)
    )
    if account_id is not None:
        waiting = waiting.where(hold_table.c.account_id == account_id)
    for row in connection.execute(waiting).all():
        lock_account(connection, row.account_id)
        key = premises.ring.secret(connection, row.id)
        assert key is not None, "a standing hold has its key"
        _take_in(connection, premises, row, key)
        connection.execute(
            sa.update(hold_table).where(hold_table.c.id == row.id).values(gathered=1)
        )


def _in_scope(row: AnyRow) -> sa.Select[str]:
    """The artefacts a hold reaches: by their own address or a recording's, and by their time."""
    theirs, own = [sa.true()], [sa.true()]
    for name in ("person_id", "device_id"):
        if getattr(row, name) is not None:
            theirs.append(recording.c[name] == getattr(row, name))
            own.append(stream.c[name] == getattr(row, name))
    where = [
        artefact.c.account_id == row.account_id,
        recording.c.begin_ms <= row.end_ms,
        recording.c.end_ms >= row.begin_ms,
        sa.or_(sa.and_(*theirs), sa.and_(*own)),
    ]
    if row.kind is not None:
        where.append(artefact.c.kind == row.kind)
    joined = (
        artefact.join(source, source.c.artefact_id == artefact.c.id)
        .join(recording, recording.c.id == source.c.recording_id)
        .join(stream, stream.c.id == artefact.c.stream_id)
    )
    return sa.select(artefact.c.id).select_from(joined).where(*where).distinct()


def _take_in(connection: sa.Connection, premises: Premises, row: AnyRow, key: bytes) -> None:
    mine = sa.select(held.c.artefact_id).where(held.c.hold_id == row.id)
    rows = connection.execute(
        sa.select(artefact).where(
            artefact.c.id.in_(_in_scope(row)),
            artefact.c.id.not_in(mine),
            *living_artefact(premises),
        )
    ).all()
    finder = KeyFinder(connection, premises.ring)
    taken = []
    for each in rows:
        places = sources_of(connection, each.id)
        kek = finder.kek(lock_of(each, places))
        if kek is not None:
            dek = unwrap(kek, each.wrapped_dek)
            taken.append({"hold_id": row.id, "artefact_id": each.id, "wrapped_dek": wrap(key, dek)})
    if taken:
        connection.execute(sa.insert(held), taken)


def accounts_held(connection: sa.Connection, account_ids: Iterable[str]) -> set[str]:
    """Which of these accounts have a standing hold at all."""
    standing = sa.select(hold_table.c.account_id).where(
        hold_table.c.account_id.in_(list(account_ids)), hold_table.c.lifted_ms.is_(None)
    )
    return set(connection.scalars(standing))


def join(connection: sa.Connection, premises: Premises, fresh: Candidate) -> None:
    """Take a fresh deposit into every standing hold whose scope it falls in."""
    standing = sa.select(hold_table.c.id).where(
        hold_table.c.account_id == fresh.account_id,
        hold_table.c.lifted_ms.is_(None),
        sa.or_(hold_table.c.kind.is_(None), hold_table.c.kind == fresh.kind),
        sa.or_(*(_names(*part) for part in fresh.parts)),
    )
    for hold_id in connection.scalars(standing).all():
        key = premises.ring.secret(connection, hold_id)
        assert key is not None, "a standing hold has its key"
        connection.execute(
            sa.insert(held).values(
                hold_id=hold_id,
                artefact_id=fresh.artefact_id,
                wrapped_dek=wrap(key, fresh.dek),
            )
        )


def _names(person_id: str, device_id: str, span: Span) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(hold_table.c.person_id.is_(None), hold_table.c.person_id == person_id),
        sa.or_(hold_table.c.device_id.is_(None), hold_table.c.device_id == device_id),
        hold_table.c.begin_ms <= span.end_ms,
        hold_table.c.end_ms >= span.begin_ms,
    )


def lift(premises: Premises, hold_id: str, *, principal: Principal = OWNER) -> Hold:
    """End a hold, whole: its key goes, and what only it kept is cleaned up and ends.

    Raises:
        DeniedError: The decision was no; it is in the ledger.
        UnknownError: There is no such hold.
        ConflictError: It was lifted before.
    """
    known = HoldId(parse_id(hold_id, "hld"))

    def look(connection: sa.Connection, *, lock: bool = False) -> Question:
        row = _standing(connection, known)
        if lock:
            lock_account(connection, row.account_id)
            row = _standing(connection, known)
        return of_hold(connection, row, principal)

    def work(connection: sa.Connection, answer: Answer[Question]) -> Hold:
        shown = _shown(connection, known)
        account_id = answer.question.accesses[0].account_id
        note_change(connection, account_id)
        at_ms = premises.now_ms()
        told = {
            "account": entries.tag(connection, premises, account_id),
            "hold": known,
            **answer.said(connection, premises),
        }
        ordered = Ordered(
            erasure_id=new_erasure_id(),
            account_id="",
            at_ms=at_ms,
            acts=(LiftHold(hold_id=known),),
            told=(Told(type="lift", account_id=account_id, fields=told),),
        )
        # As with an erasure: a crash after its journal is replayed, also by an older copy.
        order(connection, premises, ordered)
        return Hold(id=known, opened_ms=shown.opened_ms, lifted_ms=at_ms, held=shown.held)

    return act(premises, look, work)


def _standing(connection: sa.Connection, hold_id: HoldId) -> AnyRow:
    row = connection.execute(sa.select(hold_table).where(hold_table.c.id == hold_id)).one_or_none()
    if row is None:
        raise _no_hold()
    if row.lifted_ms is not None:
        raise ConflictError("That hold was lifted before.")
    return row


def _no_hold() -> UnknownError:
    return UnknownError("There is no such hold.", hint="See `bailee hold --list`.")


def standing(premises: Premises) -> list[Hold]:
    """Every hold, lifted ones too, oldest first."""

    def work(connection: sa.Connection) -> list[Hold]:
        ids = connection.scalars(sa.select(hold_table.c.id).order_by(hold_table.c.opened_ms))
        return [_shown(connection, HoldId(each)) for each in ids.all()]

    return premises.database.read(work)


def _shown(connection: sa.Connection, hold_id: HoldId) -> Hold:
    row = connection.execute(sa.select(hold_table).where(hold_table.c.id == hold_id)).one_or_none()
    if row is None:
        raise _no_hold()
    count = connection.execute(
        sa.select(sa.func.count()).select_from(held).where(held.c.hold_id == hold_id)
    ).scalar_one()
    return Hold(id=hold_id, opened_ms=row.opened_ms, lifted_ms=row.lifted_ms, held=count)


def is_held() -> sa.ColumnElement[bool]:
    """SQL for “a standing hold keeps this artefact”."""
    return sa.select(sa.literal(1)).where(held.c.artefact_id == artefact.c.id).exists()
