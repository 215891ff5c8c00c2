"""What is kept of an answer, so that a repeated request is not done twice.

A row's key, the key it is sealed under and the key of its fingerprint come from the caller's own
token by HKDF; the token is stored nowhere. So a kept answer opens for whoever holds that token and
for nobody who has the database.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bailee.api.service import Service
from bailee.store.api_tables import idempotency

KEPT_MS = 24 * 3_600_000
_NONCE_BYTES = 12
_SALT = sha256(b"bailee/once/v1/salt").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer: what the route said, without what is put around every answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = field(repr=False)


class Standing(Enum):
    """How a request stands that has no answer to repeat."""

    FRESH = auto()
    """It is the caller's to do; its row is made."""
    OPEN = auto()
    """It is under way, or was cut short."""
    OTHER = auto()
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class _Keys:
    digest: bytes
    seal: bytes
    mark: bytes


class Slot:
    """The place of one caller's one key."""

    def __init__(self, service: Service, token: str, key: str) -> None:
        self._database = service.vault.desk().database
        self._clock = service.vault.desk().clock
        self._keys = _keys_of(token, key)
        self._mine = idempotency.c.digest == self._keys.digest

    def take(self, request: bytes) -> Standing | Kept:
        """Begin *request*, unless it was begun before: then how that stands, or its answer.

        Durable when it returns. A crash afterwards leaves it OPEN until it expires: nobody can
        tell how far it came, and so nothing does it again.
        """
        mark = hmac.digest(self._keys.mark, request, "sha256")
        now_ms = self._clock.now_ms()

        def work(connection: sa.Connection) -> Standing | Kept:
            over = sa.and_(self._mine, ~_alive(now_ms))
            connection.execute(sa.delete(idempotency).where(over))
            row = connection.execute(sa.select(idempotency).where(self._mine)).one_or_none()
            if row is None:
                # Two at once: one of them inserts, the other is run again and finds the row.
                fresh = {
                    "digest": self._keys.digest,
                    "fingerprint": mark,
                    "made_ms": now_ms,
                    "expires_ms": now_ms + KEPT_MS,
                }
                connection.execute(sa.insert(idempotency).values(fresh))
                return Standing.FRESH
            if not hmac.compare_digest(bytes(row.fingerprint), mark):
                return Standing.OTHER
            return Standing.OPEN if row.sealed is None else self._open(bytes(row.sealed))

        return self._database.write(work)

    def keep(self, answer: Kept) -> None:
        """Keep the answer. A crash before leaves it OPEN, though what it asked for was done."""
        plain = json.dumps(
            [answer.status, list(answer.headers), base64.b64encode(answer.body).decode()]
        )
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(self._keys.seal).encrypt(nonce, plain.encode(), self._keys.digest)
        put = sa.update(idempotency).where(self._mine).values(sealed=sealed)
        self._database.write(lambda connection: connection.execute(put))

    def release(self) -> None:
        """Forget that it was begun: nothing was done, and it may be tried again.

        A crash before leaves it OPEN: the caller is told to look first, and finds nothing done.
        """
        gone = sa.delete(idempotency).where(self._mine, idempotency.c.sealed.is_(None))
        self._database.write(lambda connection: connection.execute(gone))

    def _open(self, sealed: bytes) -> Standing | Kept:
        try:
            plain = AESGCM(self._keys.seal).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._keys.digest
            )
        except InvalidTag:
            return Standing.OPEN  # somebody changed the row: its answer is worth nothing
        status, headers, body = json.loads(plain)
        return Kept(
            status=status,
            headers=[(name, value) for name, value in headers],
            body=base64.b64decode(body),
        )


class OnceStore:
    """All of them."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def slot(self, token: str, key: str) -> Slot:
        """The place of *key* among those of *token*'s holder."""
        return Slot(self._service, token, key)

    def sweep(self) -> None:
        """Drop what is over. Idempotent."""
        desk = self._service.vault.desk()
        over = sa.delete(idempotency).where(~_alive(desk.clock.now_ms()))
        desk.database.write(lambda connection: connection.execute(over))


def _alive(now_ms: int) -> sa.ColumnElement[bool]:
    """Not over, and not of a time to come, as after a clock's step back."""
    row = idempotency.c
    return sa.and_(row.expires_ms > now_ms, row.expires_ms <= now_ms + KEPT_MS)


def _keys_of(token: str, key: str) -> _Keys:
    def derive(use: bytes) -> bytes:
        info = b"bailee/once/v1|" + use + b"|" + key.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=info).derive(token.encode())

    return _Keys(digest=derive(b"digest"), seal=derive(b"seal"), mark=derive(b"mark"))
