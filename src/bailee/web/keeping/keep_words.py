"""“Keep for” in words: the steps of its sliders, and each rule as one sentence."""

from collections.abc import Mapping

from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.web.nouns import kind_name
from bailee.web.visit import Visit
from bailee.web.words import Words


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


STEPS: Mapping[int, str] = {
    DONT_KEEP: _("don't keep"),
    1: _("a day"),
    7: _("a week"),
    30: _("a month"),
    90: _("3 months"),
    180: _("6 months"),
    365: _("a year"),
    1095: _("3 years"),
}
"""Days, and what they are called."""
_ALSO: Mapping[int, str] = {1096: _("3 years"), 3650: _("10 years"), 3653: _("10 years")}
_NEAR = 1.05
"""A policy that ends so little after a step needs no step of its own."""

PURPOSES = (
    _("hearing what was said"),
    _("seeing what happened"),
    _("reading what was said"),
    _("finding a video by sight"),
    _("finding a recording by likeness"),
    _("telling who speaks"),
    _("telling who is seen"),
    _("remembering what one asked to be remembered"),
    _("finding where one was"),
    _("notes on a recording"),
    _("training a model that was consented to"),
    _("using a model that was consented to"),
    _("the name of an account, person or device"),
    _("so that its household can see, hear and use what it recorded"),
)
"""What the policy says of itself unless a deployment says otherwise: for the catalogues."""

TITLES: Mapping[Kind, str] = {
    Kind.AUDIO: _("What was said"),
    Kind.TRANSCRIPT: _("Transcripts"),
    Kind.VIDEO: _("Films"),
    Kind.IMAGE: _("Pictures"),
    Kind.FACT: _("Remembered facts"),
    Kind.LOCATION: _("Places"),
    Kind.THUMBNAIL: _("Previews"),
    Kind.ANNOTATION: _("Notes"),
    Kind.VOICEPRINT: _("Voiceprints"),
    Kind.FACEPRINT: _("Faceprints"),
    Kind.EMBEDDING: _("Likenesses"),
}
"""The rows of the page, in order."""
FIRST = 6
"""How many of them are in sight; the others are made from these."""

Names = tuple[bool, bool]
"""Whether a sentence names a person, and a device."""
_KEEP: Mapping[Names, str] = {
    (False, False): _("Keep %(kind)s of everybody on every device for %(time)s"),
    (True, False): _("Keep %(kind)s of %(person)s on every device for %(time)s"),
    (False, True): _("Keep %(kind)s of everybody on %(device)s for %(time)s"),
    (True, True): _("Keep %(kind)s of %(person)s on %(device)s for %(time)s"),
}
_DONT: Mapping[Names, str] = {
    (False, False): _("Don't keep %(kind)s of anybody on any device"),
    (True, False): _("Don't keep %(kind)s of %(person)s on any device"),
    (False, True): _("Don't keep %(kind)s of anybody on %(device)s"),
    (True, True): _("Don't keep %(kind)s of %(person)s on %(device)s"),
}
_END: Mapping[Names, str] = {
    (False, False): _("Take away the rule about %(kind)s of everybody on every device"),
    (True, False): _("Take away the rule about %(kind)s of %(person)s on every device"),
    (False, True): _("Take away the rule about %(kind)s of everybody on %(device)s"),
    (True, True): _("Take away the rule about %(kind)s of %(person)s on %(device)s"),
}


def time_words(words: Words, days: int) -> str:
    """Such as “a week”, “45 days” or “don't keep”."""
    named = STEPS.get(days) or _ALSO.get(days)
    if named is not None:
        return words.gettext(named)
    return words.ngettext("%(n)s day", "%(n)s days", days) % {"n": words.number(days)}


def steps(at_most_days: int, now_days: int) -> list[int]:
    """The steps of a slider: from “don't keep” to the policy's most, and what counts now."""
    found = {each for each in STEPS if each <= at_most_days}
    if at_most_days > max(found) * _NEAR:
        found.add(at_most_days)
    return sorted(found | {now_days})


def sentence(visit: Visit, reach: Reach, days: int | None) -> str:
    """A rule, or its end, in words, without a full stop."""
    said = _END if days is None else _DONT if days == DONT_KEEP else _KEEP
    who, what = reach.person_id, reach.device_id
    return visit._(
        said[who is not None, what is not None],
        kind=kind_name(visit.words, reach.kind),
        person="" if who is None else person_name(visit, who),
        device="" if what is None else device_name(visit, what),
        time="" if days is None else time_words(visit.words, days),
    )


def person_name(visit: Visit, person_id: str) -> str:
    """What somebody is called, as far as the reader may know."""
    found = visit.people.get(person_id)
    return visit._("somebody") if found is None else found.name


def device_name(visit: Visit, device_id: str) -> str:
    """The same of a device."""
    found = visit.devices.get(device_id)
    return visit._("a device") if found is None else found.name
