"""What an erasure would touch, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bailee.types.ids import ErasureId, RecordingId
from bailee.types.kind import Kind

UNTOLD = "what was asked to be forgotten"
"""In the place of a sentence whose words died with whom they named."""


class Outcome(StrEnum):
    """How an erasure ended (R-15)."""

    ERASED = "erased"
    NOT_FOUND = "not found"
    HELD = "held"
    UNREACHABLE = "unreachable"
    CLAIMED = "claimed by a third party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go, counted now; a later deposit or erasure changes it.

    Attributes:
        sentence: What was asked, in words.
        recordings: How many recordings would go whole.
        artefacts: How many artefacts of each kind would go.
        begin_ms: When the earliest of them began; None when there is none.
        end_ms: When the last of them ended.
        reaching_in: Recordings that begin before the range and reach into it: they go whole.
        held: How many artefacts a legal hold keeps from destruction.
        names: Whether a person, device or the account itself would go, name and all.
    """

    sentence: str
    recordings: int
    artefacts: Mapping[Kind, int]
    begin_ms: int | None
    end_ms: int | None
    reaching_in: tuple[RecordingId, ...]
    held: int
    names: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An erasure, as far as it has come.

    Attributes:
        sentence: What was asked, in words; `UNTOLD` where those are gone.
        unreadable_since_ms: The puncture committed: nobody opens it through bailee.
        unrecoverable_since_ms: The root it hung on is destroyed on every store: nobody opens it
            with every backup and today's roots. None until that rotation.
        unrecoverable_due_ms: When the next rotation is due.
        outcome: None until clean-up is done.
    """

    id: ErasureId
    sentence: str
    unreadable_since_ms: int
    unrecoverable_since_ms: int | None
    unrecoverable_due_ms: int
    outcome: Outcome | None
    recordings: int
    artefacts: Mapping[Kind, int]
    held: int
