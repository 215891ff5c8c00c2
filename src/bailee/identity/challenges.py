"""Challenges of passkey ceremonies: random, short-lived, bound to a browser, good once.

WebAuthn §13.4.3 asks for 16 random bytes at least; these have 32 and only a hash of them is kept.
A crash between taking one and verifying its answer spends it: the person begins again.
"""

import secrets
from enum import StrEnum
from hashlib import sha256

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.settings import Settings
from bailee.identity.token import hash_token
from bailee.store.identity_tables import challenge

_MOST = 100_000


class Ceremony(StrEnum):
    """What a challenge may be used for."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    STEP_UP = "step-up"


class Challenges:
    """All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def make(
        self, connection: sa.Connection, ceremony: Ceremony, bound_to: str, person_id: str = ""
    ) -> bytes:
        """A fresh challenge (32 bytes) for whoever holds the token *bound_to*."""
        fresh = secrets.token_bytes(32)
        connection.execute(
            sa.insert(challenge).values(
                digest=_digest(fresh),
                purpose=ceremony.value,
                bound=hash_token(bound_to),
                person_id=person_id,
                expires_ms=self._clock.now_ms() + self._settings.challenge_ms,
            )
        )
        return fresh

    def take(
        self,
        connection: sa.Connection,
        ceremony: Ceremony,
        bound_to: str,
        person_id: str,
        answered: bytes,
    ) -> bool:
        """Whether *answered* (untrusted) is a live challenge of this very ceremony; ends it."""
        taken = connection.execute(
            sa.delete(challenge).where(
                challenge.c.digest == _digest(answered),
                challenge.c.purpose == ceremony.value,
                challenge.c.bound == hash_token(bound_to),
                challenge.c.person_id == person_id,
                challenge.c.expires_ms > self._clock.now_ms(),
            )
        )
        return taken.rowcount == 1

    def sweep(self, connection: sa.Connection) -> None:
        """Drop those that are over, and the oldest where somebody asked for absurdly many."""
        over = challenge.c.expires_ms <= self._clock.now_ms()
        connection.execute(sa.delete(challenge).where(over))
        newest = sa.select(challenge.c.digest).order_by(challenge.c.expires_ms.desc())
        connection.execute(
            sa.delete(challenge).where(challenge.c.digest.in_(newest.limit(_MOST).offset(_MOST)))
        )


def _digest(challenge_bytes: bytes) -> bytes:
    return sha256(b"bailee/challenge/v1/" + challenge_bytes).digest()
