"""The household's own rules of keeping, as custody reads them (R-19).

Whoever writes one locks the account and counts a change to it, so that what was decided about a
deposit, these rules among it, holds in the transaction that takes it in (see `asking`): a rule and
a deposit that race come one wholly after the other.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from bailee.custody.premises import Premises
from bailee.rules.keep_for import Where, capped, days_for, fresh_days
from bailee.store.household_tables import keep_rule
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.keep_for import KeepRule, Reach, Voice
from bailee.types.kind import Kind

_of_account = sa.select(keep_rule).where(keep_rule.c.account_id == sa.bindparam("account"))


def rules_of(connection: sa.Connection, account_id: AccountId) -> tuple[KeepRule, ...]:
    """Every rule of an account; none for one that is not there yet."""
    rows = connection.execute(_of_account, {"account": account_id})
    return tuple(
        KeepRule(
            reach=Reach(
                kind=Kind(row.kind),
                person_id=PersonId(row.person_id) or None,
                device_id=DeviceId(row.device_id) or None,
            ),
            voice=Voice(row.voice),
            days=row.days,
        )
        for row in rows
    )


def ruled_days(
    premises: Premises, rules: Sequence[KeepRule], kind: Kind, wheres: Iterable[Where]
) -> int | None:
    """For how many days *rules* let that be kept; None when they say nothing about it."""
    return capped(premises.policy, kind, days_for(rules, kind, wheres))


def days_to_keep(
    premises: Premises,
    rules: Sequence[KeepRule],
    kind: Kind,
    wheres: Iterable[Where],
    asked_days: int | None,
) -> int:
    """For how many days to keep a fresh artefact; `DONT_KEEP` where it may not be taken in."""
    ruled = ruled_days(premises, rules, kind, wheres)
    return fresh_days(asked_days, ruled, premises.policy[kind].keep_days)
