"""Keep for: a household's own rule about how long a kind is kept (R-02, R-19).

A rule counts for whatever is deposited from then on, and, where it is shorter, for what is stored.
Order of writes: journal → **one** transaction with the rule, its entry, the earlier days of what is
stored, and the puncture of what is over by it (as an erasure, with its receipt) → clean-up of that,
as after any erasure → where it was asked for, the longer days, a few hundred a transaction.

A crash before the journal leaves nothing asked. After it and before the commit, start-up forgets
what was to be forgotten, and the rule is asked for again. After the commit, start-up cleans up;
what had not been given its longer day ends when it would have, and may be asked for again.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody import entries, hold
from bailee.custody.address import lock_account, note_change
from bailee.custody.asking import Answer, Look, Question, act, require
from bailee.custody.erase import Asked
from bailee.custody.keep_found import Found, find
from bailee.custody.keep_over import end_sooner, forget_over
from bailee.custody.parts import Parts
from bailee.custody.premises import Premises
from bailee.custody.retain import lengthen
from bailee.custody.ruled import rules_of
from bailee.custody.touched import everybody_of
from bailee.errors import UnknownError
from bailee.rules.keep_for import check_days
from bailee.store.household_tables import keep_rule
from bailee.store.tables import account, artefact, device, person
from bailee.types.decide import Principal, Verb
from bailee.types.ids import AccountId, new_erasure_id
from bailee.types.keep_for import KeepPlan, KeepRule, Reach, Voice

_AT_ONCE = 500

FindVoice = Callable[[sa.Connection], Voice]
"""Whose voice it is, looked up in the transaction that acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a rule, asked for by somebody.

    Attributes:
        account_id: Whose household.
        reach: What it is about.
        days: From the day of deposit; `DONT_KEEP` for none at all, None to take the rule away.
        sentence: What is forgotten at once, in words, for the receipt: they die with it.
        principal: Who asks.
        voice: Whom they speak for.
    """

    account_id: AccountId
    reach: Reach
    days: int | None
    sentence: str
    principal: Principal
    voice: FindVoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A rule has changed. `asked` is the erasure of what was over by it; None for none."""

    sooner: int
    longer: int
    asked: Asked | None


def plan(premises: Premises, change: Change) -> KeepPlan:
    """What *change* would do to what is stored, counted; nothing changes. Raises as `put` does."""
    _check(premises, change)
    require(premises, _look(change, longer=False))

    def work(connection: sa.Connection) -> KeepPlan:
        voice = change.voice(connection)
        before = rules_of(connection, change.account_id)
        found = find(
            connection,
            premises,
            change.account_id,
            change.reach,
            before,
            _changed(before, change, voice),
        )
        return _counted(change.reach, found)

    return premises.database.read(work)


def put(premises: Premises, change: Change, *, longer: bool = False) -> Ruled:
    """Let *change* count, for what comes and for what is stored.

    Args:
        premises: The open vault.
        change: The rule, or that there is none any more.
        longer: Also keep longer what is stored and would end before the rule's time.

    Raises:
        InputError: The policy does not let the kind be kept that long.
        DeniedError: The decision was no, about anybody it touches; it is in the ledger.
        UnknownError: There is no such rule to take away, or nobody it could be about.
        ReplicaUnreachableError: No root store takes the journal; nothing was changed.
    """
    _check(premises, change)
    asked = Asked(id=new_erasure_id(), sentence=change.sentence, salt=secrets.token_bytes(32))
    work = partial(_put, premises=premises, change=change, asked=asked, longer=longer)
    look = _look(change, longer=longer)
    ruled, found, rules = act(premises, look, work)
    for day, ids in found.longer.items() if longer else ():
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            stretch = partial(
                _stretch, premises=premises, change=change, rules=rules, ids=some, day=day
            )
            premises.database.write(stretch)
    return ruled


def _check(premises: Premises, change: Change) -> None:
    check_days(premises.policy, change.reach.kind, change.days or 0)


# -- whom it touches ------------------------------------------------------------------------


def _look(change: Change, *, longer: bool) -> Look[Question]:
    """A rule asks to *retain*; what is over by it goes, and so *erase* is asked about everybody."""

    def look(connection: sa.Connection, *, lock: bool = False) -> Question:
        account_id, reach = change.account_id, change.reach
        if lock and not lock_account(connection, account_id):
            raise UnknownError("There is no such household.")
        _require_there(connection, change)
        parts = Parts(principal=change.principal, account_id=account_id)
        parts.add(Verb.RETAIN, reach.kind, (reach.person_id, reach.device_id), None)
        about = [reach.person_id] if reach.person_id else everybody_of(connection, account_id)
        for each in about:
            parts.add(Verb.ERASE, reach.kind, (each, reach.device_id), None)
            if longer:
                parts.add(Verb.RETAIN, reach.kind, (each, reach.device_id), None)
        return parts.question(connection)

    return look


def _require_there(connection: sa.Connection, change: Change) -> None:
    for table, part_id in ((person, change.reach.person_id), (device, change.reach.device_id)):
        mine = sa.select(table.c.id).where(
            table.c.id == part_id, table.c.account_id == change.account_id
        )
        if part_id is not None and connection.scalar(mine) is None:
            raise UnknownError(f"There is no such {table.name} in the household.")
    there = sa.select(account.c.id).where(account.c.id == change.account_id)
    if connection.scalar(there) is None:
        raise UnknownError("There is no such household.")


# -- the transaction ------------------------------------------------------------------------


def _changed(before: Iterable[KeepRule], change: Change, voice: Voice) -> tuple[KeepRule, ...]:
    """The rules as they will be."""
    others = (each for each in before if (each.reach, each.voice) != (change.reach, voice))
    if change.days is None:
        return tuple(others)
    return (*others, KeepRule(reach=change.reach, voice=voice, days=change.days))


def _put(
    connection: sa.Connection,
    answer: Answer[Question],
    *,
    premises: Premises,
    change: Change,
    asked: Asked,
    longer: bool,
) -> tuple[Ruled, Found, tuple[KeepRule, ...]]:
    account_id, voice = change.account_id, change.voice(connection)
    note_change(connection, account_id)  # a deposit decided about before is decided about anew
    before = rules_of(connection, account_id)
    after = _changed(before, change, voice)
    _write(connection, premises, change, voice)
    hold.gather(connection, premises, account_id)
    found = find(connection, premises, account_id, change.reach, before, after)
    said = answer.said(connection, premises)
    end_sooner(connection, found.sooner)
    many_longer = sum(map(len, found.longer.values())) if longer else 0
    many_sooner = sum(map(len, found.sooner.values()))
    entries.append(
        connection,
        premises,
        "keep",
        account_id,
        account=entries.tag(connection, premises, account_id),
        person=entries.tag(connection, premises, change.reach.person_id or "") or None,
        device=entries.tag(connection, premises, change.reach.device_id or "") or None,
        kind=change.reach.kind,
        voice=voice,
        days=change.days,
        sooner=many_sooner,
        longer=many_longer,
        erasure=asked.id if found.now else None,
        **said,
    )
    if found.now:
        forget_over(connection, premises, account_id, change.reach, found, asked, said)
    ruled = Ruled(sooner=many_sooner, longer=many_longer, asked=asked if found.now else None)
    return ruled, found, after


def _write(connection: sa.Connection, premises: Premises, change: Change, voice: Voice) -> None:
    """The row of the rule, or none. Raises `UnknownError` where there was none to take away."""
    key = {
        "account_id": change.account_id,
        "person_id": change.reach.person_id or "",
        "device_id": change.reach.device_id or "",
        "kind": change.reach.kind,
        "voice": voice,
    }
    mine = sa.and_(*(keep_rule.c[name] == value for name, value in key.items()))
    gone = connection.execute(sa.delete(keep_rule).where(mine)).rowcount
    if change.days is not None:
        connection.execute(
            sa.insert(keep_rule).values(
                **key, days=change.days, by_id=change.principal.id, at_ms=premises.now_ms()
            )
        )
    elif not gone:
        raise UnknownError(
            "There is no such rule of yours.", hint="What somebody else chose is theirs to end."
        )


def _stretch(
    connection: sa.Connection,
    *,
    premises: Premises,
    change: Change,
    rules: Sequence[KeepRule],
    ids: Sequence[str],
    day: int,
) -> None:
    """Let some of what is stored end later, unless the rules, or it, have changed meanwhile."""
    if not lock_account(connection, change.account_id):
        return
    if set(rules_of(connection, change.account_id)) != set(rules):
        return
    rows = connection.execute(
        sa.select(artefact).where(
            artefact.c.id.in_(ids),
            artefact.c.due_day < day,
            artefact.c.due_day >= premises.today(),
        )
    ).all()
    lengthen(connection, premises, rows, day)


def _counted(reach: Reach, found: Found) -> KeepPlan:
    spans = [(each.begin_ms, each.end_ms) for each in found.now]
    return KeepPlan(
        now=len(found.now),
        from_ms=min((begin for begin, _ in spans), default=None),
        to_ms=max((end for _, end in spans), default=None),
        held=sum(each.held for each in found.now),
        sooner=sum(map(len, found.sooner.values())),
        longer=sum(map(len, found.longer.values())),
        others=reach.person_id is not None
        and any({who for who, _ in each.wheres} != {reach.person_id} for each in found.now),
    )
