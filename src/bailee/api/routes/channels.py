"""Somebody's own channels: where messages go beside the inbox. Their addresses are never shown."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import Body, id_of
from bailee.api.callers import Knocked
from bailee.types.ids import AccountId

router = APIRouter(prefix="/channels", tags=["messages"])

ChannelRef = Annotated[str, id_of("chn", "A channel of yours.")]


class ChannelAsked(Body):
    """Where messages shall go too. It may hold a password, so it is sealed and never shown again."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2000,
            pattern=r"^[^\x00-\x20\x7f]+$",
            repr=False,
            description="Such as mailto://… or ntfy://…; an address that Apprise knows.",
        ),
    ]


class ChannelShown(Body):
    """A channel of yours, by its id alone."""

    id: ChannelRef


class ChannelsShown(Body):
    """Your channels, oldest first."""

    channels: list[ChannelShown]


@router.get("")
def list_channels(knock: Knocked) -> ChannelsShown:
    """How many channels you have. Their addresses are not shown again."""
    found = knock.service.household.channels.list(knock.person().principal)
    return ChannelsShown(channels=[ChannelShown(id=each) for each in found])


@router.post("", status_code=201)
def add_channel(asked: ChannelAsked, knock: Knocked, response: Response) -> ChannelShown:
    """Let messages to you go to another address too."""
    caller = knock.person()
    account_id = AccountId(caller.account_id or "")
    channels = knock.service.household.channels
    channel_id = channels.add(caller.principal, account_id, asked.url)
    response.headers["Location"] = f"/v1/channels/{channel_id}"
    return ChannelShown(id=channel_id)


@router.delete("/{channel}", status_code=204)
def remove_channel(channel: ChannelRef, knock: Knocked) -> None:
    """Send nothing there any more."""
    knock.service.household.channels.remove(knock.person().principal, channel)
