"""Who belongs: invitation, joining, role, stay and rights, each decided, with its entry."""

from collections.abc import Collection
from dataclasses import dataclass

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, UnknownError
from bailee.household.ground import Ground, asked
from bailee.household.membership import (
    alter,
    change_row,
    check_part,
    end_membership,
    invite_person,
    is_over,
    part_of,
    require_another_owner,
    row_of,
    set_rights,
    standing,
    stay_of,
    tell_member,
)
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.household.persons import require_person
from bailee.store.database import AnyRow
from bailee.types.decide import Decision, Principal, PrincipalKind, Verb
from bailee.types.household import Stay
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role

_OWN = Decision(allowed=True, policy="own-membership", why="Their own part in the household.")


@dataclass(frozen=True, slots=True)
class Members:
    """Lets people in and out."""

    ground: Ground

    def invite(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        role: Role,
        stay: Stay,
        rights: Collection[Right] = (),
    ) -> None:
        """Offer somebody a part in the household; it begins when they join.

        Raises:
            DeniedError: The gate said no.
            ConflictError: They have a part in it already.
            InputError: A guest without an end, a child in an adult's role, a stay that is none.
        """
        leave = self._ask(principal, account_id, person_id, role)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            check_part(require_person(t, account_id, person_id), role, stay, t.now_ms)
            if part_of(t, account_id, person_id) is not None:
                raise ConflictError("They have a part in the household already.")
            said = asked(t, account_id, principal, leave.decision)
            invite_person(t, account_id, person_id, role, stay, rights, principal.id, said)

        self.ground.desk.write(work)

    def require_invited(
        self, principal: Principal, account_id: AccountId, person_id: PersonId
    ) -> None:
        """Make sure that somebody may be handed the means to sign in, and by *principal*.

        Raises:
            DeniedError: The gate said no.
            UnknownError: They have no part in the household, or its time is over.
        """
        self.ground.require(principal, Verb.ADMIT, account_id)

        def work(t: Transaction) -> None:
            if is_over(standing(t, account_id, person_id), t.now_ms):
                raise UnknownError("They have no part in the household any more.")

        self.ground.desk.read(work)

    def join(self, principal: Principal, account_id: AccountId) -> None:
        """Take up one's own invitation. The gate is not asked: it knows nobody who has not joined.

        Raises:
            UnknownError: There is none for *principal*, or its time is over.
        """

        def invited(t: Transaction) -> AnyRow:
            row = row_of(t, account_id, principal.id)
            if principal.kind is not PrincipalKind.PERSON or row is None or is_over(row, t.now_ms):
                raise UnknownError("There is no invitation for you here.")
            return row

        def work(t: Transaction) -> None:
            # Before the lock, which would tell a stranger that there is such a household.
            invited(t)
            t.lock(account_id)
            row = invited(t)
            if row.joined_ms is None:
                change_row(t, principal.id, joined_ms=t.now_ms)
                said = asked(t, account_id, principal, _OWN)
                tell_member(
                    t, account_id, principal.id, "joined", Role(row.role), stay_of(row), said
                )

        self.ground.desk.write(work)

    def set(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        role: Role,
        *,
        since_ms: int | None = None,
        until_ms: int | None = None,
    ) -> bool:
        """`change` what part somebody has, or `invite` who has none; whether they were invited.

        A stay that names no beginning keeps the one it has, or begins now.

        Raises as those two do, but for who has a part already or none.
        """
        leave = self._ask(principal, account_id, person_id, role)

        def work(t: Transaction) -> bool:
            t.lock(account_id)
            sort = require_person(t, account_id, person_id)
            row = part_of(t, account_id, person_id)
            leave.check(row)
            begins_ms = t.now_ms if row is None else row.since_ms
            stay = Stay(since_ms=begins_ms if since_ms is None else since_ms, until_ms=until_ms)
            check_part(sort, role, stay, t.now_ms)
            said = asked(t, account_id, principal, leave.decision)
            if row is None:
                invite_person(t, account_id, person_id, role, stay, (), principal.id, said)
            else:
                alter(t, row, role, stay, said)
            return row is None

        return self.ground.desk.write(work)

    def change(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        role: Role,
        stay: Stay,
    ) -> None:
        """Give somebody another role or another stay.

        A stay that begins earlier shows more of the past, and a later end more of what comes.

        Raises:
            DeniedError: The gate said no.
            UnknownError: They have no part in the household.
            ConflictError: It would leave the household without an owner.
        """
        leave = self._ask(principal, account_id, person_id, role)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            check_part(require_person(t, account_id, person_id), role, stay, t.now_ms)
            row = standing(t, account_id, person_id)
            leave.check(row)
            alter(t, row, role, stay, asked(t, account_id, principal, leave.decision))

        self.ground.desk.write(work)

    def end(self, principal: Principal, account_id: AccountId, person_id: PersonId) -> None:
        """Let somebody out, rights and all; or leave oneself, for which nobody is asked.

        Raises:
            DeniedError: The gate said no.
            UnknownError: They have no part in the household.
            ConflictError: It would leave the household without an owner.
        """
        mine = principal.kind is PrincipalKind.PERSON and principal.id == person_id
        leave = _OWN_LEAVE if mine else self._ask(principal, account_id, person_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            row = standing(t, account_id, person_id)
            leave.check(row)
            if row.role == Role.OWNER:
                require_another_owner(t, account_id, person_id)
            end_membership(t, row, asked(t, account_id, principal, leave.decision))

        self.ground.desk.write(work)

    def grant(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        rights: Collection[Right],
    ) -> None:
        """Set what somebody may see, hear, download and delete: these rights and no others.

        Raises:
            DeniedError: The gate said no.
            UnknownError: They have no part in the household.
        """
        leave = self._ask(principal, account_id, person_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            leave.check(standing(t, account_id, person_id))
            said = asked(t, account_id, principal, leave.decision)
            set_rights(t, account_id, person_id, rights, principal.id, said)
            queue(t, account_id, person_id, Template.RIGHTS_CHANGED)

        self.ground.desk.write(work)

    def _ask(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        role: Role | None = None,
    ) -> "_Leave":
        """Ask the gate about somebody's part, which is to be *role*: to entrust is more."""
        now = self.ground.desk.read(lambda t: part_of(t, account_id, person_id))
        owner = role is Role.OWNER or (now is not None and now.role == Role.OWNER)
        verb = Verb.ENTRUST if owner else Verb.ADMIT
        return _Leave(decision=self.ground.require(principal, verb, account_id), verb=verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leave:
    """The gate's yes, and what it was a yes to."""

    decision: Decision
    verb: Verb

    def check(self, row: AnyRow | None) -> None:
        """Whether it still covers a part, read under the account's lock."""
        if self.verb is not Verb.ENTRUST and row is not None and row.role == Role.OWNER:
            raise ConflictError("They became an owner just now.", hint="Look again, then decide.")


_OWN_LEAVE = _Leave(decision=_OWN, verb=Verb.ENTRUST)
