"""The two ends of every way in: the guard before it, the session after it."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.identity.attempt import Charges
from bailee.identity.errors import SignInError, StepUpError, TogetherError, TooManyError
from bailee.identity.guard import Allowed, Together, Wait
from bailee.identity.parts import Parts
from bailee.identity.people import Person
from bailee.identity.sessions import about_client
from bailee.identity.token import csrf_of
from bailee.types.sign_in import Client, Factor, Session, SessionState, SignInEvent

_SECOND = frozenset({Factor.TOTP, Factor.PASSKEY, Factor.RECOVERY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody is in. Tokens are for the browser alone: never logged, never stored.

    Attributes:
        token: For a cookie that scripts cannot read, or a program's header.
        csrf: What forms of this session carry.
        device_cookie: To be kept on this device for a year; "" to keep what it has.
        session: Its facts.
    """

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    device_cookie: str = field(repr=False)
    session: Session


def admit(
    parts: Parts,
    client: Client,
    *,
    lookup: bytes | None,
    known_device: bytes | None,
    complete: bool,
) -> Charges:
    """Ask the guard; the charges of an attempt that may be looked at.

    Raises:
        TooManyError: It may not, for a while.
        TogetherError: It may not without its second factor.
    """
    verdict = parts.guard.check(
        client.door, lookup, client.address, known_device, complete=complete
    )
    if lookup is not None and not isinstance(verdict, Allowed):
        parts.refused.note(lookup, about_client(client))
    match verdict:
        case Allowed(charges=charges):
            return charges
        case Wait(wait_ms=wait_ms):
            raise TooManyError(wait_ms)
        case Together():
            raise TogetherError


def enter(
    parts: Parts, connection: sa.Connection, person: Person, factor: Factor, client: Client
) -> Entered:
    """Open a full session, remember the device, and tell what its owner should know."""
    others = parts.sessions.how_many(connection, person.id)
    cookie, is_new = parts.known_devices.remember(connection, person.id, client.device_cookie)
    entered = open_session(
        parts, connection, person, SessionState.FULL, factor, client, device_cookie=cookie
    )
    parts.trace(connection, person.account_id, person.id, SignInEvent.ENTERED, factor)
    details = about_client(client)
    if is_new:
        parts.notify(connection, person.id, SignInEvent.NEW_DEVICE, details)
    if others:
        more = details | {"others": str(others)}
        parts.notify(connection, person.id, SignInEvent.CONCURRENT, more)
    return entered


def open_session(
    parts: Parts,
    connection: sa.Connection,
    person: Person,
    state: SessionState,
    factor: Factor,
    client: Client,
    *,
    device_cookie: str = "",
) -> Entered:
    """A session under a fresh token, its second factor proven now if *factor* is one."""
    token, session = parts.sessions.start(
        connection,
        person_id=person.id,
        account_id=person.account_id,
        state=state,
        factor=factor,
        client=client,
        second_factor_ms=parts.clock.now_ms() if factor in _SECOND else None,
    )
    return Entered(token=token, csrf=csrf_of(token), device_cookie=device_cookie, session=session)


def restart(parts: Parts, connection: sa.Connection, old: Session, client: Client) -> Entered:
    """End every session of a person; who made the change goes on in another one.

    It proves nothing anew: the ages of the old session's factors stay.
    """
    end_everything(parts, connection, old.person_id)
    token, session = parts.sessions.start(
        connection,
        person_id=old.person_id,
        account_id=old.account_id,
        state=old.state,
        factor=old.factor,
        client=client,
        second_factor_ms=old.second_factor_ms,
        stepped_up_ms=old.stepped_up_ms,
    )
    return Entered(token=token, csrf=csrf_of(token), device_cookie="", session=session)


def end_everything(parts: Parts, connection: sa.Connection, person_id: str) -> None:
    """End all sessions and half-finished sign-ins of a person."""
    parts.sessions.end_all(connection, person_id)
    parts.pendings.end_all(connection, person_id)


def entered_or_raise(entered: Entered | None) -> Entered:
    """What a flow's transaction made of it; raised only after the transaction kept its trace."""
    if entered is None:
        raise SignInError
    return entered


def require_session(parts: Parts, connection: sa.Connection, token: str) -> Session:
    """The live, full session of *token*. Raises `SignInError`."""
    session = parts.sessions.find(connection, token)
    if session is None or session.state is not SessionState.FULL:
        raise SignInError
    return session


def require_fresh(parts: Parts, connection: sa.Connection, token: str) -> Session:
    """The same, whose second factor was proven within the step-up's time.

    Raises:
        SignInError: There is no such session.
        StepUpError: Its second factor is older, or the clock says it is yet to come.
    """
    session = require_session(parts, connection, token)
    if not parts.settings.second_factor and not parts.has_factor(connection, session.person_id):
        return session  # nothing to step up with, and none is asked for here
    age_ms = parts.clock.now_ms() - (session.second_factor_ms or 0)
    if not 0 <= age_ms <= parts.settings.step_up_ms:
        raise StepUpError
    return session
