"""Who is parent or guardian of whom, and how that was shown."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import DeniedError, InputError, UnknownError
from bailee.household.ground import Ground, asked
from bailee.household.persons import require_person
from bailee.store.household_tables import guardianship
from bailee.types.decide import Principal, PrincipalKind, Verb
from bailee.types.household import Guardian, PersonSort, Proof
from bailee.types.ids import AccountId, PersonId

_verified = sa.select(guardianship.c.verified_ms).where(
    guardianship.c.person_id == sa.bindparam("child"),
    guardianship.c.guardian_person_id == sa.bindparam("guardian"),
)


@dataclass(frozen=True, slots=True)
class Guardians:
    """Names, verifies and ends guardians. A named one may nothing until verified."""

    ground: Ground

    def name(
        self,
        principal: Principal,
        account_id: AccountId,
        child_id: PersonId,
        guardian_id: PersonId,
    ) -> None:
        """Say who is parent or guardian of a child; it counts once it is verified. Idempotent.

        Raises:
            DeniedError: The gate said no.
            InputError: The one is no child, or the other is no adult.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            if require_person(t, account_id, child_id) is not PersonSort.CHILD:
                raise InputError("Only a child has a guardian here.")
            if require_person(t, account_id, guardian_id) is not PersonSort.ADULT:
                raise InputError("A guardian is an adult of the household.")
            if t.connection.execute(
                sa.select(guardianship).where(_pair(child_id, guardian_id))
            ).one_or_none():
                return
            t.connection.execute(
                sa.insert(guardianship).values(
                    person_id=child_id, guardian_person_id=guardian_id, account_id=account_id
                )
            )
            said = asked(t, account_id, principal, decision)
            _tell(t, account_id, child_id, guardian_id, "named", None, said)

        self.ground.desk.write(work)

    def list(
        self, principal: Principal, account_id: AccountId, child_id: PersonId
    ) -> tuple[Guardian, ...]:
        """Who was named as a child's parent or guardian, and who counts as one.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such person in the household, or none they may know of.
        """
        self.ground.require(principal, Verb.LIST, account_id, person_id=child_id)

        def work(t: Transaction) -> tuple[Guardian, ...]:
            rows = t.connection.execute(
                sa.select(guardianship)
                .where(
                    guardianship.c.person_id == child_id, guardianship.c.account_id == account_id
                )
                .order_by(guardianship.c.guardian_person_id)
            )
            return tuple(
                Guardian(
                    person_id=PersonId(row.guardian_person_id),
                    proof=None if row.proof is None else Proof(row.proof),
                    verified_ms=row.verified_ms,
                )
                for row in rows
            )

        return self.ground.desk.read(work)

    def verify(
        self,
        principal: Principal,
        account_id: AccountId,
        child_id: PersonId,
        guardian_id: PersonId,
        proof: Proof,
    ) -> None:
        """Record that somebody was shown to be a child's guardian.

        Raises:
            DeniedError: Only the operator can vouch, and only at the machine.
            UnknownError: They were not named.
        """
        if principal.kind is not PrincipalKind.OPERATOR:
            raise DeniedError("Only whoever runs this vault can vouch for a guardian.")
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            done = t.connection.execute(
                sa.update(guardianship)
                .where(_pair(child_id, guardian_id), guardianship.c.account_id == account_id)
                .values(proof=proof, verified_ms=t.now_ms)
            )
            if not done.rowcount:
                raise UnknownError("They were not named as a guardian of that child.")
            said = asked(t, account_id, principal, decision)
            _tell(t, account_id, child_id, guardian_id, "verified", proof, said)

        self.ground.desk.write(work)

    def end(
        self,
        principal: Principal,
        account_id: AccountId,
        child_id: PersonId,
        guardian_id: PersonId,
    ) -> None:
        """Let somebody be a child's guardian no more: consents that they gave for it end with it.

        Who keeps house takes back a name they gave; what was verified, the operator alone ends.

        Raises:
            DeniedError: The gate said no, or it was verified and somebody else asked.
            UnknownError: They were not its guardian.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            pair = sa.and_(_pair(child_id, guardian_id), guardianship.c.account_id == account_id)
            row = t.connection.execute(sa.select(guardianship).where(pair)).one_or_none()
            if row is None:
                raise UnknownError("They were not a guardian of that child.")
            if row.verified_ms is not None and principal.kind is not PrincipalKind.OPERATOR:
                raise DeniedError("Only whoever runs this vault can end a guardianship.")
            t.connection.execute(sa.delete(guardianship).where(pair))
            said = asked(t, account_id, principal, decision)
            _tell(t, account_id, child_id, guardian_id, "ended", None, said)

        self.ground.desk.write(work)


def is_guardian(t: Transaction, child_id: str, guardian_id: str) -> bool:
    """Whether one is a verified guardian of the other, now."""
    pair = {"child": child_id, "guardian": guardian_id}
    return t.connection.scalar(_verified, pair) is not None


def _pair(child_id: str, guardian_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        guardianship.c.person_id == child_id, guardianship.c.guardian_person_id == guardian_id
    )


def _tell(
    t: Transaction,
    account_id: str,
    child_id: str,
    guardian_id: str,
    act: str,
    proof: Proof | None,
    said: dict[str, str],
) -> None:
    t.tell(
        "guardian",
        account_id,
        person=t.tag(child_id),
        guardian=t.tag(guardian_id),
        act=act,
        proof=proof,
        **said,
    )
