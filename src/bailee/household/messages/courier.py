"""The courier: takes what is due to its channels, and writes down what they accepted.

An idempotent sweep under a lease. Order for each: the try is written down → it is handed over →
what became of it is written down. A crash between the last two: it is handed over once more, later,
and its tries say so. Nothing is ever written down as accepted that was not.
"""

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.household.ground import Ground, open_details
from bailee.household.messages.channels import Carrier
from bailee.household.messages.inbox import worded
from bailee.household.messages.outbox import CONTEXT
from bailee.household.messages.templates import DEFAULT_LANGUAGE, Template
from bailee.household.notice_rows import keep_shown
from bailee.household.persons import describe
from bailee.store.household_tables import channel, delivery, message
from bailee.types.consent import Channel, Notice

WAITS_MS = tuple(minutes * 60_000 for minutes in (1, 5, 30, 120, 480, 1440, 1440))
"""How long to wait after each try that failed; then it is given up. About three days."""
_AT_ONCE = 100
LEASE = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one sweep did."""

    accepted: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Due:
    message_id: str
    channel_id: str
    tries: int
    url: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers what is due."""

    ground: Ground
    carrier: Carrier

    def deliver(self) -> Carried:
        """Hand over everything that is due now, each once."""
        accepted = failed = 0
        desk = self.ground.desk
        with desk.exclusively(LEASE):
            for message_id, channel_id in desk.read(_due):
                due = desk.write(partial(_begin, message_id=message_id, channel_id=channel_id))
                if due is None:
                    continue
                if self.carrier.send(due.url, due.subject, due.body):
                    desk.write(partial(_accept, done=due))
                    accepted += 1
                else:
                    failed += 1
        return Carried(accepted=accepted, failed=failed)


def _due(t: Transaction) -> list[tuple[str, str]]:
    rows = t.connection.execute(
        sa.select(delivery.c.message_id, delivery.c.channel_id)
        .where(delivery.c.next_ms <= t.now_ms)
        .order_by(delivery.c.next_ms, delivery.c.message_id)
        .limit(_AT_ONCE)
    )
    return [(row.message_id, row.channel_id) for row in rows]


def _begin(t: Transaction, message_id: str, channel_id: str) -> _Due | None:
    """Write the try down, with when the next one would be; None when it is not to be sent."""
    mine = _mine(message_id, channel_id)
    row = t.connection.execute(sa.select(delivery).where(mine)).one_or_none()
    if row is None or row.next_ms is None:
        return None  # its person was erased, or its channel removed, a moment ago
    wait_ms = WAITS_MS[row.tries] if row.tries < len(WAITS_MS) else None
    t.connection.execute(
        sa.update(delivery)
        .where(mine)
        .values(tries=row.tries + 1, next_ms=None if wait_ms is None else t.now_ms + wait_ms)
    )
    sealed = t.connection.scalar(sa.select(channel.c.url).where(channel.c.id == channel_id))
    said = t.connection.execute(sa.select(message).where(message.c.id == message_id)).one()
    url = sealed and t.open(row.person_id, sealed, f"channel/{channel_id}")
    if not url:
        return None
    language = describe(t, row.person_id).get("language", DEFAULT_LANGUAGE)
    subject, body = worded(t, said, language)
    return _Due(message_id, channel_id, row.tries + 1, url.decode(), subject, body)


def _accept(t: Transaction, done: _Due) -> None:
    mine = _mine(done.message_id, done.channel_id)
    taken = sa.update(delivery).where(mine).values(accepted_ms=t.now_ms, next_ms=None)
    if not t.connection.execute(taken).rowcount:
        return  # erased while it was on its way
    said = t.connection.execute(sa.select(message).where(message.c.id == done.message_id)).one()
    if said.template == Template.NOTICE:
        details = open_details(t, said.person_id, said.details, f"{CONTEXT}/{said.id}")
        notice, version = Notice(details["notice"]), int(details["version"])
        keep_shown(t, said.account_id, said.person_id, notice, version, Channel.MESSAGE)


def _mine(message_id: str, channel_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(delivery.c.message_id == message_id, delivery.c.channel_id == channel_id)
