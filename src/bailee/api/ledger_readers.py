"""Tokens that may read the ledger's tiles, for auditors who copy it from elsewhere.

The operator makes them on the machine; each ends by itself, and all of them at once when told.
"""

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Desk
from bailee.identity.token import hash_token, new_token
from bailee.store.api_tables import ledger_reader

PREFIX = "bailee_log_"


def make_reader(desk: Desk, days: int) -> str:
    """A token for *days*, shown once. Those that are over go."""
    token, now_ms = PREFIX + new_token(), desk.clock.now_ms()
    row = {
        "token_hash": hash_token(token),
        "made_ms": now_ms,
        "expires_ms": now_ms + days * DAY_MS,
    }

    def work(connection: sa.Connection) -> None:
        connection.execute(sa.delete(ledger_reader).where(ledger_reader.c.expires_ms <= now_ms))
        connection.execute(sa.insert(ledger_reader).values(row))

    desk.database.write(work)
    return token


def end_readers(desk: Desk) -> int:
    """End every one of them; how many lived."""
    living = ledger_reader.c.expires_ms > desk.clock.now_ms()

    def work(connection: sa.Connection) -> int:
        ended = connection.execute(sa.delete(ledger_reader).where(living)).rowcount
        connection.execute(sa.delete(ledger_reader))
        return ended

    return desk.database.write(work)


def is_reader(desk: Desk, token: str) -> bool:
    """Whether *token* (untrusted) may read. 256 random bits: nothing is to be guessed."""
    mine = sa.select(ledger_reader.c.made_ms).where(
        ledger_reader.c.token_hash == hash_token(token),
        ledger_reader.c.expires_ms > desk.clock.now_ms(),
    )
    return desk.database.read(lambda connection: connection.scalar(mine)) is not None
