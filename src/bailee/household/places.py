"""Places: what people call a cell of the map. Sealed under whose word it is, and gone with them.

A cell says where somebody lives, so it is sealed beside the name. No entry tells of any: nothing
is held, opened or forgotten by it.
"""

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground, open_details, seal_details
from bailee.household.knowing import Knowing
from bailee.household.persons import require_person
from bailee.rules.precision import parse_cell
from bailee.store.database import AnyRow
from bailee.store.place_tables import named_place
from bailee.types.decide import Principal, PrincipalKind, Verb
from bailee.types.ids import AccountId, PersonId
from bailee.types.place import LONGEST_NAME, Cell, Place, PlaceId, new_place_id, parse_place_id

_MOST = 100
_EVERYBODYS = ""
"""In the column of whose it is."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names, renames and forgets places."""

    ground: Ground

    def add(
        self,
        principal: Principal,
        account_id: AccountId,
        name: str,
        cell: str,
        *,
        for_all: bool = False,
    ) -> PlaceId:
        """Call a cell *name*: for oneself, or *for_all* of the household.

        Args:
            principal: Who names it; a person.
            account_id: Their household.
            name: Untrusted.
            cell: Untrusted.
            for_all: Everybody sees it; who keeps house alone may say so.

        Raises:
            DeniedError: They may not, or are no person.
            ConflictError: There are too many.
            InputError: The name or the cell is none.
            UnknownError: They have no part in such a household.
        """
        owner = self._owner(principal, account_id, for_all=for_all)
        details = {"name": _name(name), "cell": parse_cell(cell)}
        place_id = new_place_id()

        def work(t: Transaction) -> PlaceId:
            t.lock(account_id)
            if owner != _EVERYBODYS:
                require_person(t, account_id, owner)
            mine = sa.and_(named_place.c.account_id == account_id, named_place.c.person_id == owner)
            many = t.connection.scalar(sa.select(sa.func.count()).where(mine)) or 0
            if many >= _MOST:
                raise ConflictError(f"{_MOST} names are enough.", hint="Remove one first.")
            # One row, one commit: a crash before it leaves nothing.
            t.connection.execute(
                sa.insert(named_place).values(
                    id=place_id,
                    account_id=account_id,
                    person_id=owner,
                    made_ms=t.now_ms,
                    details=seal_details(t, owner or account_id, details, _context(place_id)),
                )
            )
            return place_id

        return self.ground.desk.write(work)

    def list(self, principal: Principal, account_id: AccountId) -> tuple[Place, ...]:
        """One's own and the household's, by name; nothing before or after a guest's stay.

        Raises:
            DeniedError: The session is too old to be told anything.
            UnknownError: They do not belong to the household, or there is none.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        if not knowing.of_person(principal, account_id, PersonId(principal.id)):
            return ()

        def work(t: Transaction) -> tuple[Place, ...]:
            wanted = sa.select(named_place).where(
                named_place.c.account_id == account_id,
                named_place.c.person_id.in_([_EVERYBODYS, principal.id]),
            )
            found = [_shown(t, row) for row in t.connection.execute(wanted)]
            return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))

        return self.ground.desk.read(work)

    def rename(self, principal: Principal, account_id: AccountId, place_id: str, name: str) -> None:
        """Call it otherwise.

        Raises:
            DeniedError: It is the household's, and they may not.
            InputError: The name is none.
            UnknownError: There is no such place, or it is somebody else's.
        """
        known, called = parse_place_id(place_id), _name(name)
        self._require_changeable(principal, account_id, known)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            row = _row(t, principal, account_id, known)
            owner = row.person_id or account_id
            details = open_details(t, owner, row.details, _context(known)) | {"name": called}
            sealed = seal_details(t, owner, details, _context(known))
            t.connection.execute(
                sa.update(named_place).where(named_place.c.id == known).values(details=sealed)
            )

        self.ground.desk.write(work)

    def remove(self, principal: Principal, account_id: AccountId, place_id: str) -> None:
        """Call it nothing any more. Raises as `rename`."""
        known = parse_place_id(place_id)
        self._require_changeable(principal, account_id, known)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            _row(t, principal, account_id, known)
            t.connection.execute(sa.delete(named_place).where(named_place.c.id == known))

        self.ground.desk.write(work)

    def _require_changeable(
        self, principal: Principal, account_id: AccountId, place_id: PlaceId
    ) -> None:
        if not Knowing(self.ground).belongs(principal, account_id):
            raise no_household()
        row = self.ground.desk.read(lambda t: _row(t, principal, account_id, place_id))
        self._owner(principal, account_id, for_all=row.person_id == _EVERYBODYS)

    def _owner(self, principal: Principal, account_id: AccountId, *, for_all: bool) -> str:
        """Whose a name is to be, whom the gate lets make it."""
        if principal.kind is not PrincipalKind.PERSON:
            raise DeniedError("A place is called something by somebody.")
        if for_all:
            self.ground.require(principal, Verb.ADMINISTER, account_id)
            return _EVERYBODYS
        own = PersonId(principal.id)
        self.ground.require(principal, Verb.LIST, account_id, person_id=own)
        return own


def _row(t: Transaction, principal: Principal, account_id: AccountId, place_id: PlaceId) -> AnyRow:
    row = t.connection.execute(
        sa.select(named_place).where(
            named_place.c.id == place_id,
            named_place.c.account_id == account_id,
            named_place.c.person_id.in_([_EVERYBODYS, principal.id]),
        )
    ).one_or_none()
    if row is None:
        raise UnknownError("There is no such place.")
    return row


def _shown(t: Transaction, row: AnyRow) -> Place:
    owner = row.person_id or row.account_id
    details = open_details(t, owner, row.details, _context(row.id))
    return Place(
        id=PlaceId(row.id),
        name=details["name"],
        cell=Cell(details["cell"]),
        person_id=PersonId(row.person_id) if row.person_id else None,
    )


def _name(text: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InputError(f"A place's name has 1 to {LONGEST_NAME} letters, on one line.")
    return name


def _context(place_id: str) -> str:
    return f"place/{place_id}"
