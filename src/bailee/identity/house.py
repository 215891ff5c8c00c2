"""The room as a whole: every door of signing in, what the gate asks, and the sweep."""

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.errors import UnknownError
from bailee.identity.breached import Breached
from bailee.identity.enrolment import Enrolment
from bailee.identity.entering import require_session
from bailee.identity.factors import Factors
from bailee.identity.own_passkeys import OwnPasskeys
from bailee.identity.own_password import OwnPassword
from bailee.identity.parts import put_together
from bailee.identity.passkey_door import PasskeyDoor
from bailee.identity.passkey_enrolment import PasskeyEnrolment
from bailee.identity.passwords import Hasher
from bailee.identity.sessions import Shown
from bailee.identity.set_up_code import SetUpCode
from bailee.identity.settings import Settings
from bailee.identity.sign_in import SignIn
from bailee.identity.step_up import StepUp
from bailee.identity.tokens import DeviceTokens
from bailee.store.database import Database
from bailee.types.sealed import SealFor
from bailee.types.sign_in import Notify, Session, SignInEvent, Trace


class Identity:
    """Sign-in for people and devices. One a process; safe for threads.

    Attributes:
        guard: Limits over every door.
        sign_in: Name, password and second factor.
        passkeys: A passkey and nothing else.
        step_up: The second factor once more.
        enrolment: Invitations.
        passkey_enrolment: Invitations taken up with a passkey alone.
        set_up_code: What proves that somebody reads this machine's terminal.
        factors: One's authenticator app and recovery codes.
        own_passkeys: One's passkeys.
        own_password: One's password, and resets.
        tokens: Device tokens.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        sealer: SealFor,
        clock: Clock,
        notify: Notify,
        trace: Trace,
        breached: Breached | None = None,
        hasher: Hasher | None = None,
    ) -> None:
        """Wire everything. *breached* and *hasher* are the settings' own unless given."""
        self._parts = parts = put_together(
            settings=settings,
            database=database,
            sealer=sealer,
            clock=clock,
            notify=notify,
            trace=trace,
            breached=breached,
            hasher=hasher,
        )
        self.guard = parts.guard
        self.sign_in = SignIn(parts)
        self.passkeys = PasskeyDoor(parts)
        self.step_up = StepUp(parts)
        self.enrolment = Enrolment(parts)
        self.passkey_enrolment = PasskeyEnrolment(parts)
        self.set_up_code = SetUpCode(parts)
        self.factors = Factors(parts)
        self.own_passkeys = OwnPasskeys(parts)
        self.own_password = OwnPassword(parts)
        self.tokens = DeviceTokens(parts)

    def authenticate(self, token: str) -> Session | None:
        """The live session of *token* (untrusted), noted as in use; None when there is none.

        Look at its state: a set-up session may do nothing but set up a second factor.
        """
        parts = self._parts
        session = parts.database.read(lambda c: parts.sessions.find(c, token))
        if session is not None and parts.sessions.is_stale(session):
            parts.database.write(lambda c: parts.sessions.touch(c, token))
        return session

    def session_of(self, connection: sa.Connection, session_id: str) -> Session | None:
        """The live session of that id, in the caller's transaction: for the gate."""
        return self._parts.sessions.by_id(connection, session_id)

    def sessions(self, token: str) -> tuple[Shown, ...]:
        """The sessions of whoever holds *token*, the last used first. Raises `SignInError`."""
        parts = self._parts

        def work(connection: sa.Connection) -> tuple[Shown, ...]:
            session = require_session(parts, connection, token)
            return parts.sessions.list(connection, session.person_id)

        return parts.database.read(work)

    def end(self, token: str, session_id: str) -> None:
        """End one of one's sessions, such as this one.

        Raises:
            SignInError: There is no session of *token*.
            UnknownError: The other is not one's own, or has ended.
        """
        parts = self._parts

        def work(connection: sa.Connection) -> None:
            session = parts.sessions.find(connection, token)
            whose = session.person_id if session else ""
            if session is None or not parts.sessions.end(connection, whose, session_id):
                raise UnknownError(
                    "There is no such session.", hint="List yours and choose one of them."
                )
            event = SignInEvent.ENDED
            parts.trace(connection, session.account_id, session.person_id, event, None)

        parts.database.write(work)

    def end_others(self, token: str) -> int:
        """End all of one's sessions but this one; how many ended. Raises `SignInError`."""
        parts = self._parts

        def work(connection: sa.Connection) -> int:
            session = require_session(parts, connection, token)
            ended = parts.sessions.end_all(connection, session.person_id, keep=session.id)
            if ended:
                event = SignInEvent.ENDED
                parts.trace(connection, session.account_id, session.person_id, event, None)
            return ended

        return parts.database.write(work)

    def has_factor(self, person_id: str) -> bool:
        """Whether a person has a second factor, for the gate and the owner's page."""
        return self._parts.database.read(lambda c: self._parts.has_factor(c, person_id))

    def sweep(self) -> None:
        """Drop what is over, and warn those whose password was used and never completed.

        Idempotent; a crash leaves it for the next time. Run it every minute or so.
        """
        parts = self._parts
        parts.guard.sweep()
        self._tell_refused()

        def work(connection: sa.Connection) -> None:
            parts.sessions.sweep(connection)
            parts.challenges.sweep(connection)
            parts.invitations.sweep(connection)
            parts.resets.sweep(connection)
            parts.known_devices.sweep(connection)
            self.tokens.sweep(connection)
            for person_id in sorted(parts.pendings.sweep(connection)):
                self._warn(connection, person_id)

        parts.database.write(work)

    def _tell_refused(self) -> None:
        """Tell those whose name was tried and not looked at, once a day each."""
        parts = self._parts
        noted = parts.refused.drain()
        people = parts.database.read(
            lambda c: [parts.people.by_lookup(c, lookup) for lookup in noted]
        )

        def work(connection: sa.Connection) -> None:
            event = SignInEvent.ATTEMPTS_REFUSED
            for person in people:
                if person is not None and parts.guard.tell_once(connection, person.lookup):
                    details = noted[person.lookup]
                    parts.tell(connection, person.account_id, person.id, event, details=details)

        if any(people):
            parts.database.write(work)

    def _warn(self, connection: sa.Connection, person_id: str) -> None:
        person = self._parts.people.by_id(connection, person_id)
        if person is not None and self._parts.people.may_warn(connection, person_id):
            event = SignInEvent.PASSWORD_USED
            self._parts.tell(connection, person.account_id, person_id, event)
