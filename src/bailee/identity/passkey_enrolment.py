"""Coming in by a passkey alone: an invitation and a name, then the passkey, and no password.

The invitation ends with the passkey that is made, in one transaction: who stops half-way, whose
browser fails or whose answer is refused still has it.
"""

import sqlalchemy as sa

from bailee.identity.challenges import Ceremony
from bailee.identity.changes import Added
from bailee.identity.enrolment import forget_factors
from bailee.identity.entering import admit, enter
from bailee.identity.errors import FactorRefusedError, SignInError
from bailee.identity.parts import Parts
from bailee.identity.passkey_answers import Registered, parse_answer, verified_registration
from bailee.identity.sessions import about_client
from bailee.types.sign_in import Client, Factor, SignInEvent

_EVENTS = (
    (SignInEvent.ENROLLED, Factor.INVITATION),
    (SignInEvent.FACTOR_ADDED, Factor.PASSKEY),
)


class PasskeyEnrolment:
    """The door for those who are invited and have a passkey to show for themselves."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def begin(self, invitation: str, name: str, client: Client) -> str:
        """Creation options as JSON, for whoever holds *invitation* (untrusted); it goes on.

        Raises:
            InputError: The name will not do, or somebody else has it.
            SignInError: The invitation was used, has ended, or never was.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        charges = admit(parts, client, lookup=None, known_device=None, complete=True)

        def work(connection: sa.Connection) -> str | None:
            invited = parts.invitations.find(connection, invitation)
            if invited is None:
                return None
            whose = invited.person_id
            parts.people.require_free(connection, whose, name)
            parts.guard.record(connection, charges, succeeded=True)
            challenge = parts.challenges.make(connection, Ceremony.REGISTER, invitation, whose)
            return parts.passkeys.options(connection, whose, name, challenge, anew=True)

        options = parts.database.write(work)
        if options is None:
            raise SignInError
        return options

    def accept(self, invitation: str, name: str, body: str, called: str, client: Client) -> Added:
        """Take an invitation with what the browser made (untrusted JSON): in, with both factors.

        What there was before ends, as in `Enrolment.accept`. A crash before the commit changed
        nothing: the invitation is as good as before.

        Args:
            invitation: Untrusted.
            name: What they sign in with, should they set a password later.
            body: The browser's answer to the options of `begin`.
            called: What they call the passkey.
            client: Where they are.

        Raises:
            FactorRefusedError: It does not verify, or its challenge is not live.
            InputError: A name will not do.
            SignInError: The invitation was used, has ended, or never was.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        charges = admit(parts, client, lookup=None, known_device=None, complete=True)
        registered = self._verified(invitation, body)

        def work(connection: sa.Connection) -> Added | None:
            invited = parts.invitations.take(connection, invitation)
            if invited is None:
                return None
            whose, account_id = invited.person_id, invited.account_id
            forget_factors(parts, connection, whose)
            person = parts.people.put(connection, whose, account_id, name, None)
            passkey_id = parts.passkeys.add(connection, whose, registered, called)
            codes = parts.recovery.renew(connection, whose)
            parts.guard.record(connection, charges, succeeded=True)
            details = about_client(client)
            for event, factor in _EVENTS:
                parts.tell(connection, account_id, whose, event, factor=factor, details=details)
            entered = enter(parts, connection, person, Factor.PASSKEY, client)
            return Added(entered=entered, codes=codes, passkey_id=passkey_id)

        added = parts.database.write(work)
        if added is None:
            raise SignInError
        return added

    def _verified(self, invitation: str, body: str) -> Registered:
        """Spend the challenge, whatever comes of it, and verify the answer."""
        parts, answer = self._parts, parse_answer(body)
        if answer is None:
            raise FactorRefusedError
        challenge = answer.challenge

        def take(connection: sa.Connection) -> bool | None:
            invited = parts.invitations.find(connection, invitation)
            if invited is None:
                return None
            whose = invited.person_id
            return parts.challenges.take(
                connection, Ceremony.REGISTER, invitation, whose, challenge
            )

        taken = parts.database.write(take)
        if taken is None:
            raise SignInError
        registered = verified_registration(parts.settings, answer) if taken else None
        if registered is None:
            raise FactorRefusedError
        return registered
