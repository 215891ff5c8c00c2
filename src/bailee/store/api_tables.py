"""The tables of the API itself, beside the catalogue on the same metadata.

Of nobody: their rows hang on a token that is stored nowhere, and end within a day, or when the
operator ends them.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from bailee.store.tables import metadata

_HASH = LargeBinary(32)

idempotency = Table(
    "idempotency",
    metadata,
    Column("digest", _HASH, primary_key=True),  # of a caller's token and their key
    Column("fingerprint", _HASH, nullable=False),  # keyed hash of the request
    Column("sealed", LargeBinary),  # the answer; NULL: under way, cut short, or too long to keep
    Column("made_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    info={"passing": True},
)

ledger_reader = Table(
    "ledger_reader",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    info={"passing": True},
)
