"""A person's authenticator app and recovery codes.

Each change needs a second factor proven within the last minutes (or the set-up session of somebody
who has none), ends every session, tells its person and the ledger, all in one transaction; whoever
made it goes on in a new session. A crash before the commit changed nothing.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.errors import UnknownError
from bailee.identity.changes import Added, added, changed, removed, require_adder
from bailee.identity.entering import Entered, require_fresh, require_session
from bailee.identity.errors import FactorRefusedError
from bailee.identity.parts import Parts
from bailee.identity.passkeys import Passkey
from bailee.types.sign_in import Client, Factor, SignInEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFactors:
    """What a person can prove who they are with, beside their password.

    Attributes:
        app: Whether an authenticator app counts.
        passkeys: Oldest first.
        recovery_left: How many recovery codes are unused.
        password: Whether there is one; without, passkeys alone sign them in.
    """

    app: bool
    passkeys: tuple[Passkey, ...]
    recovery_left: int
    password: bool


class Factors:
    """What a signed-in person does about their codes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def show(self, token: str) -> OwnFactors:
        """The factors of whoever holds the session *token*. Raises `SignInError`."""
        parts = self._parts

        def work(connection: sa.Connection) -> OwnFactors:
            whose = require_session(parts, connection, token).person_id
            person = parts.people.by_id(connection, whose)
            return OwnFactors(
                app=parts.totp.is_set_up(connection, whose),
                passkeys=parts.passkeys.list(connection, whose),
                recovery_left=parts.recovery.left(connection, whose),
                password=person is not None and person.hash is not None,
            )

        return parts.database.read(work)

    def begin_totp(self, token: str) -> str:
        """An ``otpauth:`` URI to show as a picture; it counts once `confirm_totp` saw a code.

        Raises:
            SignInError: There is no such session.
            StepUpError: Its second factor was proven too long ago.
        """

        def work(connection: sa.Connection) -> str:
            session = require_adder(self._parts, connection, token)
            name = self._parts.people.name_of(connection, session.person_id)
            return self._parts.totp.begin(connection, session.person_id, name)

        return self._parts.database.write(work)

    def confirm_totp(self, token: str, code: str, client: Client) -> Added:
        """Let the app count from now on. Raises `FactorRefusedError` for a wrong code."""

        def work(connection: sa.Connection) -> Added:
            parts, session = self._parts, require_adder(self._parts, connection, token)
            is_first = not parts.has_factor(connection, session.person_id)
            if not parts.totp.confirm(connection, session.person_id, code):
                raise FactorRefusedError
            return added(parts, connection, session, Factor.TOTP, client, is_first=is_first)

        return self._parts.database.write(work)

    def remove_totp(self, token: str, client: Client) -> Entered:
        """Let the app count no more. Raises `UnknownError`, or `LastFactorError` for the last."""

        def work(connection: sa.Connection) -> Entered:
            session = require_fresh(self._parts, connection, token)
            if not self._parts.totp.remove(connection, session.person_id):
                raise UnknownError("There is no app to remove.", hint="List your factors first.")
            return removed(self._parts, connection, session, Factor.TOTP, client)

        return self._parts.database.write(work)

    def renew_recovery(self, token: str, client: Client) -> Added:
        """Ten new recovery codes, shown once; the old ones end."""

        def work(connection: sa.Connection) -> Added:
            session = require_fresh(self._parts, connection, token)
            codes = self._parts.recovery.renew(connection, session.person_id)
            event, factor = SignInEvent.RECOVERY_MADE, Factor.RECOVERY
            entered = changed(self._parts, connection, session, event, factor, client)
            return Added(entered=entered, codes=codes)

        return self._parts.database.write(work)
