"""What is handed in piece by piece, before it is taken into custody."""

import base64
import re
import secrets
from dataclasses import dataclass, field
from typing import NewType

from bailee.errors import UnknownError
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Details

UploadId = NewType("UploadId", str)

_SHAPE = re.compile(r"upl_[a-z2-7]{16}")


def new_upload_id() -> UploadId:
    return UploadId(f"upl_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}")


def parse_upload_id(text: str) -> UploadId:
    """*text* if it is an upload's id. Raises `UnknownError`: nothing of another shape is there."""
    if not _SHAPE.fullmatch(text):
        raise UnknownError("There is no such upload.")
    return UploadId(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """What an upload is to become: a deposit, in opaque ids.

    Attributes:
        account_id: Whose household.
        kind: A class of data, not `Kind.LABEL`.
        person_id: Who is heard or seen; None only for what derives from recordings.
        device_id: What recorded it; the same.
        also: Others who are heard or seen in it.
        captured_at_ms: When it began; milliseconds since the epoch, UTC.
        duration_ms: How long it lasts; 0 for a moment.
        keep_days: How long to keep it, from the day it is deposited; None for the policy's time.
        derived_from: The recordings it was made from, in order.
        name: What the user calls it.
        details: More to show beside it.
    """

    account_id: AccountId
    kind: Kind
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    also: tuple[PersonId, ...] = ()
    captured_at_ms: int = 0
    duration_ms: int = 0
    keep_days: int | None = None
    derived_from: tuple[RecordingId, ...] = ()
    name: str = ""
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a deployment lets uploads use.

    Attributes:
        most_bytes: No upload is larger.
        most_open: One depositor has no more of them under way.
        idle_ms: An upload to which nothing came for so long is dropped.
        reserve_bytes: Room on the disk that no upload is promised.
    """

    most_bytes: int = 64 << 30
    most_open: int = 16
    idle_ms: int = 86_400_000
    reserve_bytes: int = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How far an upload has come.

    Attributes:
        id: Its own.
        size_bytes: How long it will be.
        offset_bytes: How much of it is here, durably.
        expires_ms: When it is dropped if nothing more comes; afterwards, when it is not known any
            more.
        metadata: What the depositor's program said of it, in its own words; empty once deposited.
        recording_id: What it became; None until it is whole and taken into custody.
    """

    id: UploadId
    size_bytes: int
    offset_bytes: int
    expires_ms: int
    metadata: str = field(default="", repr=False)
    recording_id: RecordingId | None = None

    @property
    def is_whole(self) -> bool:
        return self.offset_bytes == self.size_bytes
