"""What an invitation offers, for a door that holds one: so much may be said before it is taken up."""

from dataclasses import dataclass

from bailee.custody.desk import Transaction
from bailee.errors import UnknownError
from bailee.household.ground import Ground
from bailee.household.houses import describe_house
from bailee.household.membership import is_over, standing
from bailee.household.persons import describe
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A part in a household.

    Attributes:
        house: What the household is called.
        name: What it calls the person.
        role: Their part.
        until_ms: When a stay ends; None for no end.
        joined: They took it up once already, and set up anew how they sign in.
    """

    house: str
    name: str
    role: Role
    until_ms: int | None
    joined: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """Tells what is offered."""

    ground: Ground

    def show(self, account_id: AccountId, person_id: PersonId) -> Offer:
        """What somebody is offered. The gate is not asked: whoever holds the invitation is them.

        Raises:
            UnknownError: It has ended meanwhile.
        """

        def work(t: Transaction) -> Offer:
            row = standing(t, account_id, person_id)
            if is_over(row, t.now_ms):
                raise UnknownError("They have no part in the household any more.")
            return Offer(
                house=describe_house(t, account_id)["name"],
                name=describe(t, person_id)["name"],
                role=Role(row.role),
                until_ms=row.until_ms,
                joined=row.joined_ms is not None,
            )

        return self.ground.desk.read(work)
