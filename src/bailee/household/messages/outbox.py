"""The outbox: a message is queued in the transaction of what it tells of, or not at all."""

from collections.abc import Mapping

import sqlalchemy as sa

from bailee.custody.desk import Desk, Transaction
from bailee.household.ground import seal_details
from bailee.store.household_tables import channel, delivery, message, profile
from bailee.types.household import MessageId, new_message_id
from bailee.types.ids import AccountId, PersonId
from bailee.types.sign_in import SignInEvent

CONTEXT = "message"


def queue(
    t: Transaction,
    account_id: AccountId,
    person_id: PersonId,
    template: str,
    details: Mapping[str, str] | None = None,
) -> MessageId:
    """Put a message into somebody's inbox, and on its way to each of their channels.

    *details* is sealed under the person; it never holds content, a token or a link that has one.
    """
    message_id = new_message_id()
    t.connection.execute(
        sa.insert(message).values(
            id=message_id,
            account_id=account_id,
            person_id=person_id,
            template=template,
            details=seal_details(t, person_id, details or {}, f"{CONTEXT}/{message_id}"),
            made_ms=t.now_ms,
        )
    )
    channels = t.connection.scalars(
        sa.select(channel.c.id).where(channel.c.person_id == person_id).order_by(channel.c.id)
    ).all()
    for channel_id in channels:
        t.connection.execute(
            sa.insert(delivery).values(
                message_id=message_id,
                channel_id=channel_id,
                account_id=account_id,
                person_id=person_id,
                tries=0,
                next_ms=t.now_ms,
            )
        )
    return message_id


class SignInNotices:
    """Tells people of what happened to their sign-in: the `Notify` that identity asks for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(
        self,
        connection: sa.Connection,
        person_id: str,
        event: SignInEvent,
        details: Mapping[str, str],
    ) -> None:
        """Queue it in the caller's transaction. Whom no household knows has no inbox."""
        account_id = connection.scalar(
            sa.select(profile.c.account_id).where(profile.c.person_id == person_id)
        )
        if account_id is not None:
            t = self._desk.at(connection)
            queue(t, AccountId(account_id), PersonId(person_id), event, details)
