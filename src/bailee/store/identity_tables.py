"""The tables of signing in, beside the catalogue on the same metadata.

In the clear there are opaque ids, times, counts and keyed or plain hashes of random tokens; a
name, a password's hash, a TOTP secret, a public key or a browser's name is sealed under its
person's key and dies with it. Tables marked *passing* hold what a restored backup must not bring
back to life: sessions, half-finished sign-ins, what the guard counted.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from bailee.store.tables import metadata

_ID = String(24)
_HASH = LargeBinary(32)
_PASSING = {"passing": True}

sign_in = Table(
    "sign_in",
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("lookup", _HASH, nullable=False, unique=True),  # keyed hash of the name
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("password", LargeBinary),  # the argon2 string, sealed; NULL: passkeys alone
    Column("changed_ms", BigInteger, nullable=False),
    Column("warned_ms", BigInteger, nullable=False),  # last told that someone had the password
)

totp = Table(
    "totp",
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("secret", LargeBinary),  # sealed; NULL until confirmed
    Column("pending", LargeBinary),  # sealed; waits for its first code
    Column("last_step", BigInteger, nullable=False),  # no code of it or before counts again
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("lookup", _HASH, nullable=False, unique=True),  # keyed hash of the credential id
    Column("credential", LargeBinary, nullable=False),  # id and public key, sealed
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("sign_count", BigInteger, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_day", Integer),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("digest", _HASH, primary_key=True),  # keyed hash
    Column("used_ms", BigInteger),
)

known_device = Table(
    "known_device",
    metadata,
    Column("lookup", _HASH, primary_key=True),  # keyed hash of person and cookie
    Column("person_id", _ID, nullable=False, index=True),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

session = Table(
    "session",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("account_id", _ID, nullable=False),
    Column("state", String(8), nullable=False),
    Column("factor", String(12), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("second_factor_ms", BigInteger),
    Column("stepped_up_ms", BigInteger),
    Column("about", LargeBinary, nullable=False),  # device and coarse network, sealed
    info=_PASSING,
)

pending = Table(
    "pending",  # a password was given, right or wrong; the second factor is awaited
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("person_id", _ID, nullable=False, index=True),  # "": a decoy, which nothing completes
    Column("lookup", _HASH, nullable=False),
    Column("charged", LargeBinary, nullable=False),  # the guard's buckets, to be given back
    Column("changed_ms", BigInteger, nullable=False),  # of the password that was right
    Column("tries", Integer, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

challenge = Table(
    "challenge",
    metadata,
    Column("digest", _HASH, primary_key=True),
    Column("purpose", String(8), nullable=False),
    Column("bound", _HASH, nullable=False),  # to a session's or a browser's token
    Column("person_id", _ID, nullable=False),  # "": whoever answers
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("account_id", _ID, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

reset = Table(
    "reset",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("begins_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

device_token = Table(
    "device_token",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("token_hash", _HASH, nullable=False, unique=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("device_id", _ID, nullable=False, index=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_day", Integer),
    Column("expires_ms", BigInteger),  # NULL: until revoked; set by a rotation
)

guard_bucket = Table(
    "guard_bucket",
    metadata,
    Column("key", _HASH, primary_key=True),  # keyed hash of an account, address, network, device
    Column("level_m", BigInteger, nullable=False),  # thousandths of a failure, at `at_ms`
    Column("at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),  # nothing is looked at before
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info=_PASSING,
)

guard_minute = Table(
    "guard_minute",
    metadata,
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),  # so that writers seldom meet
    Column("tried", BigInteger, nullable=False),
    Column("succeeded", BigInteger, nullable=False),
    Column("fresh", BigInteger, nullable=False),  # names that had no failure before
    info=_PASSING,
)
