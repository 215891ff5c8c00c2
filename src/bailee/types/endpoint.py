"""A listening endpoint: where a household's microphone meets bailee, one for each device (R-02).

Wyoming carries no identity, so the endpoint is the identity: its device says where something was
said, its speaker who is taken to have said it.
"""

from dataclasses import dataclass
from enum import StrEnum

from bailee.types.ids import AccountId, DeviceId, PersonId


class Way(StrEnum):
    """Who calls whom."""

    LISTEN = "listen"
    """bailee listens at the address: Home Assistant, or whoever speaks Wyoming, calls it."""
    DIAL = "dial"
    """bailee dials a Wyoming satellite at the address."""
    POST = "post"
    """Nobody listens: the device hands in sound over HTTP, with its token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is known of one.

    Attributes:
        device_id: The speaker in the room; it has one endpoint at most.
        device: Its name.
        room: Where it stands; "" where nobody said.
        person_id: Whose voice it is taken to be: the room's own person, or the household's unknown
            speaker.
        person: Their name.
        is_unknown: Whether that is the unknown speaker.
        address: ``tcp://127.0.0.1:10300`` or ``unix:///run/bailee/kitchen.sock``; "" for `POST`.
        language: ISO 639-1, of what is said there.
        zone: IANA time zone of the room: what “yesterday” means there.
    """

    account_id: AccountId
    device_id: DeviceId
    device: str
    room: str
    person_id: PersonId
    person: str
    is_unknown: bool
    way: Way
    address: str
    language: str
    zone: str


class Why(StrEnum):
    """Why of an utterance nothing is kept."""

    RULE = "rule"
    """“Don't keep”, of whoever may say so."""
    CHILD = "child"
    """A child's, without a parent's consent: the audio exception (R-11; 16 CFR 312.5(c)(9))."""
    STOPPED = "stopped"
    """A grown-up ended their consent to use."""
    CLOSED = "closed"
    """The gate says no for another reason: a device that was revoked, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What is kept of what is said at an endpoint, now.

    Attributes:
        audio: The sound.
        transcript: The words.
        why: Why nothing is; None where something is.
        policy: The safeguard that says so; "" for a rule.
    """

    audio: bool
    transcript: bool
    why: Why | None = None
    policy: str = ""

    @property
    def keeps(self) -> bool:
        return self.audio or self.transcript
