"""What a search in transcripts found."""

from dataclasses import dataclass

from bailee.types.ids import ArtefactId
from bailee.types.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A transcript that has every word.

    Attributes:
        recording: What it was said in.
        text: What was said; the words of somebody in the household.
        marks: Where the words stand in it: characters, half-open, in order.
    """

    recording: Recording
    artefact_id: ArtefactId
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One step of a search, newest first.

    Attributes:
        hits: What was found in this step; perhaps nothing.
        searched: How many transcripts were read for it.
        back_to_ms: When the oldest recording begins that was read; None where there was none.
        next: Where the search goes on, for `Query.after`; "" when all was searched.
    """

    hits: tuple[Hit, ...]
    searched: int
    back_to_ms: int | None
    next: str
