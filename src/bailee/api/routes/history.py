"""History: who looked, and what else happened, from the ledger (R-23)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, Moment, RecordingRef
from bailee.api.callers import Knocked
from bailee.types.history import Event, Sort, Thing, Who, WhoSort
from bailee.types.ids import AccountId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

router = APIRouter(prefix="/households/{account}/history", tags=["history"])


class WhoShown(Body):
    """Somebody. `id` and `name` are null for who is gone, and where there is none."""

    sort: WhoSort
    id: str | None
    name: str | None


class ThingShown(Body):
    """What it was about. `recording` is null once that was forgotten."""

    person: WhoShown | None
    device: WhoShown | None
    begin: Moment
    end: Moment
    recording: RecordingRef | None


class EventShown(Body):
    """One thing that happened. `why` is what the policy that decided says, in plain words."""

    number: int
    at: Moment
    sort: Sort
    type: str
    who: WhoShown | None
    kind: Kind | None
    things: list[ThingShown]
    purpose: Purpose | None
    policy: str | None
    why: str | None
    details: dict[str, Any]


class HistoryShown(Body):
    """Newest first. `next` is the cursor of the page after; null on the last.

    A page may be shorter than asked for, even empty, and not the last.
    """

    events: list[EventShown]
    next: str | None


class Wanted(Body):
    """Which events: who looked, unless other sorts are named."""

    sort: list[Sort] = Field(default=[Sort.LOOKED], min_length=1, max_length=len(Sort))
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str = Field(default="", max_length=20)


@router.get("")
def show_history(
    account: AccountRef, wanted: Annotated[Wanted, Query()], knock: Knocked
) -> HistoryShown:
    """All of it for who keeps house; else what is about the caller or their child, or theirs."""
    caller = knock.person()
    page = knock.service.household.history.page(
        caller.principal,
        AccountId(account),
        sorts=wanted.sort,
        limit=wanted.limit,
        after=wanted.cursor,
    )
    return HistoryShown(events=[_event(each) for each in page.events], next=page.next or None)


def _event(event: Event) -> EventShown:
    return EventShown(
        number=event.number,
        at=event.at_ms,
        sort=event.sort,
        type=event.type,
        who=_who(event.who),
        kind=event.kind,
        things=[_thing(each) for each in event.things],
        purpose=event.purpose,
        policy=event.policy or None,
        why=event.why or None,
        details=dict(event.details),
    )


def _thing(thing: Thing) -> ThingShown:
    return ThingShown(
        person=_who(thing.person),
        device=_who(thing.device),
        begin=thing.begin_ms,
        end=thing.end_ms,
        recording=thing.recording_id,
    )


def _who(who: Who | None) -> WhoShown | None:
    if who is None:
        return None
    return WhoShown(sort=who.sort, id=who.id or None, name=who.name or None)
