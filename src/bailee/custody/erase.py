"""Erase: forget a selection, for good, whoever asks and by whatever door (R-15).

Order of writes: journal → one transaction with the request's entry, the puncture and the forgotten
interval: **the moment**, whose cost does not know how many recordings there are. From its commit
every read answers as if the rows were gone. Then, in batches: catalogue rows → content bytes → read
back → the outcome's entry → receipt (see `cleanup`). A crash before the journal leaves nothing
asked; after it, start-up forgets; after the commit, start-up drives the clean-up on. Repeating any
of it changes nothing.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import sqlalchemy as sa

from bailee.custody import cleanup, entries, hold
from bailee.custody.acts import Ordered, Told, order
from bailee.custody.asking import Answer, Look, Question, act, require
from bailee.custody.owner import OWNER
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.custody.reach import count
from bailee.custody.scope import Scope, as_entry, places, resolve
from bailee.custody.touched import is_whole, of_selection
from bailee.errors import UnknownError
from bailee.store.database import AnyRow
from bailee.store.tables import entry, erasure, state
from bailee.types.decide import Principal, Verb
from bailee.types.erasure import UNTOLD, Erasure, Outcome, Plan
from bailee.types.ids import ErasureId, new_erasure_id
from bailee.types.kind import Kind
from bailee.types.selection import Selection

ADDRESSES_AN_ENTRY = 400
"""An entry is at most 65,535 bytes; an address about 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An erasure whose moment has come: forgotten, and not yet cleaned up.

    `salt` and `sentence` are for the receipt alone: the ledger has their hash, the vault neither.
    """

    id: ErasureId
    sentence: str
    salt: bytes


def plan(premises: Premises, selection: Selection, *, principal: Principal = OWNER) -> Plan:
    """What erasing *selection* would touch, counted; nothing changes. Raises as `erase` does."""
    require(premises, _look(premises, selection, principal))

    def work(connection: sa.Connection) -> Plan:
        scope = resolve(connection, premises, selection)
        return count(connection, premises, scope, selection.sentence())

    return premises.database.read(work)


def _look(premises: Premises, selection: Selection, principal: Principal) -> Look[Question]:
    return partial(
        of_selection,
        premises=premises,
        selection=selection,
        verb=Verb.ERASE_ALL if is_whole(selection) else Verb.ERASE,
        principal=principal,
    )


def erase(
    premises: Premises,
    selection: Selection,
    *,
    principal: Principal = OWNER,
    progress: Progress = no_progress,
) -> tuple[Asked, Erasure]:
    """Forget *selection* and clean up after it.

    An erasure that found nothing is recorded all the same, since a stretch of time stays forgotten
    for what arrives late; its outcome is *not found*, which no door reports as a success.

    Raises:
        InputError: The selection does not say one clear thing.
        DeniedError: The decision was no, about anybody it touches; it is in the ledger.
        UnknownError: No account, person, device or recording like that.
        GoneError: A recording picked by id is gone already.
        ReplicaUnreachableError: No root store takes the journal; nothing was forgotten.
    """
    asked = forget(premises, selection, principal=principal)
    cleanup.finish(premises, asked.id, progress=progress)
    return asked, show(premises, asked.id, sentence=asked.sentence)


def forget(premises: Premises, selection: Selection, *, principal: Principal = OWNER) -> Asked:
    """The moment alone: journal and puncture, durable when this returns."""
    selection.check()
    sentence, salt = selection.sentence(), secrets.token_bytes(32)
    asked = Asked(id=new_erasure_id(), sentence=sentence, salt=salt)
    statement = statement_hash(asked)

    def work(connection: sa.Connection, answer: Answer[Question]) -> None:
        scope = resolve(connection, premises, selection, lock=True)
        hold.gather(connection, premises, scope.account_id)
        said = {"erasure": asked.id, "statement": statement, **answer.said(connection, premises)}
        bodies = _entries(connection, premises, scope, said)
        ordered = Ordered(
            erasure_id=asked.id,
            account_id=scope.account_id,
            at_ms=premises.now_ms(),
            acts=scope.acts,
            told=tuple(
                Told(type="erase", account_id=scope.account_id, fields=body) for body in bodies
            ),
        )
        order(connection, premises, ordered)

    act(premises, _look(premises, selection, principal), work)
    return asked


def statement_hash(asked: Asked) -> str:
    """What the ledger says of the sentence: a hash salted with what only the receipt holds."""
    return sha256(asked.salt + asked.sentence.encode()).hexdigest()


def _entries(
    connection: sa.Connection, premises: Premises, scope: Scope, said: Mapping[str, str]
) -> list[dict[str, object]]:
    """The request, in as many entries as its addresses need."""
    head: dict[str, object] = {
        "account": entries.tag(connection, premises, scope.account_id),
        "whole": scope.whole,
        "kind": scope.kind,
        "scope": as_entry(connection, premises, scope),
        **said,
    }
    addresses = [entries.address(connection, premises, *place) for place in places(scope)]
    parts = range(0, max(1, len(addresses)), ADDRESSES_AN_ENTRY)
    return [{**head, "addresses": addresses[at : at + ADDRESSES_AN_ENTRY]} for at in parts]


def show(premises: Premises, erasure_id: str, *, sentence: str = "") -> Erasure:
    """An erasure, as far as it has come.

    Raises:
        UnknownError: There is none of that id.
    """
    return premises.database.read(
        lambda connection: shown_in(connection, premises, erasure_id, sentence)
    )


def shown_in(
    connection: sa.Connection, premises: Premises, erasure_id: str, sentence: str
) -> Erasure:
    """The same, in a transaction of the caller's."""
    row = connection.execute(sa.select(erasure).where(erasure.c.id == erasure_id)).one_or_none()
    if row is None:
        raise UnknownError("There is no such erasure.", hint="Ids of erasures begin with era_.")
    rotated_ms = connection.execute(sa.select(state.c.rotated_ms)).scalar_one()
    outcome = _outcome(connection, row)
    return Erasure(
        id=ErasureId(row.id),
        sentence=sentence or UNTOLD,
        unreadable_since_ms=row.requested_ms,
        unrecoverable_since_ms=row.unrecoverable_ms,
        unrecoverable_due_ms=max(rotated_ms, row.requested_ms - premises.horizon_ms)
        + premises.horizon_ms,
        outcome=outcome,
        recordings=row.recordings,
        artefacts={Kind(name): many for name, many in json.loads(row.artefacts).items()},
        held=row.held,
    )


def _outcome(connection: sa.Connection, row: AnyRow) -> Outcome | None:
    if row.outcome_entry is None:
        return Outcome.UNREACHABLE if row.unreachable else None
    body = connection.execute(
        sa.select(entry.c.body).where(entry.c.id == row.outcome_entry)
    ).scalar_one()
    return Outcome(json.loads(body)["outcome"])
