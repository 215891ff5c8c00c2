"""The desk: where the rooms above custody write rows of their own, with entries and sealed values.

**Contract.** `Desk.write` runs a function in one transaction: its rows, its sealed values and its
ledger entries are all durable when the call returns, or none of them is. The function may run more
than once and so has no effect but through its `Transaction`. Whoever writes about an account locks
it first (`Transaction.lock`): an erasure comes wholly before or wholly after.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.custody import address, entries, labels
from bailee.custody.premises import Premises
from bailee.custody.rename import rename_part
from bailee.custody.sealed import OwnerSeal
from bailee.errors import UnknownError
from bailee.store.database import AnyRow, Database
from bailee.store.ring import covered
from bailee.store.tables import artefact, device, hold, person, source, stream
from bailee.store.tables import recording as recording_table
from bailee.types.decide import Decide, Principal
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.sealed import SealFor
from bailee.types.span import Span

T = TypeVar("T")
# Built once: building and keying a statement costs more than running it.
_OF_ACCOUNT = {
    table: sa.select(table.c.id).where(
        table.c.id == sa.bindparam("part"), table.c.account_id == sa.bindparam("account")
    )
    for table in (person, device)
}
_STANDING = sa.select(hold).where(
    hold.c.account_id == sa.bindparam("account"), hold.c.lifted_ms.is_(None)
)


class Transaction:
    """One transaction of a room above custody. Keep it no longer than the function it is given to."""

    def __init__(self, connection: sa.Connection, premises: Premises, seal: SealFor) -> None:
        self.connection = connection
        self._premises = premises
        self._seal = seal

    # -- time, entries, sealed values -----------------------------------------------------

    @property
    def now_ms(self) -> int:
        return self._premises.now_ms()

    def tell(self, type_: str, account_id: str, /, **fields: Any) -> None:
        """Put an entry of `rules.entries` into the outbox, with the account's tag in it."""
        tag = entries.tag(self.connection, self._premises, account_id)
        entries.append(self.connection, self._premises, type_, account_id, account=tag, **fields)

    def tell_of_vault(self, type_: str, /, **fields: Any) -> None:
        """The same for what concerns no account."""
        entries.append(self.connection, self._premises, type_, entries.VAULT, **fields)

    def tag(self, opaque_id: str) -> str:
        """How the ledger calls a person or device: a tag that means nothing once its key is gone."""
        return entries.tag(self.connection, self._premises, opaque_id)

    def principal(self, account_id: str, principal: Principal) -> str:
        """How the ledger calls who asked."""
        return entries.principal_tag(self.connection, self._premises, account_id, principal.id)

    def seal(self, owner_id: str, plain: bytes, context: str) -> bytes:
        """Seal under the owner's key. Raises `UnknownError` when that is gone."""
        return self._seal.seal(self.connection, owner_id, plain, context.encode())

    def open(self, owner_id: str, sealed: bytes, context: str) -> bytes | None:
        """What was sealed; None when the owner's key is gone."""
        return self._seal.open(self.connection, owner_id, sealed, context.encode())

    # -- accounts, persons, devices: custody's own rows -----------------------------------

    def lock(self, account_id: str) -> None:
        """Lock the account until the transaction ends, and count a change to it.

        What was decided about the account before this commits is decided anew (see `asking`).

        Raises:
            UnknownError: There is none, or not any more.
        """
        if not address.note_change(self.connection, account_id):
            raise UnknownError("There is no such household.")

    def find_account(self, name: str) -> AccountId:
        """The account called *name*. Raises `UnknownError`."""
        return address.find_account(self.connection, self._premises, name)

    def make_account(self, name: str) -> AccountId:
        """The account called *name*, locked; made if there is none."""
        made = address.make_account(
            self.connection,
            self._premises,
            address.clean_name(name, "a household"),
            until_day=self._named_until(),
        )
        self.lock(made)
        return made

    def make_person(self, account_id: AccountId, name: str) -> PersonId:
        """The person of that name in a locked account, made if there is none."""
        made, _ = address.make_person(
            self.connection, self._premises, account_id, name, until_day=self._named_until()
        )
        return PersonId(made)

    def make_device(self, account_id: AccountId, name: str) -> DeviceId:
        """The device of that name in a locked account, made if there is none."""
        return address.make_device(
            self.connection, self._premises, account_id, name, until_day=self._named_until()
        )

    def rename_person(self, account_id: AccountId, person_id: PersonId, name: str) -> None:
        """Call a person of a locked account *name* from now on; see `rename_part`."""
        self._rename(account_id, person_id, DeviceId(""), name)

    def rename_device(self, account_id: AccountId, device_id: DeviceId, name: str) -> None:
        """The same for a device."""
        self._rename(account_id, PersonId(""), device_id, name)

    def _rename(
        self, account_id: AccountId, person_id: PersonId, device_id: DeviceId, name: str
    ) -> None:
        whose = labels.Named(account_id=account_id, person_id=person_id, device_id=device_id)
        until_day = self._named_until()
        rename_part(self.connection, self._premises, account_id, whose, name, until_day=until_day)

    def name_of(self, account_id: str, *, person_id: str = "", device_id: str = "") -> str:
        """The name of an account, person or device; its id when the name has expired."""
        whose = labels.Named(account_id=account_id, person_id=person_id, device_id=device_id)
        return labels.read(self.connection, self._premises, whose)

    def keep_name(
        self, account_id: str, name: str, *, person_id: str = "", device_id: str = ""
    ) -> None:
        """Let a name live on for as long as policy keeps names, written again if it had expired."""
        whose = labels.Named(account_id=account_id, person_id=person_id, device_id=device_id)
        labels.renew(self.connection, self._premises, whose, name, until_day=self._named_until())

    def _named_until(self) -> int:
        return self._premises.today() + self._premises.policy[Kind.LABEL].keep_days

    def has_person(self, account_id: str, person_id: str) -> bool:
        """Whether the person is of the account, now."""
        return self._has(person, account_id, person_id)

    def has_device(self, account_id: str, device_id: str) -> bool:
        """Whether the device is of the account, now."""
        return self._has(device, account_id, device_id)

    def _has(self, table: sa.Table, account_id: str, part_id: str) -> bool:
        return (
            self.connection.scalar(_OF_ACCOUNT[table], {"part": part_id, "account": account_id})
            is not None
        )

    # -- what is held ---------------------------------------------------------------------

    def is_held(
        self,
        account_id: str,
        *,
        person_id: str | None,
        device_id: str | None,
        kind: str | None,
        span: Span | None,
    ) -> bool:
        """Whether a standing legal hold overlaps that; None stands for everything there is."""
        rows = self.connection.execute(_STANDING, {"account": account_id})
        asked = (person_id, device_id, kind)
        return any(_reaches(row, asked, span) for row in rows)

    def address_of(self, artefact_id: str) -> tuple[Kind, list[str | int]]:
        """What kind an artefact is, and its address as entries write it.

        Raises:
            UnknownError: There is none.
        """
        row = self.connection.execute(
            sa.select(artefact.c.kind, artefact.c.stream_id, artefact.c.leaf).where(
                artefact.c.id == artefact_id, covered(artefact.c.stream_id, artefact.c.leaf)
            )
        ).one_or_none()
        if row is None:
            raise UnknownError("There is no such thing here.")
        place = entries.address(self.connection, self._premises, row.stream_id, row.leaf)
        return Kind(row.kind), place

    def owners_of(self, artefact_id: str) -> tuple[AccountId, frozenset[PersonId]]:
        """Whose an artefact is: its account, and every person it is about.

        Raises:
            UnknownError: There is none.
        """
        own = sa.select(artefact.c.account_id, stream.c.person_id).join(
            stream, stream.c.id == artefact.c.stream_id
        )
        mine = own.where(
            artefact.c.id == artefact_id, covered(artefact.c.stream_id, artefact.c.leaf)
        )
        row = self.connection.execute(mine).one_or_none()
        if row is None:
            raise UnknownError("There is no such thing here.")
        others = self.connection.scalars(
            sa.select(stream.c.person_id)
            .join(source, source.c.stream_id == stream.c.id)
            .where(source.c.artefact_id == artefact_id)
        )
        whose = {row.person_id, *others} - {""}
        return AccountId(row.account_id), frozenset(PersonId(each) for each in whose)

    def places_of(
        self, recording_ids: Sequence[str]
    ) -> dict[str, tuple[AccountId, PersonId, DeviceId, Span]]:
        """Of each recording: its account, person, device and time."""
        rows = self.connection.execute(
            sa.select(recording_table).where(recording_table.c.id.in_(recording_ids))
        )
        return {
            row.id: (
                AccountId(row.account_id),
                PersonId(row.person_id),
                DeviceId(row.device_id),
                Span(begin_ms=row.begin_ms, end_ms=row.end_ms),
            )
            for row in rows
        }


def _reaches(row: AnyRow, asked: tuple[str | None, ...], span: Span | None) -> bool:
    """Whether a hold overlaps what is asked; None on either side stands for everything."""
    holds = (row.person_id, row.device_id, row.kind)
    apart = any(
        None not in {mine, theirs} and mine != theirs
        for mine, theirs in zip(holds, asked, strict=True)
    )
    if apart:
        return False
    return span is None or (row.begin_ms <= span.end_ms and row.end_ms >= span.begin_ms)


class Desk:
    """Opens transactions. Made by `Vault.desk`."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self.seal: SealFor = OwnerSeal(premises)

    @property
    def clock(self) -> Clock:
        return self._premises.clock

    @property
    def database(self) -> Database:
        """For a room whose own tables need neither entries nor locks, such as sign-in."""
        return self._premises.database

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run *work*; durable when this returns, entries and all. A crash leaves none of it."""
        return self._premises.database.write(lambda c: work(self.at(c)))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run *work* over one moment of the database, changing nothing."""
        return self._premises.database.read(lambda c: work(self.at(c)))

    def at(self, connection: sa.Connection) -> Transaction:
        """A transaction that another room began."""
        return Transaction(connection, self._premises, self.seal)

    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Hold the one lease named *what* over every process; wait for it."""
        return self._premises.database.exclusively(what)

    def decide_by(self, decide: Decide) -> None:
        """Let *decide* answer for every verb of custody from now on."""
        self._premises.decide = decide
