"""Signing in with a name, a password and a second factor, in two steps or in one.

One error and the same work for every reason: a name that does not exist, one without a password, a
wrong password and a right one all cost a charge, one argon2 verification and one written row, and
the first step answers the same to all of them (see `pendings`).

Order of writes: the guard's charge → the pending row → (second step) the guard's charge → code
spent, charges given back, session and its ledger entry, in one transaction. A crash between leaves
an attempt that was charged and never finished.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.identity.attempt import Charges
from bailee.identity.entering import Entered, admit, enter, entered_or_raise, open_session
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.pendings import DECOY, Pending
from bailee.identity.people import Person
from bailee.identity.sessions import about_client
from bailee.types.sign_in import Client, Factor, SessionState, SignInEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A password was given; nothing is said about it. `token` awaits the second factor."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    lookup: bytes
    person: Person | None
    known_device: bytes | None
    step: int | None = None
    recovers: bool = False

    @property
    def factor(self) -> Factor | None:
        """What the code that came with the password would prove; None for a wrong one."""
        if self.step is not None:
            return Factor.TOTP
        return Factor.RECOVERY if self.recovers else None

    @property
    def hash(self) -> str | None:
        return self.person.hash if self.person else None

    @property
    def id(self) -> str:
        return self.person.id if self.person else DECOY


class SignIn:
    """The door for passwords."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def begin(self, name: str, password: str, client: Client) -> Begun | Entered:
        """Take a name and a password (untrusted). The answer is the same for right and wrong.

        It is `Entered` only for a person without a second factor: on a device they are known on,
        to set one up and nothing else; or anywhere, where the deployment asks for none.

        Raises:
            TooManyError, TogetherError: The guard refuses to look.
        """
        asked = self._parts.database.read(lambda c: self._ask(c, name, client))
        charges = self._admit(asked, client, complete=False)
        right = self._parts.passwords.is_right(asked.hash, password)
        dated = self._rehash(asked, password)

        def work(connection: sa.Connection) -> Begun | Entered:
            # Looked up for right and wrong alike, so that neither takes longer.
            person = self._still(connection, asked)
            has_factor = self._parts.has_factor(connection, asked.id)
            if person is None or not right:
                return self._pend(connection, asked, None, charges)
            if dated is not None:
                self._parts.people.set_hash(connection, person, dated, changed=False)
            if has_factor:
                return self._pend(connection, asked, person, charges)
            entered = self._without_factor(connection, person, asked, client)
            if entered is None:  # nothing completes it, and its owner is told of it
                return self._pend(connection, asked, person, charges)
            self._parts.guard.record(connection, charges, succeeded=True)
            return entered

        return self._parts.database.write(work)

    def finish(self, token: str, code: str, client: Client) -> Entered:
        """Complete what `begin` began, with a code of the authenticator app (untrusted).

        Raises:
            SignInError: Whatever was wrong, in either step.
            TooManyError: The guard refuses to look.
        """
        return self._finish(token, code, client, Factor.TOTP)

    def finish_by_recovery(self, token: str, code: str, client: Client) -> Entered:
        """The same with a recovery code, which is used up. Raises as `finish` does."""
        return self._finish(token, code, client, Factor.RECOVERY)

    def together(self, name: str, password: str, code: str, client: Client) -> Entered:
        """Both steps in one, *code* being the app's or a recovery code, which is used up.

        A wrong code costs no argon2 work, so it stays cheap under attack.

        Raises:
            SignInError: Whatever was wrong.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        asked = parts.database.read(lambda c: self._ask(c, name, client, code))
        charges = self._admit(asked, client, complete=True)
        if asked.factor is None:
            self._note_unseen(asked, client)
            raise SignInError
        if not parts.passwords.is_right(asked.hash, password):
            raise SignInError
        dated = self._rehash(asked, password)
        factor = asked.factor

        def work(connection: sa.Connection) -> Entered | None:
            person = self._still(connection, asked)
            if person is None or not self._spend(connection, person.id, code, asked.step):
                return None
            if dated is not None:
                parts.people.set_hash(connection, person, dated, changed=False)
            parts.guard.record(connection, charges, succeeded=True)
            return enter(parts, connection, person, factor, client)

        return entered_or_raise(parts.database.write(work))

    # -- steps ------------------------------------------------------------------------------

    def _ask(
        self, connection: sa.Connection, name: str, client: Client, code: str | None = None
    ) -> _Asked:
        """What there is to know before anything is judged; the same look-ups for any name."""
        parts = self._parts
        lookup = parts.people.lookup(connection, name)
        person = parts.people.by_lookup(connection, lookup)
        whose = person.id if person else DECOY
        return _Asked(
            lookup=lookup,
            person=person,
            known_device=parts.known_devices.find(connection, whose, client.device_cookie),
            step=None if code is None else parts.totp.step_of(connection, whose, code),
            recovers=code is not None and parts.recovery.has(connection, whose, code),
        )

    def _admit(self, asked: _Asked, client: Client, *, complete: bool) -> Charges:
        return admit(
            self._parts,
            client,
            lookup=asked.lookup,
            known_device=asked.known_device,
            complete=complete,
        )

    def _note_unseen(self, asked: _Asked, client: Client) -> None:
        """Under attack, let the owner of a name know that it was tried with a wrong code.

        Nobody looked at the password, so nobody knows whether it was right: as with a refusal.
        """
        if asked.known_device is None and self._parts.guard.is_under_attack():
            self._parts.refused.note(asked.lookup, about_client(client))

    def _rehash(self, asked: _Asked, password: str) -> str | None:
        """The password's hash at the present cost, where the kept one is dated.

        Made for wrong passwords too: the time it takes does not tell them apart.
        """
        if asked.hash is None or not self._parts.passwords.is_dated(asked.hash):
            return None
        return self._parts.passwords.hash(password)

    def _still(self, connection: sa.Connection, asked: _Asked) -> Person | None:
        """The person, unless the password was changed while it was being verified."""
        now = self._parts.people.by_id(connection, asked.id)
        return now if now and asked.person and now.changed_ms == asked.person.changed_ms else None

    def _without_factor(
        self, connection: sa.Connection, person: Person, asked: _Asked, client: Client
    ) -> Entered | None:
        """For whom there is no second step; None where a password alone must open nothing.

        On a device that is not known, whoever found the password would set up a factor of their
        own: there it takes another invitation.
        """
        if not self._parts.settings.second_factor:
            return enter(self._parts, connection, person, Factor.PASSWORD, client)
        if asked.known_device is None:
            return None
        return open_session(
            self._parts, connection, person, SessionState.ENROL, Factor.PASSWORD, client
        )

    def _pend(
        self,
        connection: sa.Connection,
        asked: _Asked,
        person: Person | None,
        charges: Charges,
    ) -> Begun:
        begun = Pending(
            person_id=person.id if person else DECOY,
            lookup=asked.lookup,
            charges=charges,
            changed_ms=person.changed_ms if person else 0,
        )
        return Begun(token=self._parts.pendings.start(connection, begun))

    def _finish(self, token: str, code: str, client: Client, factor: Factor) -> Entered:
        parts = self._parts
        begun, known_device = parts.database.read(lambda c: self._begun(c, token, client))
        charges = admit(
            parts,
            client,
            lookup=begun.lookup if begun else None,
            known_device=known_device,
            complete=True,
        )

        def work(connection: sa.Connection) -> Entered | None:
            if begun is None or not parts.pendings.attempt(connection, token):
                return None
            proven = self._prove(connection, begun.person_id, code, factor)
            person = parts.people.by_id(connection, begun.person_id)
            if not proven or person is None or person.changed_ms != begun.changed_ms:
                return None
            parts.pendings.finish(connection, token)
            parts.guard.record(connection, begun.charges, succeeded=True)
            parts.guard.record(connection, charges, succeeded=True)
            return enter(parts, connection, person, factor, client)

        return entered_or_raise(parts.database.write(work))

    def _begun(
        self, connection: sa.Connection, token: str, client: Client
    ) -> tuple[Pending | None, bytes | None]:
        begun = self._parts.pendings.find(connection, token)
        whose = begun.person_id if begun else DECOY
        return begun, self._parts.known_devices.find(connection, whose, client.device_cookie)

    def _spend(
        self, connection: sa.Connection, person_id: str, code: str, step: int | None
    ) -> bool:
        """Use up what was found right before the password was verified, however long that took."""
        if step is not None:
            return self._parts.totp.spend(connection, person_id, step)
        return self._prove(connection, person_id, code, Factor.RECOVERY)

    def _prove(self, connection: sa.Connection, person_id: str, code: str, factor: Factor) -> bool:
        if factor is Factor.TOTP:
            return self._parts.totp.use(connection, person_id, code)
        if not self._parts.recovery.use(connection, person_id, code):
            return False
        tell_recovery_used(self._parts, connection, person_id)
        return True


def tell_recovery_used(parts: Parts, connection: sa.Connection, person_id: str) -> None:
    """Tell a person that one of their recovery codes was used, and how many are left."""
    person = parts.people.by_id(connection, person_id)
    if person is None:
        return
    left = {"left": str(parts.recovery.left(connection, person_id))}
    event = SignInEvent.RECOVERY_USED
    parts.tell(
        connection, person.account_id, person.id, event, factor=Factor.RECOVERY, details=left
    )
