"""A release that is in the ledger: its key, and whether things still stand as at its entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.asking import Answer, decide
from bailee.custody.chosen import Chosen
from bailee.custody.premises import Premises
from bailee.custody.view import lock_of, why_missing
from bailee.errors import EvidenceError, UnknownError
from bailee.seal import Opener
from bailee.store.database import AnyRow
from bailee.store.ring import DAYS_STREAM
from bailee.store.tables import account, state
from bailee.types.ids import AccountId

Stood = tuple[int | None, ...]
_standing = sa.select(state.c.epoch, account.c.changes).select_from(
    state.outerjoin(account, account.c.id == sa.bindparam("id"))
)
_ASK_AGAIN_MS = 60_000
"""While it flows it is asked for again this often, whatever changes: stays and links end by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Its answer, its key, and how things stood at its entry."""

    answer: Answer[Chosen]
    dek: bytes
    stood: Stood


def stands(connection: sa.Connection, premises: Premises, account_id: AccountId) -> Stood:
    """While it does not move nothing was erased or let expire, and no decision can have changed."""
    epoch, changes = connection.execute(_standing, {"id": account_id}).one()
    return epoch, changes, premises.now_ms() // _ASK_AGAIN_MS


def opener(premises: Premises, opened: Opened) -> Opener:
    """Opens any range of it."""
    row = opened.answer.question.row
    return Opener(opened.dek, row.size_bytes, _reader(premises, row))


def _reader(premises: Premises, row: AnyRow) -> Callable[[int, int], bytes]:
    sealed: bytes | None = row.sealed
    if sealed is not None:
        return lambda offset, length: sealed[offset : offset + length]
    return lambda offset, length: premises.content.read(row.content_key, offset, length)


def flow(premises: Premises, opened: Opened, stretches: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each stretch only after asking whether it may still be read.

    The first is vouched for by the entry's own transaction. A withdrawn consent, a stay or a link
    that ended stops it as an erasure does, with a refusal in the ledger.
    """
    chosen, stood = opened.answer.question, opened.stood
    for number, stretch in enumerate(honest(premises, chosen, stretches)):
        if number:
            stood = still(premises, chosen, stood)
        yield stretch


def still(premises: Premises, chosen: Chosen, stood: Stood) -> Stood:
    """How things stand now; where they have moved since *stood*, decided anew.

    Raises:
        DeniedError: The decision is no by now; it is in the ledger.
        GoneError: It is forgotten or has expired.
    """
    account_id = chosen.accesses[0].account_id
    now = premises.database.read(lambda c: stands(c, premises, account_id))
    if now != stood:
        premises.database.read(lambda c: _require_alive(c, premises, chosen))
        decide(premises, chosen)
    return now


def honest(premises: Premises, chosen: Chosen, stretches: Iterator[bytes]) -> Iterator[bytes]:
    """*stretches*; where their bytes are gone because it was erased, that is what is said."""
    try:
        yield from stretches
    except (UnknownError, EvidenceError):
        premises.database.read(lambda c: _require_alive(c, premises, chosen))
        raise


def _require_alive(connection: sa.Connection, premises: Premises, chosen: Chosen) -> None:
    lock = lock_of(chosen.row, chosen.places)
    places = (*lock.sources, lock.own, (DAYS_STREAM, chosen.row.due_day))
    if not all(premises.ring.is_live(connection, *place) for place in places):
        raise why_missing(connection, chosen.row.id)
