"""Codes from an authenticator app: RFC 6238, SHA-1, six digits, thirty seconds.

One step of drift either way is forgiven (RFC 6238 §5.2). A step counts once, over all processes:
it is taken by compare-and-set, so a code that was seen over a shoulder is worth nothing.
"""

import hmac

import pyotp
import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.settings import Settings
from bailee.identity.upsert import upsert
from bailee.store.database import AnyRow
from bailee.store.identity_tables import totp
from bailee.types.sealed import SealFor

_STEP_MS = 30_000
_DRIFT = 1
_CONTEXT = b"totp"


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """The latest step near *now_ms* that has *code* (untrusted); None when none has.

    All steps are computed whatever matches: the time taken tells nothing.
    """
    digits = "".join(code.split()).encode("ascii", "replace")
    generator = pyotp.TOTP(secret)
    found = None
    middle = now_ms // _STEP_MS
    for step in range(max(0, middle - _DRIFT), middle + _DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), digits):
            found = step
    return found


class Totp:
    """One authenticator app a person. All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, sealer: SealFor, clock: Clock) -> None:
        self._settings = settings
        self._sealer = sealer
        self._clock = clock
        self._decoy = pyotp.random_base32()

    def begin(self, connection: sa.Connection, person_id: str, name: str) -> str:
        """Make a secret that does not count yet; its ``otpauth:`` URI, to be shown as a picture.

        One that counts already goes on counting until the new one is confirmed.
        """
        secret = pyotp.random_base32()
        sealed = self._sealer.seal(connection, person_id, secret.encode(), _CONTEXT)
        changed = connection.execute(
            sa.update(totp).where(totp.c.person_id == person_id).values(pending=sealed)
        )
        if not changed.rowcount:
            fresh = {"person_id": person_id, "secret": None, "pending": sealed, "last_step": -1}
            upsert(connection, totp, [fresh])
        generator = pyotp.TOTP(secret)
        return generator.provisioning_uri(name=name, issuer_name=self._settings.service)

    def confirm(self, connection: sa.Connection, person_id: str, code: str) -> bool:
        """Whether *code* proves that the app works; from then on it counts. The code is spent."""
        row = self._row(connection, person_id)
        step = self._step(connection, person_id, row.pending if row else None, code)
        if row is None or step is None:
            return False
        taken = connection.execute(
            sa.update(totp)
            .where(totp.c.person_id == person_id, totp.c.pending == row.pending)
            .values(secret=totp.c.pending, pending=None, last_step=step)
        )
        return taken.rowcount == 1

    def step_of(self, connection: sa.Connection, person_id: str, code: str) -> int | None:
        """The unspent step that has *code*; None when there is none. Spends nothing.

        The same work for a person without an app.
        """
        row = self._row(connection, person_id)
        step = self._step(connection, person_id, row.secret if row else None, code)
        return step if row is not None and step is not None and step > row.last_step else None

    def spend(self, connection: sa.Connection, person_id: str, step: int) -> bool:
        """Take *step*; False when it, or a later one, was taken meanwhile."""
        taken = connection.execute(
            sa.update(totp)
            .where(totp.c.person_id == person_id, totp.c.last_step < step)
            .values(last_step=step)
        )
        return taken.rowcount == 1

    def use(self, connection: sa.Connection, person_id: str, code: str) -> bool:
        """Whether *code* is right and unspent; spends it."""
        step = self.step_of(connection, person_id, code)
        return step is not None and self.spend(connection, person_id, step)

    def is_set_up(self, connection: sa.Connection, person_id: str) -> bool:
        row = self._row(connection, person_id)
        return row is not None and row.secret is not None

    def remove(self, connection: sa.Connection, person_id: str) -> bool:
        """Forget the app; False when there was none that counted."""
        had = self.is_set_up(connection, person_id)
        connection.execute(sa.delete(totp).where(totp.c.person_id == person_id))
        return had

    @staticmethod
    def _row(connection: sa.Connection, person_id: str) -> AnyRow | None:
        columns = (totp.c.secret, totp.c.pending, totp.c.last_step)
        wanted = sa.select(*columns).where(totp.c.person_id == person_id)
        return connection.execute(wanted).one_or_none()

    def _step(
        self, connection: sa.Connection, person_id: str, sealed: bytes | None, code: str
    ) -> int | None:
        """The step of *code* under a sealed secret, or, for nothing, under one nobody has."""
        opened = self._sealer.open(connection, person_id, sealed, _CONTEXT) if sealed else None
        secret = opened.decode() if opened else self._decoy
        step = matching_step(secret, code, self._clock.now_ms())
        return step if opened else None
