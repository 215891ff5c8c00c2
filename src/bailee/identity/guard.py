"""The guard: limits over every door together, in the database, so they survive and are shared.

Every attempt is charged as a failure *before* anything is looked at, and given back when it turns
out well: a thousand attempts at once are a thousand charges, in however many processes. A refusal
costs one read, no password hash and no write. Nothing here knows whether a name exists.

A crash after a charge leaves a failure that time forgets; a crash before leaves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity import stuffing
from bailee.identity.attempt import LIMITS, TIGHT, Charges, Sort, charges_of
from bailee.identity.bucket import Bucket, Limit
from bailee.identity.upsert import insert_missing, upsert
from bailee.store.database import Database
from bailee.store.identity_tables import guard_bucket
from bailee.types.sealed import SealFor
from bailee.types.sign_in import Door

_ALARM = sha256(b"bailee/guard/alarm").digest()
_TOLD_MS = 86_400_000
_MOST_ROWS = 2_000_000
"""About 200 MB; beyond it the rows that are soonest empty go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Look at it. `charges` is what `record` gives back when it turned out well."""

    charges: Charges


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Look at nothing of it for so long."""

    wait_ms: int


@dataclass(frozen=True, slots=True)
class Together:
    """Look at nothing but password and second factor together, or a passkey."""


Verdict = Allowed | Wait | Together
_Buckets = Mapping[bytes, Bucket]


class Guard:
    """Counts failures by account, address and network, and says who waits."""

    def __init__(self, database: Database, sealer: SealFor, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def check(
        self,
        door: Door,
        account_key: bytes | None,
        address: str,
        known_device: bytes | None = None,
        *,
        complete: bool = True,
    ) -> Verdict:
        """Charge an attempt through *door* and say whether it may be looked at.

        Args:
            door: Where it came in; all doors fill the same buckets.
            account_key: The name's keyed hash, whether or not there is such a name; None where
                there is nothing to guess, such as a passkey or a device's token.
            address: The peer's IP address.
            known_device: The keyed hash under which this very device is known for that name.
            complete: Whether the second factor comes with it. Under attack nothing else is
                looked at, unless from a known device.
        """
        del door  # the same limits through every door is the point
        now_ms = self._clock.now_ms()

        def judge(connection: sa.Connection) -> Verdict:
            charges = self._charges(connection, account_key, address, known_device)
            buckets = self._load(connection, charges)
            return _judge(buckets, charges, now_ms, complete=complete)

        def admit(connection: sa.Connection) -> Verdict:
            charges = self._charges(connection, account_key, address, known_device)
            buckets = self._lock(connection, charges)
            verdict = _judge(buckets, charges, now_ms, complete=complete)
            if isinstance(verdict, Allowed):
                self._charge(connection, buckets, charges, now_ms)
            return verdict

        verdict = self._database.read(judge)
        return self._database.write(admit) if isinstance(verdict, Allowed) else verdict

    def record(self, connection: sa.Connection, charges: Charges, *, succeeded: bool) -> None:
        """Say how an attempt that was allowed turned out. A failure was charged already."""
        if not succeeded:
            return
        now_ms = self._clock.now_ms()
        buckets = self._lock(connection, charges)
        refunded = {
            key: buckets.get(key, Bucket()).refunded(now_ms, LIMITS[sort])
            for sort, key in charges.keys
        }
        self._store(connection, charges, refunded, LIMITS)
        if charges.key(Sort.DEVICE) is None:
            stuffing.tally(connection, now_ms, succeeded=1)

    def tell_once(self, connection: sa.Connection, account_key: bytes) -> bool:
        """Whether this is the day's first refusal for a name; marks it."""
        now_ms = self._clock.now_ms()
        key = sha256(b"told/" + account_key).digest()
        told = self._rows(connection, [key]).get(key)
        if told is not None and told.until_ms > now_ms:
            return False
        until_ms = now_ms + _TOLD_MS
        row = {"key": key, "level_m": 0, "at_ms": now_ms}
        upsert(connection, guard_bucket, [row | {"until_ms": until_ms, "expires_ms": until_ms}])
        return True

    def is_under_attack(self) -> bool:
        """Whether limits are tight for everybody: for metrics and the owner's page."""
        now_ms = self._clock.now_ms()
        return self._database.read(lambda c: _alarmed(self._rows(c, [_ALARM]), now_ms))

    def sweep(self) -> None:
        """Drop what counts no more. Idempotent; a crash leaves it for the next time."""
        now_ms = self._clock.now_ms()

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(guard_bucket).where(guard_bucket.c.expires_ms <= now_ms))
            stuffing.forget_before(connection, now_ms)
            excess = _count(connection) - _MOST_ROWS
            if excess > 0:
                soonest = sa.select(guard_bucket.c.key).order_by(guard_bucket.c.expires_ms)
                doomed = guard_bucket.c.key.in_(soonest.limit(excess))
                connection.execute(sa.delete(guard_bucket).where(doomed))

        self._database.write(work)

    # -- rows -------------------------------------------------------------------------------

    def _charges(
        self,
        connection: sa.Connection,
        account_key: bytes | None,
        address: str,
        known_device: bytes | None,
    ) -> Charges:
        return charges_of(
            connection,
            self._sealer,
            account_key=account_key,
            address=address,
            known_device=known_device,
        )

    def _load(self, connection: sa.Connection, charges: Charges) -> dict[bytes, Bucket]:
        return self._rows(connection, [_ALARM, *(key for _, key in charges.keys)])

    def _lock(self, connection: sa.Connection, charges: Charges) -> dict[bytes, Bucket]:
        """The same, its buckets nobody else's until the transaction ends.

        A row that is not there cannot be locked, so each is made first: sixteen first attempts at
        once would otherwise each see an empty bucket. In the order of their keys, so that two
        never wait crosswise.
        """
        keys = sorted(key for _, key in charges.keys)
        empty = {"level_m": 0, "at_ms": 0, "until_ms": 0, "expires_ms": 0}
        insert_missing(connection, guard_bucket, [{"key": key} | empty for key in keys])
        locked = self._rows(connection, keys, lock=True)
        return locked | self._rows(connection, [_ALARM])

    @staticmethod
    def _rows(
        connection: sa.Connection, keys: list[bytes], *, lock: bool = False
    ) -> dict[bytes, Bucket]:
        columns = guard_bucket.c
        wanted = sa.select(columns.key, columns.level_m, columns.at_ms, columns.until_ms)
        wanted = wanted.where(columns.key.in_(keys)).order_by(columns.key)
        rows = connection.execute(wanted.with_for_update() if lock else wanted)
        return {
            bytes(row.key): Bucket(level_m=row.level_m, at_ms=row.at_ms, until_ms=row.until_ms)
            for row in rows
        }

    def _charge(
        self, connection: sa.Connection, buckets: _Buckets, charges: Charges, now_ms: int
    ) -> None:
        limits = TIGHT if _is_tight(buckets, charges, now_ms) else LIMITS
        charged = {
            key: buckets.get(key, Bucket()).charged(now_ms, limits[sort])
            for sort, key in charges.keys
        }
        self._store(connection, charges, charged, limits)
        if charges.key(Sort.DEVICE) is None:
            self._watch(connection, buckets, charges, now_ms)

    def _watch(
        self, connection: sa.Connection, buckets: _Buckets, charges: Charges, now_ms: int
    ) -> None:
        """Tally the attempt, and raise the alarm when it fits a pattern."""
        name = charges.key(Sort.ACCOUNT)
        before = buckets.get(name, Bucket()) if name else None
        fresh = before is not None and not before.level_at(now_ms, LIMITS[Sort.ACCOUNT])
        stuffing.tally(connection, now_ms, tried=1, fresh=int(fresh))
        if not _alarmed(buckets, now_ms) and stuffing.is_stuffing(connection, now_ms):
            until_ms = now_ms + stuffing.LASTS_MS
            row = {"key": _ALARM, "level_m": 0, "at_ms": now_ms}
            upsert(connection, guard_bucket, [row | {"until_ms": until_ms, "expires_ms": until_ms}])

    @staticmethod
    def _store(
        connection: sa.Connection,
        charges: Charges,
        buckets: _Buckets,
        limits: Mapping[Sort, Limit],
    ) -> None:
        rows = [
            {
                "key": key,
                "level_m": buckets[key].level_m,
                "at_ms": buckets[key].at_ms,
                "until_ms": buckets[key].until_ms,
                "expires_ms": buckets[key].empty_ms(limits[sort]),
            }
            for sort, key in sorted(charges.keys, key=lambda each: each[1])
        ]
        upsert(connection, guard_bucket, rows)


def _alarmed(buckets: _Buckets, now_ms: int) -> bool:
    alarm = buckets.get(_ALARM, Bucket())
    return 0 < alarm.until_ms - now_ms <= stuffing.LASTS_MS


def _is_tight(buckets: _Buckets, charges: Charges, now_ms: int) -> bool:
    """Under attack, or from a network that is hot. Never for a known device."""
    network = charges.key(Sort.NETWORK)
    if network is None:
        return False
    limit = LIMITS[Sort.NETWORK]
    hot = buckets.get(network, Bucket()).level_at(now_ms, limit) >= limit.free * 1000
    return hot or _alarmed(buckets, now_ms)


def _judge(buckets: _Buckets, charges: Charges, now_ms: int, *, complete: bool) -> Verdict:
    tight = _is_tight(buckets, charges, now_ms)
    limits = TIGHT if tight else LIMITS
    wait_ms = max(
        buckets.get(key, Bucket()).wait_ms(now_ms, limits[sort])
        for sort, key in charges.keys
        if sort is not Sort.NETWORK
    )
    if wait_ms:
        return Wait(wait_ms=wait_ms)
    return Together() if tight and not complete else Allowed(charges=charges)


def _count(connection: sa.Connection) -> int:
    return int(
        connection.execute(sa.select(sa.func.count()).select_from(guard_bucket)).scalar_one()
    )
