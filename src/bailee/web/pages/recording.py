"""One recording: hear it, see it, read it, take it away, keep it otherwise, give it to another (R-13).

The sound and the film come from the API's own address, opened as they flow. What is forgotten while
it is open says so: the page asks whether it is still there, which opens nothing and leaves no entry.
"""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from bailee.api import problems
from bailee.api.routes.contents import Labelled
from bailee.api.streams import flow
from bailee.clock import DAY_MS, to_datetime
from bailee.errors import DeniedError, GoneError, InputError, UnknownError
from bailee.household.showing import Ask
from bailee.types.choice import Choice
from bailee.types.history import Who
from bailee.types.ids import ErasureId, PersonId, RecordingId, parse_id
from bailee.types.purpose import Purpose
from bailee.types.recording import Artefact, Recording
from bailee.types.span import MAX_MS
from bailee.web.render import go, page, part
from bailee.web.said import Said
from bailee.web.timeline.filters import Filters, moment
from bailee.web.timeline.item import item_of, texts_of, today
from bailee.web.timeline.rows import last_day
from bailee.web.visit import Visit, Visiting

router = APIRouter(prefix="/recordings/{recording}")


@router.get("")
def show(recording: str, visit: Visiting) -> Response:
    """The open recording: a page of its own, or the part beside the list."""
    said = visit.request.query_params
    asked = Filters.parse(lambda name: said.get(name, "") if name in _SAME else "")
    try:
        found = _show(visit, recording)
    except GoneError as error:
        return _gone(visit, error)
    render = part if visit.is_htmx else page
    name = "recording/item.html" if visit.is_htmx else "recording/page.html"
    item = item_of(visit, found, asked)
    return render(visit, name, item=item, asked=asked, moment=moment, last_day=last_day)


_SAME = frozenset({"person", "device", "kind"})


@router.get("/ended")
def ended(recording: str, visit: Visiting) -> Response:
    """Whether it is over with it: what to show then, or nothing while it is there."""
    try:
        _show(visit, recording)
    except GoneError as error:
        return _gone(visit, error)
    return Response(status_code=204)


@router.get("/captions/{artefact}.vtt")
def captions(recording: str, artefact: str, visit: Visiting) -> Response:
    """A transcript with times as captions (WebVTT): the transcript, said while it plays."""
    read = texts_of(visit, [_part(_show(visit, recording), artefact)])
    if artefact not in read:
        raise UnknownError("It has no such captions.")
    body = read[artefact].captions()
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type="text/vtt", headers=headers)


@router.get("/copy/{artefact}")
def copy(recording: str, artefact: str, visit: Visiting) -> Response:
    """Take a copy away as a file; logged as that."""
    here = _show(visit, recording)
    ask = Ask(opaque_id=_part(here, artefact).id, account_id=visit.account_id)
    try:
        released = visit.service.household.showing.open(
            visit.principal, ask, purpose=Purpose.EXPORT
        )
    except DeniedError as error:
        if problems.sort_of(error) is not problems.STEP_UP_NEEDED:
            raise
        # Back to its page, not to this: a file that comes by itself leaves a stale page behind.
        return go(visit, f"/step-up?back={quote(f'/recordings/{recording}', safe='')}")
    label = Labelled(
        artefact_id=released.artefact_id,
        kind=released.kind,
        name=released.name,
        details=released.details,
        taken_away=True,
    )
    return flow(released.stretches, released.size_bytes, label.headers(), 200)


@router.post("/keep")
def keep(recording: str, visit: Visiting) -> Response:
    """Keep it for so many days from today. A shorter time counts at once."""
    here = _show(visit, recording)
    before = {each.kept_until_day for each in here.artefacts}
    days = visit.form.whole("days")
    done = visit.service.household.keeping.retain(
        visit.principal, visit.account_id, Choice(recordings=(here.id,)), days
    )
    until = visit.words.day(to_datetime(done.until_day * DAY_MS).date())
    text = visit._("It is kept until %(day)s now.", day=until)
    was = before.pop() - today(visit)
    if (
        before or was < 1 or was == days
    ):  # its parts were kept until different days, or it is the same
        return go(visit, f"/recordings/{recording}", text)
    undo = Said(text=text, undo=f"/recordings/{recording}/keep", fields={"days": str(was)})
    return go(visit, f"/recordings/{recording}", undo)


@router.post("/give")
def give(recording: str, visit: Visiting) -> Response:
    """Give it to another person of the household: it is theirs, and gone from where it was."""
    person = PersonId(_id(visit.form.text("person"), "per"))
    was = _show(visit, recording).person_id
    done = visit.service.household.keeping.reassign(
        visit.principal, visit.account_id, RecordingId(_id(recording, "rec")), person
    )
    name = visit.people[person].name if person in visit.people else visit._("somebody else")
    address = f"/recordings/{done.new_id}"
    text = visit._("It is %(who)s’s now.", who=name)
    return go(visit, address, Said(text=text, undo=f"{address}/give", fields={"person": was}))


def _show(visit: Visit, recording: str) -> Recording:
    return visit.service.household.timeline.show(
        visit.principal, visit.account_id, _id(recording, "rec")
    )


def _id(text: str, family: str) -> str:
    """*text* (untrusted) if it is an id of that family. Raises `UnknownError`: nothing is there."""
    try:
        return parse_id(text, family)
    except InputError:
        raise UnknownError("There is nothing of that name.") from None


def _part(recording: Recording, artefact: str) -> Artefact:
    for each in recording.artefacts:
        if each.id == artefact:
            return each
    raise UnknownError("It has no such part.")


def _gone(visit: Visit, error: GoneError) -> Response:
    """It was forgotten, or its time was over: who forgot it and when, to who may know."""
    values: dict[str, Any] = {"error": error, "erasure": None, "by": None}
    if error.erasure_id is not None:
        try:
            values["erasure"] = visit.service.household.erasures.show(
                visit.principal, visit.account_id, error.erasure_id
            )
            values["by"] = _who_forgot(visit, ErasureId(error.erasure_id))
        except UnknownError:
            pass  # somebody else's, in a household they do not keep
    render = part if visit.is_htmx else page
    name = "recording/gone.html" if visit.is_htmx else "recording/gone_page.html"
    return render(visit, name, status=410, **values)


def _who_forgot(visit: Visit, erasure_id: ErasureId) -> Who | None:
    told = visit.service.household.forgotten.stretches(visit.principal, visit.account_id, 0, MAX_MS)
    return next((each.by for each in told if each.erasure_id == erasure_id), None)
