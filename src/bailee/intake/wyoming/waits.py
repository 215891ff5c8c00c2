"""How long to wait before trying once more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Twice as long each time, from the first up to the most; both above 0."""

    first_s: float = 1.0
    most_s: float = 60.0
