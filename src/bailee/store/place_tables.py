"""The table of what places are called, beside the household's on the same metadata.

The cell says where somebody lives, so it is sealed with the name. A row goes with whoever
``person_id`` or ``account_id`` names (see `rooms`).
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from bailee.store.tables import metadata

_ID = String(24)

named_place = Table(
    "named_place",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, nullable=False),
    Column("person_id", _ID, nullable=False, index=True),  # whose word it is; "": the household's
    Column("made_ms", BigInteger, nullable=False),
    Column("details", LargeBinary, nullable=False),  # name and cell, sealed under whose it is
    Index("named_place_of", "account_id", "person_id"),
)
