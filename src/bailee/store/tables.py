"""The tables of the one database that holds ring, catalogue and outbox.

In the clear there are opaque ids, addresses, kinds, sizes and days; names and descriptions are
sealed. What a thief of the database reads is said table by table in docs/design/threat-model.md.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION = 1
_OFFSET = 1 << 63


class Leaf(TypeDecorator[int]):
    """An unsigned 64-bit leaf, kept in order in a signed column."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else value - _OFFSET

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else value + _OFFSET


metadata = MetaData()
_ID = String(24)

# ---------------------------------------------------------------- the ring, and what guards it
# Everything here is copied into each fresh ring backup (store/ring_copy.py).

state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("vault_id", LargeBinary(16), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),  # erasures applied here, design §1
    Column("expired_before", Integer, nullable=False),  # days below it are punctured
    Column("rotated_ms", BigInteger, nullable=False),
    Column("rotation_open", Integer, nullable=False),  # 1 from its commit until it is finished
    info={"ring": True},
)

shard = Table(
    "shard",
    metadata,
    Column("id", _ID, primary_key=True),  # an account's or a hold's id, or "vault"
    Column("generation", BigInteger, nullable=False),
    Column("dirty", Integer, nullable=False),  # 1: something under it was lost since the rotation
    Column("wrapped_key", LargeBinary(40), nullable=False),
    info={"ring": True},
)

secret = Table(
    "secret",
    metadata,
    Column("id", _ID, primary_key=True),  # whose key it is
    Column("shard_id", _ID, nullable=False, index=True),
    Column("wrapped_key", LargeBinary(40), nullable=False),
    info={"ring": True},
)

stream = Table(
    "stream",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("shard_id", _ID, nullable=False, index=True),
    Column("account_id", _ID, nullable=False),
    Column("person_id", _ID, nullable=False),  # "" where the stream is the account's or a device's
    Column("device_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),  # "" for the tree of recordings
    Column("longest_ms", BigInteger, nullable=False),  # its longest recording
    UniqueConstraint("account_id", "person_id", "device_id", "kind", name="stream_address"),
    info={"ring": True},
)

node = Table(
    "node",
    metadata,
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("begin", Leaf, primary_key=True, autoincrement=False),
    Column("last", Leaf, nullable=False),
    Column("span_bits", Integer, nullable=False),
    Column("wrapped_key", LargeBinary(40), nullable=False),
    sqlite_with_rowid=False,
    info={"ring": True},
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("erasure_id", _ID, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID),  # NULL: everybody
    Column("device_id", _ID),  # NULL: every device
    Column("kind", String(16)),  # NULL: recordings, with all made from them
    Column("begin_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    info={"ring": True},
)

erased_name = Table(
    "erased_name",
    metadata,
    Column("scope", _ID, primary_key=True),  # the account's id; "" for accounts themselves
    Column("lookup", LargeBinary(32), primary_key=True),
    Column("erased_ms", BigInteger, nullable=False),
    info={"ring": True},
)

hold = Table(
    "hold",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID),
    Column("device_id", _ID),
    Column("kind", String(16)),
    Column("begin_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("gathered", Integer, nullable=False),  # 1 once every DEK in scope is under its key
    Column("opened_ms", BigInteger, nullable=False),
    Column("lifted_ms", BigInteger),
    info={"ring": True},
)

held = Table(
    "held",
    metadata,
    Column("hold_id", _ID, primary_key=True),
    Column("artefact_id", _ID, primary_key=True, index=True),
    Column("wrapped_dek", LargeBinary(40), nullable=False),
    info={"ring": True},
)

# ---------------------------------------------------------------------------- the catalogue

account = Table(
    "account",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("lookup", LargeBinary(32), nullable=False, unique=True),  # HMAC of its name
    Column("begins_ms", BigInteger, nullable=False),  # nothing captured before it is taken
    Column("changes", BigInteger, nullable=False),  # to what decisions about it rest on
)

person = Table(
    "person",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, ForeignKey("account.id"), nullable=False),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("begins_ms", BigInteger, nullable=False),
    UniqueConstraint("account_id", "lookup", name="person_lookup"),
)

device = Table(
    "device",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, ForeignKey("account.id"), nullable=False),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("begins_ms", BigInteger, nullable=False),
    UniqueConstraint("account_id", "lookup", name="device_lookup"),
)

recording = Table(
    "recording",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False),
    Column("person_id", _ID, nullable=False),
    Column("device_id", _ID, nullable=False),
    Column("stream_id", BigInteger, nullable=False),
    Column("leaf", Leaf, nullable=False),
    Column("begin_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    UniqueConstraint("stream_id", "leaf", name="recording_address"),
    Index("recording_timeline", "account_id", "begin_ms", "id"),
)

artefact = Table(
    "artefact",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("stream_id", BigInteger, nullable=False),
    Column("leaf", Leaf, nullable=False),
    Column("deposited_day", Integer, nullable=False),
    Column("wrapped_day", Integer, nullable=False),  # the day in its KEK
    Column("due_day", Integer, nullable=False, index=True),  # when it ends; never after that
    Column("size_bytes", BigInteger, nullable=False),  # of the plaintext
    Column("wrapped_dek", LargeBinary(40), nullable=False),
    Column("description", LargeBinary, nullable=False),  # sealed under its DEK
    Column("content_key", String(64)),  # NULL: the sealed bytes are in `sealed`
    Column("sealed", LargeBinary),
    UniqueConstraint("stream_id", "leaf", name="artefact_address"),
)

source = Table(
    "source",
    metadata,
    Column("artefact_id", _ID, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("recording_id", _ID, nullable=False, index=True),
    Column("stream_id", BigInteger, nullable=False),
    Column("leaf", Leaf, nullable=False),
    sqlite_with_rowid=False,
)

derivation = Table(
    "derivation",
    metadata,
    Column("artefact_id", _ID, primary_key=True),
    Column("from_artefact_id", _ID, primary_key=True, index=True),
    Column("at_ms", BigInteger, nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("account_tag", String(32), nullable=False),  # as the ledger says it
    Column("acts", Text, nullable=False),  # JSON in opaque ids, no words
    Column("epoch", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),  # of the ring it punctured
    Column("requested_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
    Column("unrecoverable_ms", BigInteger),
    Column("recordings", BigInteger, nullable=False),
    Column("artefacts", Text, nullable=False),  # JSON: how many of each kind
    Column("held", BigInteger, nullable=False),
    Column("unreachable", BigInteger, nullable=False),
    Column("request_entry", BigInteger),
    Column("outcome_entry", BigInteger),
    Column("rotate_entry", BigInteger),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("id", _ID, primary_key=True),  # a recording's or an artefact's
    Column("account_id", _ID, nullable=False),
    Column("erasure_id", _ID),  # NULL: it expired
    Column("at_ms", BigInteger, nullable=False),
)

debris = Table(
    "debris",
    metadata,
    Column("content_key", String(64), primary_key=True),
    Column("erasure_id", _ID, nullable=False, index=True),  # "" for an expiry
)

suspect = Table(
    "suspect",
    metadata,
    Column("content_key", String(64), primary_key=True),
    Column("seen_ms", BigInteger, nullable=False),  # when fsck first saw that nobody refers to it
)

move = Table(
    "move",
    metadata,
    Column("erasure_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False),
    Column("leaves", Text, nullable=False),  # JSON: old leaves a reassignment still has to cut
    Column("principal", String(32), nullable=False),  # who asked, as the ledger says it
    Column("policy", String(128), nullable=False),  # which let them
)

place = Table(
    "place",
    metadata,
    Column("path", String(1024), primary_key=True),  # a backup that gets each fresh ring
)

# ------------------------------------------------------------------------------- the outbox

entry = Table(
    "entry",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("account_id", _ID, nullable=False),  # "" for the vault's own
    Column("type", String(16), nullable=False, default=""),  # of its body; "" for the vault's own
    Column("at_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # canonical JSON, as it stands in the ledger
    Column("log_index", BigInteger, unique=True),  # NULL until the publisher numbers it
    Index("entry_history", "account_id", "type", "id"),  # a household's own history, newest first
)

RING_TABLES = tuple(table for table in metadata.sorted_tables if table.info.get("ring"))
CATALOG_TABLES = tuple(table for table in metadata.sorted_tables if not table.info.get("ring"))
