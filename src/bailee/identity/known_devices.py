"""Devices a person has signed in on before: a long-lived random cookie, kept as a keyed hash.

It is no factor and opens nothing. It spares its owner the notice of a new device, and gives them a
bucket of their own, so that an attack on their name does not lock them out.
"""

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.settings import Settings
from bailee.identity.token import hash_token, new_token
from bailee.identity.upsert import upsert
from bailee.store.identity_tables import known_device
from bailee.types.sealed import SealFor


class KnownDevices:
    """All methods work in the caller's transaction."""

    def __init__(self, settings: Settings, sealer: SealFor, clock: Clock) -> None:
        self._settings = settings
        self._sealer = sealer
        self._clock = clock

    def find(self, connection: sa.Connection, person_id: str, cookie: str) -> bytes | None:
        """The key of the device with *cookie* (untrusted) if this person knows it.

        The same work for a person who does not exist.
        """
        lookup = self._lookup(connection, person_id, cookie)
        wanted = sa.select(known_device.c.lookup).where(
            known_device.c.lookup == lookup, known_device.c.expires_ms > self._clock.now_ms()
        )
        return lookup if connection.execute(wanted).one_or_none() else None

    def remember(self, connection: sa.Connection, person_id: str, cookie: str) -> tuple[str, bool]:
        """The cookie to keep on this device, and whether the device is new to this person."""
        is_new = self.find(connection, person_id, cookie) is None
        # A cookie that nobody was ever given is not taken over: it might be somebody's choice.
        kept = new_token() if is_new else cookie
        row = {
            "lookup": self._lookup(connection, person_id, kept),
            "person_id": person_id,
            "expires_ms": self._clock.now_ms() + self._settings.known_device_ms,
        }
        upsert(connection, known_device, [row])
        return kept, is_new

    def forget_all(self, connection: sa.Connection, person_id: str) -> None:
        connection.execute(sa.delete(known_device).where(known_device.c.person_id == person_id))

    def sweep(self, connection: sa.Connection) -> None:
        over = known_device.c.expires_ms <= self._clock.now_ms()
        connection.execute(sa.delete(known_device).where(over))

    def _lookup(self, connection: sa.Connection, person_id: str, cookie: str) -> bytes:
        return self._sealer.index(
            connection, "known device", f"{person_id}/{hash_token(cookie).hex()}"
        )
