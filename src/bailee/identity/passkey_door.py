"""Signing in with a passkey and nothing else.

A verified passkey is possession and its user's verification at once. Nothing can be guessed here,
so no name's limit applies: an attack on a name does not lock its passkeys out.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.identity.ceremony import Ceremonies
from bailee.identity.challenges import Ceremony
from bailee.identity.entering import Entered, enter, entered_or_raise
from bailee.identity.parts import Parts
from bailee.identity.token import new_token
from bailee.types.sign_in import Client, Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A ceremony begun: options for the browser, and the ticket only that browser holds."""

    options: str
    ticket: str = field(repr=False)


class PasskeyDoor:
    """The door for passkeys."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ceremonies = Ceremonies(parts)

    def begin(self) -> Asked:
        """Options for signing in. The ticket goes into a cookie that scripts cannot read."""
        ticket = new_token()
        options = self._ceremonies.options(Ceremony.SIGN_IN, ticket, "")
        return Asked(options=options, ticket=ticket)

    def finish(self, body: str, ticket: str, client: Client) -> Entered:
        """Sign in with the browser's answer (untrusted JSON).

        Raises:
            SignInError: Whatever was wrong.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        answer, stored, charges = self._ceremonies.look(body, client)
        sign_count = self._ceremonies.verify(Ceremony.SIGN_IN, ticket, "", answer, stored)

        def work(connection: sa.Connection) -> Entered | None:
            person = parts.people.by_id(connection, stored.person_id)
            if person is None or not self._ceremonies.count(connection, stored, sign_count):
                return None
            parts.guard.record(connection, charges, succeeded=True)
            return enter(parts, connection, person, Factor.PASSKEY, client)

        return entered_or_raise(parts.database.write(work))
