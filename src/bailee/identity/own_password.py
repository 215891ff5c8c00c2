"""A person's password: changed by one who is signed in, or reset by one who has forgotten it.

A reset takes a recovery code and a day: its owner is told at once, on every channel, and any of
their sessions can stop it. It opens no session, and the second factor is asked for as ever.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.identity.changes import changed
from bailee.identity.entering import (
    Entered,
    admit,
    end_everything,
    entered_or_raise,
    require_fresh,
    require_session,
)
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.pendings import DECOY
from bailee.identity.people import Person
from bailee.identity.sign_in import tell_recovery_used
from bailee.identity.token import new_token
from bailee.types.sign_in import Client, Factor, Session, SignInEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAsked:
    """The answer to asking for a reset, the same whether it was right or wrong to ask.

    `token` sets a new password from `opens_ms` on, if it does at all.
    """

    token: str = field(repr=False)
    opens_ms: int


class OwnPassword:
    """The door for forgotten passwords, and the way to change a known one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def change(self, token: str, old: str, new: str, client: Client) -> Entered:
        """Set a new password. *old* is asked for unless a passkey was just proven.

        Raises:
            SignInError: There is no such session, or *old* is not the password.
            StepUpError: The second factor was proven too long ago.
            PasswordRefusedError: The new one will not do.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        session, person, name = parts.database.read(lambda c: self._own(c, token))
        bucket = session.id.encode()
        charges = admit(parts, client, lookup=None, known_device=bucket, complete=True)
        needs_old = session.factor is not Factor.PASSKEY
        if needs_old and not parts.passwords.is_right(person.hash, old):
            raise SignInError
        parts.passwords.judge(new, (name,))
        hash_ = parts.passwords.hash(new)

        def work(connection: sa.Connection) -> Entered | None:
            still = parts.sessions.find(connection, token)
            if still is None or not self._set(connection, person, hash_):
                return None
            parts.guard.record(connection, charges, succeeded=True)
            event, factor = SignInEvent.PASSWORD_CHANGED, Factor.PASSWORD
            return changed(parts, connection, still, event, factor, client)

        return entered_or_raise(parts.database.write(work))

    def ask_reset(self, name: str, code: str, client: Client) -> ResetAsked:
        """Begin a reset with a recovery code (untrusted), which is used up.

        Raises:
            TooManyError: The guard refuses to look.
        """
        parts, token = self._parts, new_token()
        lookup = parts.database.read(lambda c: parts.people.lookup(c, name))
        charges = admit(parts, client, lookup=lookup, known_device=None, complete=True)

        def work(connection: sa.Connection) -> None:
            person = parts.people.by_lookup(connection, lookup)
            whose = person.id if person else DECOY
            if not parts.recovery.use(connection, whose, code) or person is None:
                return
            parts.guard.record(connection, charges, succeeded=True)
            parts.resets.make(connection, whose, token)
            tell_recovery_used(parts, connection, whose)
            parts.tell(connection, person.account_id, whose, SignInEvent.RESET_ASKED)

        parts.database.write(work)
        return ResetAsked(token=token, opens_ms=parts.resets.opens_ms())

    def has_reset(self, token: str) -> bool:
        """Whether a reset waits for whoever holds the session *token*. Raises `SignInError`."""
        parts = self._parts

        def work(connection: sa.Connection) -> bool:
            session = require_session(parts, connection, token)
            return parts.resets.waits(connection, session.person_id)

        return parts.database.read(work)

    def cancel_reset(self, token: str) -> bool:
        """Stop the reset of whoever holds the session *token*; False when there was none."""
        parts = self._parts

        def work(connection: sa.Connection) -> bool:
            session = require_session(parts, connection, token)
            if not parts.resets.cancel(connection, session.person_id):
                return False
            event = SignInEvent.RESET_CANCELLED
            parts.tell(connection, session.account_id, session.person_id, event)
            return True

        return parts.database.write(work)

    def reset(self, token: str, new: str, client: Client) -> None:
        """Set a new password with the token of a reset (untrusted) whose day has come.

        Every session ends and none begins. It can be repeated after `PasswordRefusedError`.

        Raises:
            PasswordRefusedError: The new password will not do.
            SignInError: The reset is not open: too early, too late, stopped, used, or never.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        charges = admit(parts, client, lookup=None, known_device=None, complete=True)
        # A made-up one costs no argon2 work: that would be a way to wear the machine down.
        if not parts.database.read(lambda c: parts.resets.is_open(c, token)):
            raise SignInError
        parts.passwords.judge(new)
        hash_ = parts.passwords.hash(new)

        def work(connection: sa.Connection) -> bool:
            whose = parts.resets.take(connection, token)
            person = parts.people.by_id(connection, whose) if whose else None
            if person is None or not self._set(connection, person, hash_):
                return False
            parts.guard.record(connection, charges, succeeded=True)
            end_everything(parts, connection, person.id)
            event, factor = SignInEvent.PASSWORD_CHANGED, Factor.RECOVERY
            parts.tell(connection, person.account_id, person.id, event, factor=factor)
            return True

        if not parts.database.write(work):
            raise SignInError

    def _own(self, connection: sa.Connection, token: str) -> tuple[Session, Person, str]:
        session = require_fresh(self._parts, connection, token)
        person = self._parts.people.by_id(connection, session.person_id)
        if person is None:
            raise SignInError
        return session, person, self._parts.people.name_of(connection, person.id)

    def _set(self, connection: sa.Connection, person: Person, hash_: str) -> bool:
        """Keep a new password, unless another change came between; what waited for it ends."""
        self._parts.resets.cancel(connection, person.id)
        return self._parts.people.set_hash(connection, person, hash_, changed=True)
