"""Taking everything away: an archive of what is held, prepared and then fetched (R-13)."""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from bailee.errors import InputError
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind

ExportId = NewType("ExportId", str)
_SHAPE = re.compile(r"exp_[a-z2-7]{16}")


class ExportState(StrEnum):
    """How far one has come."""

    PREPARING = "preparing"
    """It is being listed and hashed; nothing has left."""
    READY = "ready"
    """It can be fetched."""


class LeftOut(StrEnum):
    """Why something that was asked for is not in it."""

    FORGOTTEN = "forgotten"
    """It was forgotten, or its time was over, since it was asked for."""
    NOT_ALLOWED = "not-allowed"
    """A right or a consent ended since it was asked for."""
    DAMAGED = "damaged"
    """Its bytes do not verify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an archive is of, in opaque ids.

    Attributes:
        allowed: Whose, and of which kinds of each: nothing of anybody else is in it.
        kind: Of this kind alone; None for everything.
        recordings: These alone; empty for all.
        device_id: Of this device alone; None for every device.
        from_ms: What ends at or after it.
        begins_from_ms: What begins at or after it: a guest's stay.
        to_ms: What begins at or before it; never later than the moment of asking.
    """

    account_id: AccountId
    allowed: Mapping[PersonId, frozenset[Kind]]
    recordings: tuple[RecordingId, ...] = ()
    device_id: DeviceId | None = None
    kind: Kind | None = None
    from_ms: int | None = None
    begins_from_ms: int | None = None
    to_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much something is. `size_bytes` is of the contents alone."""

    recordings: int
    artefacts: Mapping[Kind, int]
    size_bytes: int

    @property
    def files(self) -> int:
        return sum(self.artefacts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What would be in it, counted now: the sentence, and how much."""

    sentence: str
    size: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Omitted:
    """How many are left out for one reason; the erasure that forgot them, where one did."""

    why: LeftOut
    erasure_id: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Somebody's one export, as far as it has come.

    Attributes:
        sentence: What was asked for, in words.
        done_bytes: Of `total_bytes`, how much was read and hashed.
        size: How much is in it; None until it is ready.
        asked_ms: When it was asked for.
        ready_ms: When it was first ready; None until then.
        ends_ms: When it is dropped.
        fetched_ms: When fetching it last began; None if it never did.
        omitted: What is left out since it was asked for.
    """

    id: ExportId
    sentence: str
    state: ExportState
    done_bytes: int
    total_bytes: int
    size: Size | None
    asked_ms: int
    ready_ms: int | None
    ends_ms: int
    fetched_ms: int | None
    omitted: tuple[Omitted, ...]


def new_export_id() -> ExportId:
    return ExportId(f"exp_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}")


def parse_export_id(text: str) -> ExportId:
    """Return *text* (untrusted) if it is the id of an export. Raises `InputError` if not."""
    if _SHAPE.fullmatch(text):
        return ExportId(text)
    raise InputError("That is not an id that begins with exp_.")
