"""A stretch of time of which something was forgotten."""

from dataclasses import dataclass

from bailee.types.history import Who
from bailee.types.ids import ErasureId
from bailee.types.kind import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What somebody forgot.

    Attributes:
        erasure_id: Whose receipt proves it.
        at_ms: When; milliseconds since the epoch, UTC, as the others.
        by: Who asked; None where the ledger does not say.
        person: Of whom; None for everybody.
        device: On what; None for every device.
        kind: Of which kind; None for recordings, with all that was made of them.
        begin_ms: From when on.
        end_ms: To when, inclusive; a recording picked by itself ends where it begins here.
    """

    erasure_id: ErasureId
    at_ms: int
    by: Who | None
    person: Who | None
    device: Who | None
    kind: Kind | None
    begin_ms: int
    end_ms: int
