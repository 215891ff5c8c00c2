"""Listening in words: who calls whom, what is kept and why, whose voice it is taken for."""

from collections.abc import Mapping
from dataclasses import dataclass

from bailee.household.endpoint_rows import UNKNOWN_SPEAKER
from bailee.types.endpoint import Endpoint, Mode, Way, Why
from bailee.web.past.reasons import reason
from bailee.web.visit import Visit
from bailee.web.voice.kept import Keep, keep_of


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


WAYS: Mapping[Way, tuple[str, str]] = {
    Way.LISTEN: (
        _("Home Assistant calls bailee"),
        _("Or another program that speaks Wyoming. bailee listens at the address."),
    ),
    Way.DIAL: (
        _("bailee calls a satellite"),
        _("A Wyoming satellite listens at the address, and nobody else may own it."),
    ),
    Way.POST: (
        _("The device hands in sound"),
        _("Over HTTP, with its token, as OpenVoiceOS does. It needs no address."),
    ),
}
"""Each way: its name, and what it means."""
KEEPS: Mapping[Keep, tuple[str, str]] = {
    Keep.BOTH: (
        _("Keep"),
        _("The sound and the words are kept, each for its time, and you can forget them."),
    ),
    Keep.WORDS: (
        _("Words only"),
        _("What was said is written down. The sound is gone once it is understood."),
    ),
    Keep.NOTHING: (
        _("Nothing"),
        _("It is heard, answered and gone. Nothing is stored, and nothing can be remembered."),
    ),
}
QUESTIONS: Mapping[Keep, str] = {
    Keep.BOTH: _("Keep what is said at %(device)s?"),
    Keep.WORDS: _("Keep the words alone of what is said at %(device)s?"),
    Keep.NOTHING: _("Keep nothing of what is said at %(device)s?"),
}
_STATES: Mapping[str, str] = {
    "listening": _("It is ready now."),
    "connected": _("It is connected to its satellite now."),
    "trying": _("Its satellite is not there. bailee tries again and again."),
    "refused": _("It does not work now: something has to be changed first."),
}
_TAGS: Mapping[Keep | None, str] = {
    Keep.BOTH: _("kept"),
    Keep.WORDS: _("words only"),
    Keep.NOTHING: _("nothing kept"),
    None: _("sound only"),
}


def speaker_name(visit: Visit, endpoint: Endpoint) -> str:
    """Whose voice it is taken for."""
    if endpoint.is_unknown and endpoint.person == UNKNOWN_SPEAKER:
        return visit._("the unknown speaker")
    return endpoint.person


def kept_tag(visit: Visit, mode: Mode) -> str:
    """What is kept, in a word or two."""
    return visit._(_TAGS[keep_of(mode)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How it is going, in a sentence or two."""

    says: str
    is_wrong: bool


def doing(visit: Visit, endpoint: Endpoint) -> Doing | None:
    """What the process that listens knows; None where it knows nothing, or has no door to open."""
    voices = visit.service.voices
    if why := voices.refused(endpoint.device_id):
        return Doing(says=f"{visit._(_STATES['refused'])} {visit._(why)}", is_wrong=True)
    status = voices.status(endpoint.device_id)
    if status is None or status.state not in _STATES:
        return None
    says = f"{visit._(_STATES[status.state])} {visit._(status.why) if status.why else ''}"
    return Doing(says=says.strip(), is_wrong=status.state in {"trying", "refused"})


def why_nothing(visit: Visit, endpoint: Endpoint, mode: Mode) -> str:
    """Why nothing is kept, where no rule of “Keep for” is the reason; "" where one is."""
    if mode.why is Why.CHILD:
        return visit._(
            "No parent has said yes for %(who)s. A question of theirs is answered: the sound is used "
            "for that alone, goes to no other program, and is gone at once. That it was answered is "
            "written down.",
            who=endpoint.person,
        )
    if mode.why is Why.STOPPED:
        return visit._(
            "%(who)s took their yes back. What is said is heard and answered, and nothing is kept.",
            who=speaker_name(visit, endpoint),
        )
    if mode.why is Why.CLOSED:
        return reason(visit.words, mode.policy, "")
    return ""
