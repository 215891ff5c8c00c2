"""What the rooms say to each other about signing in: values, events and the Protocols to wire."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Protocol

import sqlalchemy as sa

from bailee.types.ids import AccountId, DeviceId, PersonId

SessionId = NewType("SessionId", str)
PasskeyId = NewType("PasskeyId", str)
TokenId = NewType("TokenId", str)


def _opaque(prefix: str) -> str:
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"


def new_session_id() -> SessionId:
    return SessionId(_opaque("ses"))


def new_passkey_id() -> PasskeyId:
    return PasskeyId(_opaque("pky"))


def new_token_id() -> TokenId:
    return TokenId(_opaque("tok"))


class Door(StrEnum):
    """Where an attempt came in. Limits count over all of them together."""

    WEB = "web"
    API = "api"
    DEVICE = "device"
    RECOVERY = "recovery"


class Factor(StrEnum):
    """What a person proved."""

    PASSWORD = "password"  # noqa: S105 - the word, not a secret
    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery"
    INVITATION = "invitation"


class SessionState(StrEnum):
    """How far a session reaches. What is still without its second factor is no session at all."""

    ENROL = "enrol"
    """Invited, and has no second factor yet: may set one up and do nothing else."""
    FULL = "full"


class SignInEvent(StrEnum):
    """What the ledger tells about signing in, and what people are told of."""

    ENTERED = "entered"
    ENDED = "ended"
    INVITED = "invited"
    ENROLLED = "enrolled"
    STEPPED_UP = "stepped-up"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the word, not a secret
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    RECOVERY_MADE = "recovery-made"
    RECOVERY_USED = "recovery-used"
    RESET_ASKED = "reset-asked"
    RESET_CANCELLED = "reset-cancelled"
    NEW_DEVICE = "new-device"
    CONCURRENT = "concurrent"
    PASSWORD_USED = "password-used"  # noqa: S105 - the word, not a secret
    """Someone gave the right password and never the second factor."""
    ATTEMPTS_REFUSED = "attempts-refused"
    """Someone tried this name while the guard refused to look."""
    PASSKEY_CLONED = "passkey-cloned"
    TOKEN_MADE = "token-made"  # noqa: S105 - the word, not a secret
    TOKEN_ROTATED = "token-rotated"  # noqa: S105 - the word, not a secret
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - the word, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who knocks, as far as the door can see. All of it is untrusted but the address.

    Attributes:
        address: The peer's IP address, from the socket or a listed proxy; "" where there is none.
        description: Such as the browser's name; sealed, at most 200 characters are kept.
        device_cookie: What `Entered.device_cookie` once gave this browser; "" when it has none.
    """

    address: str
    description: str = ""
    device_cookie: str = ""
    door: Door = Door.WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session, as the gate reads it. Times are milliseconds since the epoch, UTC.

    Attributes:
        second_factor_ms: When a second factor (or a passkey, which is two) was last proven; None
            when none was.
        stepped_up_ms: When it was last proven again on purpose; None when never.
        factor: The last one proven.
    """

    id: SessionId
    person_id: PersonId
    account_id: AccountId
    state: SessionState
    factor: Factor
    made_ms: int
    used_ms: int
    expires_ms: int
    second_factor_ms: int | None
    stepped_up_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """What a device token allows: to deposit, for one device of one account. Nothing else."""

    token_id: TokenId
    account_id: AccountId
    device_id: DeviceId


class EndTokens(Protocol):
    """Ends every token of a device that is revoked."""

    def __call__(self, connection: sa.Connection, account_id: str, device_id: str) -> None:
        """In the caller's transaction: they end if and only if it is revoked."""
        ...


class Notify(Protocol):
    """Tells a person, by the in-app inbox and whatever channels they have."""

    def __call__(
        self,
        connection: sa.Connection,
        person_id: str,
        event: SignInEvent,
        details: Mapping[str, str],
    ) -> None:
        """Queue a notice in the caller's transaction: it is told if and only if it happened.

        *details* holds a device's description or a coarse network: to be sealed, never logged.
        """
        ...


class Trace(Protocol):
    """Writes the ledger entry of a sign-in event, in the caller's transaction."""

    def __call__(
        self,
        connection: sa.Connection,
        account_id: str,
        subject_id: str,
        event: SignInEvent,
        factor: Factor | None,
    ) -> None:
        """*subject_id* is the person's id, or the device's for a token's events."""
        ...
