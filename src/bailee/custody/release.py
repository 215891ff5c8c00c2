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
from bailee.custody.asking import Answer, MovedError, attempt
from bailee.custody.chosen import Asking, Chosen, alive, chosen
from bailee.custody.keys import KeyFinder
from bailee.custody.opened import Opened, flow, opener, stands
from bailee.custody.premises import Premises
from bailee.custody.view import lock_of, why_missing
from bailee.errors import UnknownError
from bailee.seal import open_small, unwrap
from bailee.store.database import AnyRow
from bailee.store.tables import account, artefact, source
from bailee.types.cut import Cut, require_within, whole
from bailee.types.decide import Access, Principal
from bailee.types.ids import ArtefactId, parse_id
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Details

_ORDER = {kind: place for place, kind in enumerate(Kind)}

# Built once: building and keying a statement costs more than running it.
_alive_by_id = alive.where(artefact.c.id == sa.bindparam("id"))
_alive_of_recording = alive.join(source, source.c.artefact_id == artefact.c.id).where(
    source.c.recording_id == sa.bindparam("id")
)
_artefact = sa.select(artefact).where(artefact.c.id == sa.bindparam("id"))
_shared_account = (
    sa.select(account.c.changes)
    .where(account.c.id == sa.bindparam("id"))
    .with_for_update(read=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """An artefact that may flow: what it is, what its depositor said of it, and its bytes."""

    artefact_id: ArtefactId
    kind: Kind
    size_bytes: int
    name: str
    details: Details
    stretches: Iterator[bytes]


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

    def work(connection: sa.Connection, answer: Answer[Chosen]) -> Opened:
        _bounds(answer.question.row, cut)  # before the entry: what is no range leaves none
        return _tell_release(connection, premises, answer)

    opened = attempt(premises, look, work)
    row = opened.answer.question.row
    begin, end = _bounds(row, cut)
    said = json.loads(open_small(opened.dek, row.description))
    return Released(
        artefact_id=ArtefactId(row.id),
        kind=Kind(row.kind),
        size_bytes=row.size_bytes,
        name=said["name"],
        details=said["details"],
        stretches=flow(premises, opened, opener(premises, opened).stretches(begin, end)),
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
) -> Callable[[sa.Connection], Chosen]:
    return partial(
        _choose,
        premises=premises,
        opaque_id=opaque_id,
        kind=kind,
        asking=Asking(principal=principal, purpose=purpose),
    )


def _choose(
    connection: sa.Connection,
    premises: Premises,
    opaque_id: str,
    kind: Kind | None,
    asking: Asking,
) -> Chosen:
    row = _pick(connection, premises, opaque_id, kind)
    return chosen(connection, premises, [row], asking)[0]


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


def _tell_release(connection: sa.Connection, premises: Premises, answer: Answer[Chosen]) -> Opened:
    """Log the release and fetch its keys, with the account's lock shared: no erasure in between."""
    question = answer.question
    ((account_id, changes),) = question.changes
    shared = connection.execute(_shared_account, {"id": account_id}).one_or_none()
    # Read again: `retain` may have wrapped its DEK anew or ended its time.
    fresh = connection.execute(_artefact, {"id": question.row.id}).one_or_none()
    if shared is None or fresh is None or fresh.due_day < premises.today():
        raise why_missing(connection, question.row.id)
    if shared.changes != changes:
        raise MovedError  # decided about what is not so any more
    kek = KeyFinder(connection, premises.ring).kek(lock_of(fresh, question.places))
    if kek is None:
        raise why_missing(connection, question.row.id)
    said = _entry(connection, premises, answer)
    entries.append(connection, premises, "release", account_id, **said)
    return Opened(
        answer=answer,
        dek=unwrap(kek, fresh.wrapped_dek),
        stood=stands(connection, premises, account_id),
    )


def _entry(
    connection: sa.Connection, premises: Premises, answer: Answer[Chosen]
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
