"""The tables of the household, beside the catalogue on the same metadata.

In the clear there are opaque ids, times, flags, closed words and hashes; names, addresses, the
words of a message and the evidence of a consent are sealed under the key of whom they are about. A
row goes with whoever a column ending in ``person_id``, ``device_id`` or ``account_id`` names (see
`rooms`); a ``by_id`` only says who did it.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from bailee.store.tables import metadata

_ID = String(24)
_WORD = String(24)
_HASH = LargeBinary(32)

household = Table(
    "household",
    metadata,
    Column("account_id", _ID, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("end_to_end", Integer, nullable=False),  # 1: its outer key is the household's alone
    Column("details", LargeBinary, nullable=False),  # its name, sealed
)

profile = Table(
    "profile",
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("sort", _WORD, nullable=False),
    Column("details", LargeBinary, nullable=False),  # name, e-mail, language, sealed
)

membership = Table(
    "membership",
    metadata,
    Column("person_id", _ID, primary_key=True),  # a person is of one account alone
    Column("account_id", _ID, nullable=False, index=True),
    Column("role", _WORD, nullable=False),
    Column("since_ms", BigInteger, nullable=False),  # a guest sees nothing from before
    Column("until_ms", BigInteger),  # NULL: until it is ended
    Column("joined_ms", BigInteger),  # NULL: invited
    Column("ended_ms", BigInteger),
)

granted = Table(
    "granted",
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("permission", _WORD, primary_key=True),  # view, hear, download, delete
    Column("account_id", _ID, nullable=False, index=True),
    Column("by_id", _ID, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

guardianship = Table(
    "guardianship",
    metadata,
    Column("person_id", _ID, primary_key=True),  # the child
    Column("guardian_person_id", _ID, primary_key=True, index=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("proof", _WORD),  # NULL: named, not verified
    Column("verified_ms", BigInteger),
)

device_profile = Table(
    "device_profile",
    metadata,
    Column("device_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("sort", _WORD, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("details", LargeBinary, nullable=False),  # name and room, sealed
)

endpoint = Table(
    "endpoint",  # where a device's microphone meets us
    metadata,
    Column("device_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("speaker_id", _ID, nullable=False),  # whose voice it is taken to be; they may be gone
    Column("details", LargeBinary, nullable=False),  # way, address, language, zone, sealed
)

link = Table(
    "link",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("artefact_id", _ID, nullable=False, index=True),
    Column("token_hash", _HASH, nullable=False, unique=True),
    Column("permissions", String(64), nullable=False),  # view,hear,download
    Column("begin_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("by_id", _ID, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text_hash", _HASH, nullable=False),
    Column("material", Integer, nullable=False),  # 1: consents to an earlier one count no more
    Column("in_force_ms", BigInteger, nullable=False),
)

notice_shown = Table(
    "notice_shown",
    metadata,
    Column("person_id", _ID, primary_key=True),  # to whom
    Column("name", _WORD, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("channel", _WORD, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("accepted_ms", BigInteger, nullable=False),  # when the channel took it
)

consent = Table(
    "consent",  # rows are added, never changed
    metadata,
    Column("person_id", _ID, primary_key=True),
    Column("scope", _WORD, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("account_id", _ID, nullable=False, index=True),
    Column("act", _WORD, nullable=False),
    Column("notice", _WORD),
    Column("version", Integer),
    Column("how", _WORD),
    Column("at_ms", BigInteger, nullable=False),
    Column("by_id", _ID, nullable=False),
    Column("evidence", LargeBinary, nullable=False),  # sealed
)

channel = Table(
    "channel",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("url", LargeBinary, nullable=False),  # sealed
)

message = Table(
    "message",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False),
    Column("template", _WORD, nullable=False),
    Column("details", LargeBinary, nullable=False),  # what its template needs, sealed
    Column("made_ms", BigInteger, nullable=False),
    Column("put_away_ms", BigInteger),
    Index("message_inbox", "person_id", "made_ms"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("message_id", _ID, primary_key=True),
    Column("channel_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("next_ms", BigInteger, index=True),  # NULL: accepted, or given up
    Column("accepted_ms", BigInteger),
)

keep_rule = Table(
    "keep_rule",  # what the household says about how long a kind is kept
    metadata,
    Column("account_id", _ID, primary_key=True),
    Column("person_id", _ID, primary_key=True),  # "" for everybody
    Column("device_id", _ID, primary_key=True),  # "" for every one
    Column("kind", _WORD, primary_key=True),
    Column("voice", _WORD, primary_key=True),  # own, house
    Column("days", Integer, nullable=False),  # from the day of deposit; 0: none is taken in
    Column("by_id", _ID, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

loss = Table(
    "loss",  # what custody leaves to be told: somebody lost what they shared with another
    metadata,
    Column("erasure_id", _ID, primary_key=True),
    Column("person_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("artefacts", Integer, nullable=False),
)

wording = Table(
    "wording",  # what an erasure was asked in, for its receipt: words that die with whom they name
    metadata,
    Column("erasure_id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False),  # whom the words name; "" for nobody
    Column("device_id", _ID, nullable=False),  # the same
    Column("words", LargeBinary, nullable=False),  # the salt and the sentence, sealed
)

export = Table(
    "export",
    metadata,
    Column("person_id", _ID, primary_key=True),  # who asked: one at a time each
    Column("id", _ID, nullable=False, unique=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("state", _WORD, nullable=False),  # preparing, ready
    Column("asked_ms", BigInteger, nullable=False),
    Column("ready_ms", BigInteger),  # when it first was
    Column("ends_ms", BigInteger, nullable=False, index=True),
    Column("fetched_ms", BigInteger),
    Column("place", String(64)),  # after which recording the listing goes on; NULL: it has ended
    Column("items", BigInteger, nullable=False),  # listed so far
    Column("done_bytes", BigInteger, nullable=False),
    Column("total_bytes", BigInteger, nullable=False),
    Column("told_until_ms", BigInteger),  # until when the ledger says that it may be fetched
    Column("wanted", LargeBinary, nullable=False),  # what it is of, sealed
    Column("layout", LargeBinary),  # what lies where in the archive, sealed; NULL: to be laid out
    Column(
        "receipt", LargeBinary
    ),  # as it lies in the archive, sealed; NULL: not in the ledger yet
    info={"passing": True},
)

export_item = Table(
    "export_item",
    metadata,
    Column("export_id", _ID, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # its place in the archive
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False, index=True),  # who asked
    Column("artefact_id", _ID, nullable=False, index=True),
    Column("digest", LargeBinary),  # sealed under the artefact's own key; NULL: it is damaged
    info={"passing": True},
)
