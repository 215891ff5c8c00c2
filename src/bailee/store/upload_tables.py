"""The table of uploads under way, beside the catalogue on the same metadata.

In the clear there are opaque ids, sizes and times; what it is about is sealed. A row goes with the
account, the person or the device it names (see `rooms`), and is in no backup: what was never
acknowledged as deposited is sent again.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from bailee.store.tables import metadata

_ID = String(24)

upload = Table(
    "upload",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False, index=True),
    Column("person_id", _ID, nullable=False),  # "" for what derives from recordings
    Column("device_id", _ID, nullable=False),  # the same
    Column("others", Text, nullable=False),  # JSON: ids of all whose keys it hangs on besides
    Column("by_id", _ID, nullable=False, index=True),  # who sends it
    Column("size_bytes", BigInteger, nullable=False),  # of the plaintext, whole
    Column("offset_bytes", BigInteger, nullable=False),  # of the plaintext, acknowledged
    Column("staged_bytes", BigInteger, nullable=False),  # of the file that holds it, sealed
    Column("expires_ms", BigInteger, nullable=False, index=True),  # when it is dropped, or its row
    Column("ended_ms", BigInteger),  # NULL while it goes on
    Column("recording_id", _ID),  # what it became
    Column("intended", LargeBinary, nullable=False),  # sealed; empty once it has ended
    info={"passing": True},
)
