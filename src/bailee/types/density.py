"""How many recordings there are, and where the next ones are, without opening any."""

from dataclasses import dataclass

from bailee.types.ids import DeviceId, PersonId, RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Recordings of one person and device that begin within one slot.

    Attributes:
        slot: Counted from 0.
        count: How many; at least one.
        first_ms: When the first of them begins; milliseconds since the epoch, UTC.
        last_ms: When the last of them begins.
    """

    person_id: PersonId
    device_id: DeviceId
    slot: int
    count: int
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The recordings next to one in a list; None at its ends."""

    newer: RecordingId | None
    older: RecordingId | None
