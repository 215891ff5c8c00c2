"""What is known about the session through which someone asks: looked up by whoever signs in."""

from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from bailee.types.decide import Principal
from bailee.types.facts import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """A live session or token. Times are milliseconds since the epoch, UTC; None for never.

    Attributes:
        second_factor_ms: When a second factor was last shown.
        stepped_up_ms: When one was shown again on purpose.
        network: Where the request comes from, as the door saw it.
    """

    second_factor_ms: int | None
    stepped_up_ms: int | None
    network: Network


class SessionFacts(Protocol):
    """Looks a session up inside the caller's transaction."""

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        """The sheet of ``principal.session``; None unless it lives and is *principal*'s own."""
        ...
