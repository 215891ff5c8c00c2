"""Somebody's own channels: where messages go beside the inbox, their addresses sealed."""

from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, DeniedError, UnknownError
from bailee.household.ground import Ground
from bailee.household.persons import require_person
from bailee.store.household_tables import channel, delivery
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.household import ChannelId, new_channel_id, parse_household_id
from bailee.types.ids import AccountId

_MOST = 8


class Carrier(Protocol):
    """Takes messages away. `send` may be called again for what it took before (at least once)."""

    def check(self, url: str) -> None:
        """Raise `InputError` unless *url* is one that it can send to."""
        ...

    def send(self, url: str, subject: str, body: str) -> bool:
        """Hand a message over; whether it was accepted. Never raises for what a network does."""
        ...


@dataclass(frozen=True, slots=True)
class Channels:
    """Adds, counts and removes one's own channels."""

    ground: Ground
    carrier: Carrier

    def add(self, principal: Principal, account_id: AccountId, url: str) -> ChannelId:
        """Let messages to *principal* go to *url* too.

        Raises:
            DeniedError: They are no person: a channel is one's own.
            InputError: It is no address that messages can go to.
            ConflictError: They have too many.
        """
        if principal.kind is not PrincipalKind.PERSON:
            raise DeniedError("A channel is somebody's own.")
        self.carrier.check(url)
        channel_id = new_channel_id()

        def work(t: Transaction) -> ChannelId:
            t.lock(account_id)
            require_person(t, account_id, principal.id)
            mine = channel.c.person_id == principal.id
            many = t.connection.scalar(sa.select(sa.func.count()).where(mine)) or 0
            if many >= _MOST:
                raise ConflictError(f"{_MOST} channels are enough.", hint="Remove one first.")
            t.connection.execute(
                sa.insert(channel).values(
                    id=channel_id,
                    account_id=account_id,
                    person_id=principal.id,
                    made_ms=t.now_ms,
                    url=t.seal(principal.id, url.encode(), f"channel/{channel_id}"),
                )
            )
            return channel_id

        return self.ground.desk.write(work)

    def list(self, principal: Principal) -> tuple[ChannelId, ...]:
        """The ids of one's own; their addresses are not shown again, as they hold passwords."""

        def work(t: Transaction) -> tuple[ChannelId, ...]:
            rows = t.connection.scalars(
                sa.select(channel.c.id)
                .where(channel.c.person_id == principal.id)
                .order_by(channel.c.made_ms, channel.c.id)
            )
            return tuple(ChannelId(each) for each in rows)

        return self.ground.desk.read(work)

    def remove(self, principal: Principal, channel_id: str) -> None:
        """Send nothing there any more.

        Raises:
            UnknownError: They have no such channel.
        """
        known = parse_household_id(channel_id, "chn")

        def work(t: Transaction) -> None:
            mine = sa.and_(channel.c.id == known, channel.c.person_id == principal.id)
            if not t.connection.execute(sa.delete(channel).where(mine)).rowcount:
                raise UnknownError("There is no such channel.")
            waiting = sa.and_(delivery.c.channel_id == known, delivery.c.accepted_ms.is_(None))
            t.connection.execute(sa.update(delivery).where(waiting).values(next_ms=None))

        self.ground.desk.write(work)
