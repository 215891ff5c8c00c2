"""What is known about the session through which someone asks: looked up by whoever signs in."""

from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from bailee.types.decide import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """A live session, token or link. Times are milliseconds since the epoch, UTC; None for never.

    Attributes:
        second_factor_ms: When a second factor was last shown.
        stepped_up_ms: When one was shown again on purpose.
    """

    second_factor_ms: int | None
    stepped_up_ms: int | None


class SessionFacts(Protocol):
    """Looks a session up inside the caller's transaction."""

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        """The sheet of ``principal.session``; None unless it lives and is *principal*'s own."""
        ...
