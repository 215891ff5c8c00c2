"""A passkey's answer, from untrusted JSON to a counter that went forward: what all ceremonies share."""

import sqlalchemy as sa

from bailee.identity.attempt import Charges
from bailee.identity.challenges import Ceremony
from bailee.identity.entering import admit
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.passkey_answers import (
    Answer,
    authentication_options,
    parse_answer,
    verified_count,
)
from bailee.identity.passkeys import Stored
from bailee.types.sign_in import Client, Factor, SignInEvent


class Ceremonies:
    """The steps, in order: `options`, `look`, `verify`, and `count` in the flow's transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def options(self, ceremony: Ceremony, bound_to: str, person_id: str) -> str:
        """Request options as JSON, with a challenge for the holder of the token *bound_to*."""
        challenge = self._parts.database.write(
            lambda c: self._parts.challenges.make(c, ceremony, bound_to, person_id)
        )
        return authentication_options(self._parts.settings, challenge)

    def look(self, body: str, client: Client) -> tuple[Answer, Stored, Charges]:
        """Read the answer, find its passkey, ask the guard.

        Raises:
            SignInError: It is malformed, or nobody's.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        answer = parse_answer(body)

        def find(connection: sa.Connection) -> tuple[Stored | None, bytes | None]:
            stored = None
            if answer is not None:
                stored = parts.passkeys.find(connection, answer.credential_id)
            whose = stored.person_id if stored else ""
            return stored, parts.known_devices.find(connection, whose, client.device_cookie)

        stored, known_device = parts.database.read(find)
        charges = admit(parts, client, lookup=None, known_device=known_device, complete=True)
        if answer is None or stored is None:
            raise SignInError
        return answer, stored, charges

    def verify(
        self,
        ceremony: Ceremony,
        bound_to: str,
        person_id: str,
        answer: Answer,
        stored: Stored,
    ) -> int:
        """Spend the challenge, whatever comes of it, and verify the answer; its counter.

        Raises:
            SignInError: The challenge is not live, not this ceremony's, or the answer is wrong.
        """
        taken = self._parts.database.write(
            lambda c: self._parts.challenges.take(
                c, ceremony, bound_to, person_id, answer.challenge
            )
        )
        settings = self._parts.settings
        sign_count = verified_count(settings, stored.public_key, answer) if taken else None
        if sign_count is None:
            raise SignInError
        return sign_count

    def count(self, connection: sa.Connection, stored: Stored, sign_count: int) -> bool:
        """Take the counter; one that did not go forward means a copied key, and is told."""
        if self._parts.passkeys.count(connection, stored, sign_count):
            return True
        person = self._parts.people.by_id(connection, stored.person_id)
        if person is not None:
            event, factor = SignInEvent.PASSKEY_CLONED, Factor.PASSKEY
            self._parts.tell(connection, person.account_id, person.id, event, factor=factor)
        return False
