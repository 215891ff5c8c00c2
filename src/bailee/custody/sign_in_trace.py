"""What the ledger is told about signing in: the `Trace` that identity asks for."""

import sqlalchemy as sa

from bailee.custody.desk import Desk
from bailee.types.sign_in import Factor, SignInEvent


class SignInTrace:
    """Writes entries of the type ``sign-in``: tags, an event and a factor from closed lists."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(
        self,
        connection: sa.Connection,
        account_id: str,
        subject_id: str,
        event: SignInEvent,
        factor: Factor | None,
    ) -> None:
        """Write the entry in the caller's transaction."""
        t = self._desk.at(connection)
        t.tell("sign-in", account_id, subject=t.tag(subject_id), event=event, factor=factor)
