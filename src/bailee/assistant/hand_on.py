"""Who answers what is not for bailee: Home Assistant, or nobody."""

from typing import Protocol


class HandOn(Protocol):
    """Asks another one. Safe for threads."""

    def __call__(self, text: str, language: str) -> str | None:
        """What they answer to *text*; None where they do not. Never raises; may take seconds."""
        ...
