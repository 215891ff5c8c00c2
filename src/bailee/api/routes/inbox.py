"""The inbox: what somebody was told, and what became of it on its way to their channels."""

from typing import Annotated

from fastapi import APIRouter

from bailee.api.bodies import Body, Moment, id_of
from bailee.api.callers import Knocked
from bailee.types.consent import Channel
from bailee.types.household import Delivered, Message

router = APIRouter(prefix="/inbox", tags=["messages"])

MessageRef = Annotated[str, id_of("msg", "A message.")]


class DeliveredShown(Body):
    """What a channel did with a message. `accepted` says when it took it, not that it was read."""

    channel: Channel
    accepted: Moment | None
    tries: int
    given_up: bool


class MessageShown(Body):
    """A message, in your language."""

    id: MessageRef
    subject: str
    body: str
    made: Moment
    delivered: list[DeliveredShown]


class InboxShown(Body):
    """The newest messages that you have not put away, newest first; 200 at most."""

    messages: list[MessageShown]


@router.get("")
def show_inbox(knock: Knocked) -> InboxShown:
    """What you were told. Nobody else can ask for it."""
    found = knock.service.household.inbox.list(knock.person().principal)
    return InboxShown(messages=[_shown(each) for each in found])


@router.delete("/{message}", status_code=204)
def put_away(message: MessageRef, knock: Knocked) -> None:
    """Put a message away. It says nothing about your having read it."""
    knock.service.household.inbox.put_away(knock.person().principal, message)


def _shown(message: Message) -> MessageShown:
    return MessageShown(
        id=message.id,
        subject=message.subject,
        body=message.body,
        made=message.made_ms,
        delivered=[_delivered(each) for each in message.delivered],
    )


def _delivered(delivered: Delivered) -> DeliveredShown:
    return DeliveredShown(
        channel=delivered.channel,
        accepted=delivered.accepted_ms,
        tries=delivered.tries,
        given_up=delivered.given_up,
    )
