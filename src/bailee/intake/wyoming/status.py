"""How an endpoint is doing, as a page can show it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What it does now."""

    LISTENING = "listening"
    """bailee listens at its address."""
    CONNECTED = "connected"
    """bailee is connected to its satellite."""
    TRYING = "trying"
    """Its satellite is not there; bailee tries again and again."""
    REFUSED = "refused"
    """Somebody has to change something first; `Status.why` says what."""
    POSTED = "posted"
    """It has no door of its own: its device posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How an endpoint is doing.

    Attributes:
        since_ms: Since when; milliseconds since the epoch, UTC.
        why: Why it is not connected or not open, as a sentence; "" where it is.
        peers: Who is connected to it now.
    """

    state: State
    since_ms: int
    why: str = ""
    peers: int = 0
