"""What things are called on every page: kinds, roles, rights, devices, counted and alone.

One vocabulary (face.md): what was said, a film, what was written down, a place.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bailee.types.facts import DeviceSort
from bailee.types.kind import Kind
from bailee.types.role import Right, Role
from bailee.web.words import Words


def _n(one: str, many: str) -> tuple[str, str]:
    """A pair for ngettext, marked for the catalogue."""
    return one, many


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_COUNTED: Mapping[Kind, tuple[str, str]] = {
    Kind.AUDIO: _n("%(n)s sound recording", "%(n)s sound recordings"),
    Kind.VIDEO: _n("%(n)s film", "%(n)s films"),
    Kind.IMAGE: _n("%(n)s picture", "%(n)s pictures"),
    Kind.TRANSCRIPT: _n("%(n)s transcript", "%(n)s transcripts"),
    Kind.THUMBNAIL: _n("%(n)s preview", "%(n)s previews"),
    Kind.EMBEDDING: _n("%(n)s likeness", "%(n)s likenesses"),
    Kind.VOICEPRINT: _n("%(n)s voiceprint", "%(n)s voiceprints"),
    Kind.FACEPRINT: _n("%(n)s faceprint", "%(n)s faceprints"),
    Kind.FACT: _n("%(n)s remembered fact", "%(n)s remembered facts"),
    Kind.LOCATION: _n("%(n)s place", "%(n)s places"),
    Kind.ANNOTATION: _n("%(n)s note", "%(n)s notes"),
    Kind.DATASET: _n("%(n)s data set", "%(n)s data sets"),
    Kind.MODEL: _n("%(n)s model", "%(n)s models"),
    Kind.LABEL: _n("%(n)s name", "%(n)s names"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.AUDIO: _("sound recordings"),
    Kind.VIDEO: _("films"),
    Kind.IMAGE: _("pictures"),
    Kind.TRANSCRIPT: _("transcripts"),
    Kind.THUMBNAIL: _("previews"),
    Kind.EMBEDDING: _("likenesses"),
    Kind.VOICEPRINT: _("voiceprints"),
    Kind.FACEPRINT: _("faceprints"),
    Kind.FACT: _("remembered facts"),
    Kind.LOCATION: _("places"),
    Kind.ANNOTATION: _("notes"),
    Kind.DATASET: _("data sets"),
    Kind.MODEL: _("models"),
    Kind.LABEL: _("names"),
}
_ROLES: Mapping[Role, str] = {
    Role.OWNER: _("owner"),
    Role.GUARDIAN: _("guardian"),
    Role.MEMBER: _("member"),
    Role.GUEST: _("guest"),
    Role.CHILD: _("child"),
    Role.STRANGER: _("no part in it"),
}
_RIGHTS: Mapping[Right, str] = {
    Right.VIEW: _("see"),
    Right.HEAR: _("hear"),
    Right.DOWNLOAD: _("take a copy"),
    Right.DELETE: _("forget"),
}
_DEVICES: Mapping[DeviceSort, str] = {
    DeviceSort.SPEAKER: _("speaker"),
    DeviceSort.CAMERA: _("camera"),
    DeviceSort.PHONE: _("phone"),
    DeviceSort.NONE: _("another device"),
}


def counted(words: Words, kind: Kind, n: int) -> str:
    """Such as “23 transcripts”."""
    return words.ngettext(*_COUNTED[kind], n) % {"n": words.number(n)}


def counts(words: Words, artefacts: Mapping[Kind, int]) -> str:
    """Such as “23 sound recordings, 23 transcripts and 4 remembered facts”; "" for nothing."""
    order = {kind: place for place, kind in enumerate(Kind)}
    some = sorted((kind, n) for kind, n in artefacts.items() if n)
    some.sort(key=lambda pair: order[pair[0]])
    return words.listed([counted(words, kind, n) for kind, n in some]) if some else ""


def kind_name(words: Words, kind: Kind) -> str:
    """A kind, many of it."""
    return words.gettext(_KINDS[kind])


def role_name(words: Words, role: Role) -> str:
    """A role."""
    return words.gettext(_ROLES[role])


def right_name(words: Words, right: Right) -> str:
    """What a right lets somebody do."""
    return words.gettext(_RIGHTS[right])


def device_sort_name(words: Words, sort: DeviceSort) -> str:
    """A sort of device."""
    return words.gettext(_DEVICES[sort])


def initial(_words: Words, name: str) -> str:
    """The letter in a person's dot."""
    return next((each.upper() for each in name if each.isalnum()), "?")


HELPERS: Mapping[str, Callable[..., Any]] = {
    "counted": counted,
    "counts": counts,
    "kind_name": kind_name,
    "role_name": role_name,
    "right_name": right_name,
    "device_sort_name": device_sort_name,
    "initial": initial,
}
"""What every template has."""
