"""One attempt to get in, and the buckets of failures it is counted in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

import sqlalchemy as sa

from bailee.identity.bucket import Limit
from bailee.identity.network import host_of, network_of
from bailee.types.sealed import SealFor

MINUTE_MS = 60_000
_KEY_SIZE = 33


class Sort(Enum):
    """What a bucket counts for. The byte names it in a list of charges."""

    ACCOUNT = b"a"
    HOST = b"h"
    NETWORK = b"n"
    DEVICE = b"d"


LIMITS = {
    Sort.ACCOUNT: Limit(free=5, drain_ms=15 * MINUTE_MS, first_ms=1_000, cap_ms=15 * MINUTE_MS),
    Sort.HOST: Limit(free=10, drain_ms=6 * MINUTE_MS, first_ms=2_000, cap_ms=60 * MINUTE_MS),
    # A network never makes anyone wait by itself: beyond its free failures it is *hot*.
    Sort.NETWORK: Limit(free=60, drain_ms=10_000, first_ms=1, cap_ms=1),
    Sort.DEVICE: Limit(free=8, drain_ms=5 * MINUTE_MS, first_ms=1_000, cap_ms=5 * MINUTE_MS),
}
TIGHT = LIMITS | {
    Sort.ACCOUNT: Limit(free=2, drain_ms=15 * MINUTE_MS, first_ms=30_000, cap_ms=15 * MINUTE_MS),
    Sort.HOST: Limit(free=1, drain_ms=6 * MINUTE_MS, first_ms=60_000, cap_ms=60 * MINUTE_MS),
}
"""While credentials are being stuffed, or in a hot network: a clean address still has a try."""


@dataclass(frozen=True, slots=True)
class Charges:
    """The buckets an attempt fills: a key of 32 bytes for each sort."""

    keys: tuple[tuple[Sort, bytes], ...]

    def encode(self) -> bytes:
        return b"".join(sort.value + key for sort, key in self.keys)

    @classmethod
    def decode(cls, encoded: bytes) -> "Charges":
        """Read what `encode` wrote."""
        parts = (encoded[at : at + _KEY_SIZE] for at in range(0, len(encoded), _KEY_SIZE))
        return cls(tuple((Sort(part[:1]), part[1:]) for part in parts))

    def key(self, sort: Sort) -> bytes | None:
        return next((key for each, key in self.keys if each is sort), None)


def charges_of(
    connection: sa.Connection,
    sealer: SealFor,
    *,
    account_key: bytes | None,
    address: str,
    known_device: bytes | None,
) -> Charges:
    """Which buckets an attempt fills.

    A known device has a bucket of its own and no other: an attack on its owner's name, from its
    network or on the whole service does not lock it out, and it is no way around the limits, since
    it guesses from one bucket, for one person.
    """
    if known_device is not None:
        return Charges(((Sort.DEVICE, sha256(b"device/" + known_device).digest()),))

    def keys() -> Iterator[tuple[Sort, bytes]]:
        if account_key is not None:
            yield Sort.ACCOUNT, sha256(b"account/" + account_key).digest()
        yield Sort.HOST, sealer.index(connection, "guard/host", host_of(address))
        yield Sort.NETWORK, sealer.index(connection, "guard/network", network_of(address))

    return Charges(tuple(keys()))
