"""The household's own sweep: who lost something is told, stays that are over end, names live on."""

from collections.abc import Mapping
from functools import partial

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.household.ground import Ground, asked
from bailee.household.houses import keep_names
from bailee.household.membership import end_membership, over
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.store.household_tables import delivery, household, link, loss, message
from bailee.types.decide import OPERATOR, Decision
from bailee.types.ids import AccountId, PersonId

MESSAGES_KEPT_DAYS = 365
_STAY_OVER = Decision(allowed=True, policy="stay-over", why="Its time is over.")


def sweep(ground: Ground) -> None:
    """Do what is due. Idempotent; each account in a transaction of its own, under its lock."""
    for account_id in ground.desk.read(_accounts):
        ground.desk.write(partial(_sweep_account, account_id=account_id))


def _accounts(t: Transaction) -> list[AccountId]:
    wanted = sa.select(household.c.account_id).order_by(household.c.account_id)
    return [AccountId(each) for each in t.connection.scalars(wanted)]


def _sweep_account(t: Transaction, account_id: AccountId) -> None:
    t.lock(account_id)
    _tell_losses(t, account_id)
    for row in over(t):
        if row.account_id == account_id:
            end_membership(t, row, _said(t, account_id))
    t.connection.execute(
        sa.delete(link).where(link.c.account_id == account_id, link.c.until_ms < t.now_ms)
    )
    old = t.now_ms - MESSAGES_KEPT_DAYS * DAY_MS
    gone = sa.and_(message.c.account_id == account_id, message.c.made_ms < old)
    waiting = delivery.c.message_id.in_(sa.select(message.c.id).where(gone))
    t.connection.execute(sa.delete(delivery).where(waiting))
    t.connection.execute(sa.delete(message).where(gone))
    keep_names(t, account_id)


def _said(t: Transaction, account_id: AccountId) -> Mapping[str, str]:
    return asked(t, account_id, OPERATOR, _STAY_OVER)


def _tell_losses(t: Transaction, account_id: AccountId) -> None:
    """Tell whoever shared what another had forgotten; not who that was."""
    mine = loss.c.account_id == account_id
    rows = t.connection.execute(sa.select(loss).where(mine).order_by(loss.c.erasure_id)).all()
    for row in rows:
        said = {"artefacts": str(row.artefacts)}
        queue(t, account_id, PersonId(row.person_id), Template.SHARED_FORGOTTEN, said)
    t.connection.execute(sa.delete(loss).where(mine))
