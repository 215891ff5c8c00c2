"""Where a request comes from, as the door saw it."""

from enum import StrEnum


class Network(StrEnum):
    """Where a request comes from. The door says it, of the peer's address; nobody else can know."""

    MACHINE = "machine"
    """The machine itself: its terminal, or loopback."""
    HOME = "home"
    """A network that the household, or the operator, named as its own."""
    AWAY = "away"
    BARRED = "barred"
    """Shut out by the guard; or nothing was said of it."""
