"""What is over by a household's new rule goes at once; what ends sooner has its day set earlier."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.acts import Act, CutLeaves, CutSpan, Ordered, Told, order
from bailee.custody.erase import ADDRESSES_AN_ENTRY, Asked, statement_hash
from bailee.custody.keep_found import Found, acts_for
from bailee.custody.premises import Premises
from bailee.store.tables import artefact
from bailee.types.ids import AccountId
from bailee.types.keep_for import Reach

_AT_ONCE = 500


def end_sooner(connection: sa.Connection, sooner: Mapping[int, Sequence[str]]) -> None:
    """Narrowing never wraps again: it is enforced by every read, and carried out on that day."""
    for day, ids in sooner.items():
        for at in range(0, len(ids), _AT_ONCE):
            mine = artefact.c.id.in_(ids[at : at + _AT_ONCE])
            connection.execute(sa.update(artefact).where(mine).values(due_day=day))


def forget_over(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    reach: Reach,
    found: Found,
    asked: Asked,
    said: Mapping[str, str],
) -> None:
    """Order the erasure of exactly what is over; from the commit on nobody opens it.

    Requires that the account is locked, and that something is over.
    """
    now_ms = premises.now_ms()
    acts, left = acts_for(found, account_id, reach, now_ms)
    # What there was no room for ends by its day, which is over: the next expiry cuts it.
    end_sooner(connection, {premises.today() - 1: left})
    head: dict[str, object] = {
        "account": entries.tag(connection, premises, account_id),
        "whole": "",
        "kind": reach.kind,
        "erasure": asked.id,
        "statement": statement_hash(asked),
        **said,
    }
    bodies = _bodies(connection, premises, acts, head)
    ordered = Ordered(
        erasure_id=asked.id,
        account_id=account_id,
        at_ms=now_ms,
        acts=acts,
        told=tuple(Told(type="erase", account_id=account_id, fields=each) for each in bodies),
    )
    order(connection, premises, ordered)


def _bodies(
    connection: sa.Connection,
    premises: Premises,
    acts: Sequence[Act],
    head: Mapping[str, object],
) -> list[dict[str, object]]:
    """The request's entries: one a stretch, and as many as the single addresses need."""
    bodies: list[dict[str, object]] = []
    for each in acts:
        if isinstance(each, CutSpan):
            bodies.append({**head, "scope": _scope(connection, premises, each), "addresses": []})
        elif isinstance(each, CutLeaves):
            places = [entries.address(connection, premises, *leaf) for leaf in each.leaves]
            bodies += [
                {**head, "scope": None, "addresses": places[at : at + ADDRESSES_AN_ENTRY]}
                for at in range(0, len(places), ADDRESSES_AN_ENTRY)
            ]
    return bodies


def _scope(
    connection: sa.Connection, premises: Premises, span: CutSpan
) -> dict[str, str | int | None]:
    return entries.scope(
        connection,
        premises,
        person_id=span.person_id,
        device_id=span.device_id,
        kind=span.kind,
        begin_ms=span.begin_ms,
        end_ms=span.end_ms,
    )
