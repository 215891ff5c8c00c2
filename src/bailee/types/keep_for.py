"""“Keep for”: what a household itself says about how long a kind is kept (R-02, R-19)."""

from dataclasses import dataclass
from enum import StrEnum

from bailee.types.ids import DeviceId, PersonId
from bailee.types.kind import Kind

DONT_KEEP = 0
"""The days of a rule that says: take none of it in."""


class Voice(StrEnum):
    """Who a rule about a person speaks for."""

    OWN = "own"
    """The person themselves; for a child, a parent or guardian of theirs."""
    HOUSE = "house"
    """The household: a rule about everybody, or one that somebody else made about a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a rule is about: one kind, of a person or everybody, on a device or every one.

    Attributes:
        kind: A class of data, not `Kind.LABEL`.
        person_id: None for everybody, now and later.
        device_id: None for every device.
    """

    kind: Kind
    person_id: PersonId | None = None
    device_id: DeviceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """A rule that stands: `days` from the day of deposit; `DONT_KEEP` for none of it at all."""

    reach: Reach
    voice: Voice
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPlan:
    """What a change would do to what is stored, counted now.

    Attributes:
        now: How many artefacts would be forgotten at once.
        from_ms: When the earliest of those began; None when there is none.
        to_ms: When the last of them ended.
        held: How many of those a legal hold keeps from destruction.
        sooner: How many more would be kept, and end earlier than they do today.
        longer: How many could be kept longer, if that is asked for too.
        others: Whether something of it is also somebody else's than the person's it is about.
    """

    now: int
    from_ms: int | None
    to_ms: int | None
    held: int
    sooner: int
    longer: int
    others: bool
