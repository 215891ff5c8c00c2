"""Look: many small artefacts at once, each decided about as `release` does, in one entry.

Order: decide about each → one entry for all that may be opened, durable → bytes. Whatever may not
be opened, or is forgotten, is left out: who asks for a page asks for what may be seen of it, so a
*no* refuses nothing that was asked for and is no entry. A crash after the entry and before the
bytes leaves an entry that says too much, never one that says too little.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.asking import Answer, MovedError
from bailee.custody.chosen import Asking, Chosen, choose
from bailee.custody.keys import KeyFinder
from bailee.custody.opened import Opened, flow, honest, opener, stands, still
from bailee.custody.premises import Premises
from bailee.custody.view import lock_of
from bailee.errors import GoneError, InputError, UnavailableError
from bailee.rules.places import pack
from bailee.seal import open_small, unwrap
from bailee.store.ring import covered
from bailee.store.tables import account, artefact
from bailee.types.cut import require_within
from bailee.types.decide import decide_each
from bailee.types.ids import AccountId, ArtefactId, RecordingId, parse_id
from bailee.types.kind import Kind
from bailee.types.recording import Details

MOST = 500
"""How many are looked at with one call."""
_TRIES = 16
_TOLD_TOGETHER = 900
"""Addresses an entry holds at most, of some forty bytes each: it may have 65,535."""

# Built once: building and keying a statement costs more than running it.
_shared_changes = (
    sa.select(account.c.changes)
    .where(account.c.id == sa.bindparam("id"))
    .with_for_update(read=True)
)
_fresh = sa.select(artefact).where(
    artefact.c.id.in_(sa.bindparam("ids", expanding=True)),
    artefact.c.due_day >= sa.bindparam("today"),
    covered(artefact.c.stream_id, artefact.c.leaf),
)


class Looked:
    """One of those that were opened: what it is, and its bytes while they may be read.

    Reading it the first time is vouched for by the entry. From then on each reading asks first
    whether anything was erased or decided otherwise, as a release that flows does.
    """

    def __init__(self, premises: Premises, opened: Opened) -> None:
        """Made by `look`."""
        row = opened.answer.question.row
        self.artefact_id = ArtefactId(row.id)
        self.kind = Kind(row.kind)
        self.size_bytes: int = row.size_bytes
        self.sources = tuple(
            RecordingId(each.recording_id) for each in opened.answer.question.places
        )
        self._premises, self._opened = premises, opened
        self._opener = opener(premises, opened)
        self._stood = opened.stood
        self._read = False

    @property
    def details(self) -> Details:
        """What its depositor said of it."""
        row = self._opened.answer.question.row
        told: Details = json.loads(open_small(self._opened.dek, row.description))["details"]
        return told

    def content(self) -> bytes:
        """All of it; for what is small. Raises as `read`."""
        return self.read(0, self.size_bytes)

    def read(self, begin: int, end: int) -> bytes:
        """Bytes ``begin … end``, half-open.

        Raises:
            DeniedError: The decision is no by now; it is in the ledger.
            GoneError: It is forgotten or has expired.
            InputError: That is no range of it.
        """
        require_within(begin, end, self.size_bytes)
        stretches = self._opener.stretches(begin, end)
        if not self._read:
            self._read = True
            return b"".join(flow(self._premises, self._opened, stretches))
        chosen = self._opened.answer.question
        self._stood = still(self._premises, chosen, self._stood)
        return b"".join(honest(self._premises, chosen, stretches))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowed:
    """What may be opened by one policy."""

    policy: str
    those: tuple[Chosen, ...]


def look(
    premises: Premises,
    account_id: AccountId,
    artefact_ids: Sequence[ArtefactId],
    asking: Asking,
    *,
    at_most_bytes: int | None = None,
) -> tuple[Looked, ...]:
    """Open those of *artefact_ids* that are of *account_id* and may be opened, in that order.

    The entry is durable when this returns: one for each policy that allowed some, nearly always
    one. Where nothing may be opened there is none.

    Raises:
        InputError: There are more than `MOST`.
        UnavailableError: The account changed at each of several tries.
    """
    if len(artefact_ids) > MOST:
        raise InputError(f"At most {MOST} are opened at once.")
    ids = list(dict.fromkeys(parse_id(each, "art") for each in artefact_ids))
    for _ in range(_TRIES):
        found = premises.database.read(lambda c: choose(c, premises, ids, asking))
        mine = [each for each in found if _fits(each, account_id, at_most_bytes)]
        allowed = list(_allowed(premises, mine))
        try:
            opened = _open(premises, account_id, allowed) if allowed else {}
        except MovedError:
            continue
        return tuple(Looked(premises, opened[each]) for each in ids if each in opened)
    raise UnavailableError("What this touches changed each time it was decided about.")


def _fits(each: Chosen, account_id: AccountId, at_most_bytes: int | None) -> bool:
    row = each.row
    small = at_most_bytes is None or row.size_bytes <= at_most_bytes
    return bool(small and row.account_id == account_id and row.kind != Kind.LABEL)


def _allowed(premises: Premises, found: Sequence[Chosen]) -> Iterator[_Allowed]:
    """Those of *found* that every one of whom they are of lets be opened, by the policy that did."""
    accesses = [access for each in found for access in each.accesses]
    decisions = iter(decide_each(premises.decide, accesses))
    by_policy: dict[str, list[Chosen]] = {}
    for each in found:
        mine = [next(decisions) for _ in each.accesses]
        if all(decision.allowed for decision in mine):
            by_policy.setdefault(mine[0].policy, []).append(each)
    for policy, those in by_policy.items():
        yield _Allowed(policy=policy, those=tuple(those))


def _open(
    premises: Premises, account_id: AccountId, allowed: Sequence[_Allowed]
) -> dict[str, Opened]:
    return premises.database.write(lambda c: _tell_look(c, premises, account_id, allowed))


def _tell_look(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    allowed: Sequence[_Allowed],
) -> dict[str, Opened]:
    """Log it and fetch the keys, with the account's lock shared: no erasure in between."""
    changes = connection.scalar(_shared_changes, {"id": account_id})
    if any(each.changes != ((account_id, changes),) for group in allowed for each in group.those):
        raise MovedError  # decided about what is not so any more, or the account is gone
    # Read again: `retain` may have wrapped a DEK anew or ended its time.
    asked = {
        "ids": [each.row.id for group in allowed for each in group.those],
        "today": premises.today(),
    }
    fresh = {row.id: row for row in connection.execute(_fresh, asked)}
    finder = KeyFinder(connection, premises.ring)
    stood = stands(connection, premises, account_id)
    opened: dict[str, Opened] = {}
    for group in allowed:
        there = []
        for each in group.those:
            row = fresh.get(each.row.id)
            kek = None if row is None else finder.kek(lock_of(row, each.places))
            if row is not None and kek is not None:
                answer = Answer(question=each, policy=group.policy)
                dek = unwrap(kek, row.wrapped_dek)
                opened[row.id] = Opened(answer=answer, dek=dek, stood=stood)
                there.append(each)
        _tell(connection, premises, group.policy, there)
    return opened


def _tell(
    connection: sa.Connection, premises: Premises, policy: str, those: Sequence[Chosen]
) -> None:
    """The entry: in several where one could not hold it."""
    together: list[Chosen] = []
    room = _TOLD_TOGETHER
    for each in those:
        needed = 1 + len(each.places)
        if together and needed > room:
            _tell_together(connection, premises, policy, together)
            together, room = [], _TOLD_TOGETHER
        together.append(each)
        room -= needed
    if together:
        _tell_together(connection, premises, policy, together)


def _tell_together(
    connection: sa.Connection, premises: Premises, policy: str, those: Sequence[Chosen]
) -> None:
    own: dict[str, list[list[str | int]]] = {}
    for each in those:
        place = entries.address(connection, premises, each.row.stream_id, each.row.leaf)
        own.setdefault(each.row.kind, []).append(place)
    sources = [
        entries.address(connection, premises, at.stream_id, at.leaf, end_ms=at.end_ms)
        for each in those
        for at in each.places
    ]
    access = those[0].accesses[0]
    entries.append(
        connection,
        premises,
        "releases",
        access.account_id,
        account=entries.tag(connection, premises, access.account_id),
        artefacts={kind: pack(places) for kind, places in own.items()},
        sources=pack(sources),
        purpose=access.purpose,
        **Answer(question=those[0], policy=policy).said(connection, premises),
    )


def contents(looked: Sequence[Looked]) -> dict[ArtefactId, bytes]:
    """All the bytes of each; what was forgotten since is left out."""
    found: dict[ArtefactId, bytes] = {}
    for each in looked:
        try:
            found[each.artefact_id] = each.content()
        except GoneError:
            continue
    return found
