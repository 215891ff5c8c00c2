"""The words of an erasure, kept for receipts that are asked for later.

A sentence holds names. So it is sealed under each person and device it names, one around the other,
and under the account when it names none: it dies with any of them, and a receipt then says what
happened and not in whose words.
"""

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.custody.erase import Asked
from bailee.store.household_tables import wording
from bailee.types.choice import Choice
from bailee.types.ids import ErasureId

_SALT_BYTES = 32
_of_erasure = sa.select(wording).where(
    wording.c.erasure_id == sa.bindparam("erasure"), wording.c.account_id == sa.bindparam("account")
)


def keep(t: Transaction, account_id: str, choice: Choice, asked: Asked) -> None:
    """Keep the words of *asked* in a locked account.

    Raises:
        UnknownError: Whoever they name went with the erasure: there is nobody to keep them for.
    """
    who, what = choice.person_id or "", choice.device_id or ""
    words = asked.salt + asked.sentence.encode()
    for owner in _owners(account_id, who, what):
        words = t.seal(owner, words, _context(asked.id))
    t.connection.execute(
        sa.insert(wording).values(
            erasure_id=asked.id, account_id=account_id, person_id=who, device_id=what, words=words
        )
    )


def find(t: Transaction, account_id: str, erasure_id: str) -> Asked | None:
    """The words of an erasure; None where they were not kept, or died."""
    row = t.connection.execute(
        _of_erasure, {"erasure": erasure_id, "account": account_id}
    ).one_or_none()
    if row is None:
        return None
    words: bytes | None = row.words
    for owner in reversed(_owners(account_id, row.person_id, row.device_id)):
        words = None if words is None else t.open(owner, words, _context(erasure_id))
    if words is None:
        return None
    salt, sentence = words[:_SALT_BYTES], words[_SALT_BYTES:]
    return Asked(id=ErasureId(erasure_id), sentence=sentence.decode(), salt=salt)


def _owners(account_id: str, person_id: str, device_id: str) -> list[str]:
    """The innermost first."""
    return [each for each in (person_id, device_id) if each] or [account_id]


def _context(erasure_id: str) -> str:
    return f"wording/{erasure_id}"
