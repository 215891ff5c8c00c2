"""The people and things of a household: closed lists, ids and frozen values."""

import base64
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from bailee.errors import InputError
from bailee.types.consent import Channel, ConsentAct, How, Notice
from bailee.types.facts import DeviceSort
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.role import Right, Role
from bailee.types.scope import Scope

LinkId = NewType("LinkId", str)
MessageId = NewType("MessageId", str)
ChannelId = NewType("ChannelId", str)

_SHAPE = re.compile(r"(lnk|msg|chn)_[a-z2-7]{16}")


def _opaque(prefix: str) -> str:
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"


def new_link_id() -> LinkId:
    return LinkId(_opaque("lnk"))


def new_message_id() -> MessageId:
    return MessageId(_opaque("msg"))


def new_channel_id() -> ChannelId:
    return ChannelId(_opaque("chn"))


def parse_household_id(text: str, prefix: str) -> str:
    """Return *text* if it is an id of the family *prefix*: ``lnk``, ``msg`` or ``chn``.

    Raises:
        InputError: It has another shape or family.
    """
    if _SHAPE.fullmatch(text) and text.startswith(f"{prefix}_"):
        return text
    raise InputError(f"That is not an id that begins with {prefix}_.")


class PersonSort(StrEnum):
    """What sort of person is heard or seen."""

    ADULT = "adult"
    CHILD = "child"
    """Under 13 (16 CFR 312.2)."""
    GUEST = "guest"
    UNKNOWN = "unknown"
    """Nobody in particular: an unknown speaker, a place."""


class Proof(StrEnum):
    """How somebody was shown to be a child's parent or guardian."""

    OPERATOR = "operator"
    """Whoever runs the vault vouched for it, at the machine that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """From when to when somebody belongs, in milliseconds; `until_ms` is None for no end."""

    since_ms: int
    until_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of a household. Times are milliseconds since the epoch, UTC.

    Attributes:
        role: None for who has no part in it but being heard or seen.
        until_ms: When a guest's access ends; None for others.
        email: "" where there is none.
        language: Of their messages, such as ``en``.
    """

    id: PersonId
    name: str
    sort: PersonSort
    email: str
    language: str
    role: Role | None
    rights: frozenset[Right]
    since_ms: int | None
    until_ms: int | None
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseDevice:
    """A device of a household; `revoked_ms` is None while it may record."""

    id: DeviceId
    name: str
    sort: DeviceSort
    room: str
    added_ms: int
    revoked_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A household, as its members see it."""

    id: AccountId
    name: str
    made_ms: int
    end_to_end: bool
    persons: tuple[Person, ...]
    devices: tuple[HouseDevice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One act about one scope; a row of a history that only grows.

    Attributes:
        how: None for a withdrawal, which needs no form.
        by_id: Who did it, in opaque ids.
        in_force: Whether it is the last word, a yes, and to the notice that is in force.
    """

    person_id: PersonId
    scope: Scope
    act: ConsentAct
    notice: Notice | None
    version: int | None
    how: How | None
    at_ms: int
    by_id: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody's consents stand: the scopes in force now, and every act, oldest first."""

    in_force: frozenset[Scope]
    history: tuple[Consent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian:
    """Who was named as a child's parent or guardian; `verified_ms` is None until it counts."""

    person_id: PersonId
    proof: Proof | None
    verified_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """A version of a notice that a channel took for somebody, and when; nobody calls it “read”."""

    notice: Notice
    version: int
    channel: Channel
    accepted_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """After a withdrawal: what could be forgotten too. A second act, never done by the first.

    `sentence` is what `Selection.sentence` would say; nothing has been forgotten.
    """

    account: str
    person: str
    scope: Scope
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A recording's artefact shared for a while with whoever holds the link; `by_id` made it."""

    id: LinkId
    artefact_id: ArtefactId
    by_id: str
    rights: frozenset[Right]
    begin_ms: int
    until_ms: int
    revoked_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a channel did with a message: when it *accepted* it, which nobody calls “read”."""

    channel: Channel
    accepted_ms: int | None
    tries: int
    given_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in somebody's inbox, in their language."""

    id: MessageId
    subject: str
    body: str
    made_ms: int
    delivered: tuple[Delivered, ...]
