"""What is handed in, and what is shown of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind

Details = Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """One artefact handed into custody.

    Attributes:
        account: Whose household, in the user's own words.
        person: Who is heard or seen; may be None only for what derives from a recording.
        device: What recorded it; the same.
        also: Others who are heard or seen in it: it is theirs too, and goes with any of them.
        kind: A class of data, not `Kind.LABEL`.
        content: The bytes, or an open binary file that is read once to its end.
        captured_at_ms: When it began; milliseconds since the epoch, UTC. Ignored for what derives
            from a recording: it takes that recording's time.
        duration_ms: How long it lasts; 0 for a moment.
        keep_days: How long to keep it, from today; None for the policy's time.
        derived_from: The recordings it was made from, in order; empty for a new recording.
        name: What the user calls it, such as a file's name; sealed.
        details: More to show beside it, such as codecs; sealed.
    """

    account: str
    kind: Kind
    content: bytes | BinaryIO
    person: str | None = None
    device: str | None = None
    also: tuple[str, ...] = ()
    captured_at_ms: int = 0
    duration_ms: int = 0
    keep_days: int | None = None
    derived_from: tuple[RecordingId, ...] = ()
    name: str = ""
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """The acknowledgement: durable, and in the ledger's outbox."""

    recording_id: RecordingId
    artefact_id: ArtefactId
    kind: Kind
    size_bytes: int
    begin_ms: int
    kept_until_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One sealed content of a recording. `kept_until_day` counts days since the epoch, UTC."""

    id: ArtefactId
    kind: Kind
    size_bytes: int
    kept_until_day: int
    name: str
    details: Details
    sources: tuple[RecordingId, ...]
    derived_from: tuple[ArtefactId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A stretch of time of one person on one device, with what is held of it.

    `account`, `person` and `device` are names; beside them are the ids.
    """

    id: RecordingId
    account_id: AccountId
    person_id: PersonId
    device_id: DeviceId
    account: str
    person: str
    device: str
    begin_ms: int
    end_ms: int
    artefacts: tuple[Artefact, ...]
