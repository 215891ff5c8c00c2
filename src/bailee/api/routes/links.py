"""Links: sharing one artefact for a while, and ending that."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, ArtefactRef, Body, Moment, id_of
from bailee.api.callers import Knocked
from bailee.types.household import Link
from bailee.types.ids import AccountId, ArtefactId
from bailee.types.role import Right

router = APIRouter(prefix="/households/{account}/links", tags=["links"])

LinkRef = Annotated[str, id_of("lnk", "A shared link.")]


class NewLink(Body):
    """What to share, what for, and until when: thirty days at most."""

    artefact: ArtefactRef
    rights: list[Right] = Field(min_length=1, max_length=4, description="`view`, `hear` or both.")
    until: Moment


class LinkShown(Body):
    """A link. `revoked` is null while it shows something."""

    id: LinkRef
    artefact: ArtefactRef
    rights: list[Right]
    begin: Moment
    until: Moment
    revoked: Moment | None


class Shared(Body):
    """A fresh link. The token is told this once: whoever has it sees what it shows."""

    link: LinkShown
    token: str


class LinksShown(Body):
    """Every link that has not ended, oldest first."""

    links: list[LinkShown]


@router.post("", status_code=201)
def share(account: AccountRef, new: NewLink, knock: Knocked) -> Shared:
    """Make a link to one artefact."""
    caller = knock.person()
    made = knock.service.household.links.share(
        caller.principal,
        ArtefactId(new.artefact),
        set(new.rights),
        new.until,
        account_id=AccountId(account),
    )
    return Shared(link=link_shown(made.link), token=made.token)


@router.get("")
def list_links(account: AccountRef, knock: Knocked) -> LinksShown:
    """Every link of the household for who keeps house; else those the caller made."""
    caller = knock.person()
    found = knock.service.household.links.list(caller.principal, AccountId(account))
    return LinksShown(links=[link_shown(each) for each in found])


@router.delete("/{link}", status_code=204, response_class=Response)
def revoke_link(account: AccountRef, link: LinkRef, knock: Knocked) -> None:
    """Let a link show nothing from now on."""
    caller = knock.person()
    knock.service.household.links.revoke(caller.principal, AccountId(account), link)


def link_shown(link: Link) -> LinkShown:
    """A link as the API tells it."""
    return LinkShown(
        id=link.id,
        artefact=link.artefact_id,
        rights=sorted(link.rights),
        begin=link.begin_ms,
        until=link.until_ms,
        revoked=link.revoked_ms,
    )
