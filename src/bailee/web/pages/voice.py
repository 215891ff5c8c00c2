"""Listening: which rooms listen, how, whose voice it is taken for, and what can be said there."""

from fastapi import APIRouter, Response

from bailee.assistant.phrases import languages
from bailee.errors import ConflictError, InputError
from bailee.types.endpoint import Endpoint, Way
from bailee.types.ids import PersonId, parse_id
from bailee.web.asking import may_know
from bailee.web.door.addresses import address_of
from bailee.web.pages.voice_kept import kept_here
from bailee.web.render import go, language_name, page
from bailee.web.said import Said
from bailee.web.visit import Visit, Visiting
from bailee.web.voice.asked import Asked, is_within
from bailee.web.voice.room import (
    Room,
    claimants,
    listening,
    may_give_up,
    require_listening,
    room_of,
    speakers,
)
from bailee.web.voice.sayings import sayings
from bailee.web.voice.words import WAYS, doing, kept_tag, speaker_name

router = APIRouter(prefix="/voice")


@router.get("")
def rooms(visit: Visiting) -> Response:
    """Every room that listens; and to who keeps house, the speakers that do not."""
    found = listening(visit)
    mode = visit.service.household.listening.mode
    known = {each.device_id for each in found}
    return page(
        visit,
        "voice/list.html",
        rooms=[(each, speaker_name(visit, each), kept_tag(visit, mode(each))) for each in found],
        others=[each for each in speakers(visit) if each.id not in known],
        ways=WAYS,
        unheard=visit.service.voices.unheard(visit.account_id) if found else (),
    )


@router.get("/say")
def say(visit: Visiting) -> Response:
    """What can be said, in the language of a room or of the reader."""
    known = languages()
    wanted = (visit.request.query_params.get("language", ""), visit.words.language, "en")
    language = next(each for each in wanted if each in known)
    return page(
        visit,
        "voice/say.html",
        language=language,
        spoken=_spoken(),
        sayings=sayings(visit, language),
    )


@router.get("/{device}")
def show(device: str, visit: Visiting) -> Response:
    """One room."""
    room = room_of(visit, device)
    it = room.endpoint
    asked = Asked.of(it) if it else Asked.first(visit, listening(visit))
    return _page(visit, room, asked)


@router.post("/{device}")
def change(device: str, visit: Visiting) -> Response:
    """Listen with it, or otherwise than so far. Whose voice it is stays as it was."""
    room = room_of(visit, device)
    asked = Asked.parse(visit.form).judged(visit, languages())
    if asked.wrong:
        return _page(visit, room, asked)
    before = room.endpoint
    new = asked.new(before.person_id if before else None)
    endpoints = visit.service.household.endpoints
    try:
        endpoints.set(visit.principal, visit.account_id, room.device_id, new)
    except (ConflictError, InputError) as error:
        return _page(visit, room, asked.refused(visit, error))
    visit.service.voices.changed()
    if before is None:
        text = visit._("%(device)s listens now. Say whose voice it is.", device=room.name)
    else:
        text = visit._("Changed: %(device)s.", device=room.name)
    return go(visit, f"/voice/{room.device_id}", text)


@router.post("/{device}/person")
def take_for(device: str, visit: Visiting) -> Response:
    """Take the voice there for somebody, or for nobody in particular."""
    before = require_listening(visit, device)
    said = visit.form.text("person")
    person_id = PersonId(parse_id(said, "per")) if said else None
    household = visit.service.household
    done = household.endpoints.take_for(
        visit.principal, visit.account_id, before.device_id, person_id
    )
    visit.service.voices.changed()
    text = visit._(
        "What is said at %(device)s is taken for %(who)s from now on. What was said before stays "
        "whose it was.",
        device=done.device,
        who=speaker_name(visit, done),
    )
    where = f"/voice/{done.device_id}"
    return go(visit, where, _undoable(visit, before, text))


@router.get("/{device}/end")
def end_form(device: str, visit: Visiting) -> Response:
    """What ends, and what does not."""
    return page(visit, "voice/end.html", it=require_listening(visit, device))


@router.post("/{device}/end")
def end(device: str, visit: Visiting) -> Response:
    """Listen with it no more. What was said stays."""
    it = require_listening(visit, device)
    visit.service.household.endpoints.end(visit.principal, visit.account_id, it.device_id)
    visit.service.voices.changed()
    text = visit._(
        "%(device)s listens no more. What was said there stays until it is forgotten.",
        device=it.device,
    )
    return go(visit, "/voice", text)


def _undoable(visit: Visit, before: Endpoint, text: str) -> Said:
    """Taking it back is offered to who may: nobody gives a voice to another grown-up."""
    if before.is_unknown:
        return Said(text=text, undo=f"/voice/{before.device_id}/person", fields={"person": ""})
    if before.person_id in {each.id for each in claimants(visit)}:
        fields = {"person": before.person_id}
        return Said(text=text, undo=f"/voice/{before.device_id}/person", fields=fields)
    return Said(text=text)


def _page(visit: Visit, room: Room, asked: Asked) -> Response:
    it = room.endpoint
    knows = it is not None and _may_know(visit, it)
    return page(
        visit,
        "voice/room.html",
        status=422 if asked.wrong else 200,
        room=room,
        it=it,
        speaker="" if it is None else speaker_name(visit, it),
        kept=None if it is None else kept_here(visit, it, knows=knows),
        claimants=claimants(visit),
        may_give_up=may_give_up(visit, room),
        asked=asked,
        doing=None if it is None else doing(visit, it),
        ways=WAYS,
        post=Way.POST,
        spoken=_spoken(),
        exposed=it is not None and it.way is Way.LISTEN and not is_within(it.address),
        address=address_of(visit, "/v1/stt"),
    )


def _spoken() -> list[tuple[str, str]]:
    """The languages there are phrases in, each by its own name."""
    return [(each, language_name(each)) for each in sorted(languages())]


def _may_know(visit: Visit, it: Endpoint) -> bool:
    them = visit.people.get(it.person_id)
    return them is not None and may_know(visit, them)
