"""A household of three on a fresh vault, with the real gate, and sessions that tests set."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import InputError
from bailee.household import Household, HouseholdFacts
from bailee.household.persons import NewPerson
from bailee.rules.gate import CedarGate
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, PersonId
from bailee.types.network import Network
from bailee.types.role import Right, Role
from bailee.types.session_facts import SessionSheet
from conftest import MakeVault
from support.vaults import HOME, NOW_MS

TRAINING_ROOM = 'permit (principal is Person, action == Action::"train", resource);'
"""A deployment's own policy: it opens what is closed by default, and no safeguard."""


@dataclass
class Sessions:
    """Everybody's session: both factors shown just now, at home, unless a test says otherwise."""

    clock: FixedClock
    dead: set[str] = field(default_factory=set)

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        if principal.id in self.dead:
            return None
        now_ms = self.clock.now_ms()
        return SessionSheet(second_factor_ms=now_ms, stepped_up_ms=now_ms)


@dataclass
class Pigeon:
    """A simulated carrier: it keeps what it took. It refuses while `away`, and dies when told to."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)
    away: bool = False
    dies: Callable[[], None] | None = None

    def check(self, url: str) -> None:
        if not url.startswith("pigeon://"):
            raise InputError("That is no address that messages can go to.")

    def send(self, url: str, subject: str, body: str) -> bool:
        if self.away:
            return False
        self.taken.append((url, subject, body))
        if self.dies is not None:
            self.dies()
        return True


@dataclass
class Home:
    """Ana owns it, Leo lives there, Mia is a child of Ana's."""

    vault: Vault
    house: Household
    clock: FixedClock
    sessions: Sessions
    pigeon: Pigeon
    account_id: AccountId
    ana_id: PersonId
    leo_id: PersonId
    mia_id: PersonId

    @property
    def ana(self) -> Principal:
        return person(self.ana_id)

    @property
    def leo(self) -> Principal:
        return person(self.leo_id)

    def let_in(self, person_id: PersonId, role: Role, stay: Stay, *rights: Right) -> Principal:
        """Invite somebody, who joins at once."""
        self.house.members.invite(self.ana, self.account_id, person_id, role, stay, rights)
        self.house.members.join(person(person_id), self.account_id)
        return person(person_id)

    def add(self, name: str, sort: PersonSort = PersonSort.ADULT) -> PersonId:
        return self.house.persons.add(self.ana, self.account_id, NewPerson(name=name, sort=sort))


def person(person_id: str) -> Principal:
    return Principal(kind=PrincipalKind.PERSON, id=person_id, session="ses", network=Network.HOME)


def open_house(vault: Vault, sessions: Sessions, pigeon: Pigeon) -> Household:
    """The household of an open vault, with the real gate."""
    facts = HouseholdFacts(vault.desk(), sessions)
    gate = CedarGate(facts, extra_policies=TRAINING_ROOM)
    house = Household(vault, decide=gate, carrier=pigeon)
    house.notices.put_in_force()
    return house


def furnish(vault: Vault, clock: FixedClock) -> Home:
    """Found a household in three steps, and let its people in."""
    sessions, pigeon = Sessions(clock), Pigeon()
    house = open_house(vault, sessions, pigeon)
    owner = NewPerson(name="Ana", email="Ana@Example.org")
    founded = house.houses.found(OPERATOR, HOME, owner)
    ana = person(founded.owner_id)
    leo_id = house.persons.add(ana, founded.account_id, NewPerson(name="Leo"))
    mia = NewPerson(name="Mia", sort=PersonSort.CHILD)
    mia_id = house.persons.add(ana, founded.account_id, mia)
    house.devices.add(ana, founded.account_id, "kitchen", DeviceSort.SPEAKER, "kitchen")
    made = Home(
        vault=vault,
        house=house,
        clock=clock,
        sessions=sessions,
        pigeon=pigeon,
        account_id=founded.account_id,
        ana_id=founded.owner_id,
        leo_id=leo_id,
        mia_id=mia_id,
    )
    made.let_in(leo_id, Role.MEMBER, Stay(since_ms=NOW_MS), Right.VIEW, Right.HEAR)
    for each in house.inbox.list(made.leo):
        house.inbox.put_away(made.leo, each.id)
    return made


@pytest.fixture
def home(vault_factory: MakeVault, clock: FixedClock) -> Home:
    """On each sort of database."""
    return furnish(vault_factory(), clock)


@pytest.fixture
def sqlite_home(sqlite_vault: Vault, clock: FixedClock) -> Home:
    """Where the database makes no difference."""
    return furnish(sqlite_vault, clock)
