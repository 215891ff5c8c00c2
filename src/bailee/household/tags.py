"""From the ledger's tags back to people, devices and links, as far as their keys still live.

A tag is made with the key of whom it calls. So each of the household's present ones is tagged anew,
and what fits none of them was somebody who is gone.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.household.choosing import device_name, person_name
from bailee.store.household_tables import link
from bailee.store.ring import covered
from bailee.store.tables import device, person, recording
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.history import Thing, Who, WhoSort
from bailee.types.ids import RecordingId

Address = Sequence[Any]
"""``[person tag, device tag, begin ms, end ms, sequence]``: from an entry, checked when written."""

_GONE = Who(sort=WhoSort.GONE)
_SORTS = {
    WhoSort.PERSON: (PrincipalKind.PERSON, person),
    WhoSort.DEVICE: (PrincipalKind.DEVICE, device),
    WhoSort.LINK: (PrincipalKind.LINK, link),
}
_MOST = 500
"""How many moments are looked up at once: SQLite and PostgreSQL take far more parameters."""


class Tags:
    """Everybody whom the entries of one household may call, within one transaction."""

    def __init__(self, t: Transaction, account_id: str, reader: Principal) -> None:
        self._t = t
        self._account_id = account_id
        self._reader = reader
        self._asked: dict[str, tuple[WhoSort, str]] = {
            t.principal(account_id, OPERATOR): (WhoSort.OPERATOR, "")
        }
        self._about: dict[str, tuple[WhoSort, str]] = {}
        self._told: dict[tuple[WhoSort, str], Who] = {}
        for sort, (kind, table) in _SORTS.items():
            wanted = sa.select(table.c.id).where(table.c.account_id == account_id)
            for opaque_id in t.connection.scalars(wanted):
                asker = Principal(kind=kind, id=opaque_id)
                self._asked[t.principal(account_id, asker)] = (sort, opaque_id)
                if sort is not WhoSort.LINK:
                    self._about[t.tag(opaque_id)] = (sort, opaque_id)

    def asker(self, tag: str | None) -> Who | None:
        """Who asked; None where the entry does not say."""
        return None if tag is None else self._who(self._asked.get(tag))

    def about(self, tag: str | None) -> Who | None:
        """Whom or what it is about; None for nobody in particular."""
        return self._who(self._about.get(tag)) if tag else None

    def id_of(self, tag: str | None) -> str | None:
        """The same as an opaque id: "" for who is gone, None for everybody."""
        return None if tag is None else self._about.get(tag, (None, ""))[1]

    def of(self, person_id: str) -> str:
        """How the ledger calls a person."""
        return self._t.tag(person_id)

    def called(self, opaque_id: str) -> str:
        """The tag of a person or device of the household; "" for none of them, as no entry says."""
        known = {each: tag for tag, (_, each) in self._about.items()}
        return known.get(opaque_id, "")

    def _who(self, known: tuple[WhoSort, str] | None) -> Who:
        if known is None:
            return _GONE
        if known not in self._told:
            self._told[known] = self._named(*known)
        return self._told[known]

    def _named(self, sort: WhoSort, opaque_id: str) -> Who:
        if sort is WhoSort.PERSON:
            mine = self._reader.kind is PrincipalKind.PERSON and self._reader.id == opaque_id
            name = person_name(self._t, self._account_id, opaque_id)
            return Who(sort=WhoSort.YOU if mine else sort, id=opaque_id, name=name)
        name = device_name(self._t, self._account_id, opaque_id) if sort is WhoSort.DEVICE else ""
        return Who(sort=sort, id=opaque_id, name=name)

    # -- recordings -----------------------------------------------------------------------

    def things(self, addresses: Iterable[Address]) -> dict[tuple[Any, ...], Thing]:
        """What is at each address, and the recording's id if it can still be opened."""
        wanted = {tuple(each): each for each in addresses}
        known = self._recordings(sorted({each[2] for each in wanted}))
        return {
            key: Thing(
                person=self.about(each[0]),
                device=self.about(each[1]),
                begin_ms=each[2],
                end_ms=each[3],
                recording_id=known.get(
                    (self.id_of(each[0]), self.id_of(each[1]), each[2], each[4])
                ),
            )
            for key, each in wanted.items()
        }

    def _recordings(
        self, moments: Sequence[int]
    ) -> dict[tuple[str | None, str | None, int, int], RecordingId]:
        """Live recordings that begin at one of *moments*, by person, device, begin and sequence."""
        found: dict[tuple[str | None, str | None, int, int], RecordingId] = {}
        for at in range(0, len(moments), _MOST):
            rows = self._t.connection.execute(
                sa.select(recording).where(
                    recording.c.account_id == self._account_id,
                    recording.c.begin_ms.in_(moments[at : at + _MOST]),
                    covered(recording.c.stream_id, recording.c.leaf),
                )
            )
            for row in rows:
                key = (row.person_id, row.device_id, row.begin_ms, row.leaf & 0xFFFF)
                found[key] = RecordingId(row.id)
        return found
