"""Opening words to read them aloud: one entry in the ledger each time (R-23, `Purpose.ASSIST`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bailee.household import Household
from bailee.household.endpoints import voice_at
from bailee.types.endpoint import Endpoint
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Words that somebody said, and when; milliseconds since the epoch, UTC."""

    text: str = field(repr=False)
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReadingAloud:
    """Opens texts for whoever speaks at an endpoint."""

    house: Household

    def open(
        self, endpoint: Endpoint, recordings: Sequence[Recording], kind: Kind
    ) -> tuple[Read, ...]:
        """Those texts of *recordings* that may be opened, in their order; 500 at most.

        Raises:
            UnknownError: The endpoint is gone.
        """
        wanted = {
            each.id: recording
            for recording in recordings
            for each in recording.artefacts
            if each.kind is kind
        }
        if not wanted:
            return ()
        opened = self.house.looking.open(
            voice_at(endpoint.device_id), endpoint.account_id, wanted, purpose=Purpose.ASSIST
        )
        return tuple(
            Read(text=opened[each].decode(errors="replace"), at_ms=recording.begin_ms)
            for each, recording in wanted.items()
            if each in opened
        )
