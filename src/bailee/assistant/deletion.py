"""What somebody asked to be forgotten, as it was understood: a value (R-14)."""

from dataclasses import dataclass, field, replace

from bailee.types.choice import Choice
from bailee.types.endpoint import Endpoint
from bailee.types.ids import RecordingId
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A part of a household's recordings, never all of it.

    Attributes:
        endpoint: Where it was asked.
        choice: What, but for its times.
        span: From when to when; None for single recordings.
        is_open: It goes up to now, and now is when it is done.
        what: How answers call it.
        is_wide: It is asked about once before it is done.
    """

    endpoint: Endpoint
    choice: Choice
    span: Span | None = None
    is_open: bool = False
    what: str = field(repr=False)
    is_wide: bool

    @property
    def is_just(self) -> bool:
        """Whether it is what somebody just said, and no stretch of time."""
        return bool(self.choice.recordings)

    def at(self, now_ms: int) -> Choice:
        """What it is at *now_ms*: what was said up to that moment, and nothing of later."""
        if self.span is None:
            return self.choice
        end_ms = now_ms if self.is_open else min(now_ms, self.span.end_ms)
        begin_ms = self.span.begin_ms
        return replace(self.choice, from_ms=begin_ms or None, to_ms=max(begin_ms, end_ms))


def of_recording(endpoint: Endpoint, recording_id: RecordingId, what: str) -> Deletion:
    """Of one recording: never wide."""
    choice = Choice(recordings=(recording_id,))
    return Deletion(endpoint=endpoint, choice=choice, what=what, is_wide=False)
