"""What happened in a household, as its people read it (R-23: each viewing is visible to its owner)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bailee.types.decide import Principal
from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose


class Sort(StrEnum):
    """What sort of thing happened."""

    LOOKED = "looked"
    """Something was opened, or refused."""
    FORGOTTEN = "forgotten"
    KEPT = "kept"
    """Kept longer or shorter, given to another person, held, let go."""
    TAKEN_IN = "taken-in"
    CONSENT = "consent"
    PEOPLE = "people"
    """Who lives there, with which part and rights; links."""
    DEVICES = "devices"
    SIGN_IN = "sign-in"


class WhoSort(StrEnum):
    """What sort of one it was."""

    YOU = "you"
    PERSON = "person"
    DEVICE = "device"
    OPERATOR = "operator"
    LINK = "link"
    GONE = "gone"
    """Somebody who is gone, or was never of this household: nobody can say who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody, as far as it can still be told; `id` and `name` are "" where it cannot."""

    sort: WhoSort
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What it was about.

    Attributes:
        person: Whose; None where it is nobody's.
        device: What recorded it; the same.
        begin_ms: When it began; milliseconds since the epoch, UTC.
        end_ms: When it ended.
        recording_id: None once it was forgotten: then it is “something that was forgotten”.
    """

    person: Who | None
    device: Who | None
    begin_ms: int
    end_ms: int
    recording_id: RecordingId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        number: Its place in the household's history; grows with time.
        type: The ledger's word for it, such as ``release``.
        who: Who did it; None where the ledger does not say.
        kind: The kind of what it was about; None where it is no one kind.
        things: What it was about, in order.
        policy: What decided; "" where nothing had to.
        why: What that policy says, in plain words.
        details: The rest of what the ledger says, in its own closed words; people and devices by id,
            "" for who is gone.
    """

    number: int
    at_ms: int
    sort: Sort
    type: str
    who: Who | None
    kind: Kind | None
    things: tuple[Thing, ...]
    purpose: Purpose | None
    policy: str
    why: str
    details: Mapping[str, str | int | bool | list[str] | dict[str, int] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Events, newest first.

    `next` is "" on the last page. A page may be shorter than asked for, or empty, and not the last.
    """

    events: tuple[Event, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Which events alone; None leaves a filter out.

    Attributes:
        by: Who did it.
        person_id: Whom it was about.
        device_id: What recorded it, or what did it.
        kind: Of what it was about.
        from_ms: At or after it; milliseconds since the epoch, UTC.
        to_ms: Before it.
    """

    by: Principal | None = None
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    kind: Kind | None = None
    from_ms: int | None = None
    to_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Somebody who looked, or tried to, and how often in each of some stretches of time.

    Attributes:
        opened: How often something was opened, a page of it or a single one; a number a stretch.
        refused: How often it was refused; the same.
        copies: How many of those that were opened were copies taken away.
        last_ms: When it was last opened; None for who was always refused.
    """

    who: Who
    opened: tuple[int, ...]
    refused: tuple[int, ...]
    copies: int
    last_ms: int | None
