"""Whose recordings somebody may take away, and of which kinds: asked before anything is read."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import InputError
from bailee.household.choosing import no_household, no_recording
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.store.household_tables import membership
from bailee.store.tables import person
from bailee.types.choice import Choice
from bailee.types.decide import Access, Principal, Verb, decide_each
from bailee.types.export import Wanted
from bailee.types.ids import AccountId, PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Role
from bailee.types.span import Span

_KINDS = tuple(each for each in Kind if each is not Kind.LABEL)
_MOST_RECORDINGS = 1000
_persons = sa.select(person.c.id).where(person.c.account_id == sa.bindparam("account"))
_stay = sa.select(membership.c.since_ms).where(
    membership.c.person_id == sa.bindparam("who"),
    membership.c.account_id == sa.bindparam("account"),
    membership.c.role == Role.GUEST,
)


def wanted_by(
    ground: Ground, principal: Principal, account_id: AccountId, choice: Choice
) -> Wanted:
    """*choice*, as far as *principal* may take it away now.

    Of whom they may take nothing, nothing is in it, and that is no refusal: unless nothing is left.

    Raises:
        DeniedError: They may take none of it, or have to show a factor again; it is in the ledger.
        InputError: The choice says nothing clear.
        UnknownError: No such household, person, device or recording, or none they may know of.
    """
    _check(choice)
    knowing = Knowing(ground)
    if not knowing.belongs(principal, account_id):
        raise no_household()
    with knowing.veiled_choice(principal, account_id, choice):
        if choice.recordings and not knowing.of_recordings(
            principal, account_id, choice.recordings
        ):
            raise no_recording()
        persons, since_ms = ground.desk.read(lambda t: _whose(t, principal, account_id, choice))
        allowed = _allowed(ground, principal, account_id, persons)
        if not allowed:
            who = choice.person_id or PersonId(principal.id)
            # It says no: each of what it asks was just answered so, for whoever it asks about.
            ground.require(
                principal,
                Verb.DOWNLOAD,
                account_id,
                purpose=Purpose.EXPORT,
                person_id=who,
                kind=choice.kind or Kind.AUDIO,
            )
    now_ms = ground.desk.clock.now_ms()
    return Wanted(
        account_id=account_id,
        allowed=allowed,
        recordings=choice.recordings,
        device_id=choice.device_id,
        kind=choice.kind,
        from_ms=choice.from_ms,
        begins_from_ms=since_ms,
        to_ms=now_ms if choice.to_ms is None else min(choice.to_ms, now_ms),
    )


def _check(choice: Choice) -> None:
    if choice.kind is Kind.LABEL:
        raise InputError("Names come with what they name; they cannot be taken by themselves.")
    if len(choice.recordings) > _MOST_RECORDINGS:
        raise InputError(f"At most {_MOST_RECORDINGS} recordings are picked one by one.")


def _whose(
    t: Transaction, principal: Principal, account_id: AccountId, choice: Choice
) -> tuple[list[PersonId], int | None]:
    """Who is asked about, and from when on a guest is shown anything."""
    everybody = [PersonId(each) for each in t.connection.scalars(_persons, {"account": account_id})]
    persons = [each for each in everybody if choice.person_id in {None, each}]
    stay = {"who": principal.id, "account": account_id}
    return sorted(persons), t.connection.scalar(_stay, stay)


def _allowed(
    ground: Ground, principal: Principal, account_id: AccountId, persons: Sequence[PersonId]
) -> Mapping[PersonId, frozenset[Kind]]:
    """Of each person the kinds that may be taken of what is recorded now; none without any.

    What is asked for as it is fetched says when it was recorded, and on what, and is decided anew.
    """
    now_ms = ground.desk.clock.now_ms()
    accesses = [
        Access(
            principal=principal,
            verb=Verb.DOWNLOAD,
            purpose=Purpose.EXPORT,
            account_id=account_id,
            kind=kind,
            person_id=who,
            span=Span(begin_ms=now_ms, end_ms=now_ms),
        )
        for who in persons
        for kind in _KINDS
    ]
    found: dict[PersonId, set[Kind]] = {}
    for access, decision in zip(accesses, decide_each(ground.decide, accesses), strict=True):
        if decision.allowed:
            assert access.person_id is not None
            assert access.kind is not None
            found.setdefault(access.person_id, set()).add(access.kind)
    return {who: frozenset(kinds) for who, kinds in found.items()}
