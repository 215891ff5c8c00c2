"""Reassign: give a recording to another person, in one operation.

It is deposited anew under theirs, with all that was made from it, and the old is erased. Order of
writes: one transaction makes the new rows, wraps each DEK anew and notes the old leaves (`move`) →
journal → one transaction that cuts them, with the entry. A crash between the two leaves the
recording whole under its new person and a note; start-up cuts what it names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody import address, cleanup, entries, hold, labels
from bailee.custody.acts import CutLeaves, Ordered, Told, order
from bailee.custody.address import Address, lock_account
from bailee.custody.asking import Answer, Look, Question, act
from bailee.custody.keys import KeyFinder, Lock, Place
from bailee.custody.leaves import Allocator, Lateness
from bailee.custody.owner import OWNER
from bailee.custody.premises import Premises
from bailee.custody.ruled import ruled_days, rules_of
from bailee.custody.touched import of_move
from bailee.custody.view import lock_of, sources_of, why_missing
from bailee.errors import ConflictError, EvidenceError, UnkeptError
from bailee.keytree import moment_of
from bailee.seal import unwrap, wrap
from bailee.store.database import AnyRow
from bailee.store.ring import covered
from bailee.store.tables import artefact, erasure, move, recording, source, stream, tombstone
from bailee.types.decide import Principal
from bailee.types.ids import (
    AccountId,
    ArtefactId,
    DeviceId,
    PersonId,
    RecordingId,
    StreamId,
    new_erasure_id,
    new_recording_id,
    parse_id,
)
from bailee.types.keep_for import DONT_KEEP
from bailee.types.kind import Kind
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassigned:
    """The recording under its new person; the old id is gone."""

    old_id: RecordingId
    new_id: RecordingId
    artefacts: int


def reassign(
    premises: Premises,
    account_name: str,
    recording_id: str,
    person_name: str,
    *,
    principal: Principal = OWNER,
) -> Reassigned:
    """Give a recording, and all made from it, to another person of the account.

    The person is made if there is none of that name. What the old person forgets later no longer
    reaches it; what the new one forgets does.

    Raises:
        DeniedError: The decision was no, about either; it is in the ledger.
        UnknownError: No such account or recording.
        GoneError: It is forgotten or has expired.
        ConflictError: It is theirs already, or under a legal hold.
        LateArrivalError: The new person has forgotten that stretch of time.
        UnkeptError: Something of it the household chose not to keep of the new person.
    """
    old_id, erasure_id = RecordingId(parse_id(recording_id, "rec")), new_erasure_id()
    look: Look[Question] = partial(
        of_move,
        premises=premises,
        account_name=account_name,
        recording_id=old_id,
        person_name=person_name,
        principal=principal,
    )

    def work(connection: sa.Connection, answer: Answer[Question]) -> Reassigned:
        asked = answer.said(connection, premises)
        account_id = answer.question.accesses[0].account_id
        address.note_change(connection, account_id)
        return _move(connection, premises, account_id, old_id, person_name, erasure_id, asked)

    done = act(premises, look, work)
    cut_moved(premises)
    return done


def _move(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    old_id: RecordingId,
    person_name: str,
    erasure_id: str,
    asked: Mapping[str, str],
) -> Reassigned:
    old = connection.execute(
        sa.select(recording).where(
            recording.c.id == old_id,
            recording.c.account_id == account_id,
            covered(recording.c.stream_id, recording.c.leaf),
        )
    ).one_or_none()
    if old is None:
        raise why_missing(connection, old_id, account_id)
    rows = connection.execute(
        sa.select(artefact)
        .join(source, source.c.artefact_id == artefact.c.id)
        .where(source.c.recording_id == old_id)
        .order_by(artefact.c.id)
    ).all()
    where = _target(connection, premises, old, rows, person_name)
    if where.person_id == old.person_id:
        raise ConflictError("That recording is theirs already.")
    held = connection.scalar(
        sa.select(sa.func.count())
        .select_from(artefact)
        .where(artefact.c.id.in_([row.id for row in rows]), hold.is_held())
    )
    if held:
        raise ConflictError(
            "A legal hold keeps that recording where it is.", hint="It can move when that lifts."
        )
    mover = _Mover(connection, premises, old, where)
    for row in rows:
        mover.rewrap(row)
    mover.finish(erasure_id, asked)
    return Reassigned(old_id=old_id, new_id=mover.new_id, artefacts=len(rows))


def _target(
    connection: sa.Connection,
    premises: Premises,
    old: AnyRow,
    rows: Sequence[AnyRow],
    person_name: str,
) -> Address:
    """The new person's address on the same device, which keeps its id."""
    until_day = max((row.due_day for row in rows), default=premises.today())
    account_id = AccountId(old.account_id)
    person_id, begins_ms = address.make_person(
        connection, premises, account_id, person_name, until_day=until_day
    )
    where = Address(
        account_id=account_id,
        person_id=PersonId(person_id),
        device_id=DeviceId(old.device_id),
        begins_ms=begins_ms,
    )
    labels.extend_all(connection, premises, where, until_day=until_day)
    return where


class _Mover:
    """Wraps what hangs on one recording again, under another person's leaves."""

    def __init__(
        self, connection: sa.Connection, premises: Premises, old: AnyRow, where: Address
    ) -> None:
        self._connection, self._premises = connection, premises
        self._old, self._where = old, where
        self._finder = KeyFinder(connection, premises.ring)
        self._allocator = Allocator(connection, self._finder, ())
        self._lateness = Lateness(connection)
        self._rules = rules_of(connection, where.account_id)
        self._left: list[Place] = [(StreamId(old.stream_id), old.leaf)]
        self.new_id = new_recording_id()
        span = Span(begin_ms=old.begin_ms, end_ms=old.end_ms)
        self._lateness.refuse(where, "", span)
        self._stream = address.stream_of(connection, premises, where, "")
        self._leaf = self._allocator.next_leaf(recording, self._stream, old.begin_ms)
        connection.execute(
            sa.insert(recording).values(
                id=self.new_id,
                account_id=where.account_id,
                person_id=where.person_id,
                device_id=where.device_id,
                stream_id=self._stream,
                leaf=self._leaf,
                begin_ms=old.begin_ms,
                end_ms=old.end_ms,
            )
        )
        connection.execute(
            sa.update(stream)
            .where(stream.c.id == self._stream, stream.c.longest_ms < old.end_ms - old.begin_ms)
            .values(longest_ms=old.end_ms - old.begin_ms)
        )

    def rewrap(self, row: AnyRow) -> None:
        """One artefact: the recording's leaf in its KEK changes, and its own if it was beside it."""
        sources = sources_of(self._connection, row.id)
        before = lock_of(row, sources)
        kek = self._finder.kek(before)
        if kek is None:
            return  # forgotten by itself, or by another recording it comes from
        own = self._own(row)
        due_day = self._due(row, sources)
        places = tuple(
            (self._stream, self._leaf) if each.recording_id == self._old.id else place
            for each, place in zip(sources, before.sources, strict=True)
        )
        lock = Lock(
            artefact_id=ArtefactId(row.id),
            kind=Kind(row.kind),
            day=row.wrapped_day,
            own=own,
            sources=places,
        )
        new = self._finder.kek(lock)
        if new is None:
            raise EvidenceError("A leaf that was just found alive is not.")
        if own != before.own:
            self._left.append(before.own)
        dek = unwrap(kek, row.wrapped_dek)
        self._connection.execute(
            sa.update(artefact)
            .where(artefact.c.id == row.id)
            .values(
                stream_id=own[0],
                leaf=own[1],
                wrapped_dek=wrap(new, dek),
                due_day=due_day,
            )
        )
        self._connection.execute(
            sa.update(source)
            .where(source.c.artefact_id == row.id, source.c.recording_id == self._old.id)
            .values(recording_id=self.new_id, stream_id=self._stream, leaf=self._leaf)
        )
        self._join_holds(lock, dek)

    def _due(self, row: AnyRow, sources: Sequence[AnyRow]) -> int:
        """Until when it is kept by the rules about its new person, and all others in it."""
        if not self._rules:
            return int(row.due_day)
        new = (self._where.person_id, self._where.device_id)
        others = [each.recording_id for each in sources if each.recording_id != self._old.id]
        places = self._connection.execute(
            sa.select(recording.c.person_id, recording.c.device_id).where(
                recording.c.id.in_(others)
            )
        )
        wheres = [new, *((each.person_id, each.device_id) for each in places)]
        days = ruled_days(self._premises, self._rules, Kind(row.kind), wheres)
        if days == DONT_KEEP:
            raise UnkeptError(row.kind)
        return int(row.due_day) if days is None else min(row.due_day, row.deposited_day + days)

    def _join_holds(self, lock: Lock, dek: bytes) -> None:
        """It was under none: whatever holds it now does so because of where it came to."""
        where = self._where
        span = Span(begin_ms=self._old.begin_ms, end_ms=self._old.end_ms)
        fresh = hold.Candidate(
            account_id=where.account_id,
            parts=((where.person_id, where.device_id, span),),
            kind=lock.kind,
            artefact_id=lock.artefact_id,
            dek=dek,
        )
        hold.join(self._connection, self._premises, fresh)

    def _own(self, row: AnyRow) -> Place:
        """Its own leaf: under the new person if it lay under the old one."""
        owner = self._connection.execute(
            sa.select(stream.c.person_id).where(stream.c.id == row.stream_id)
        ).scalar_one()
        if owner != self._old.person_id:
            return StreamId(row.stream_id), row.leaf
        at_ms = moment_of(row.leaf)
        self._lateness.refuse(self._where, row.kind, Span(begin_ms=at_ms, end_ms=at_ms))
        stream_id = address.stream_of(self._connection, self._premises, self._where, row.kind)
        return stream_id, self._allocator.next_leaf(artefact, stream_id, at_ms)

    def finish(self, erasure_id: str, asked: Mapping[str, str]) -> None:
        """Note the old leaves, tell the ledger where it went, and take the old row away."""
        connection, premises, old = self._connection, self._premises, self._old
        connection.execute(
            sa.insert(move).values(
                erasure_id=erasure_id,
                account_id=old.account_id,
                leaves=json.dumps(self._left),
                **asked,
            )
        )
        entries.append(
            connection,
            premises,
            "reassign",
            old.account_id,
            account=entries.tag(connection, premises, old.account_id),
            erasure=erasure_id,
            old=entries.address(connection, premises, old.stream_id, old.leaf, end_ms=old.end_ms),
            new=entries.address(connection, premises, self._stream, self._leaf, end_ms=old.end_ms),
            **asked,
        )
        connection.execute(
            sa.insert(tombstone).values(
                id=old.id,
                account_id=old.account_id,
                erasure_id=erasure_id,
                at_ms=premises.now_ms(),
            )
        )
        connection.execute(sa.delete(recording).where(recording.c.id == old.id))


def cut_moved(premises: Premises) -> int:
    """Cut the old leaves of every reassignment that has not done so; how many there were."""
    waiting = premises.database.read(lambda c: c.execute(sa.select(move)).all())
    for row in waiting:
        premises.database.write(partial(_cut, premises=premises, row=row))
        cleanup.finish(premises, row.erasure_id)
    return len(waiting)


def _cut(connection: sa.Connection, premises: Premises, row: AnyRow) -> None:
    lock_account(connection, row.account_id)
    noted = sa.select(move.c.erasure_id).where(move.c.erasure_id == row.erasure_id)
    if connection.execute(noted).one_or_none() is None:
        return  # another process was quicker
    leaves = tuple((stream_id, leaf) for stream_id, leaf in json.loads(row.leaves))
    told: dict[str, object] = {
        "account": entries.tag(connection, premises, row.account_id),
        "erasure": row.erasure_id,
        "whole": "",
        "kind": None,
        "scope": None,
        # The recording's alone: what was made from it lives on, and an entry's addresses without
        # a kind are recordings'.
        "addresses": [entries.address(connection, premises, *leaves[0])],
        "statement": "0" * 64,
        "principal": row.principal,
        "policy": row.policy,
    }
    ordered = Ordered(
        erasure_id=row.erasure_id,
        account_id=row.account_id,
        at_ms=premises.now_ms(),
        acts=(CutLeaves(leaves=leaves),),
        told=(Told(type="erase", account_id=row.account_id, fields=told),),
    )
    order(connection, premises, ordered)
    connection.execute(sa.delete(move).where(move.c.erasure_id == row.erasure_id))
    connection.execute(
        sa.update(erasure).where(erasure.c.id == row.erasure_id).values(recordings=1)
    )
