"""Passwords: argon2id, length before composition, and none that everybody knows.

NIST SP 800-63B §3.1.1: a length and a list, no rules about symbols, no forced change.
"""

import base64
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bailee.errors import EvidenceError
from bailee.identity.breached import Breached
from bailee.identity.errors import PasswordRefusedError
from bailee.identity.settings import Settings

LEAST = 8
MOST = 256
_SALT = 16
_HASH = 32


class Hasher(Protocol):
    """What is used of `argon2.PasswordHasher`."""

    def hash(self, password: str) -> str: ...
    def verify(self, hash: str, password: str) -> bool: ...  # noqa: A002 - the library's name
    def check_needs_rehash(self, hash: str) -> bool: ...  # noqa: A002 - the library's name


def hasher_of(settings: Settings) -> PasswordHasher:
    """Argon2id at the deployment's cost."""
    return PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
        hash_len=_HASH,
        salt_len=_SALT,
    )


class Passwords:
    """Judges new passwords, hashes and verifies them."""

    def __init__(
        self, settings: Settings, breached: Breached, hasher: Hasher | None = None
    ) -> None:
        self._settings = settings
        self._breached = breached
        self._hasher = hasher or hasher_of(settings)
        self._decoy = _decoy(settings)
        # Each hash takes its memory cost: attempts beyond these wait their turn.
        self._turns = threading.BoundedSemaphore(settings.argon2_at_once)

    def hash(self, password: str) -> str:
        """The argon2 string of a password that `judge` let pass."""
        with self._turns:
            return self._hasher.hash(normal(password))

    def is_right(self, known: str | None, given: str) -> bool:
        """Whether *given* (untrusted) is the password of the argon2 string *known*.

        One verification, whatever *known* is: None, for a name that does not exist or has no
        password, costs what a wrong password costs. After the cost was raised, names that have
        not signed in since cost what they cost before.
        """
        text = normal(given) if len(given) <= MOST else ""
        with self._turns:
            try:
                right = self._hasher.verify(known or self._decoy, text)
            except InvalidHashError as error:
                raise EvidenceError("A stored password hash is damaged.") from error
            except VerificationError:
                return False
        return right and known is not None

    def is_dated(self, known: str) -> bool:
        """Whether *known* was made at another cost than the deployment's present one."""
        return self._hasher.check_needs_rehash(known)

    def judge(self, password: str, own: Iterable[str] = ()) -> None:
        """Refuse a new password that is too short, too long, known, or one of the *own* words.

        Raises:
            PasswordRefusedError: It says why; nothing was stored.
        """
        text = normal(password)
        if not LEAST <= len(text) <= MOST:
            raise PasswordRefusedError(
                f"A password has {LEAST} to {MOST} characters.",
                hint="Three or four words that only you would put together are good.",
            )
        if _is_own(text, (*own, self._settings.service)):
            raise PasswordRefusedError(
                "This password is your name, your address or the name of this service.",
                hint="Choose one that nobody who knows you would try.",
            )
        if self._breached(text) or self._breached(text.casefold()):
            raise PasswordRefusedError(
                "This password is on a list of passwords that leaked elsewhere.",
                hint="Attackers try those first. Choose one that you use nowhere else.",
            )


def normal(password: str) -> str:
    """Unicode NFC, so that é is é on every keyboard. Nothing is trimmed or folded."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold())


def _is_own(text: str, own: Iterable[str]) -> bool:
    """Whether *text* is one of these words, or part of an address, with at most digits around."""
    bare = _letters(text)
    parts = (part for word in own for part in (word, *re.split(r"[@\s]", word)))
    return any(_letters(part) == bare for part in parts if _letters(part))


def _decoy(settings: Settings) -> str:
    """An argon2 string at the present cost that no password has made."""

    def text(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")

    cost = f"m={settings.argon2_memory_kib},t={settings.argon2_passes},p={settings.argon2_lanes}"
    return f"$argon2id$v=19${cost}${text(_SALT)}${text(_HASH)}"
