"""The inbox: what somebody was told, in their language, and what became of it on the way."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import UnknownError
from bailee.household.ground import Ground, open_details
from bailee.household.messages.outbox import CONTEXT
from bailee.household.messages.templates import DEFAULT_LANGUAGE, render
from bailee.household.persons import describe
from bailee.store.database import AnyRow
from bailee.store.household_tables import delivery, message
from bailee.types.consent import Channel
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.household import Delivered, Message, MessageId, parse_household_id

_MOST = 200


@dataclass(frozen=True, slots=True)
class Inbox:
    """Somebody's own messages; nobody else's can be asked for."""

    ground: Ground

    def list(self, principal: Principal) -> tuple[Message, ...]:
        """The newest `_MOST` that were not put away, newest first; none for who is no person."""
        if principal.kind is not PrincipalKind.PERSON:
            return ()

        def work(t: Transaction) -> tuple[Message, ...]:
            rows = t.connection.execute(
                sa.select(message)
                .where(message.c.person_id == principal.id, message.c.put_away_ms.is_(None))
                .order_by(message.c.made_ms.desc(), message.c.id)
                .limit(_MOST)
            ).all()
            language = describe(t, principal.id).get("language", DEFAULT_LANGUAGE)
            return tuple(_shown(t, row, language) for row in rows)

        return self.ground.desk.read(work)

    def put_away(self, principal: Principal, message_id: str) -> None:
        """Show a message no more. It says nothing about its having been read.

        Raises:
            UnknownError: There is no such message of theirs.
        """
        known = parse_household_id(message_id, "msg")

        def work(t: Transaction) -> None:
            mine = sa.and_(message.c.id == known, message.c.person_id == principal.id)
            gone = sa.update(message).where(mine).values(put_away_ms=t.now_ms)
            if not t.connection.execute(gone).rowcount:
                raise UnknownError("There is no such message.")

        self.ground.desk.write(work)


def worded(t: Transaction, row: AnyRow, language: str) -> tuple[str, str]:
    """Subject and body of a row of `message`."""
    details = open_details(t, row.person_id, row.details, f"{CONTEXT}/{row.id}")
    return render(row.template, language, details)


def _shown(t: Transaction, row: AnyRow, language: str) -> Message:
    subject, body = worded(t, row, language)
    inbox = Delivered(channel=Channel.INBOX, accepted_ms=row.made_ms, tries=1, given_up=False)
    others = t.connection.execute(
        sa.select(delivery).where(delivery.c.message_id == row.id).order_by(delivery.c.channel_id)
    )
    return Message(
        id=MessageId(row.id),
        subject=subject,
        body=body,
        made_ms=row.made_ms,
        delivered=(inbox, *(_delivered(each) for each in others)),
    )


def _delivered(row: AnyRow) -> Delivered:
    return Delivered(
        channel=Channel.MESSAGE,
        accepted_ms=row.accepted_ms,
        tries=row.tries,
        given_up=row.next_ms is None and row.accepted_ms is None,
    )
