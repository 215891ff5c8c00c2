"""Households: founding one, and showing it to who belongs to it."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, DeniedError, UnknownError
from bailee.household.devices import devices_of
from bailee.household.ground import Ground, asked, open_details, seal_details
from bailee.household.membership import join_owner
from bailee.household.persons import NewPerson, add_person, persons_of
from bailee.store.household_tables import household
from bailee.types.decide import Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.household import House, HouseDevice, Person
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.purpose import Purpose

_CONTEXT = "household"
_made = sa.select(household.c.made_ms)
_every = sa.select(household.c.account_id)
_FOUNDING = Decision(allowed=True, policy="founding", why="Whoever runs the vault may found one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A fresh household and its first owner, who still has to set up how they sign in."""

    account_id: AccountId
    owner_id: PersonId


@dataclass(frozen=True, slots=True)
class Houses:
    """Founds and shows households."""

    ground: Ground

    def found(self, principal: Principal, name: str, owner: NewPerson) -> Founded:
        """Step one of three: the household and its first owner, in one transaction.

        What the operator has kept under that name so far becomes the household's. Whoever is heard
        in it is closed to everybody until they are described (`Persons.add`, by the same name).

        Steps two and three are adding who lives there and what records. There is no account yet
        of which facts could be known, so the gate is not asked: only the operator may, whom no
        door but the machine's own makes.

        Raises:
            DeniedError: Somebody else asked.
            ConflictError: There is a household of that name.
            InputError: A name is none.
        """
        if principal.kind is not PrincipalKind.OPERATOR:
            raise DeniedError("Only whoever runs this vault can found a household in it.")

        def work(t: Transaction) -> Founded:
            account_id = t.make_account(name)
            if t.connection.scalar(_made.where(household.c.account_id == account_id)) is not None:
                raise ConflictError("There is a household of that name.", hint="Choose another.")
            t.connection.execute(
                sa.insert(household).values(
                    account_id=account_id,
                    made_ms=t.now_ms,
                    end_to_end=0,
                    details=seal_details(t, account_id, {"name": name}, _CONTEXT),
                )
            )
            said = asked(t, account_id, principal, _FOUNDING)
            t.tell("household", account_id, **said)
            owner_id = add_person(t, account_id, owner, said)
            join_owner(t, account_id, owner_id, said)
            return Founded(account_id=account_id, owner_id=owner_id)

        return self.ground.desk.write(work)

    def find(self, name: str) -> AccountId:
        """The account of a household, by its name; for doors, before they ask for anything.

        Raises:
            UnknownError: There is none.
        """

        def work(t: Transaction) -> AccountId:
            account_id = t.find_account(name)
            _row(t, account_id)
            return account_id

        return self.ground.desk.read(work)

    def show(self, principal: Principal, account_id: AccountId) -> House:
        """Its people and devices: all of them for who keeps house, else themselves alone.

        Raises:
            UnknownError: They do not belong to it, or there is none.
        """
        keeps = self._keeps_house(principal, account_id)
        if not keeps:
            own = PersonId(principal.id)
            self.ground.require(principal, Verb.LIST, account_id, person_id=own)

        def work(t: Transaction) -> House:
            row = _row(t, account_id)
            everybody = persons_of(t, account_id)
            return House(
                id=account_id,
                name=open_details(t, account_id, row.details, _CONTEXT)["name"],
                made_ms=row.made_ms,
                end_to_end=bool(row.end_to_end),
                persons=tuple(each for each in everybody if keeps or each.id == principal.id),
                devices=devices_of(t, account_id) if keeps else (),
            )

        return self.ground.desk.read(work)

    def every(self, principal: Principal) -> tuple[House, ...]:
        """Every household of the vault, by name: for whoever runs it alone.

        Raises:
            DeniedError: Somebody else asked.
        """
        if principal.kind is not PrincipalKind.OPERATOR:
            raise DeniedError("Only whoever runs this vault can list the households in it.")
        ids = self.ground.desk.read(lambda t: list(t.connection.scalars(_every)))
        found = [self.show(principal, AccountId(each)) for each in ids]
        return tuple(sorted(found, key=lambda house: house.name))

    def person(self, principal: Principal, account_id: AccountId, person_id: PersonId) -> Person:
        """One of those whom `show` shows. Raises `UnknownError` for everybody else."""
        for each in self.show(principal, account_id).persons:
            if each.id == person_id:
                return each
        raise UnknownError("There is no such person in the household.")

    def device(
        self, principal: Principal, account_id: AccountId, device_id: DeviceId
    ) -> HouseDevice:
        """The same for a device."""
        for each in self.show(principal, account_id).devices:
            if each.id == device_id:
                return each
        raise UnknownError("There is no such device in the household.")

    def _keeps_house(self, principal: Principal, account_id: AccountId) -> bool:
        access = Access(
            principal=principal,
            verb=Verb.ADMINISTER,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
        )
        return self.ground.decide(access).allowed


def _row(t: Transaction, account_id: str) -> sa.Row[*tuple[object, ...]]:
    row = t.connection.execute(
        sa.select(household).where(household.c.account_id == account_id)
    ).one_or_none()
    if row is None:
        raise UnknownError("There is no such household.")
    return row


def describe_house(t: Transaction, account_id: str) -> dict[str, str]:
    """Its name; empty for an account that nobody made a household of."""
    sealed = t.connection.scalar(
        sa.select(household.c.details).where(household.c.account_id == account_id)
    )
    return {} if sealed is None else open_details(t, account_id, sealed, _CONTEXT)


def keep_names(t: Transaction, account_id: AccountId) -> None:
    """Let the names of a household, its people and devices live on while it lives. Locked before."""
    row = t.connection.execute(
        sa.select(household).where(household.c.account_id == account_id)
    ).one_or_none()
    if row is None:
        return
    t.keep_name(account_id, open_details(t, account_id, row.details, _CONTEXT)["name"])
    for each in persons_of(t, account_id):
        if each.role is not None:
            t.keep_name(account_id, each.name, person_id=each.id)
    for device in devices_of(t, account_id):
        if device.revoked_ms is None:
            t.keep_name(account_id, device.name, device_id=device.id)
