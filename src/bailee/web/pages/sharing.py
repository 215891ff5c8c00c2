"""Sharing: a link to one thing, with an end; every link that shows something, ended at once."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from bailee.clock import DAY_MS
from bailee.errors import BaileeError, ConflictError, DeniedError, InputError
from bailee.household.calendar import begin_of
from bailee.household.links import LONGEST_DAYS
from bailee.household.showing import Ask
from bailee.types.decide import Decision
from bailee.types.history import Looker, WhoSort
from bailee.types.household import Link
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Artefact, Recording
from bailee.types.role import Right
from bailee.web.asking import is_tired, step_up_first
from bailee.web.door.addresses import address_of
from bailee.web.past.reasons import reason
from bailee.web.render import go, page
from bailee.web.visit import Visit, Visiting

router = APIRouter()
SHOWABLE = {
    Kind.VIDEO: frozenset({Right.VIEW, Right.HEAR}),
    Kind.AUDIO: frozenset({Right.HEAR}),
    Kind.IMAGE: frozenset({Right.VIEW}),
    Kind.TRANSCRIPT: frozenset({Right.VIEW}),
    Kind.FACT: frozenset({Right.VIEW}),
}
"""What a page can show to somebody outside, and the rights that takes: a film's sound comes with it."""
_HOURS = {"1": 1, "24": 24, "72": 72, "168": 168, "720": LONGEST_DAYS * 24}
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A link in a list.

    Attributes:
        recording: What it shows is of; None once that is gone, or for who may not know of it.
        kind: Of what it shows; None the same.
        by: Who made it; "" for who is gone.
        used: How often it was opened, as far as the reader may know.
        last_ms: When it was last; None for never.
    """

    link: Link
    recording: Recording | None
    kind: Kind | None
    by: str
    used: int
    last_ms: int | None


@router.get("/recordings/{recording}/share")
def share_form(recording: str, visit: Visiting) -> Response:
    """What of it, and until when; or why it cannot be."""
    found = _recording(visit, recording)
    some = _showable(found)
    decision = visit.service.household.links.lets(visit.principal, some[0].id) if some else None
    tired = None if decision is None else step_up_first(visit, decision)
    return tired or _form(visit, found, decision)


@router.post("/recordings/{recording}/share")
def share(recording: str, visit: Visiting) -> Response:
    """Make a link. It is on this page and nowhere else: what is kept of it is a hash."""
    found = _recording(visit, recording)
    by_id = {each.id: each for each in _showable(found)}
    artefact = by_id.get(visit.form.text("what"))  # type: ignore[call-overload]
    hours = _HOURS.get(visit.form.text("hours"))
    if artefact is None or hours is None:
        return _form(visit, found, None, visit._("Choose what to share, and until when."))
    until_ms = _now(visit) + hours * _HOUR_MS
    links = visit.service.household.links
    try:
        made = links.share(
            visit.principal,
            artefact.id,
            SHOWABLE[artefact.kind],
            until_ms,
            account_id=visit.account_id,
        )
    except DeniedError:
        decision = links.lets(visit.principal, artefact.id)
        if is_tired(decision):
            raise
        return _form(visit, found, decision)
    except (ConflictError, InputError) as error:
        return _form(visit, found, None, visit._(error.message))
    return page(
        visit,
        "sharing/made.html",
        recording=found,
        kind=artefact.kind,
        link=made.link,
        address=address_of(visit, "/shared", made.token),
    )


@router.get("/sharing")
def sharing(visit: Visiting) -> Response:
    """Every link that has not ended: all of them for who keeps house, else one's own."""
    now_ms = _now(visit)
    found = visit.service.household.links.list(visit.principal, visit.account_id)
    today = visit.words.date_of(now_ms, visit.zone)
    begin_ms = begin_of(today, visit.zone) - LONGEST_DAYS * DAY_MS
    lookers = visit.service.household.lookers.between(
        visit.principal, visit.account_id, (begin_ms, now_ms + 1)
    )
    uses = {each.who.id: each for each in lookers if each.who.sort is WhoSort.LINK}
    live = [_shown(visit, each, uses) for each in found if each.revoked_ms is None]
    return page(visit, "sharing/list.html", links=list(reversed(live)))


@router.post("/sharing/{link}/end")
def end(link: str, visit: Visiting) -> Response:
    """End a link at once; an untrusted id. Nothing gives it back: a new one can be made."""
    visit.service.household.links.revoke(visit.principal, visit.account_id, link)
    return go(visit, "/sharing", visit._("That link shows nothing any more, from this moment on."))


def _recording(visit: Visit, recording: str) -> Recording:
    return visit.service.household.timeline.show(visit.principal, visit.account_id, recording)


def _showable(recording: Recording) -> list[Artefact]:
    order = list(SHOWABLE)
    some = [each for each in recording.artefacts if each.kind in SHOWABLE]
    return sorted(some, key=lambda each: order.index(each.kind))


def _shown(visit: Visit, link: Link, uses: dict[str, Looker]) -> Shown:
    by = visit.people.get(link.by_id)
    use = uses.get(link.id)
    recording, kind = None, None
    try:
        held = visit.service.household.showing.look(
            visit.principal, Ask(opaque_id=link.artefact_id, account_id=visit.account_id)
        )
        kind = held.kind
        recording = _recording(visit, RecordingId(held.sources[0]))
    except BaileeError:
        pass  # gone, or not theirs to know of: the link can still be ended
    return Shown(
        link=link,
        recording=recording,
        kind=kind,
        by=by.name if by else "",
        used=0 if use is None else sum(use.opened),
        last_ms=None if use is None else use.last_ms,
    )


def _form(
    visit: Visit, recording: Recording, decision: Decision | None, wrong: str = ""
) -> Response:
    barred = decision is not None and not decision.allowed
    return page(
        visit,
        "sharing/share.html",
        status=422 if wrong else 200,
        recording=recording,
        some=_showable(recording),
        consent=barred and decision is not None and decision.policy == "disclose-needs-consent",
        barred=reason(visit.words, decision.policy, decision.why) if barred and decision else "",
        chosen=visit.form.text("what"),
        hours=visit.form.text("hours"),
        wrong=wrong,
    )


def _now(visit: Visit) -> int:
    return visit.service.vault.desk().clock.now_ms()
