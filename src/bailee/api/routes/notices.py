"""Notices: the disclosures that stand by themselves, and who was shown which (R-32)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, Moment, PersonRef
from bailee.api.callers import Knocked
from bailee.household.notice import Listed
from bailee.types.consent import Channel, Notice
from bailee.types.household import NoticeShown
from bailee.types.ids import AccountId, PersonId
from bailee.types.scope import Scope

router = APIRouter(prefix="/notices", tags=["consent"])
shown_router = APIRouter(prefix="/households/{account}/persons/{person}/notices", tags=["consent"])
"""What somebody was shown."""

_MARKDOWN = "text/markdown; charset=utf-8"
_ByHand = Literal[Channel.PAGE, Channel.TERMINAL, Channel.VOICE, Channel.PAPER]


class NoticeListed(Body):
    """A version of a notice. After a `material` one, a yes to an earlier one counts no more."""

    notice: Notice
    version: int
    covers: list[Scope]
    material: bool
    in_force_since: Moment
    current: bool
    sha256: str


class NoticesListed(Body):
    """Every version that is or was in force, by notice, oldest first."""

    notices: list[NoticeListed]


class Showing(Body):
    """That the version in force was before you, by itself, just now."""

    version: Annotated[int, Field(ge=1, le=9999, strict=True)]
    channel: _ByHand = Channel.PAGE


class ShownOnce(Body):
    """A version that a channel took for somebody, and when. It says nothing of its being read."""

    notice: Notice
    version: int
    channel: Channel
    accepted: Moment


class ShownAll(Body):
    """Everything somebody was shown, oldest first."""

    shown: list[ShownOnce]


@router.get("")
def list_notices(knock: Knocked) -> NoticesListed:
    """Which notices there are, and which version of each is in force. Anybody may know."""
    return NoticesListed(notices=[_listed(each) for each in knock.service.household.notices.list()])


@router.get(
    "/{notice}/{version}",
    response_class=Response,
    responses={
        200: {"content": {_MARKDOWN: {"schema": {"type": "string"}}}},
        304: {"description": "It is what you have: `If-None-Match` named its `ETag`."},
    },
)
def show_notice(
    notice: Notice,
    version: Annotated[int, Path(ge=1, le=9999)],
    knock: Knocked,
    if_none_match: Annotated[str, Header(max_length=1000)] = "",
) -> Response:
    """The text of a version, as Markdown. Anybody may read it, and it never changes."""
    text = knock.service.household.notices.text(notice, version)
    etag = f'"{text.text_hash.hex()}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=86400"}
    if etag in if_none_match or if_none_match.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(text.body, media_type=_MARKDOWN, headers=headers)


@shown_router.get("")
def list_shown(account: AccountRef, person: PersonRef, knock: Knocked) -> ShownAll:
    """Which notices somebody was shown, by which channel, and when that took it."""
    caller = knock.person()
    found = knock.service.household.notices.shown(
        caller.principal, AccountId(account), PersonId(person)
    )
    return ShownAll(shown=[_shown(each) for each in found])


@shown_router.post("/{notice}", status_code=204)
def note_shown(
    account: AccountRef, person: PersonRef, notice: Notice, asked: Showing, knock: Knocked
) -> None:
    """Say that the version in force was shown to you. Nobody can say it for another."""
    caller = knock.person()
    knock.service.household.notices.show_oneself(
        caller.principal,
        AccountId(account),
        PersonId(person),
        notice,
        asked.version,
        asked.channel,
    )


def _listed(listed: Listed) -> NoticeListed:
    text = listed.text
    return NoticeListed(
        notice=text.notice,
        version=text.version,
        covers=sorted(text.covers),
        material=text.material,
        in_force_since=listed.in_force_ms,
        current=listed.current,
        sha256=text.text_hash.hex(),
    )


def _shown(shown: NoticeShown) -> ShownOnce:
    return ShownOnce(
        notice=shown.notice,
        version=shown.version,
        channel=shown.channel,
        accepted=shown.accepted_ms,
    )
