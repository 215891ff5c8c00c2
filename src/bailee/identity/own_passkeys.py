"""A person's passkeys: add, list, rename, remove. Changes are as in `factors`."""

from dataclasses import replace

import sqlalchemy as sa

from bailee.identity.challenges import Ceremony
from bailee.identity.changes import Added, added, removed, require_adder
from bailee.identity.entering import Entered, require_fresh, require_session
from bailee.identity.errors import FactorRefusedError
from bailee.identity.parts import Parts
from bailee.identity.passkey_answers import parse_answer, verified_registration
from bailee.identity.passkeys import Passkey
from bailee.types.sign_in import Client, Factor


class OwnPasskeys:
    """What a signed-in person does about their passkeys."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def begin(self, token: str) -> str:
        """Creation options as JSON, for the session of *token* alone.

        Raises:
            SignInError: There is no such session.
            StepUpError: Its second factor was proven too long ago.
        """

        def work(connection: sa.Connection) -> str:
            parts, session = self._parts, require_adder(self._parts, connection, token)
            whose = session.person_id
            challenge = parts.challenges.make(connection, Ceremony.REGISTER, token, whose)
            name = parts.people.name_of(connection, whose)
            return parts.passkeys.options(connection, whose, name, challenge)

        return self._parts.database.write(work)

    def add(self, token: str, body: str, name: str, client: Client) -> Added:
        """Keep what the browser made (untrusted JSON).

        Raises:
            FactorRefusedError: It does not verify, or its challenge is not live.
            InputError: The name will not do, or there are too many.
        """
        parts, answer = self._parts, parse_answer(body)
        if answer is None:
            raise FactorRefusedError

        def take(connection: sa.Connection) -> bool:
            whose = require_adder(parts, connection, token).person_id
            return parts.challenges.take(
                connection, Ceremony.REGISTER, token, whose, answer.challenge
            )

        taken = parts.database.write(take)
        registered = verified_registration(parts.settings, answer) if taken else None
        if registered is None:
            raise FactorRefusedError

        def work(connection: sa.Connection) -> Added:
            session = require_adder(parts, connection, token)
            is_first = not parts.has_factor(connection, session.person_id)
            fresh = parts.passkeys.add(connection, session.person_id, registered, name)
            made = added(parts, connection, session, Factor.PASSKEY, client, is_first=is_first)
            return replace(made, passkey_id=fresh)

        return parts.database.write(work)

    def list(self, token: str) -> tuple[Passkey, ...]:
        """The passkeys of whoever holds *token*."""

        def work(connection: sa.Connection) -> tuple[Passkey, ...]:
            session = require_session(self._parts, connection, token)
            return self._parts.passkeys.list(connection, session.person_id)

        return self._parts.database.read(work)

    def rename(self, token: str, passkey_id: str, name: str) -> None:
        """Give a passkey another name; no factor changes by that."""

        def work(connection: sa.Connection) -> None:
            session = require_session(self._parts, connection, token)
            self._parts.passkeys.rename(connection, session.person_id, passkey_id, name)

        self._parts.database.write(work)

    def remove(self, token: str, passkey_id: str, client: Client) -> Entered:
        """Forget a passkey. Raises `UnknownError`, or `LastFactorError` when it is the last."""

        def work(connection: sa.Connection) -> Entered:
            session = require_fresh(self._parts, connection, token)
            self._parts.passkeys.remove(connection, session.person_id, passkey_id)
            return removed(self._parts, connection, session, Factor.PASSKEY, client)

        return self._parts.database.write(work)
