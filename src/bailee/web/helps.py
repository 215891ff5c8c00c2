"""Help, a page a task: which there are, and which one belongs to which page."""

from dataclasses import dataclass


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A page of help. `slug` is in its address and names its template."""

    slug: str
    title: str
    says: str


HELPS: tuple[Help, ...] = (
    Help(slug="see", title=_("See and hear"), says=_("Days, search, play, keys.")),
    Help(slug="forget", title=_("Forget"), says=_("One recording, a day, a device, a person.")),
    Help(
        slug="deleting",
        title=_("How deleting works"),
        says=_("What goes, from when on nobody can open it, and what cannot be promised."),
    ),
    Help(slug="receipts", title=_("Check a receipt"), says=_("Here, or anywhere else.")),
    Help(slug="keep", title=_("Keep for"), says=_("How long each kind is kept.")),
    Help(slug="consents", title=_("Consents"), says=_("Saying yes, and taking it back.")),
    Help(
        slug="who-looked", title=_("Who looked"), says=_("What is written down, and what is not.")
    ),
    Help(slug="share", title=_("Share"), says=_("A link to one thing, with an end.")),
    Help(slug="take-away", title=_("Take it away"), says=_("A copy of everything, signed.")),
    Help(slug="places", title=_("Places"), says=_("Where a phone was, as coarse as you like.")),
    Help(slug="people", title=_("People"), says=_("Letting somebody in, and out.")),
    Help(slug="children", title=_("Children"), says=_("A parent's yes, stopping, forgetting.")),
    Help(slug="devices", title=_("Add a device"), says=_("Speakers, cameras, phones.")),
    Help(
        slug="voice",
        title=_("Talk to it"),
        says=_("Rooms that listen, what is kept of it, forgetting by voice."),
    ),
    Help(slug="sign-in", title=_("Trouble signing in"), says=_("Lost phone, lost password.")),
    Help(slug="install", title=_("Install it as an app"), says=_("On a phone or a desk.")),
)
BY_SLUG = {each.slug: each for each in HELPS}
_OF_PATHS = (
    ("/recordings/*/share", "share"),
    ("/people/*/consents", "consents"),
    ("/people/*/invite", "people"),
    ("/recordings", "see"),
    ("/cameras", "see"),
    ("/forget", "forget"),
    ("/receipts", "receipts"),
    ("/check", "receipts"),
    ("/keep", "keep"),
    ("/retention", "keep"),
    ("/consents", "consents"),
    ("/looks", "who-looked"),
    ("/sharing", "share"),
    ("/export", "take-away"),
    ("/location", "places"),
    ("/people", "people"),
    ("/devices", "devices"),
    ("/voice", "voice"),
    ("/sign-in", "sign-in"),
    ("/step-up", "sign-in"),
    ("/lost", "sign-in"),
    ("/join", "sign-in"),
    ("/you/security", "sign-in"),
    ("/privacy", "deleting"),
)


def help_for(path: str) -> Help | None:
    """The help for the page at *path*; None where there is none of its own."""
    if path == "/":
        return BY_SLUG["see"]
    parts = path.strip("/").split("/")
    for pattern, slug in _OF_PATHS:
        wanted = pattern.strip("/").split("/")
        if all(each in {"*", part} for each, part in zip(wanted, parts, strict=False)) and len(
            parts
        ) >= len(wanted):
            return BY_SLUG[slug]
    return None
