"""The parts of a question: persons and devices of one account, each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.custody import address
from bailee.custody.asking import Question
from bailee.custody.premises import Premises
from bailee.custody.view import why_missing
from bailee.errors import UnknownError
from bailee.store.database import AnyRow
from bailee.store.ring import covered
from bailee.store.tables import recording
from bailee.types.decide import NOBODY_YET, Access, Principal, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId, parse_id
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.span import Span

_TOGETHER = 500

Part = tuple[PersonId | None, DeviceId | None]


@dataclass(slots=True, kw_only=True)
class Parts:
    """Persons and devices of one account, each once, with the time all of theirs spans."""

    principal: Principal
    account_id: AccountId
    found: dict[tuple[Verb, Kind | None, PersonId | None, DeviceId | None], Span | None] = field(
        default_factory=dict
    )

    def add(self, verb: Verb, kind: Kind | None, part: Part, span: Span | None) -> None:
        """Touch a part at a time; None for any time."""
        key = (verb, kind, *part)
        known = self.found.get(key, span)
        if known is None or span is None:
            self.found[key] = None
            return
        self.found[key] = Span(
            begin_ms=min(known.begin_ms, span.begin_ms), end_ms=max(known.end_ms, span.end_ms)
        )

    def question(self, connection: sa.Connection) -> Question:
        """All of it, and how often the account has changed."""
        changes = address.changes_of(connection, self.account_id)
        return Question(accesses=tuple(self.accesses()), changes=((self.account_id, changes),))

    def accesses(self) -> Iterator[Access]:
        """One for each, as what releases nothing is asked."""
        for (verb, kind, person_id, device_id), span in self.found.items():
            yield Access(
                principal=self.principal,
                verb=verb,
                purpose=Purpose.OWNER_VIEW,
                account_id=self.account_id,
                kind=kind,
                person_id=person_id,
                device_id=device_id,
                span=span,
            )


def recordings(
    connection: sa.Connection, account_id: AccountId, ids: Sequence[RecordingId]
) -> Iterator[AnyRow]:
    """Their rows, each once.

    Raises:
        UnknownError: One is not there, or not this account's.
        GoneError: One is forgotten or has expired.
    """
    wanted = list(dict.fromkeys(RecordingId(parse_id(each, "rec")) for each in ids))
    for at in range(0, len(wanted), _TOGETHER):
        some = wanted[at : at + _TOGETHER]
        mine = sa.select(recording).where(
            recording.c.id.in_(some),
            recording.c.account_id == account_id,
            covered(recording.c.stream_id, recording.c.leaf),
        )
        rows = {row.id: row for row in connection.execute(mine)}
        for each in some:
            if each not in rows:
                raise why_missing(connection, each, account_id)
            yield rows[each]


def part_of(row: AnyRow) -> Part:
    """Whose a recording is, and on what."""
    return PersonId(row.person_id), DeviceId(row.device_id)


def span_of(row: AnyRow) -> Span:
    """When it was."""
    return Span(begin_ms=row.begin_ms, end_ms=row.end_ms)


def person_or_nobody(
    connection: sa.Connection, premises: Premises, account_id: AccountId, name: str
) -> PersonId:
    """The person of that name; `NOBODY_YET` where there is none."""
    try:
        return address.find_person(connection, premises, account_id, name)
    except UnknownError:
        return NOBODY_YET
