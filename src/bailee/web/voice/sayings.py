"""What can be said, sorted for people to read: what each does, and how it is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bailee.assistant.examples import examples
from bailee.assistant.phrases import Phrases, load_phrases
from bailee.web.visit import Visit


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_FORGETS: Mapping[str, str] = {
    "just_said": _("Forgets your last sentence, at once."),
    "mine": _("Forgets what you said in that time. A day at most goes at once; for more it asks."),
    "person": _("A parent's word about a child. It asks first, and says how many."),
    "everybody": _("Whatever was said there, as far as you may forget it. It asks first."),
}
_ASKS: Mapping[str, str] = {
    "what_heard": _("Reads aloud what was written down of you there."),
    "what_kept": _("Says what is kept of what you say there, and for how long."),
    "who_listened": _("Says who opened recordings of yours."),
}
_KEEPS: Mapping[str, str] = {
    "stop_keeping": _("Takes your yes back: nothing more is kept of you anywhere. It asks first."),
    "remember": _("Keeps that for you. It goes with the recording in which you said it."),
    "recall": _("Says what you asked it to remember."),
}
_OTHERS: Mapping[str, str] = {
    "time": _("Says the time."),
    "help": _("Says a few of these."),
    "yes": _("The answer to a question it asked, within half a minute."),
    "no": _("The same. Nothing is forgotten; silence means no too."),
}
_TITLES = {
    "delete": _("Forget"),
    "asks": _("Ask"),
    "keeps": _("Keep, and remember"),
    "others": _("The rest"),
}
_TIMES = (
    *("day", "days", "days_of_month", "since_day", "this_week", "last_month"),
    *("last_minutes", "last_hours", "part", "hours", "since_time"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """`says` is the sentence, in the language of the room; `does` what it does, in the reader's."""

    says: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """All of one language.

    Attributes:
        groups: Each with its title.
        times: What may be said for “today”.
    """

    groups: Sequence[tuple[str, Sequence[Saying]]]
    times: Sequence[str]


def sayings(visit: Visit, language: str) -> Sayings:
    """What can be said in *language*. Raises `InputError` where there are no phrases in it."""
    phrases = load_phrases(language)
    room = visit._("kitchen")
    delete = examples(phrases, "delete", room=room)
    commands = examples(phrases, "commands", room=room)
    said = (("delete", delete, _FORGETS), ("asks", commands, _ASKS), ("keeps", commands, _KEEPS))
    return Sayings(
        groups=[
            (visit._(_TITLES[name]), _group(visit, phrases, found, does))
            for name, found, does in (*said, ("others", commands, _OTHERS))
        ],
        times=_some(examples(phrases, "when", room=room), _TIMES),
    )


def _group(
    visit: Visit, phrases: Phrases, found: Mapping[str, str], does: Mapping[str, str]
) -> list[Saying]:
    return [
        Saying(says=_written(phrases, found[key]), does=visit._(text))
        for key, text in does.items()
        if key in found
    ]


def _some(found: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    return [found[key] for key in wanted if key in found]


def _written(phrases: Phrases, text: str) -> str:
    """As one writes it: a phrase file has small letters alone."""
    if phrases.language == "en":
        text = " ".join("I" if word == "i" else word for word in text.split(" "))
    return text[:1].upper() + text[1:]
