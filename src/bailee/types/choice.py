"""What a person picks, by opaque ids: a `Selection` before anybody put names to it."""

from dataclasses import dataclass, field

from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of one household.

    Attributes:
        recordings: These alone; excludes every other part but `kind`.
        person_id: Whose; None for everybody.
        device_id: Which; None for all.
        kind: One kind alone; None for recordings with all that was made from them.
        from_ms: First millisecond, inclusive; None for the beginning.
        to_ms: Last millisecond, inclusive; None for now.
        everything: Said in so many words; required when nothing narrows the household.
    """

    recordings: tuple[RecordingId, ...] = field(default=())
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    kind: Kind | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    everything: bool = False
