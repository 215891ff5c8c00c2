"""Small personal values, sealed under the key of whom they are about, and dying with it."""

from typing import Protocol

import sqlalchemy as sa


class SealFor(Protocol):
    """Seals for an owner (a person, an account) and looks up without keeping words.

    Everything happens inside the caller's transaction, so that a value is sealed under a key that
    lives at that moment. When the owner is erased, `open` answers None for all that was theirs.
    """

    def seal(self, connection: sa.Connection, owner_id: str, plain: bytes, context: bytes) -> bytes:
        """Seal *plain* so that it opens for the same owner and *context* alone.

        Raises:
            UnknownError: The owner has no key: never made, or erased.
        """
        ...

    def open(
        self, connection: sa.Connection, owner_id: str, sealed: bytes, context: bytes
    ) -> bytes | None:
        """What was sealed; None when the owner's key is gone.

        Raises:
            EvidenceError: The bytes were changed, or belong to another owner or context.
        """
        ...

    def index(self, connection: sa.Connection, what: str, text: str) -> bytes:
        """The keyed hash (32 bytes) by which *text* is found again among values of sort *what*."""
        ...
