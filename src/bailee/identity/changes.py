"""What every change of a password or a factor does: it ends every session, tells, and goes on."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.identity.entering import Entered, end_everything, enter, require_fresh, restart
from bailee.identity.errors import LastFactorError, SignInError
from bailee.identity.parts import Parts
from bailee.types.sign_in import Client, Factor, PasskeyId, Session, SessionState, SignInEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A factor counts now.

    Attributes:
        codes: Recovery codes, shown once, with a person's first factor; else empty.
        passkey_id: Which passkey was added; None for what is none.
    """

    entered: Entered
    codes: tuple[str, ...] = field(repr=False)
    passkey_id: PasskeyId | None = None


def require_adder(parts: Parts, connection: sa.Connection, token: str) -> Session:
    """A session that may add a factor: a fresh one, or the set-up session of one who has none.

    Raises:
        SignInError: There is no such session.
        StepUpError: Its second factor was proven too long ago.
    """
    session = parts.sessions.find(connection, token)
    if session is None:
        raise SignInError
    if session.state is SessionState.FULL:
        return require_fresh(parts, connection, token)
    if parts.has_factor(connection, session.person_id):
        raise SignInError
    return session


def added(
    parts: Parts,
    connection: sa.Connection,
    session: Session,
    factor: Factor,
    client: Client,
    *,
    is_first: bool,
) -> Added:
    """A factor was added; the first one comes with recovery codes and makes the session full."""
    whose = session.person_id
    codes = parts.recovery.renew(connection, whose) if is_first else ()
    event = SignInEvent.FACTOR_ADDED
    if session.state is SessionState.FULL:
        entered = changed(parts, connection, session, event, factor, client)
        return Added(entered=entered, codes=codes)
    parts.tell(connection, session.account_id, whose, event, factor=factor)
    end_everything(parts, connection, whose)
    person = parts.people.by_id(connection, whose)
    if person is None:
        raise SignInError
    return Added(entered=enter(parts, connection, person, factor, client), codes=codes)


def removed(
    parts: Parts, connection: sa.Connection, session: Session, factor: Factor, client: Client
) -> Entered:
    """A factor was removed. Raises `LastFactorError`, which undoes it with the transaction."""
    if parts.settings.second_factor and not parts.has_factor(connection, session.person_id):
        raise LastFactorError
    return changed(parts, connection, session, SignInEvent.FACTOR_REMOVED, factor, client)


def changed(
    parts: Parts,
    connection: sa.Connection,
    session: Session,
    event: SignInEvent,
    factor: Factor,
    client: Client,
) -> Entered:
    """Tell of a change and end every session; whoever made it goes on in another one."""
    parts.tell(connection, session.account_id, session.person_id, event, factor=factor)
    return restart(parts, connection, session, client)
