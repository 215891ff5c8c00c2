"""“Keep for”: a household's own rules about how long each kind is kept, by ids and for people (R-19).

| who | decides about |
|---|---|
| the owner | everybody, now and later, and each person |
| a parent or guardian | themselves, their children, and nobody in particular |
| a member | themselves |

What somebody chose for themselves, or a parent for a child, nobody else makes longer.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bailee.clock import day_of
from bailee.custody.desk import Transaction
from bailee.custody.erase import Asked
from bailee.custody.keep_for import Change
from bailee.custody.vault import Vault
from bailee.errors import UnknownError
from bailee.household import wording
from bailee.household.choosing import device_name, no_household, person_name, selection_of
from bailee.household.erasures import Begun
from bailee.household.ground import Ground
from bailee.household.guardians import is_guardian
from bailee.household.knowing import Knowing
from bailee.rules.keep_for import capped
from bailee.rules.retention import Policy
from bailee.store.ring import covered
from bailee.store.tables import artefact, person, stream
from bailee.types.choice import Choice
from bailee.types.decide import Access, Principal, PrincipalKind, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.keep_for import DONT_KEEP, KeepPlan, KeepRule, Reach, Voice
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """A rule that stands, with names; "" where it is about everybody, or every device.

    Attributes:
        days: By the rule, or less where the deployment's policy has become shorter.
        may_end: Whether whoever asked for it here may change it, or take it away.
    """

    rule: KeepRule
    days: int
    person: str
    device: str
    may_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTable:
    """How long each kind is kept: the published policy, and what the household says beside it.

    Attributes:
        policy: The deployment's, by kind; names are not in it, which have no time of their own.
        rules: The household's, as far as whoever asked may know whom they are about.
        may_all: Whether they may decide about everybody.
        may: Whom they may decide about one by one.
    """

    policy: Policy
    rules: tuple[NamedRule, ...]
    may_all: bool
    may: frozenset[PersonId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A rule has changed: how many artefacts end sooner, how many later, and what was forgotten."""

    sooner: int
    longer: int
    begun: Begun | None


@dataclass(frozen=True, slots=True)
class KeepRules:
    """Shows the table, says beforehand what a change does, and makes it."""

    ground: Ground
    vault: Vault

    def table(self, principal: Principal, account_id: AccountId) -> KeepTable:
        """The policy and the rules.

        Raises:
            DeniedError: The session is too old to be told anything.
            UnknownError: They do not belong to the household, or there is none.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        policy = self.vault.config.policy
        rules = self.vault.keep_rules(account_id)
        about = {each.reach.person_id for each in rules} - {None}
        known = {each for each in about if each and knowing.of_person(principal, account_id, each)}
        named = tuple(
            self._named(principal, account_id, each)
            for each in rules
            if each.reach.person_id is None or each.reach.person_id in known
        )
        everybody = self.ground.desk.read(lambda t: _persons(t, account_id))
        return KeepTable(
            policy={kind: row for kind, row in policy.items() if kind is not Kind.LABEL},
            rules=tuple(sorted(named, key=_place)),
            may_all=self._may(principal, account_id, None),
            may=frozenset(each for each in everybody if self._may(principal, account_id, each)),
        )

    def held(
        self,
        account_id: AccountId,
        table: KeepTable,
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> dict[Kind, dict[int, int]]:
        """How many of each kind end after which day (since the epoch).

        Of those alone whom the one that *table* was made for may decide about.
        """
        wanted = table.may if person_id is None else table.may & {person_id}
        return self.ground.desk.read(lambda t: _held(t, account_id, wanted, device_id))

    def plan(
        self, principal: Principal, account_id: AccountId, reach: Reach, days: int | None
    ) -> KeepPlan:
        """What it would do to what is stored, counted; nothing changes. Raises as `put` does."""
        with Knowing(self.ground).veiled_choice(principal, account_id, _choice(reach)):
            return self.vault.plan_keep(self._change(principal, account_id, reach, days))

    def put(
        self,
        principal: Principal,
        account_id: AccountId,
        reach: Reach,
        days: int | None,
        *,
        longer: bool = False,
    ) -> Kept:
        """Keep what *reach* is about for *days* from its deposit; what is over by that goes now.

        Args:
            principal: Who asks.
            account_id: Whose household.
            reach: What it is about.
            days: `DONT_KEEP` for none at all; None to take their rule away.
            longer: Also keep longer what is stored already.

        Raises:
            DeniedError: A decision about one of the persons it touches was no.
            InputError: The policy does not let the kind be kept that long.
            UnknownError: No such household, person, device or rule, or none they may know of.
        """
        with Knowing(self.ground).veiled_choice(principal, account_id, _choice(reach)):
            change = self._change(principal, account_id, reach, days)
            done = self.vault.keep(change, longer=longer)
        # A crash here: the rule counts, what was over is forgotten, and its receipt has no words.
        begun = None if done.asked is None else self._begun(account_id, reach, done.asked)
        return Kept(sooner=done.sooner, longer=done.longer, begun=begun)

    def _begun(self, account_id: AccountId, reach: Reach, asked: Asked) -> Begun:
        def work(t: Transaction) -> None:
            t.lock(account_id)
            wording.keep(t, account_id, _choice(reach), asked)

        with suppress(UnknownError):
            self.ground.desk.write(work)
        erasure = replace(self.vault.erasure(asked.id), sentence=asked.sentence)
        return Begun(erasure=erasure, receipt=self.vault.receipt(asked.id, asked=asked))

    def _change(
        self, principal: Principal, account_id: AccountId, reach: Reach, days: int | None
    ) -> Change:
        def voice(connection: sa.Connection) -> Voice:
            return _voice(self.ground.desk.at(connection), principal, reach)

        sentence = self.ground.desk.read(lambda t: _sentence(t, account_id, reach, days))
        return Change(
            account_id=account_id,
            reach=reach,
            days=days,
            sentence=sentence,
            principal=principal,
            voice=voice,
        )

    def _named(self, principal: Principal, account_id: AccountId, rule: KeepRule) -> NamedRule:
        reach = rule.reach

        def work(t: Transaction) -> tuple[str, str, Voice]:
            who, what = reach.person_id, reach.device_id
            return (
                "" if who is None else person_name(t, account_id, who),
                "" if what is None else device_name(t, account_id, what),
                _voice(t, principal, reach),
            )

        who, what, voice = self.ground.desk.read(work)
        mine = voice is rule.voice and self._may(principal, account_id, reach.person_id)
        days = capped(self.vault.config.policy, reach.kind, rule.days) or DONT_KEEP
        return NamedRule(rule=rule, days=days, person=who, device=what, may_end=mine)

    def _may(self, principal: Principal, account_id: AccountId, person_id: PersonId | None) -> bool:
        """Whether the gate would let them; not logged, since nothing was asked for."""
        access = Access(
            principal=principal,
            verb=Verb.RETAIN,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
            person_id=person_id,
        )
        return self.ground.decide(access).allowed


_in_account = sa.select(person.c.id).where(person.c.account_id == sa.bindparam("account"))


def _persons(t: Transaction, account_id: AccountId) -> tuple[PersonId, ...]:
    found = t.connection.scalars(_in_account, {"account": account_id})
    return tuple(PersonId(each) for each in found)


def _held(
    t: Transaction,
    account_id: AccountId,
    persons: Collection[PersonId],
    device_id: DeviceId | None,
) -> dict[Kind, dict[int, int]]:
    """Counted from the catalogue: nothing is opened."""
    many = sa.func.count()
    rows = t.connection.execute(
        sa.select(artefact.c.kind, artefact.c.due_day, many)
        .join(stream, stream.c.id == artefact.c.stream_id)
        .where(
            artefact.c.account_id == account_id,
            artefact.c.kind != Kind.LABEL,
            artefact.c.due_day >= day_of(t.now_ms),
            covered(artefact.c.stream_id, artefact.c.leaf),
            stream.c.person_id.in_(persons),
            *(() if device_id is None else (stream.c.device_id == device_id,)),
        )
        .group_by(artefact.c.kind, artefact.c.due_day)
    )
    found: dict[Kind, dict[int, int]] = {}
    for kind, day, n in rows:
        found.setdefault(Kind(kind), {})[day] = n
    return {kind: found[kind] for kind in Kind if kind in found}


def _place(named: NamedRule) -> tuple[str, str, bool]:
    """In the order of the names, and what somebody says about themselves first."""
    return named.person, named.device, named.rule.voice is Voice.HOUSE


def _voice(t: Transaction, principal: Principal, reach: Reach) -> Voice:
    """Whom they speak for; a parent does for their child."""
    who = reach.person_id
    if who is None or principal.kind is not PrincipalKind.PERSON:
        return Voice.HOUSE
    own = who == principal.id or is_guardian(t, who, principal.id)
    return Voice.OWN if own else Voice.HOUSE


def _choice(reach: Reach) -> Choice:
    return Choice(kind=reach.kind, person_id=reach.person_id, device_id=reach.device_id)


def _sentence(t: Transaction, account_id: AccountId, reach: Reach, days: int | None) -> str:
    """What is forgotten at once, as its receipt says it."""
    whole = selection_of(t, account_id, _choice(reach)).sentence()
    if days is None:
        return f"{whole}, older than it is kept"
    if days == DONT_KEEP:
        return whole
    return f"{whole}, older than {days} day{'' if days == 1 else 's'}"
