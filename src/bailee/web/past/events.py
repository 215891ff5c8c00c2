"""What happened, as a line that a person reads: one for each of the ledger's words (R-23).

Each is a whole sentence without its subject: who it was stands before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bailee.clock import DAY_MS
from bailee.types.history import Event, Sort, Thing, Who, WhoSort
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.web.nouns import counted, counts, kind_name, right_name, role_name
from bailee.web.past.event_words import (
    CONSENTS,
    DEVICES,
    ENDPOINTS,
    GUARDIANS,
    MEMBERS,
    OUTCOMES,
    REFUSED,
    SCOPES,
    SIGNED_IN,
    WHOLES,
)
from bailee.web.past.reasons import reason
from bailee.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line.

    Attributes:
        event: What it is of.
        text: What was done.
        about: Whom and what device it was about, by name; "" where that says nothing.
        reason: What the policy that decided says; "" where none had to.
        recordings: Things that can still be opened.
        lost: How many that were forgotten since.
        receipt: The erasure whose receipt there is; "" for none.
        pieces: How many entries it is folded from: a film that was played is opened piece by piece.
    """

    event: Event
    text: str
    about: str
    reason: str
    recordings: tuple[Thing, ...]
    lost: int
    receipt: str
    pieces: int = 1


def tell(visit: Visit, event: Event) -> Told:
    """*event* in the reader's words."""
    there = tuple(each for each in event.things if each.recording_id is not None)
    return Told(
        event=event,
        text=_TELLERS[event.type](visit, event),
        about=_about(visit, event),
        reason=reason(visit.words, event.policy, event.why),
        recordings=there,
        lost=len(event.things) - len(there),
        receipt=_text(event, "erasure"),
    )


_BY_VOICE = "voice"
"""How the policies about voices begin."""


def who_name(visit: Visit, event: Event) -> str:
    """Whoever did it, as the first words of a line."""
    who = event.who
    if who is None and event.sort is Sort.TAKEN_IN:
        named = [each.device.name for each in event.things if each.device]
        return next(iter(named), "") or _device(visit, event)
    if who is None:
        return visit._("bailee itself")
    if who.sort is WhoSort.DEVICE and event.policy.startswith(_BY_VOICE):
        return visit._("A voice at %(device)s", device=who.name)
    if who.sort in {WhoSort.PERSON, WhoSort.DEVICE}:
        return who.name
    return {
        WhoSort.YOU: visit._("You"),
        WhoSort.OPERATOR: visit._("Who runs the vault"),
        WhoSort.LINK: visit._("Whoever holds a link"),
        WhoSort.GONE: visit._("Somebody who is gone"),
    }[who.sort]


# -- what it was about -----------------------------------------------------------------------


def _about(visit: Visit, event: Event) -> str:
    """Such as “Leo, Mia · kitchen”; what stands in the sentence already is not said again."""
    people = [_name(visit, each.person) for each in event.things if each.person]
    devices = [_name(visit, each.device) for each in event.things if each.device]
    if event.sort in {Sort.FORGOTTEN, Sort.KEPT}:
        if who := visit.people.get(_text(event, "person")):
            people.append(who.name)
        if what := visit.devices.get(_text(event, "device")):
            devices.append(what.name)
    said = [", ".join(dict.fromkeys(each)) for each in (people, devices) if each]
    return " · ".join(said)


def _name(visit: Visit, who: Who) -> str:
    return who.name or visit._("somebody who is gone")


def _person(visit: Visit, event: Event, field: str = "person") -> str:
    known = visit.people.get(_text(event, field))
    return known.name if known else visit._("somebody who is gone")


def _device(visit: Visit, event: Event) -> str:
    known = visit.devices.get(_text(event, "device"))
    return known.name if known else visit._("a device that is gone")


def _text(event: Event, name: str) -> str:
    value = event.details.get(name)
    return value if isinstance(value, str) else ""


def _number(event: Event, name: str) -> int:
    value = event.details.get(name)
    return value if isinstance(value, int) else 0


def _held(event: Event) -> Mapping[Kind, int]:
    """How many artefacts of each kind an entry counts."""
    value = event.details.get("artefacts")
    return {Kind(kind): n for kind, n in value.items()} if isinstance(value, dict) else {}


def _what(visit: Visit, event: Event) -> str:
    if found := counts(visit.words, _held(event)):
        return found
    return counted(visit.words, event.kind, 1) if event.kind else visit._("something")


# -- what was done ---------------------------------------------------------------------------


def _release(visit: Visit, event: Event) -> str:
    what = _what(visit, event)
    if event.purpose is Purpose.EXPORT:
        return visit._("took away a copy of %(what)s", what=what)
    if event.purpose is Purpose.SHARE:
        return visit._("opened %(what)s by a link", what=what)
    return visit._("opened %(what)s", what=what)


def _releases(visit: Visit, event: Event) -> str:
    return visit._("opened a page: %(what)s", what=_what(visit, event))


def _export(visit: Visit, event: Event) -> str:
    return visit._("made an archive of %(what)s", what=_what(visit, event))


def _refusal(visit: Visit, event: Event) -> str:
    why = _text(event, "why")
    key = why if why in {"late", "unkept"} else _text(event, "verb")
    return visit._(REFUSED.get(key, REFUSED["release"]))


def _erase(visit: Visit, event: Event) -> str:
    if whole := _text(event, "whole"):
        return visit._(WHOLES[whole])
    if n := _number(event, "things") or len(event.things):
        return visit.n("had %(n)s recording forgotten", "had %(n)s recordings forgotten", n)
    words = visit.words
    begin, end = _number(event, "begin"), _number(event, "end")
    kind = kind_name(words, event.kind) if event.kind else visit._("everything")
    return visit._(
        "had forgotten: %(what)s, from %(begin)s to %(end)s",
        what=kind,
        begin=words.when(begin, visit.zone) if begin else visit._("the beginning"),
        end=words.when(end, visit.zone),
    )


def _erased(visit: Visit, event: Event) -> str:
    said = visit._(OUTCOMES[_text(event, "outcome")])
    found = counts(visit.words, _held(event))
    return f"{said}: {found}" if found else said


def _retain(visit: Visit, event: Event) -> str:
    day = visit.words.day(visit.words.date_of(_number(event, "due") * DAY_MS, visit.zone))
    return visit.n(
        "set until when %(n)s recording is kept: %(day)s",
        "set until when %(n)s recordings are kept: %(day)s",
        _number(event, "count"),
        day=day,
    )


def _keep(visit: Visit, event: Event) -> str:
    what = kind_name(visit.words, event.kind) if event.kind else visit._("everything")
    days = event.details.get("days")
    if not isinstance(days, int):
        return visit._("took back how long is kept: %(what)s", what=what)
    if days == 0:
        return visit._("set that none is kept: %(what)s", what=what)
    return visit.n(
        "set how long is kept: %(what)s, for %(n)s day",
        "set how long is kept: %(what)s, for %(n)s days",
        days,
        what=what,
    )


def _deposits(visit: Visit, event: Event) -> str:
    assert event.kind is not None
    return visit._(
        "handed in %(what)s", what=counted(visit.words, event.kind, _number(event, "count"))
    )


def _consent(visit: Visit, event: Event) -> str:
    scope = visit._(SCOPES[Scope(_text(event, "scope"))])
    said = visit._(CONSENTS[_text(event, "act")])
    return said % {"scope": scope, "who": _person(visit, event)}


def _member(visit: Visit, event: Event) -> str:
    said = visit._(MEMBERS[_text(event, "act")])
    role = role_name(visit.words, Role(_text(event, "role")))
    return said % {"who": _person(visit, event), "role": role}


def _grant(visit: Visit, event: Event) -> str:
    rights = event.details.get("rights")
    named = (
        [right_name(visit.words, Right(each)) for each in rights]
        if isinstance(rights, list)
        else []
    )
    who = _person(visit, event)
    if not named:
        return visit._("set that %(who)s may do nothing but with what is their own", who=who)
    return visit._("set what %(who)s may do: %(rights)s", who=who, rights=visit.words.listed(named))


def _guardian(visit: Visit, event: Event) -> str:
    said = visit._(GUARDIANS[_text(event, "act")])
    return said % {"who": _person(visit, event, "guardian"), "child": _person(visit, event)}


def _link(visit: Visit, event: Event) -> str:
    if _text(event, "act") == "revoked":
        return visit._("ended a link to %(what)s", what=_what(visit, event))
    until = visit.words.when(_number(event, "until"), visit.zone)
    return visit._(
        "shared %(what)s by a link until %(until)s", what=_what(visit, event), until=until
    )


def _simple(text: str) -> Callable[[Visit, Event], str]:
    return lambda visit, _event: visit._(text)


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_TELLERS: Mapping[str, Callable[[Visit, Event], str]] = {
    "release": _release,
    "releases": _releases,
    "export": _export,
    "refusal": _refusal,
    "erase": _erase,
    "erased": _erased,
    "retain": _retain,
    "keep": _keep,
    "reassign": _simple(_("gave a recording to another person")),
    "hold": _simple(_("laid a legal hold: what it covers is not forgotten until it ends")),
    "lift": _simple(_("ended a legal hold")),
    "deposit": lambda visit, event: visit._("handed in %(what)s", what=_what(visit, event)),
    "deposits": _deposits,
    "consent": _consent,
    "shown": lambda visit, event: visit._("showed %(who)s a notice", who=_person(visit, event)),
    "household": _simple(_("founded the household")),
    "person": lambda visit, event: visit._("added or described %(who)s", who=_person(visit, event)),
    "member": _member,
    "grant": _grant,
    "guardian": _guardian,
    "link": _link,
    "device": lambda visit, event: (
        visit._(DEVICES[_text(event, "act")]) % {"device": _device(visit, event)}
    ),
    "endpoint": lambda visit, event: (
        visit._(ENDPOINTS[_text(event, "act")])
        % {"device": _device(visit, event), "who": _person(visit, event)}
    ),
    "answered": lambda visit, event: visit._(
        "answered %(who)s at %(device)s, and kept nothing of it",
        who=_person(visit, event),
        device=_device(visit, event),
    ),
    "sign-in": lambda visit, event: (
        visit._(SIGNED_IN[_text(event, "event")]) % {"who": _person(visit, event, "subject")}
    ),
}
"""One for each type that a history may tell; a test compares the two lists."""
