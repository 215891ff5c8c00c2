"""Recovery codes: ten, each good once, shown once.

A code is 80 random bits, far beyond guessing, so a slow hash would buy nothing; what is stored is a
keyed hash (HMAC under a key in the ring, bound to the person), so that a stolen database cannot
even tell a right code from a wrong one.
"""

import base64
import re
import secrets

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.store.identity_tables import recovery_code
from bailee.types.sealed import SealFor

HOW_MANY = 10
_BYTES = 10


class Recovery:
    """A person's codes. All methods work in the caller's transaction."""

    def __init__(self, sealer: SealFor, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def renew(self, connection: sa.Connection, person_id: str) -> tuple[str, ...]:
        """Ten new codes, to be shown now and never again; the old ones end."""
        codes = tuple(new_code() for _ in range(HOW_MANY))
        self.forget(connection, person_id)
        rows = [
            {"person_id": person_id, "digest": self._digest(connection, person_id, code)}
            for code in codes
        ]
        connection.execute(sa.insert(recovery_code), rows)
        return codes

    def has(self, connection: sa.Connection, person_id: str, code: str) -> bool:
        """Whether *code* (untrusted) is one of the person's and unused; uses nothing up."""
        wanted = sa.select(recovery_code.c.digest).where(self._unused(connection, person_id, code))
        return connection.execute(wanted).one_or_none() is not None

    def use(self, connection: sa.Connection, person_id: str, code: str) -> bool:
        """Whether *code* (untrusted) is one of the person's and unused; uses it up."""
        used = connection.execute(
            sa.update(recovery_code)
            .where(self._unused(connection, person_id, code))
            .values(used_ms=self._clock.now_ms())
        )
        return used.rowcount == 1

    @staticmethod
    def forget(connection: sa.Connection, person_id: str) -> None:
        """End all of a person's codes."""
        connection.execute(sa.delete(recovery_code).where(recovery_code.c.person_id == person_id))

    @staticmethod
    def left(connection: sa.Connection, person_id: str) -> int:
        """How many are unused."""
        wanted = sa.select(sa.func.count()).where(
            recovery_code.c.person_id == person_id, recovery_code.c.used_ms.is_(None)
        )
        return int(connection.execute(wanted).scalar_one())

    def _unused(
        self, connection: sa.Connection, person_id: str, code: str
    ) -> sa.ColumnElement[bool]:
        return sa.and_(
            recovery_code.c.person_id == person_id,
            recovery_code.c.digest == self._digest(connection, person_id, code),
            recovery_code.c.used_ms.is_(None),
        )

    def _digest(self, connection: sa.Connection, person_id: str, code: str) -> bytes:
        return self._sealer.index(connection, "recovery", f"{person_id}/{bare(code)}")


def new_code() -> str:
    """Four groups of four letters and digits, none of which look alike."""
    text = base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def bare(code: str) -> str:
    """A code as it is compared: without what people put between its letters."""
    return re.sub(r"[\s-]+", "", code.casefold())[:64]
