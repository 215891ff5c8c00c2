"""The rows of belonging, changed in somebody's transaction, with their entries and messages.

Whoever calls has locked the account and asked the gate.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.store.database import AnyRow
from bailee.store.household_tables import granted, membership
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role


def join_owner(
    t: Transaction, account_id: AccountId, person_id: PersonId, said: Mapping[str, str]
) -> None:
    """The first owner of a fresh household, with every right."""
    stay = Stay(since_ms=t.now_ms)
    _insert(t, account_id, person_id, Role.OWNER, stay, joined_ms=t.now_ms)
    tell_member(t, account_id, person_id, "joined", Role.OWNER, stay, said)
    set_rights(t, account_id, person_id, tuple(Right), person_id, said)


def end_membership(t: Transaction, row: AnyRow, said: Mapping[str, str]) -> None:
    """End one membership of a locked account: rights go, and they are told."""
    change_row(t, row.person_id, ended_ms=t.now_ms)
    t.connection.execute(sa.delete(granted).where(granted.c.person_id == row.person_id))
    tell_member(t, row.account_id, row.person_id, "ended", Role(row.role), stay_of(row), said)
    queue(t, AccountId(row.account_id), PersonId(row.person_id), Template.STAY_ENDED)


def over(t: Transaction) -> list[AnyRow]:
    """Memberships whose stay is over and that are not marked as ended yet."""
    wanted = sa.select(membership).where(
        membership.c.until_ms < t.now_ms, membership.c.ended_ms.is_(None)
    )
    return list(t.connection.execute(wanted.order_by(membership.c.person_id)).all())


def check_part(sort: PersonSort, role: Role, stay: Stay, now_ms: int) -> None:
    """Raise `InputError` unless that sort of person can have that role for that stay."""
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


def row_of(t: Transaction, account_id: str, person_id: str) -> AnyRow | None:
    """The row of somebody's part, ended or not."""
    return t.connection.execute(
        sa.select(membership).where(
            membership.c.person_id == person_id, membership.c.account_id == account_id
        )
    ).one_or_none()


def part_of(t: Transaction, account_id: str, person_id: str) -> AnyRow | None:
    """The row of somebody's part, unless it has ended."""
    row = row_of(t, account_id, person_id)
    return None if row is None or row.ended_ms is not None else row


def standing(t: Transaction, account_id: str, person_id: str) -> AnyRow:
    """The same, of who has one. Raises `UnknownError`."""
    row = part_of(t, account_id, person_id)
    if row is None:
        raise UnknownError("They have no part in the household.")
    return row


def is_over(row: AnyRow, now_ms: int) -> bool:
    """Whether it has ended, or its stay has."""
    return row.ended_ms is not None or (row.until_ms is not None and row.until_ms < now_ms)


def stay_of(row: AnyRow) -> Stay:
    """The stay of a row."""
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


def invite_person(
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
    tell_member(t, account_id, person_id, "invited", role, stay, said)
    set_rights(t, account_id, person_id, rights, by_id, said)
    queue(t, account_id, person_id, Template.INVITED)


def alter(t: Transaction, row: AnyRow, role: Role, stay: Stay, said: Mapping[str, str]) -> None:
    """Give somebody another role or stay. Raises `ConflictError` where no owner would be left."""
    if row.role == Role.OWNER and (role is not Role.OWNER or stay.until_ms is not None):
        require_another_owner(t, row.account_id, row.person_id)
    change_row(t, row.person_id, role=role, since_ms=stay.since_ms, until_ms=stay.until_ms)
    tell_member(t, row.account_id, row.person_id, "changed", role, stay, said)


def change_row(t: Transaction, person_id: str, **values: object) -> None:
    """Set columns of somebody's row."""
    t.connection.execute(
        sa.update(membership).where(membership.c.person_id == person_id).values(**values)
    )


def set_rights(
    t: Transaction,
    account_id: str,
    person_id: str,
    rights: Collection[Right],
    by_id: str,
    said: Mapping[str, str],
) -> None:
    """These rights and no others."""
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


def require_another_owner(t: Transaction, account_id: str, person_id: str) -> None:
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


def tell_member(
    t: Transaction,
    account_id: str,
    person_id: str,
    act: str,
    role: Role,
    stay: Stay,
    said: Mapping[str, str],
) -> None:
    """The entry of what became of somebody's part."""
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
