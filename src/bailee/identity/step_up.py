"""Proving the second factor once more, before what matters: the session moves to a new token.

Attempts count in a bucket of the session's own: an attack on a name does not keep its owner, who
is signed in, from stepping up.
"""

import sqlalchemy as sa

from bailee.identity.ceremony import Ceremonies
from bailee.identity.challenges import Ceremony
from bailee.identity.entering import Entered, admit, entered_or_raise, require_session
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.token import csrf_of
from bailee.types.sign_in import Client, Factor, SignInEvent


class StepUp:
    """For those who are signed in."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ceremonies = Ceremonies(parts)

    def by_code(self, token: str, code: str, client: Client) -> Entered:
        """Prove the authenticator app once more.

        Raises:
            SignInError: There is no such session, or the code is wrong or spent.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        session = parts.database.read(lambda c: require_session(parts, c, token))
        bucket = session.id.encode()
        charges = admit(parts, client, lookup=None, known_device=bucket, complete=True)

        def work(connection: sa.Connection) -> Entered | None:
            if not parts.totp.use(connection, session.person_id, code):
                return None
            parts.guard.record(connection, charges, succeeded=True)
            return self._moved(connection, token, Factor.TOTP)

        return entered_or_raise(parts.database.write(work))

    def begin_passkey(self, token: str) -> str:
        """Request options as JSON, for the session of *token* alone. Raises `SignInError`."""
        session = self._parts.database.read(lambda c: require_session(self._parts, c, token))
        return self._ceremonies.options(Ceremony.STEP_UP, token, session.person_id)

    def by_passkey(self, token: str, body: str, client: Client) -> Entered:
        """Prove a passkey once more, by the browser's answer (untrusted). Raises as `by_code`."""
        parts = self._parts
        session = parts.database.read(lambda c: require_session(parts, c, token))
        answer, stored, charges = self._ceremonies.look(body, client)
        if stored.person_id != session.person_id:
            raise SignInError
        sign_count = self._ceremonies.verify(
            Ceremony.STEP_UP, token, session.person_id, answer, stored
        )

        def work(connection: sa.Connection) -> Entered | None:
            if not self._ceremonies.count(connection, stored, sign_count):
                return None
            parts.guard.record(connection, charges, succeeded=True)
            return self._moved(connection, token, Factor.PASSKEY)

        return entered_or_raise(parts.database.write(work))

    def _moved(self, connection: sa.Connection, token: str, factor: Factor) -> Entered | None:
        moved = self._parts.sessions.step_up(connection, token, factor)
        if moved is None:
            return None
        fresh, session = moved
        event = SignInEvent.STEPPED_UP
        self._parts.trace(connection, session.account_id, session.person_id, event, factor)
        return Entered(token=fresh, csrf=csrf_of(fresh), device_cookie="", session=session)
