"""Coming in for the first time, or anew: an invitation, a name and password, then a factor."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.errors import ConflictError
from bailee.identity.entering import Entered, admit, end_everything, entered_or_raise, open_session
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.people import check_name
from bailee.identity.sessions import about_client
from bailee.identity.slips import Invited
from bailee.types.sign_in import Client, Factor, SessionState, SignInEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """For one person, once, until `expires_ms`."""

    token: str = field(repr=False)
    expires_ms: int


class Enrolment:
    """The door for those who are invited."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def invite(self, person_id: str, account_id: str) -> str:
        """A one-time token with which *person_id* may begin to sign in, or begin anew.

        Whoever calls decides who may invite: the first owner's comes from founding a household.
        """
        return self._parts.database.write(lambda c: self._invite(c, person_id, account_id))

    def invite_newcomer(self, person_id: str, account_id: str) -> Invitation:
        """The same for who cannot sign in yet: whoever lets people in takes nobody over by it.

        Raises:
            ConflictError: They can; nothing of theirs was touched.
        """
        parts = self._parts

        def work(connection: sa.Connection) -> Invitation:
            if _can_sign_in(parts, connection, person_id):
                raise ConflictError(
                    "They can sign in already, and an invitation would end all they have for it.",
                    hint="If they lost everything, whoever runs this vault can invite them anew.",
                )
            expires_ms = parts.clock.now_ms() + parts.settings.invitation_ms
            token = self._invite(connection, person_id, account_id)
            return Invitation(token=token, expires_ms=expires_ms)

        return parts.database.write(work)

    def whom(self, invitation: str) -> Invited | None:
        """Whom an invitation (untrusted) is for; None for what is none. It ends nothing.

        No guard: a token of 32 random bytes is not to be guessed.
        """
        parts = self._parts
        return parts.database.read(lambda c: parts.invitations.find(c, invitation))

    def can_sign_in(self, person_id: str) -> bool:
        """Whether a person has all that is asked of them to sign in."""
        parts = self._parts
        return parts.database.read(lambda c: _can_sign_in(parts, c, person_id))

    def accept(self, invitation: str, name: str, password: str, client: Client) -> Entered:
        """Take an invitation (untrusted): choose a name and a password, then set up a factor.

        What there was before ends: password, factors, codes, sessions, known devices.

        Raises:
            PasswordRefusedError, InputError: The name or password will not do; it can be repeated.
            SignInError: The invitation was used, has ended, or never was.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        charges = admit(parts, client, lookup=None, known_device=None, complete=True)
        # A made-up one costs no argon2 work: that would be a way to wear the machine down.
        if self.whom(invitation) is None:
            raise SignInError
        check_name(name)
        parts.passwords.judge(password, (name,))
        hash_ = parts.passwords.hash(password)

        def work(connection: sa.Connection) -> Entered | None:
            invited = parts.invitations.take(connection, invitation)
            if invited is None:
                return None
            forget_factors(parts, connection, invited.person_id)
            person = parts.people.put(
                connection, invited.person_id, invited.account_id, name, hash_
            )
            parts.guard.record(connection, charges, succeeded=True)
            factor, event = Factor.INVITATION, SignInEvent.ENROLLED
            details = about_client(client)
            parts.tell(
                connection, person.account_id, person.id, event, factor=factor, details=details
            )
            state = SessionState.ENROL if parts.settings.second_factor else SessionState.FULL
            return open_session(parts, connection, person, state, factor, client)

        return entered_or_raise(parts.database.write(work))

    def _invite(self, connection: sa.Connection, person_id: str, account_id: str) -> str:
        token = self._parts.invitations.make(connection, person_id, account_id)
        self._parts.tell(connection, account_id, person_id, SignInEvent.INVITED)
        return token


def _can_sign_in(parts: Parts, connection: sa.Connection, person_id: str) -> bool:
    """Whether a person has all that is asked of them; a password alone is half of it."""
    if parts.people.by_id(connection, person_id) is None:
        return False
    return not parts.settings.second_factor or parts.has_factor(connection, person_id)


def forget_factors(parts: Parts, connection: sa.Connection, person_id: str) -> None:
    """End all a person could prove, and every session."""
    parts.totp.remove(connection, person_id)
    parts.passkeys.remove_all(connection, person_id)
    parts.recovery.forget(connection, person_id)
    parts.known_devices.forget_all(connection, person_id)
    parts.resets.cancel(connection, person_id)
    end_everything(parts, connection, person_id)
