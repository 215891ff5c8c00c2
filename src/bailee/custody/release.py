"""Release: decide, log, open.

Order: decide → the entry is durable → plaintext flows, asking at each stretch whether anything was
erased meanwhile. A crash after the entry and before the bytes leaves an entry for a release that
did not happen: the ledger may say too much, never too little. Each release and each refusal is in
the ledger for its owner to see (R-23).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.asking import Answer, MovedError, Question, attempt, decide
from bailee.custody.keys import KeyFinder
from bailee.custody.premises import Premises
from bailee.custody.view import lock_of, why_missing
from bailee.errors import EvidenceError, UnknownError
from bailee.keytree import moment_of
from bailee.seal import Opener, open_small, unwrap
from bailee.store.database import AnyRow
from bailee.store.ring import DAYS_STREAM, covered
from bailee.store.tables import account, artefact, recording, source, state
from bailee.types.cut import Cut, require_within, whole
from bailee.types.decide import Access, Principal, verb_of_release
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId, parse_id
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Details
from bailee.types.span import Span

_ORDER = {kind: place for place, kind in enumerate(Kind)}

# Built once: building and keying a statement costs more than running it.
_changes = sa.select(account.c.changes).where(account.c.id == artefact.c.account_id)
_alive = sa.select(artefact, _changes.scalar_subquery().label("changes")).where(
    artefact.c.due_day >= sa.bindparam("today"), covered(artefact.c.stream_id, artefact.c.leaf)
)
_alive_by_id = _alive.where(artefact.c.id == sa.bindparam("id"))
_alive_of_recording = _alive.join(source, source.c.artefact_id == artefact.c.id).where(
    source.c.recording_id == sa.bindparam("id")
)
_artefact = sa.select(artefact).where(artefact.c.id == sa.bindparam("id"))
_sources = (
    sa.select(source.c.recording_id, source.c.stream_id, source.c.leaf, recording.c.end_ms)
    .select_from(source.outerjoin(recording, recording.c.id == source.c.recording_id))
    .where(source.c.artefact_id == sa.bindparam("id"))
    .order_by(source.c.position)
)
_shared_account = (
    sa.select(account.c.changes)
    .where(account.c.id == sa.bindparam("id"))
    .with_for_update(read=True)
)
_epoch = sa.select(state.c.epoch)
_standing = sa.select(state.c.epoch, account.c.changes).select_from(
    state.outerjoin(account, account.c.id == sa.bindparam("id"))
)
_ASK_AGAIN_MS = 60_000
"""While it flows it is asked for again this often, whatever changes: stays and links end by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """An artefact that may flow: what it is, what its depositor said of it, and its bytes."""

    artefact_id: ArtefactId
    kind: Kind
    size_bytes: int
    name: str
    details: Details
    stretches: Iterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen(Question):
    row: AnyRow
    places: tuple[AnyRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A release that is in the ledger: its answer, its key, and how things stood at its entry."""

    answer: Answer[_Chosen]
    dek: bytes
    stood: tuple[int | None, ...]


def release(
    premises: Premises,
    opaque_id: str,
    *,
    purpose: Purpose,
    kind: Kind | None = None,
    principal: Principal,
    cut: Cut = whole,
) -> Released:
    """Open an artefact, or the one of *kind* of a recording, for *purpose*.

    The entry is durable when this returns; the bytes that *cut* says flow from the answer.

    Raises:
        DeniedError: The decision was no, now or while it flows; it is in the ledger.
        GoneError: It is forgotten or has expired, now or while it flows.
        UnknownError: There is no such thing, or not of that kind.
        InputError: The range is not within it, or several artefacts fit and none was picked.
    """
    look = _look(premises, opaque_id, kind, purpose, principal)

    def work(connection: sa.Connection, answer: Answer[_Chosen]) -> _Opened:
        _bounds(answer.question.row, cut)  # before the entry: what is no range leaves none
        return _tell_release(connection, premises, answer)

    opened = attempt(premises, look, work)
    row = opened.answer.question.row
    begin, end = _bounds(row, cut)
    said = json.loads(open_small(opened.dek, row.description))
    opener = Opener(opened.dek, row.size_bytes, _reader(premises, row))
    return Released(
        artefact_id=ArtefactId(row.id),
        kind=Kind(row.kind),
        size_bytes=row.size_bytes,
        name=said["name"],
        details=said["details"],
        stretches=_flow(premises, opened, opener.stretches(begin, end)),
    )


def _bounds(row: AnyRow, cut: Cut) -> tuple[int, int]:
    begin, end = cut(ArtefactId(row.id), row.size_bytes)
    require_within(begin, end, row.size_bytes)
    return begin, end


def questions(
    premises: Premises,
    opaque_id: str,
    *,
    purpose: Purpose,
    kind: Kind | None = None,
    principal: Principal,
) -> tuple[Access, ...]:
    """What the gate would be asked, one for each of those it is of. Asks and opens nothing.

    Raises as `release` does, but for a denial.
    """
    return premises.database.read(_look(premises, opaque_id, kind, purpose, principal)).accesses


def _look(
    premises: Premises,
    opaque_id: str,
    kind: Kind | None,
    purpose: Purpose,
    principal: Principal,
) -> Callable[[sa.Connection], _Chosen]:
    return partial(
        _choose,
        premises=premises,
        opaque_id=opaque_id,
        kind=kind,
        purpose=purpose,
        principal=principal,
    )


def _choose(
    connection: sa.Connection,
    premises: Premises,
    opaque_id: str,
    kind: Kind | None,
    purpose: Purpose,
    principal: Principal,
) -> _Chosen:
    row = _pick(connection, premises, opaque_id, kind)
    places = _places(connection, row.id)
    found = Kind(row.kind)
    account_id = AccountId(row.account_id)
    accesses = tuple(
        Access(
            principal=principal,
            verb=verb_of_release(found, purpose),
            purpose=purpose,
            account_id=account_id,
            kind=found,
            artefact_id=ArtefactId(row.id),
            person_id=PersonId(person_id) if person_id else None,
            device_id=DeviceId(device_id) if device_id else None,
            span=span,
        )
        for (person_id, device_id), span in _subjects(connection, premises, row, places).items()
    )
    changes = ((account_id, row.changes),)
    return _Chosen(row=row, places=places, accesses=accesses, changes=changes)


def _subjects(
    connection: sa.Connection, premises: Premises, row: AnyRow, places: tuple[AnyRow, ...]
) -> dict[tuple[str, str], Span]:
    """Whose it is, on what, and when: its own stream first, then every recording it is made of."""
    begin_ms = moment_of(row.leaf)
    found = {
        entries.parts_of(connection, premises, row.stream_id): Span(
            begin_ms=begin_ms, end_ms=begin_ms
        )
    }
    for each in places:
        parts = entries.parts_of(connection, premises, each.stream_id)
        begin_ms = moment_of(each.leaf)
        known = found.get(parts, Span(begin_ms=begin_ms, end_ms=begin_ms))
        found[parts] = Span(
            begin_ms=min(known.begin_ms, begin_ms),
            end_ms=max(known.end_ms, begin_ms, each.end_ms or begin_ms),
        )
    return found


def _places(connection: sa.Connection, artefact_id: str) -> tuple[AnyRow, ...]:
    return tuple(connection.execute(_sources, {"id": artefact_id}))


def _pick(
    connection: sa.Connection, premises: Premises, opaque_id: str, kind: Kind | None
) -> AnyRow:
    """The artefact meant: by its own id, or of a recording, the first of its kinds."""
    if opaque_id.startswith("art_"):
        wanted, known = _alive_by_id, parse_id(opaque_id, "art")
    else:
        wanted, known = _alive_of_recording, parse_id(opaque_id, "rec")
    rows = connection.execute(wanted, {"id": known, "today": premises.today()}).all()
    fitting = [row for row in rows if kind is None or row.kind == kind]
    if fitting:
        return min(fitting, key=lambda row: (_ORDER[Kind(row.kind)], row.leaf))
    if not rows:
        raise why_missing(connection, opaque_id)
    held = ", ".join(sorted({row.kind for row in rows}))
    raise UnknownError(f"It has no {kind}.", hint=f"It has: {held}.")


def _tell_release(
    connection: sa.Connection, premises: Premises, answer: Answer[_Chosen]
) -> _Opened:
    """Log the release and fetch its keys, with the account's lock shared: no erasure in between."""
    chosen = answer.question
    ((account_id, changes),) = chosen.changes
    shared = connection.execute(_shared_account, {"id": account_id}).one_or_none()
    # Read again: `retain` may have wrapped its DEK anew or ended its time.
    fresh = connection.execute(_artefact, {"id": chosen.row.id}).one_or_none()
    if shared is None or fresh is None or fresh.due_day < premises.today():
        raise why_missing(connection, chosen.row.id)
    if shared.changes != changes:
        raise MovedError  # decided about what is not so any more
    kek = KeyFinder(connection, premises.ring).kek(lock_of(fresh, chosen.places))
    if kek is None:
        raise why_missing(connection, chosen.row.id)
    said = _entry(connection, premises, answer)
    entries.append(connection, premises, "release", account_id, **said)
    return _Opened(
        answer=answer,
        dek=unwrap(kek, fresh.wrapped_dek),
        stood=(connection.scalar(_epoch), shared.changes, _minute(premises)),
    )


def _stands(
    connection: sa.Connection, premises: Premises, account_id: AccountId
) -> tuple[int | None, ...]:
    """While it does not move nothing was erased or let expire, and no decision can have changed."""
    epoch, changes = connection.execute(_standing, {"id": account_id}).one()
    return epoch, changes, _minute(premises)


def _minute(premises: Premises) -> int:
    return premises.now_ms() // _ASK_AGAIN_MS


def _entry(
    connection: sa.Connection, premises: Premises, answer: Answer[_Chosen]
) -> dict[str, object]:
    row, access = answer.question.row, answer.question.accesses[0]
    return {
        "account": entries.tag(connection, premises, access.account_id),
        "kind": access.kind,
        "address": entries.address(connection, premises, row.stream_id, row.leaf),
        "sources": [
            entries.address(connection, premises, each.stream_id, each.leaf, end_ms=each.end_ms)
            for each in answer.question.places
        ],
        "purpose": access.purpose,
        **answer.said(connection, premises),
    }


def _reader(premises: Premises, row: AnyRow) -> Callable[[int, int], bytes]:
    sealed: bytes | None = row.sealed
    if sealed is not None:
        return lambda offset, length: sealed[offset : offset + length]
    return lambda offset, length: premises.content.read(row.content_key, offset, length)


def _flow(premises: Premises, opened: _Opened, stretches: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each stretch only after asking whether it may still be read.

    The first is vouched for by the entry's own transaction. A withdrawn consent, a stay or a link
    that ended stops it as an erasure does, with a refusal in the ledger.
    """
    chosen, stood = opened.answer.question, opened.stood
    account_id = chosen.accesses[0].account_id
    for number, stretch in enumerate(_honest(premises, chosen, stretches)):
        if number:
            now = premises.database.read(lambda c: _stands(c, premises, account_id))
            if now != stood:
                premises.database.read(lambda c: _require_alive(c, premises, chosen))
                decide(premises, chosen)
                stood = now
        yield stretch


def _honest(premises: Premises, chosen: _Chosen, stretches: Iterator[bytes]) -> Iterator[bytes]:
    """*stretches*; where their bytes are gone because it was erased, that is what is said."""
    try:
        yield from stretches
    except (UnknownError, EvidenceError):
        premises.database.read(lambda c: _require_alive(c, premises, chosen))
        raise


def _require_alive(connection: sa.Connection, premises: Premises, chosen: _Chosen) -> None:
    lock = lock_of(chosen.row, chosen.places)
    places = (*lock.sources, lock.own, (DAYS_STREAM, chosen.row.due_day))
    if not all(premises.ring.is_live(connection, *place) for place in places):
        raise why_missing(connection, chosen.row.id)
