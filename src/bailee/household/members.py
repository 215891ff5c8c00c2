"""Who belongs: invitation, joining, role, stay and rights, each with its entry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.ground import Ground, asked
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.household.persons import require_person
from bailee.store.database import AnyRow
from bailee.store.household_tables import granted, membership
from bailee.types.decide import Decision, Principal, PrincipalKind, Verb
from bailee.types.household import PersonSort
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role

_OWN = Decision(allowed=True, policy="own-membership", why="Their own part in the household.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """From when to when somebody belongs, in milliseconds; `until_ms` is None for no end."""

    since_ms: int
    until_ms: int | None = None


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
            _check(require_person(t, account_id, person_id), role, stay, t.now_ms)
            if _part(t, account_id, person_id) is not None:
                raise ConflictError("They have a part in the household already.")
            said = asked(t, account_id, principal, leave.decision)
            _invite(t, account_id, person_id, role, stay, rights, principal.id, said)

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
            if _is_over(_standing(t, account_id, person_id), t.now_ms):
                raise UnknownError("They have no part in the household any more.")

        self.ground.desk.read(work)

    def join(self, principal: Principal, account_id: AccountId) -> None:
        """Take up one's own invitation. The gate is not asked: it knows nobody who has not joined.

        Raises:
            UnknownError: There is none for *principal*, or its time is over.
        """

        def invited(t: Transaction) -> AnyRow:
            row = _row(t, account_id, principal.id)
            if principal.kind is not PrincipalKind.PERSON or row is None or _is_over(row, t.now_ms):
                raise UnknownError("There is no invitation for you here.")
            return row

        def work(t: Transaction) -> None:
            # Before the lock, which would tell a stranger that there is such a household.
            invited(t)
            t.lock(account_id)
            row = invited(t)
            if row.joined_ms is None:
                _change(t, principal.id, joined_ms=t.now_ms)
                said = asked(t, account_id, principal, _OWN)
                _tell(t, account_id, principal.id, "joined", Role(row.role), _stay(row), said)

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
            row = _part(t, account_id, person_id)
            leave.check(row)
            begins_ms = t.now_ms if row is None else row.since_ms
            stay = Stay(since_ms=begins_ms if since_ms is None else since_ms, until_ms=until_ms)
            _check(sort, role, stay, t.now_ms)
            said = asked(t, account_id, principal, leave.decision)
            if row is None:
                _invite(t, account_id, person_id, role, stay, (), principal.id, said)
            else:
                _alter(t, row, role, stay, said)
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
            _check(require_person(t, account_id, person_id), role, stay, t.now_ms)
            row = _standing(t, account_id, person_id)
            leave.check(row)
            _alter(t, row, role, stay, asked(t, account_id, principal, leave.decision))

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
            row = _standing(t, account_id, person_id)
            leave.check(row)
            if row.role == Role.OWNER:
                _require_another_owner(t, account_id, person_id)
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
            leave.check(_standing(t, account_id, person_id))
            said = asked(t, account_id, principal, leave.decision)
            _set_rights(t, account_id, person_id, rights, principal.id, said)
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
        now = self.ground.desk.read(lambda t: _part(t, account_id, person_id))
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


def join_owner(
    t: Transaction, account_id: AccountId, person_id: PersonId, said: Mapping[str, str]
) -> None:
    """The first owner of a fresh household, with every right."""
    stay = Stay(since_ms=t.now_ms)
    _insert(t, account_id, person_id, Role.OWNER, stay, joined_ms=t.now_ms)
    _tell(t, account_id, person_id, "joined", Role.OWNER, stay, said)
    _set_rights(t, account_id, person_id, tuple(Right), person_id, said)


def end_membership(t: Transaction, row: AnyRow, said: Mapping[str, str]) -> None:
    """End one membership of a locked account: rights go, and they are told."""
    _change(t, row.person_id, ended_ms=t.now_ms)
    t.connection.execute(sa.delete(granted).where(granted.c.person_id == row.person_id))
    _tell(t, row.account_id, row.person_id, "ended", Role(row.role), _stay(row), said)
    queue(t, AccountId(row.account_id), PersonId(row.person_id), Template.STAY_ENDED)


def over(t: Transaction) -> list[AnyRow]:
    """Memberships whose stay is over and that are not marked as ended yet."""
    wanted = sa.select(membership).where(
        membership.c.until_ms < t.now_ms, membership.c.ended_ms.is_(None)
    )
    return list(t.connection.execute(wanted.order_by(membership.c.person_id)).all())


def _check(sort: PersonSort, role: Role, stay: Stay, now_ms: int) -> None:
    if role is Role.STRANGER:
        raise InputError("A stranger has no part in a household.")
    if (sort is PersonSort.CHILD) != (role is Role.CHILD):
        raise InputError("A child has the role of a child, and nobody else has.")
    if sort is PersonSort.UNKNOWN:
        raise InputError("Somebody unknown cannot be let in.")
    if role is Role.GUEST and stay.until_ms is None:
        raise InputError("A guest's stay needs an end.", hint="Say until when.")
    if stay.since_ms < 0 or (
        stay.until_ms is not None and stay.until_ms <= max(stay.since_ms, now_ms)
    ):
        raise InputError("The stay ends before it begins, or is over already.")


def _row(t: Transaction, account_id: str, person_id: str) -> AnyRow | None:
    return t.connection.execute(
        sa.select(membership).where(
            membership.c.person_id == person_id, membership.c.account_id == account_id
        )
    ).one_or_none()


def _part(t: Transaction, account_id: str, person_id: str) -> AnyRow | None:
    """The row of somebody's part, unless it has ended."""
    row = _row(t, account_id, person_id)
    return None if row is None or row.ended_ms is not None else row


def _standing(t: Transaction, account_id: str, person_id: str) -> AnyRow:
    row = _part(t, account_id, person_id)
    if row is None:
        raise UnknownError("They have no part in the household.")
    return row


def _is_over(row: AnyRow, now_ms: int) -> bool:
    return row.ended_ms is not None or (row.until_ms is not None and row.until_ms < now_ms)


def _stay(row: AnyRow) -> Stay:
    return Stay(since_ms=row.since_ms, until_ms=row.until_ms)


def _insert(
    t: Transaction,
    account_id: str,
    person_id: str,
    role: Role,
    stay: Stay,
    *,
    joined_ms: int | None,
) -> None:
    t.connection.execute(
        sa.insert(membership).values(
            person_id=person_id,
            account_id=account_id,
            role=role,
            since_ms=stay.since_ms,
            until_ms=stay.until_ms,
            joined_ms=joined_ms,
        )
    )


def _invite(
    t: Transaction,
    account_id: AccountId,
    person_id: PersonId,
    role: Role,
    stay: Stay,
    rights: Collection[Right],
    by_id: str,
    said: Mapping[str, str],
) -> None:
    """In place of a part that has ended; they are told in the same transaction."""
    t.connection.execute(sa.delete(membership).where(membership.c.person_id == person_id))
    _insert(t, account_id, person_id, role, stay, joined_ms=None)
    _tell(t, account_id, person_id, "invited", role, stay, said)
    _set_rights(t, account_id, person_id, rights, by_id, said)
    queue(t, account_id, person_id, Template.INVITED)


def _alter(t: Transaction, row: AnyRow, role: Role, stay: Stay, said: Mapping[str, str]) -> None:
    if row.role == Role.OWNER and (role is not Role.OWNER or stay.until_ms is not None):
        _require_another_owner(t, row.account_id, row.person_id)
    _change(t, row.person_id, role=role, since_ms=stay.since_ms, until_ms=stay.until_ms)
    _tell(t, row.account_id, row.person_id, "changed", role, stay, said)


def _change(t: Transaction, person_id: str, **values: object) -> None:
    t.connection.execute(
        sa.update(membership).where(membership.c.person_id == person_id).values(**values)
    )


def _set_rights(
    t: Transaction,
    account_id: str,
    person_id: str,
    rights: Collection[Right],
    by_id: str,
    said: Mapping[str, str],
) -> None:
    t.connection.execute(sa.delete(granted).where(granted.c.person_id == person_id))
    now = sorted(set(rights))
    for each in now:
        t.connection.execute(
            sa.insert(granted).values(
                person_id=person_id,
                permission=each,
                account_id=account_id,
                by_id=by_id,
                at_ms=t.now_ms,
            )
        )
    t.tell("grant", account_id, person=t.tag(person_id), rights=now, **said)


def _require_another_owner(t: Transaction, account_id: str, person_id: str) -> None:
    """Under the account's lock, so that two owners cannot both be the one who stays."""
    others = sa.select(membership.c.person_id).where(
        membership.c.account_id == account_id,
        membership.c.person_id != person_id,
        membership.c.role == Role.OWNER,
        membership.c.joined_ms.is_not(None),
        membership.c.ended_ms.is_(None),
        sa.or_(membership.c.until_ms.is_(None), membership.c.until_ms >= t.now_ms),
    )
    if t.connection.scalar(others.limit(1)) is None:
        raise ConflictError(
            "A household needs an owner.", hint="Make somebody else an owner first."
        )


def _tell(
    t: Transaction,
    account_id: str,
    person_id: str,
    act: str,
    role: Role,
    stay: Stay,
    said: Mapping[str, str],
) -> None:
    t.tell(
        "member",
        account_id,
        person=t.tag(person_id),
        act=act,
        role=role,
        since=stay.since_ms,
        until=stay.until_ms,
        **said,
    )
